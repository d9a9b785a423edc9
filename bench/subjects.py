"""Records of the filled archive that the standard reads name: similar ones in an archive of any size."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from archive import pagination
from archive.models import Appointment, Event, Measure, Relation, SpeechAct, Statement

DAY = "2015-06-12"
MONTH = "2015-06"
YEARS = "2008/2020"
#: A state that many records name, and one that few do.
BUSY, QUIET = "KR", "PE"


def subjects() -> dict[str, str]:
    """Name -> slug, key or cursor for the addresses and documents of the reads."""
    events, statements = Event.objects.visible_to(None), Statement.objects.visible_to(None)
    event = _with(events.filter(date_earliest__gte="2014-01-01").order_by("date_sort", "sequence", "slug"), "topics")
    statement = _with(
        statements.filter(date_earliest__gte="2014-01-01").order_by("date_sort", "sequence", "slug"), "capacities"
    )
    speaker = _frequent_speaker()
    held = Appointment.objects.visible_to(None).filter(official=speaker).select_related("office__body").first()
    measure = Measure.objects.visible_to(None).filter(steps__event__status="published").order_by("-pk")[0]
    link = Relation.objects.visible_to(None).select_related("to_event").order_by("-pk")[0]
    cited = event.citations.select_related("source").filter(source__status="published")[:1]
    draft = Event.objects.filter(status="draft").order_by("slug")[0]
    return {
        "event": event.slug, "event_pk": str(event.pk), "draft_pk": str(draft.pk),
        "place": event.place or "Geneva", "topic": "trade-controls",
        "statement": statement.slug, "statement_pk": str(statement.pk),
        "speaker": speaker.slug, "speaker_pk": str(speaker.pk), "family": speaker.sort_name.partition(",")[0],
        "office": held.office.slug, "organ": held.office.body.slug,
        "measure": measure.slug, "measure_pk": str(measure.pk),
        "related": link.to_event.slug, "source": cited[0].source.slug if cited else "source-1", "dossier": "dossier-9",
        "act": SpeechAct.objects.visible_to(None).filter(statement=statement).order_by("ordinal")[0].slug,
        "about": _about(events), "replied_to": statement.occasion.slug if statement.occasion else event.slug,
        "deep_event": _deep(events, "events"), "deep_statement": _deep(statements, "statements"),
    }  # fmt: skip


def _with(rows: Any, relation: str) -> Any:
    """The first of the rows with related records."""
    return rows.filter(**{f"{relation}__isnull": False})[0]


def _frequent_speaker() -> Any:
    """An official of the second busiest kind: about 200 statements in an archive of any size but the smallest."""
    number = Statement.objects.visible_to(None).filter(speaker__status="published", date_earliest__gte="2010-01-01")
    spoken = number.values("speaker").annotate(number=Count("pk")).filter(number__gte=120).order_by("number", "speaker")
    from archive.models import Official

    return Official.objects.select_related("state").get(pk=spoken[0]["speaker"])


def _about(events: Any) -> str:
    slug: str = events.filter(statements_about__status="published").order_by("-date_sort", "-sequence", "-slug")[0].slug
    return slug


def _deep(rows: Any, kind: str) -> str:
    """The cursor of a row nine tenths down the list."""
    order = ("date_sort", "sequence", "slug"), False
    row = rows.order_by(*order[0])[rows.count() * 9 // 10]
    return pagination.encode_cursor(kind, order, row)
