"""The revisions of a record that the public could read, and since when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.choices import Status
from archive.models.base import Record
from archive.revisions.past_publication import PastPublication


def public_revisions(record: Record, rows: list[Any]) -> list[tuple[Any, datetime]]:
    """The revisions among ``rows`` (the oldest first) that the public could read, each with when it first could.

    Of each version its first row: later ones are stored when a link is made, also to a record that the public does not
    see. A record that was loaded without a history has its first version in itself.
    """
    saved = list({row.version: row for row in reversed(rows) if not _is_link_revision(row)}.values())[::-1]
    if not saved and record.version == 1:
        return [(record, record.created_at)]
    if not saved:
        return []
    model, publication = type(record), PastPublication()
    publication.load_parents(model, rows)
    ends = [row.history_date for row in saved[1:]] + [datetime.max.replace(tzinfo=UTC)]
    revisions = _loaded_revision(record, rows, saved, publication)
    for row, end in zip(saved, ends, strict=True):
        changes = {change.history_date for change in publication.parent_revisions(model, row)}
        moments = [row.history_date, *sorted(moment for moment in changes if row.history_date < moment < end)]
        public = (moment for moment in moments if publication.is_row_public(model, row, moment))
        if (since := next(public, None)) is not None:
            revisions.append((row, since))
    return revisions


def _loaded_revision(
    record: Record, rows: list[Any], saved: list[Any], publication: PastPublication
) -> list[tuple[Any, datetime]]:
    """The first version of a record that was loaded without a history, if revisions of its links have it.

    It was public from the beginning unless a revision of it or of a record that it depended on has another status.
    """
    of_links = [row for row in rows if _is_link_revision(row)]
    if not of_links or saved[0].version == 1:
        return []
    revisions = [of_links[0], *publication.parent_revisions(type(record), of_links[0])]
    if all(getattr(revision, "status", Status.PUBLISHED) == Status.PUBLISHED for revision in revisions):
        return [(of_links[0], record.created_at)]
    return []


def _is_link_revision(row: Any) -> bool:
    """Whether a revision was stored for a link alone: no save makes a first version that is a change."""
    return bool(row.version == 1 and row.history_type == "~")
