"""Values of the compared questions: several similar records each, so that responses differ from request to request."""

from __future__ import annotations

from typing import Any

from django.db import connection

VARIANTS = 20
#: The page of 50 statements that Q4 asks for, where the archive has so many.
DEEP_PAGE = 2_000

Values = dict[str, Any]


def publish_everything() -> None:
    """Publish all records and refresh the statistics: peers have no drafts, and must give the same records."""
    publish_records()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")


def publish_records() -> None:
    """Set the status of every record to published."""
    from django.apps import apps

    from archive.models.base import Record

    for model in apps.get_app_config("archive").get_models():
        if issubclass(model, Record):
            model._default_manager.exclude(status="published").update(status="published")


def values() -> dict[str, list[Values]]:
    """Question -> its values, each under every name that a server has for it."""
    return {"Q1": _periods(), "Q2": _events(), "Q3": _speakers(), "Q4": _places(), "Q5": _days()}


def _periods() -> list[Values]:
    years = [(1990 + number, 2002 + number) for number in range(VARIANTS)]
    return [{"date": f"{a}/{b}", "from": f"{a}-01-01", "to": f"{b}-12-31"} for a, b in years]


def _events() -> list[Values]:
    from archive.models import Event

    rows = Event.objects.filter(statements__isnull=False, topics__isnull=False, date_sort__gt=0).distinct()
    slugs = (
        rows.filter(date_earliest__gte="2005-01-01")
        .order_by("date_sort", "sequence", "slug")
        .values_list("slug", flat=True)
    )
    return [{"slug": slug} for slug in slugs[: VARIANTS * 7 : 7]]


def _speakers() -> list[Values]:
    from django.db.models import Count

    from archive.models import Statement

    spoken = Statement.objects.filter(speaker__isnull=False).values("speaker__slug").annotate(number=Count("pk"))
    rows = spoken.filter(number__gte=100).order_by("number", "speaker__slug")[:VARIANTS]
    return [{"speaker": row["speaker__slug"]} for row in rows]


def _places() -> list[Values]:
    """The last row before the deep page, and the rows of the page."""
    from archive import pagination
    from archive.models import Statement

    rows = Statement.objects.order_by("date_sort", "sequence", "slug")
    first = min(DEEP_PAGE * 50 - 50, rows.count() * 9 // 10)
    order = ("date_sort", "sequence", "slug"), False
    return [
        {"offset": first + number, "after": pagination.encode_cursor("statements", order, row),
         "date_sort": row.date_sort, "sequence": row.sequence, "last_slug": row.slug}
        for number, row in enumerate(rows[first - 1 : first - 1 + VARIANTS])
    ]  # fmt: skip


def _days() -> list[Values]:
    days = [f"{1996 + number}-06-12" for number in range(VARIANTS)]
    return [{"state": "KR", "day": day, "last": day} for day in days]
