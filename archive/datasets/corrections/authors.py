"""Who corrected or deleted what since the dataset was last loaded, by the history: user or dataset, day and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model

from archive.datasets import schema
from archive.datasets.corrections.deletions import Deleted
from archive.datasets.corrections.three_way import Corrected, Corrections
from archive.datasets.suggestions import Near
from archive.dates.errors import shown

_LOADED = re.compile(r'(?:No longer in the dataset\. )?Loaded from (?:"(?P<title>.*?)"(?: \(|$)|a dataset)')
_MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """A field as the archive has it, as the dataset had it and has it now, and who corrected it."""

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
    """A link that was added or removed here."""

    key: str
    field: str
    target: str
    is_added: bool
    author: str


def author(user: str | None, reason: str | None, moment: Any) -> str:
    """Who made a revision, and when: "by editor on 2026-11-28 (a reason)"."""
    if moment is None:
        return "by a change without a revision"
    day, reason = str(moment)[:10], reason or ""
    loaded = _LOADED.match(reason)
    if loaded:
        title = loaded["title"]
        return f'by the dataset "{shown(title)}" on {day}' if title else f"by a dataset without a title on {day}"
    return f"by {user or 'somebody without a name'} on {day}" + (f" ({shown(reason, _MOST_REASON)})" if reason else "")


class Authors:
    """Reads the revisions of corrected records, one query per kind; its answers are streams."""

    def __init__(self, corrections: Corrections) -> None:
        self.corrections, self.database, self.bases = corrections, corrections.database, corrections.bases
        self._near = Near(corrections.comparison.references)
        users: Any = get_user_model()
        self._users = self.database.quote(users._meta.db_table)
        self._username = self.database.quote(users._meta.get_field(users.USERNAME_FIELD).column)

    def revision(self) -> str:
        """SQL for the columns by which :func:`author` names who made the row "revision"."""
        return f"account.{self._username}, revision.history_change_reason, revision.history_date"

    def account(self) -> str:
        """SQL that joins the user of the row "revision"."""
        return f"LEFT JOIN {self._users} AS account ON account.id = revision.history_user_id"

    # Fields

    def fields(self, corrected: Corrected) -> Iterator[Correction]:
        """The corrected fields, record by record in the order of the files."""
        if not corrected.table:
            return
        kind, fields = corrected.rows.kind, list(corrected.fields.items())
        sides = ("is", "base", "stored", "own")
        values = ", ".join(f"corrected.{side}_{position}" for position, _ in fields for side in sides)
        columns = "".join(f", revision.{self.database.quote(one.column)}" for _, one in fields)
        rows = self.database.rows(
            f"""SELECT corrected.n, corrected.id, {values}, {self.revision()}{columns}
                FROM {corrected.table} AS corrected
                LEFT JOIN {self.bases.history(kind)} AS revision ON revision.id = corrected.id {self.account()}
                ORDER BY corrected.n, revision.history_id"""
        )
        after = 2 + len(sides) * len(fields)
        for (_, key), group in groupby(rows, key=lambda row: row[:2]):
            found = list(group)
            name = str(self._near.name(kind.name, key))
            for place, (_, one) in enumerate(fields):
                is_one, base, stored, own = found[0][2 + 4 * place : 6 + 4 * place]
                if is_one:
                    steps = [(row[after : after + 3], row[after + 3 + place]) for row in found]
                    now, had, has = (self._text(one, value) for value in (stored, base, own))
                    yield Correction(name, one.name, now, had, has, _last(stored, steps))

    def _text(self, one: Any, value: Any) -> str:
        if one.is_relation:
            return str(self._near.name(schema.name(one.related_model), value) or "") or _gone(value)
        return "" if value is None else str(value)

    # Links

    def links(self, corrected: Corrected, name: str) -> Iterator[LinkCorrection]:
        """The links of one name that were added or removed here."""
        kind, table = corrected.rows.kind, corrected.links[name]
        many = kind.column(name).field
        linked, target = self.bases.history_of_links(many)
        rows = self.database.rows(
            f"""SELECT corrected.owner, corrected.target, corrected.is_coming, {self.revision()},
                CASE WHEN EXISTS (SELECT 1 FROM {linked} AS linked WHERE linked.history_id = revision.history_id
                    AND linked.{target} = corrected.target) THEN 1 ELSE 0 END
                FROM {table} AS corrected JOIN {corrected.rows.table} AS own ON own.id = corrected.owner
                LEFT JOIN {self.bases.history(kind)} AS revision ON revision.id = corrected.owner {self.account()}
                ORDER BY own.n, corrected.target, revision.history_id"""
        )
        for (owner, end, is_coming), group in groupby(rows, key=lambda row: row[:3]):
            steps = [(row[3:6], row[6]) for row in group]
            text = str(self._near.name(schema.name(many.related_model), end))
            key = str(self._near.name(kind.name, owner))
            yield LinkCorrection(key, name, text, not is_coming, _last(1 - is_coming, steps))

    # Deleted records

    def deletions(self, deleted: Deleted) -> Iterator[tuple[str, str]]:
        """The key of each row whose record was deleted here, and who deleted it."""
        kind, rows = deleted.rows.kind, deleted.left_out or deleted.rows.table
        # A key of pieces stands as the file has it: what it leads to may be left out, too.
        pieces = [kind.column(name) for name in kind.key]
        names = [self.database.quote(one.name if one.target else one.field.column) for one in pieces]
        last = f"""SELECT max(history_id) FROM {self.bases.history(kind)} AS gone
            WHERE gone.id = deleted.record AND gone.history_type = '-'"""
        query = f"""SELECT {self.revision()}, {", ".join(f"own.{name}" for name in names)}
            FROM {deleted.table} AS deleted JOIN {rows} AS own ON own.n = deleted.n
            LEFT JOIN {self.bases.history(kind)} AS revision ON revision.history_id = ({last}) {self.account()}
            ORDER BY own.n"""
        for user, reason, moment, *key in self.database.rows(query):
            yield str(key[0]) if kind.has_slug else schema.join_pieces(key), author(user, reason, moment)

    def referring(self, deleted: Deleted, limit: int) -> list[str]:
        """The first keys of rows that are left out for what they refer to."""
        kind = deleted.rows.kind
        pieces = [kind.column(name) for name in kind.key]
        names = ", ".join(self.database.quote(one.name if one.target else one.field.column) for one in pieces)
        but = f"WHERE n NOT IN (SELECT n FROM {deleted.table})" if deleted.table else ""
        rows = self.database.rows(f"SELECT {names} FROM {deleted.left_out} {but} ORDER BY n LIMIT {limit}")
        return [str(key[0]) if kind.has_slug else schema.join_pieces(key) for key in rows]


def _gone(value: Any) -> str:
    return "" if value is None else f"number {value}, which is gone"


def _last(now: Any, steps: list[tuple[Any, Any]]) -> str:
    """Who gave a field the value that it has now, by all revisions of the record and the value in each."""
    changed: tuple[Any, Any, Any] = (None, None, None)
    before: Any = _last
    for revision, value in steps:
        if value != before:
            changed, before = revision, value
    return author(*changed) if before == now else author(None, None, None)
