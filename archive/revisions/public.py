"""Which revisions of a record the public could read, and from when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.choices import Status

#: When a record had which status, the oldest first.
Statuses = list[tuple[datetime, str]]


def public_revisions(record: Any, rows: list[Any]) -> list[tuple[Any, datetime]]:
    """The revisions among ``rows`` (the oldest first) that the public could read, each with when it first could.

    Of each version its first row: later ones are stored when a link is made, also to a record that the public does not
    see. A record that was loaded without a history has its first version in itself.
    """
    saved = list({row.version: row for row in reversed(rows) if not _of_a_link(row)}.values())[::-1]
    if not saved and record.version == 1:
        return [(record, record.created_at)]
    if not saved:
        return []
    parents = [_statuses(parent) for parent in _parents(record)]
    ends = [row.history_date for row in saved[1:]] + [datetime.max.replace(tzinfo=UTC)]
    found = _as_loaded(record, rows, saved, parents)
    for row, end in zip(saved, ends, strict=True):
        if getattr(row, "status", Status.PUBLISHED) == Status.PUBLISHED:
            moments = [moment for parent in parents for moment, _ in parent if row.history_date < moment < end]
            shown = (moment for moment in sorted([row.history_date, *moments]) if _all_published(parents, moment))
            if (at := next(shown, None)) is not None:
                found.append((row, at))
    return found


def _as_loaded(record: Any, rows: list[Any], saved: list[Any], parents: list[Statuses]) -> list[tuple[Any, datetime]]:
    """The first version of a record that was loaded without a history, where only rows of its links tell of it.

    It could be read from the beginning where nothing says that it, or what it belongs to, was not published.
    """
    of_links = [row for row in rows if _of_a_link(row)]
    if not of_links or saved[0].version == 1:
        return []
    was_published = getattr(of_links[0], "status", Status.PUBLISHED) == Status.PUBLISHED
    if was_published and all(status == Status.PUBLISHED for parent in parents for _, status in parent):
        return [(of_links[0], record.created_at)]
    return []


def _of_a_link(row: Any) -> bool:
    """Whether it was stored for a link alone: no save leaves a first version that is a change."""
    return bool(row.version == 1 and row.history_type == "~")


def _parents(record: Any) -> list[Any]:
    """The records without which it is not visible."""
    found = []
    for path in record.visibility_parents:
        parent = record
        for name in path.split("__"):
            parent = getattr(parent, name) if parent is not None else None
        found += [parent] if parent is not None else []
    return found


def _statuses(parent: Any) -> Statuses:
    """Nothing for a record without a history, which is as it was loaded."""
    return list(parent.history.order_by("history_date", "history_id").values_list("history_date", "status"))


def _all_published(parents: list[Statuses], moment: datetime) -> bool:
    """Whether all were published at the moment; of a time before what is known of one, the safe answer is no."""
    for parent in parents:
        known = [status for when, status in parent if when <= moment]
        if parent and (not known or known[-1] != Status.PUBLISHED):
            return False
    return True
