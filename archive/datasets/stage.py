"""The dataset as rows of temporary tables: what is compared and written afterwards by the database itself.

Python sees each row once, and keeps none: a million records take no more memory than a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from archive import models
from archive.datasets import schema
from archive.datasets.batches import Batch
from archive.datasets.database import Database
from archive.datasets.parsers import columns, dates, relations
from archive.datasets.parsers.text import texts
from archive.datasets.problems import Problems
from archive.models.base import Tracked
from archive.models.fields import DERIVED, FoldedField, PartialDateField

_MADE = ("id", "version", "public_version", "created_at", "updated_at", "sequence")


def stored(kind: schema.Kind) -> list[Any]:
    """The fields of which a row consists, but for those that count and date it."""
    return [field for field in kind.model._meta.concrete_fields if field.name not in _MADE]


@dataclass(slots=True)
class Staged:
    """One kind's rows: their table, how many, which columns the files gave, and the tables of their links."""

    kind: schema.Kind
    table: str
    columns: list[str]
    links: dict[str, str]
    count: int = 0
    given: set[str] = field(default_factory=set)


class Stage:
    """Takes batches, and keeps them in temporary tables."""

    def __init__(self, database: Database, problems: Problems) -> None:
        self.database, self.problems = database, problems
        self.kinds: dict[str, Staged] = {}
        self.files: list[str] = []
        #: Tables of references to parts, whose keys have several pieces, by kind.
        self.referred: dict[str, str] = {}
        self._dates = dates.Dates()

    def add(self, batch: Batch) -> None:
        staged = self.kinds.get(batch.kind.name) or self._create(batch.kind)
        if batch.file not in self.files:
            self.files.append(batch.file)
        staged.given |= batch.cells.keys()
        count = len(batch.lines)
        if not count:
            # A file with its header only names the columns of keys all the same.
            for column in batch.kind.columns:
                if column.form == "relation" and column.name in batch.cells:
                    self._refer(schema.kinds()[column.target], [])
            return
        bad = bytearray(count)
        numbers = range(staged.count + 1, staged.count + count + 1)
        staged.count += count
        values = self._values(batch, bad, numbers, staged)
        _derive(batch.kind, values, count)
        file = self.files.index(batch.file)
        values |= {"n": numbers, "file": [file] * count, "line": batch.lines, "bad": list(bad)}
        self.database.fill(staged.table, staged.columns, [_as_is(values[name]) for name in staged.columns])

    def _create(self, kind: schema.Kind) -> Staged:
        database = self.database
        types = {"n": "bigint", "file": "integer", "line": "bigint", "bad": "integer"}
        for one in stored(kind):
            types[one.name if one.is_relation else one.column] = (
                database.text_type() if one.is_relation else database.type_of(one)
            )
        links = {
            column.name: database.create(f"{kind.name}__{column.name}", {"n": "bigint", "key": database.text_type()})
            for column in kind.columns
            if column.form == "relations"
        }
        staged = Staged(kind, database.create(kind.name, types), list(types), links)
        self.kinds[kind.name] = staged
        return staged

    def _values(self, batch: Batch, bad: bytearray, numbers: range, staged: Staged) -> dict[str, Any]:
        """By column name of the temporary table; links go to theirs at once."""
        values: dict[str, Any] = {}
        for column in batch.kind.columns:
            if column.name not in batch.cells:
                values |= self._usual(column, batch, bad)
                continue
            reading = columns.Column(batch, column, bad, self.problems)
            match column.form:
                case "text":
                    values[column.field.column] = texts(reading)
                case "number":
                    values[column.field.column] = reading.numbers()
                case "boolean":
                    values[column.field.column] = reading.claims()
                case "date":
                    names = [column.name, *(f"{column.name}_{what}" for what in column.field.companions)]
                    values |= zip(names, zip(*dates.dates(reading, self._dates), strict=True), strict=True)
                case "relation":
                    target = schema.kinds()[column.target]
                    values[column.name] = relations.references(reading, target)
                    self._refer(target, values[column.name])
                case "relations":
                    rows, keys = relations.links(reading)
                    self.database.fill(staged.links[column.name], ["n", "key"], [[numbers[row] for row in rows], keys])
        return values

    def _usual(self, column: schema.Column, batch: Batch, bad: bytearray) -> dict[str, Any]:
        count = len(batch.lines)
        if column.form == "relations":
            return {}
        if column.form == "relation":
            return {column.name: [None] * count}
        if column.form == "date":
            blank = self._dates.of(column.field)[""]
            names = [column.name, *(f"{column.name}_{what}" for what in column.field.companions)]
            return {name: [value] * count for name, value in zip(names, blank, strict=True)}
        return {column.field.column: [columns.usual(column.field)] * count}

    def _refer(self, target: schema.Kind, keys: list[str | None]) -> None:
        """Keep the pieces of keys that have several, to find the records that they name."""
        if target.has_slug:
            return
        table = self.referred.get(target.name)
        if table is None:
            types = dict.fromkeys(("key", *target.key), self.database.text_type())
            table = self.referred[target.name] = self.database.create(f"referred_{target.name}", types)
        found = [key for key in dict.fromkeys(keys) if key is not None]
        if found:
            pieces = zip(*(_key_values(target, schema.split_pieces(key)) for key in found), strict=True)
            self.database.fill(table, ["key", *target.key], [found, *map(list, pieces)])

    def index(self) -> None:
        """Make the tables ready to be joined."""
        for staged in self.kinds.values():
            if staged.kind.has_slug:
                self.database.index(staged.table, "slug")
            self.database.index(staged.table, "n")
            for table in staged.links.values():
                self.database.index(table, "n")
            for table in (staged.table, *staged.links.values()):
                self.database.analyze(table, staged.count)


