"""The revisions of a record: all for users who see drafts; for the public, those that changed a public column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from archive.revisions.public import public_revisions
from archive.visibility import sees_drafts

_HIDDEN_COLUMNS = frozenset({"id", "slug", "version", "created_at", "updated_at", "folded", "filing_key", "sequence"})


def revisions(record: Any, user: Any) -> list[dict[str, Any]]:
    """Newest first: time and new values of changed columns; for users who see drafts also user and reason."""
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
            result.append(_revision(row, at, changed, private))
        before = values
    return result[::-1]


def _last_by_version(rows: Iterable[Any]) -> list[Any]:
    """The last row of each version: changes of many-to-many links are rows of their own after the record's."""
    last: dict[tuple[int, bool], Any] = {}
    for row in rows:
        key = (row.version, row.history_type == "-")
        if key in last:
            row.history_type = last[key].history_type
        last[key] = row
    return list(last.values())


def _shown_columns(record: Any) -> list[str]:
    return [
        field.name
        for field in record._meta.concrete_fields
        if field.name not in _HIDDEN_COLUMNS and not field.is_relation and (field.editable or field.name == "status")
    ]


def _json_value(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def _revision(row: Any, at: datetime, changed: dict[str, Any], private: bool) -> dict[str, Any]:
    revision: dict[str, Any] = {"at": at, "changed": changed}
    if private:
        revision |= {
            "version": row.version,
            "kind": {"+": "added", "~": "changed", "-": "removed"}[row.history_type],
            "user": row.history_user.get_username() if row.history_user else None,
            "reason": row.history_change_reason,
        }
    return revision
