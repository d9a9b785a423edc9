"""The revisions of a record that the public could read, and since when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.choices import Status
from archive.models.base import Record

#: When a record had which status, the oldest first.
Statuses = list[tuple[datetime, str]]


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
    parents = [_statuses(parent) for parent in _parents(record)]
    ends = [row.history_date for row in saved[1:]] + [datetime.max.replace(tzinfo=UTC)]
    revisions = _loaded_revision(record, rows, saved, parents)
    for row, end in zip(saved, ends, strict=True):
        if getattr(row, "status", Status.PUBLISHED) == Status.PUBLISHED:
            moments = [moment for parent in parents for moment, _ in parent if row.history_date < moment < end]
            visible = (moment for moment in sorted([row.history_date, *moments]) if _all_published(parents, moment))
            if (since := next(visible, None)) is not None:
                revisions.append((row, since))
    return revisions


def _loaded_revision(
    record: Record, rows: list[Any], saved: list[Any], parents: list[Statuses]
) -> list[tuple[Any, datetime]]:
    """The first version of a record that was loaded without a history, if revisions of its links have it.

    It was public from the beginning unless a revision of it or of a parent has another status.
    """
    of_links = [row for row in rows if _is_link_revision(row)]
    if not of_links or saved[0].version == 1:
        return []
    was_published = getattr(of_links[0], "status", Status.PUBLISHED) == Status.PUBLISHED
    if was_published and all(status == Status.PUBLISHED for parent in parents for _, status in parent):
        return [(of_links[0], record.created_at)]
    return []


def _is_link_revision(row: Any) -> bool:
    """Whether a revision was stored for a link alone: no save makes a first version that is a change."""
    return bool(row.version == 1 and row.history_type == "~")


def _parents(record: Record) -> list[Any]:
    """The records of its ``visibility_parents``."""
    parents = []
    for path in record.visibility_parents:
        parent = record
        for name in path.split("__"):
            parent = getattr(parent, name) if parent is not None else None
        parents += [parent] if parent is not None else []
    return parents


def _statuses(parent: Record) -> Statuses:
    """The statuses by revision; empty for a record without a history."""
    return list(parent.history.order_by("history_date", "history_id").values_list("history_date", "status"))


def _all_published(parents: list[Statuses], moment: datetime) -> bool:
    """Whether all were published at the moment. False for a time before the first revision of one."""
    for parent in parents:
        statuses = [status for when, status in parent if when <= moment]
        if parent and (not statuses or statuses[-1] != Status.PUBLISHED):
            return False
    return True
