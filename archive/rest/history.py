"""The revisions of a record: all for users who see drafts; for the public, those that changed a public column.

The differences between two of them are computed from the states of the record, which ``as_of`` shows too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from archive.exceptions import ArchiveError, Problem
from archive.filters.fields import parse_past_moment
from archive.models.base import Record
from archive.moments import utc_text
from archive.registry import collection_of
from archive.rest.differences import record_differences
from archive.rest.serializers import SERIALIZERS
from archive.revisions.as_of import PastRecord, record_as_of
from archive.revisions.public import public_revisions
from archive.visibility import Viewer, sees_drafts

_END = "the number of a revision in the list, or a past moment such as 2026-08-01T00:00Z"
_HIDDEN_COLUMNS = frozenset({"id", "slug", "version", "created_at", "updated_at", "folded", "filing_key", "sequence"})


def revisions(record: Record, user: Viewer) -> list[dict[str, Any]]:
    """Newest first: number, time and new values of changed columns; for users who see drafts also user and reason.

    The numbers count from 1, the oldest of those that the user sees.
    """
    rows = list(record.history.select_related("history_user").order_by("history_date", "history_id"))
    private = sees_drafts(user)
    columns = _shown_columns(record)
    result: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    for row, at in (
        [(row, row.history_date) for row in _last_by_version(rows)] if private else public_revisions(record, rows)
    ):
        values = {name: _json_value(getattr(row, name)) for name in columns}
        changed = {name: value for name, value in values.items() if before is None or before[name] != value}
        if private or changed:
            result.append(_revision(row, at, changed, private, len(result) + 1))
        before = values
    return result[::-1]


@dataclass(frozen=True, slots=True)
class Compared:
    """The values of ``from`` and ``to``: each the number of a revision, or a moment (``to`` None: the newest)."""

    start: int | datetime
    end: int | datetime | None

    @classmethod
    def parse(cls, start: str | None, end: str | None) -> Compared | None:
        """None if both are absent. Raises ArchiveError."""
        first, last = _parse_end("from", start), _parse_end("to", end)
        if first is None:
            if last is None:
                return None
            raise ArchiveError([Problem("from", "nothing", f"{_END}, as to has")])
        return cls(first, last)


def differences(record: Record, compared: Compared, user: Viewer) -> dict[str, Any]:
    """The differences between two states that the user may see, and the revisions between. Raises ArchiveError."""
    listed = revisions(record, user)
    start, before = _state(record, "from", compared.start, listed, user)
    end, after = _state(record, "to", compared.end, listed, user)
    serializer = SERIALIZERS[collection_of(type(record)).name]  # type: ignore[union-attr]
    first, last = sorted((start["at"], end["at"]))
    between = [revision for revision in listed if first < revision["at"] <= last]
    return {
        "from": start, "to": end, "changes": record_differences(before, after, serializer), "results": between
    }  # fmt: skip


def _parse_end(name: str, text: str | None) -> int | datetime | None:
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        if len(text) > 6:
            raise ArchiveError([Problem(name, text[:64], _END)])
        return int(text)
    try:
        return parse_past_moment(name, text)
    except ArchiveError as error:
        raise ArchiveError([replace(problem, expected=_END) for problem in error.problems]) from error


def _state(
    record: Record, name: str, end: int | datetime | None, listed: list[dict[str, Any]], user: Viewer
) -> tuple[dict[str, Any], PastRecord]:
    """A state with its number and time: of a revision as it was before the next, with the parts of that time."""
    if end is None:
        end = len(listed) or timezone.now()
    if not isinstance(end, int):
        at = end
        number = next((revision["number"] for revision in listed if revision["at"] <= at), None)
        moments, got = [at], utc_text(at)
    else:
        number, got = end, str(end)
        if not 1 <= end <= len(listed):
            raise ArchiveError([Problem(name, got, f"the number of a revision, 1 to {len(listed)}, or a moment")])
        at = listed[-end]["at"]
        moments = _ends(record, at, listed[-end - 1]["at"] if end < len(listed) else None)
    states = (record_as_of(record, moment, user) for moment in moments)
    past = next((state for state in states if state is not None), None)
    if past is None:
        raise ArchiveError([Problem(name, got, "a revision or a moment at which you could see the record")])
    return {"number": number, "at": at}, past


def _ends(record: Record, at: datetime, next_at: datetime | None) -> list[datetime]:
    """Moments of a revision at which to read it: before the next of the list, before the next of all, its first.

    At the earlier ones the record may have been withdrawn.
    """
    moment = timedelta(microseconds=1)
    later = record.history.filter(history_date__gt=at).exclude(version=1, history_type="~").order_by("history_date")
    following = later.values_list("history_date", flat=True).first()
    ends = [timezone.now() if next_at is None else next_at - moment]
    return [*ends, *([following - moment] if following is not None else []), at]


def _last_by_version(rows: Iterable[Any]) -> list[Any]:
    """The last row of each version: changes of many-to-many links are rows of their own after the record's."""
    last: dict[tuple[int, bool], Any] = {}
    for row in rows:
        key = (row.version, row.history_type == "-")
        if key in last:
            row.history_type = last[key].history_type
        last[key] = row
    return list(last.values())


def _shown_columns(record: Record) -> list[str]:
    return [
        field.name
        for field in record._meta.concrete_fields
        if field.name not in _HIDDEN_COLUMNS and not field.is_relation and (field.editable or field.name == "status")
    ]


def _json_value(value: object) -> Any:
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def _revision(row: Any, at: datetime, changed: dict[str, Any], private: bool, number: int) -> dict[str, Any]:
    revision: dict[str, Any] = {"number": number, "at": at, "changed": changed}
    if private:
        revision |= {
            "version": row.version,
            "kind": {"+": "added", "~": "changed", "-": "removed"}[row.history_type],
            "user": row.history_user.get_username() if row.history_user else None,
            "reason": row.history_change_reason,
        }
    return revision
