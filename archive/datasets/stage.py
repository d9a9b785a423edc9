"""The dataset in temporary tables: parsed rows, with natural keys where the archive has ids.

Python handles each row once and stores none: a million records need no more memory than a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db.models import Field

from archive import models
from archive.csv_dialect import split_pieces
from archive.datasets.batches import Batch
from archive.datasets.database import Database
from archive.datasets.parsers import (
    CellParser,
    DateParser,
    default_value,
    parse_booleans,
    parse_links,
    parse_numbers,
    parse_references,
    parse_texts,
)
from archive.datasets.problems import Problems
from archive.datasets.schema import Column, RecordType, record_types
from archive.models.base import Tracked
from archive.models.fields import DERIVED, FoldedField

_SET_BY_THE_ARCHIVE = ("id", "version", "public_version", "created_at", "updated_at", "sequence")


def stored_fields(record_type: RecordType) -> list[Any]:
    """The concrete fields of the model but for the id, the version, timestamps and sequence numbers."""
    return [field for field in record_type.model._meta.concrete_fields if field.name not in _SET_BY_THE_ARCHIVE]


def folded_fields(record_type: RecordType) -> list[FoldedField]:
    return [field for field in record_type.model._meta.concrete_fields if isinstance(field, FoldedField)]


@dataclass(slots=True)
class StagedRows:
    """The rows of one record type: their table, their number, the columns that the file has, tables of links.

    Columns of the table: ``n`` (row number from 1), ``file`` (index in ``Stage.files``), ``line``, ``bad`` (1 where a
    cell could not be parsed), and for each stored field its values, or natural keys if it is a relation.
    """

    record_type: RecordType
    table: str
    columns: list[str]
    #: Many-to-many field -> table of links (``n``, ``key``).
    links: dict[str, str]
    #: The number of rows, without those that were deleted.
    count: int = 0
    #: The number ``n`` of the last row ever added: deleted rows leave gaps.
    last_number: int = 0
    file_columns: set[str] = field(default_factory=set)


class Stage:
    """Parses batches into temporary tables."""

    def __init__(self, database: Database, problems: Problems) -> None:
        self.database, self.problems = database, problems
        self.rows: dict[str, StagedRows] = {}
        self.files: list[str] = []
        #: Tables of references to records without a slug, by record type: ``key`` and the parts of the key.
        self.part_references: dict[str, str] = {}
        self._dates = DateParser()

    def add(self, batch: Batch) -> None:
        staged = self.rows.get(batch.record_type.name) or self._create(batch.record_type)
        if batch.file not in self.files:
            self.files.append(batch.file)
        staged.file_columns |= batch.cells.keys()
        count = len(batch.lines)
        if not count:
            # Also for a file with a header only: the steps below read the tables of its columns.
            for column in batch.record_type.columns:
                if column.data_type == "relation" and column.name in batch.cells:
                    self._add_part_references(record_types()[column.target], [])
            return
        invalid = bytearray(count)
        numbers = range(staged.last_number + 1, staged.last_number + count + 1)
        staged.count += count
        staged.last_number += count
        values = self._parse(batch, invalid, numbers, staged)
        _fill_derived(batch.record_type, values)
        file = self.files.index(batch.file)
        values |= {"n": list(numbers), "file": [file] * count, "line": batch.lines, "bad": list(invalid)}
        self.database.bulk_insert(staged.table, staged.columns, [values[name] for name in staged.columns])

    def create_indexes(self) -> None:
        """Index and analyze the tables, once all rows are there."""
        for staged in self.rows.values():
            if staged.record_type.has_slug:
                self.database.create_index(staged.table, "slug")
            self.database.create_index(staged.table, "n")
            for table in staged.links.values():
                self.database.create_index(table, "n")
            for table in (staged.table, *staged.links.values()):
                self.database.analyze(table, staged.count)

    def _create(self, record_type: RecordType) -> StagedRows:
        database, text = self.database, self.database.text_type
        types = {"n": "bigint", "file": "integer", "line": "bigint", "bad": "integer"}
        for stored in stored_fields(record_type):
            types[_staged_column(stored)] = text if stored.is_relation else database.column_type(stored)
        links = {
            column.name: database.create_table(f"{record_type.name}__{column.name}", {"n": "bigint", "key": text})
            for column in record_type.columns
            if column.data_type == "relations"
        }
        table = database.create_table(record_type.name, types)
        staged = self.rows[record_type.name] = StagedRows(record_type, table, list(types), links)
        return staged

    def _parse(self, batch: Batch, invalid: bytearray, numbers: range, staged: StagedRows) -> dict[str, list[Any]]:
        """Values by column of the temporary table; links are inserted into their own."""
        values: dict[str, list[Any]] = {}
        for column in batch.record_type.columns:
            if column.name not in batch.cells:
                values |= self._defaults(column, len(batch.lines))
                continue
            parser = CellParser(batch, column, invalid, self.problems)
            match column.data_type:
                case "text":
                    values[column.field.column] = parse_texts(parser)
                case "number":
                    values[column.field.column] = parse_numbers(parser)
                case "boolean":
                    values[column.field.column] = parse_booleans(parser)
                case "date":
                    dates = zip(*self._dates.parse(parser), strict=True)
                    values |= zip(_date_columns(column), map(list, dates), strict=True)
                case "relation":
                    target = record_types()[column.target]
                    values[column.name] = parse_references(parser, target)
                    self._add_part_references(target, values[column.name])
                case "relations":
                    rows, keys = parse_links(parser)
                    row_numbers = [numbers[row] for row in rows]
                    self.database.bulk_insert(staged.links[column.name], ["n", "key"], [row_numbers, keys])
        return values

    def _defaults(self, column: Column, count: int) -> dict[str, list[Any]]:
        """Values of a column that the file does not have."""
        match column.data_type:
            case "relations":
                return {}
            case "relation":
                return {column.name: [None] * count}
            case "date":
                empty = self._dates.dates(column.field)[""]
                return {name: [value] * count for name, value in zip(_date_columns(column), empty, strict=True)}
        return {column.field.column: [default_value(column.field)] * count}

    def _add_part_references(self, target: RecordType, keys: list[str | None]) -> None:
        """Store the parts of keys of records without a slug."""
        if target.has_slug:
            return
        table = self.part_references.get(target.name)
        if table is None:
            types = dict.fromkeys(("key", *target.key), self.database.text_type)
            table = self.part_references[target.name] = self.database.create_table(
                f"part_references_{target.name}", types
            )
        unique_keys = [key for key in dict.fromkeys(keys) if key is not None]
        if unique_keys:
            parts = zip(*(_key_values(target, split_pieces(key)) for key in unique_keys), strict=True)
            self.database.bulk_insert(table, ["key", *target.key], [unique_keys, *map(list, parts)])


def _staged_column(stored: Field[Any, Any]) -> str:
    return str(stored.name if stored.is_relation else stored.column)


def _date_columns(column: Column) -> list[str]:
    return [column.name, *(f"{column.name}_{companion}" for companion in column.field.companions)]


def _key_values(target: RecordType, parts: list[str | None]) -> list[str | None]:
    """An absent text is an empty string, an absent relation None."""
    is_relation = [target.column(name).data_type == "relation" for name in target.key]
    return [part or (None if relation else "") for part, relation in zip(parts, is_relation, strict=True)]


# Derived columns


def has_derive_method(record_type: RecordType) -> bool:
    """Whether the model computes columns in ``set_derived_fields``; those of speech acts are computed here."""
    model: Any = record_type.model
    return model.set_derived_fields is not Tracked.set_derived_fields and model is not models.SpeechAct


def derive_row(record_type: RecordType, row: dict[str, Any]) -> dict[str, Any]:
    """The row with the columns that the model and its folded fields derive."""
    model: Any = record_type.model
    record = SimpleNamespace(**row)
    model.set_derived_fields(record)
    for folded in folded_fields(record_type):
        folded.pre_save(record, add=False)  # type: ignore[arg-type]
    return vars(record)


def _fill_derived(record_type: RecordType, values: dict[str, list[Any]]) -> None:
    """Add the columns that saving a record would derive from others."""
    if record_type.model is models.SpeechAct:
        acts = zip(values["slug"], values["statement"], values["ordinal"], strict=True)
        values["slug"] = [slug or f"{statement}-{ordinal}" for slug, statement, ordinal in acts]
    if has_derive_method(record_type):
        fields = [stored for stored in stored_fields(record_type) if not isinstance(stored, DERIVED)]
        names = [name for stored in fields if (name := _staged_column(stored)) in values]
        rows = zip(*(values[name] for name in names), strict=True)
        derived = [derive_row(record_type, dict(zip(names, row, strict=True))) for row in rows]
        for name in derived[0]:
            values[name] = [row[name] for row in derived]
        return
    for folded in folded_fields(record_type):
        values[folded.attname] = list(map(folded.value_of, *(values[name] for name in folded.source)))