def _key_values(target: schema.Kind, pieces: list[str | None]) -> list[str | None]:
    """Absent pieces of text are empty, absent relations none."""
    forms = [target.column(name).form for name in target.key]
    return [piece or (None if form == "relation" else "") for piece, form in zip(pieces, forms, strict=True)]


def _as_is(values: Any) -> Any:
    return list(values) if isinstance(values, range) else values


def derives(kind: schema.Kind) -> bool:
    """Whether columns follow from others in ways that only the model knows."""
    model: Any = kind.model
    return model.derive is not Tracked.derive and model is not models.SpeechAct


def folded_fields(kind: schema.Kind) -> list[FoldedField]:
    return [one for one in kind.model._meta.concrete_fields if isinstance(one, FoldedField)]


def _derive(kind: schema.Kind, values: dict[str, Any], count: int) -> None:
    """Fill in the columns that follow from others, as saving a record would."""
    if kind.model is models.SpeechAct:
        acts = zip(values["slug"], values["statement"], values["ordinal"], strict=True)
        values["slug"] = [slug or f"{statement}-{ordinal}" for slug, statement, ordinal in acts]
    if derives(kind):
        names = [one.name if one.is_relation else one.column for one in stored(kind) if not isinstance(one, DERIVED)]
        names = [name for name in names if name in values]
        rows = [derived(kind, dict(zip(names, row, strict=True))) for row in zip(*map(values.get, names), strict=True)]
        for name in rows[0]:
            values[name] = [row[name] for row in rows]
        return
    for one in folded_fields(kind):
        values[one.attname] = list(map(one.value_of, *(values[name] for name in one.source)))


def derived(kind: schema.Kind, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its derived columns, by the model's own rules."""
    model: Any = kind.model
    record = SimpleNamespace(**row)
    model.derive(record)
    for one in folded_fields(kind):
        one.pre_save(record, add=False)  # type: ignore[arg-type]
    return vars(record)


def dates_of(kind: schema.Kind) -> list[PartialDateField]:
    return [one for one in stored(kind) if isinstance(one, PartialDateField)]


__all__ = ["Stage", "Staged", "dates_of", "derived", "derives", "folded_fields", "stored"]
