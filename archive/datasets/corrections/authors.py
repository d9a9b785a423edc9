"""Authors of corrections and deletions, by the history: the user or dataset, the day and the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model

from archive.csv_dialect import join_pieces
from archive.datasets.corrections.three_way import Corrections, TypeCorrections, TypeDeletions
from archive.datasets.schema import RecordType, type_name
from archive.exceptions import printable

_LOADED = re.compile(r'(?:No longer in the dataset\. )?Loaded from (?:"(?P<title>.*?)"(?: \(|$)|a dataset)')
_MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class FieldCorrection:
    """A corrected field of a record: the archive's value, the base value, the dataset's value, the author."""

    key: str
    field: str
    stored: str
    base: str
    own: str
    author: str

    @property
    def is_conflict(self) -> bool:
        """Whether the dataset has changed the field, too."""
        return self.base != self.own


@dataclass(frozen=True, slots=True)
class LinkCorrection:
    """A link that was added or removed in the archive."""

    key: str
    field: str
    target: str
    is_added: bool
    author: str


def describe_author(user: str | None, reason: str | None, timestamp: object) -> str:
    """The author of a revision: "by editor on 2026-11-28 (a reason)"."""
    if timestamp is None:
        return "by a change without a revision"
    day, reason = str(timestamp)[:10], reason or ""
    loaded = _LOADED.match(reason)
    if loaded:
        title = loaded["title"]
        return f'by the dataset "{printable(title)}" on {day}' if title else f"by a dataset without a title on {day}"
    because = f" ({printable(reason, _MAX_REASON)})" if reason else ""
    return f"by {user or 'somebody without a name'} on {day}{because}"


class Authors:
    """Reads the revisions of corrected records, one query per record type."""

    def __init__(self, corrections: Corrections) -> None:
        self.corrections, self.database = corrections, corrections.database
        self.base_states, self.record_keys = corrections.base_states, corrections.diff.resolver.record_keys
        users: Any = get_user_model()
        self._users = self.database.quote(users._meta.db_table)
        self._username = self.database.quote(users._meta.get_field(users.USERNAME_FIELD).column)

    def author_columns(self) -> str:
        """SQL for the arguments of :func:`describe_author`, of a row with the alias ``revision``."""
        return f"account.{self._username}, revision.history_change_reason, revision.history_date"

    def join_user(self) -> str:
        """SQL that joins the user of a row with the alias ``revision``."""
        return f"LEFT JOIN {self._users} AS account ON account.id = revision.history_user_id"

    def field_corrections(self, corrections: TypeCorrections) -> Iterator[FieldCorrection]:
        """The corrected fields, in the order of the files."""
        if not corrections.table:
            return
        record_type, fields = corrections.rows.record_type, list(corrections.fields.items())
        parts = ("is", "base", "stored", "own")
        values = ", ".join(f"corrected.{part}_{position}" for position, _ in fields for part in parts)
        columns = "".join(f", revision.{self.database.quote(stored.column)}" for _, stored in fields)
        rows = self.database.rows(
            f"""SELECT corrected.n, corrected.id, {values}, {self.author_columns()}{columns}
                FROM {corrections.table} AS corrected
                LEFT JOIN {self.base_states.history_table(record_type)} AS revision ON revision.id = corrected.id
                {self.join_user()} ORDER BY corrected.n, revision.history_id"""
        )
        start = 2 + len(parts) * len(fields)
        for (_, pk), group in groupby(rows, key=lambda row: row[:2]):
            revisions = list(group)
            key = self.record_keys.key_of(record_type.name, pk)
            for index, (_, field) in enumerate(fields):
                is_corrected, base, stored, own = revisions[0][2 + 4 * index : 6 + 4 * index]
                if is_corrected:
                    steps = [(row[start : start + 3], row[start + 3 + index]) for row in revisions]
                    stored_text, base_text, own_text = (self._text(field, value) for value in (stored, base, own))
                    yield FieldCorrection(
                        key, field.name, stored_text, base_text, own_text, _last_author(stored, steps)
                    )

    def _text(self, field: Any, value: object) -> str:
        if value is None:
            return ""
        if field.is_relation:
            key = self.record_keys.key_of(type_name(field.related_model), value)
            return key or f"number {value}, which is gone"
        return str(value)

    def link_corrections(self, corrections: TypeCorrections, name: str) -> Iterator[LinkCorrection]:
        """The links of a many-to-many field that were added or removed."""
        rows, record_type = corrections.rows, corrections.rows.record_type
        column = record_type.column(name)
        linked, target = self.base_states.link_history(column.field)
        revisions = self.database.rows(
            f"""SELECT corrected.owner, corrected.target, corrected.was_removed, {self.author_columns()},
                CASE WHEN EXISTS (SELECT 1 FROM {linked} AS linked WHERE linked.history_id = revision.history_id
                    AND linked.{target} = corrected.target) THEN 1 ELSE 0 END
                FROM {corrections.links[name]} AS corrected JOIN {rows.table} AS own ON own.id = corrected.owner
                LEFT JOIN {self.base_states.history_table(record_type)} AS revision ON revision.id = corrected.owner
                {self.join_user()} ORDER BY own.n, corrected.target, revision.history_id"""
        )
        for (owner_id, target_id, is_removed), group in groupby(revisions, key=lambda row: row[:3]):
            steps = [(row[3:6], row[6]) for row in group]
            owner_key = self.record_keys.key_of(record_type.name, owner_id)
            target_key = self.record_keys.key_of(column.target, target_id)
            yield LinkCorrection(owner_key, name, target_key, not is_removed, _last_author(1 - is_removed, steps))

    def deleted_records(self, deletions: TypeDeletions) -> Iterator[tuple[str, str]]:
        """The key and the author of the deletion of each row whose record was deleted."""
        record_type, rows = deletions.rows.record_type, deletions.left_out or deletions.rows.table
        history = self.base_states.history_table(record_type)
        last = f"""SELECT max(history_id) FROM {history} AS gone
            WHERE gone.id = deleted.record AND gone.history_type = '-'"""
        columns = ", ".join(f"own.{column}" for column in self._key_columns(record_type))
        query = f"""SELECT {self.author_columns()}, {columns}
            FROM {deletions.table} AS deleted JOIN {rows} AS own ON own.n = deleted.n
            LEFT JOIN {history} AS revision ON revision.history_id = ({last}) {self.join_user()} ORDER BY own.n"""
        for user, reason, timestamp, *key in self.database.rows(query):
            yield _join_key(record_type, key), describe_author(user, reason, timestamp)

    def referring_keys(self, deletions: TypeDeletions, limit: int) -> list[str]:
        """The first keys of rows that are left out because they refer to a deleted record."""
        record_type = deletions.rows.record_type
        columns = ", ".join(self._key_columns(record_type))
        condition = f"WHERE n NOT IN (SELECT n FROM {deletions.table})" if deletions.table else ""
        rows = self.database.rows(f"SELECT {columns} FROM {deletions.left_out} {condition} ORDER BY n LIMIT {limit}")
        return [_join_key(record_type, key) for key in rows]

    def _key_columns(self, record_type: RecordType) -> list[str]:
        """The columns of the key as the file has it: what it refers to may be left out, too."""
        columns = [record_type.column(name) for name in record_type.key]
        return [self.database.quote(column.name if column.target else column.field.column) for column in columns]


def _join_key(record_type: RecordType, key: Sequence[Any]) -> str:
    return str(key[0]) if record_type.has_slug else join_pieces(key)


def _last_author(current: object, steps: list[tuple[Any, Any]]) -> str:
    """The author of the last change of a value, from the author columns and the value of each revision in order."""
    change: tuple[Any, Any, Any] = (None, None, None)
    previous: Any = object()
    for revision, value in steps:
        if value != previous:
            change, previous = revision, value
    return describe_author(*change) if previous == current else describe_author(None, None, None)
