"""Withdrawn and deleted records, from their revisions: when a published record ceased to be public.

Only what the public could read has a deletion, and only its slug and that moment are shown: what became of the record
afterwards, even its final deletion, does not change them. Writes that store no revisions (SQL, ``QuerySet.update``)
leave none, so the repository calls its record of deletions transient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery

from archive.choices import Status
from archive.models.base import Record, Tracked
from archive.models.public_version import earliest_unseen

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deletion:
    """The slug of a record, when it ceased to be public, and the number of the revision that says so."""

    slug: str
    moment: datetime
    number: int


def are_known(model: type[Tracked]) -> bool:
    """Whether the revisions of a record type say when a record was public: its status alone decides it."""
    return issubclass(model, Record) and not model.visibility_parents and hasattr(model, "history")


def between(
    model: type[Tracked], start: datetime | None, end: datetime | None, after: tuple[datetime, int] | None, limit: int
) -> list[Deletion]:
    """Deletions from ``start`` (included) to ``end`` (excluded) in the order of time, after a position.

    Also those before ``start`` by a transaction that was committed after it.
    """
    rows = _deletions(model)
    if start is not None and start > _EARLIEST:
        rows = rows.filter(history_date__gt=earliest_unseen(start - timedelta(microseconds=1)))
    if end is not None:
        rows = rows.filter(history_date__lt=end)
    if after is not None:
        moment, number = after
        rows = rows.filter(history_date__gte=moment).filter(
            Q(history_date__gt=moment) | Q(history_date=moment, history_id__gt=number)
        )
    return [Deletion(*row) for row in rows.values_list("slug", "history_date", "history_id")[:limit]]


def find(model: type[Tracked], slug: str) -> Deletion | None:
    """The last deletion of a record with this slug."""
    if not are_known(model):
        return None
    rows = _deletions(model).filter(slug=slug).reverse().values_list("slug", "history_date", "history_id")
    return next((Deletion(*row) for row in rows[:1]), None)


def _deletions(model: type[Tracked]) -> Any:
    """The revisions by which records that are not public now ceased to be public."""
    revisions = model.history.model._default_manager
    of_same = revisions.filter(id=OuterRef("id"))
    public = Q(status=Status.PUBLISHED) & ~Q(history_type="-")
    before = of_same.filter(history_id__lt=OuterRef("history_id")).order_by("-history_id")
    # A record that is deleted leaves its slug to another.
    of_same_slug = revisions.filter(slug=OuterRef("slug"))
    later, with_slug = (rows.filter(public, history_id__gt=OuterRef("history_id")) for rows in (of_same, of_same_slug))
    visible = model._default_manager.visible_to(None)
    was_deleted = Q(history_type="-", status=Status.PUBLISHED)
    was_withdrawn = ~Q(status=Status.PUBLISHED) & Q(status_before=Status.PUBLISHED) & ~Q(type_before="-")
    return (
        revisions.alias(
            status_before=Subquery(before.values("status")[:1]), type_before=Subquery(before.values("history_type")[:1])
        )
        .filter(was_deleted | was_withdrawn)
        .filter(~Exists(later), ~Exists(with_slug), ~Exists(visible.filter(pk=OuterRef("id"))))
        .filter(~Exists(visible.filter(slug=OuterRef("slug"))))  # another record may have taken the slug
        .order_by(F("history_date"), F("history_id"))
    )
