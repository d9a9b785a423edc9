"""Rows of every record type, and all references from one record type to another."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from archive.csv_dialect import join_pieces
from archive.datasets.schema import Column, RecordType, record_types

#: Values that a valid record needs beyond its required columns; of a vocabulary the first value is used.
_VALUES: dict[str, dict[str, Any]] = {
    "statements": {"attribution": "collective", "body": "base", "speaker": "base"},
    "relations": {"to_event": "other"},
    "speech_acts": {"kind": "demand"},
    "citations": {"stance": "supports"},
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column by which records of one type refer to records of another or the same type."""

    record_type: RecordType
    column: Column

    def __str__(self) -> str:
        return f"{self.record_type.name}-{self.column.name}"

    @property
    def target(self) -> RecordType:
        return record_types()[self.column.target]

    @property
    def is_part(self) -> bool:
        """Whether the referring record is deleted with the other (CASCADE)."""
        return self.column.data_type == "relation" and self.column.field.remote_field.on_delete.__name__ == "CASCADE"

    @property
    def other(self) -> Any:
        """Another valid value: no links, no reference, or the base row."""
        if self.column.data_type == "relations":
            return []
        is_required = not self.column.field.null or self.column.name in getattr(self.record_type.model, "subjects", ())
        return "base" if is_required else None


def all_references() -> list[Reference]:
    """All references, read from the models."""
    types = record_types().values()
    return [Reference(record_type, column) for record_type in types for column in record_type.columns if column.target]


class DatasetRows:
    """The rows of a dataset by record type. Required references are to the rows tagged "base" of another dataset."""

    _numbers = count(1)

    def __init__(self, status: str = "draft") -> None:
        self.status = status
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.in_order: list[dict[str, Any]] = []

    def __add__(self, other: DatasetRows) -> DatasetRows:
        both = DatasetRows()
        for rows in (self, other):
            for name, own in rows.rows.items():
                both.rows[name] += own
        return both

    def add(self, record_type: RecordType, tag: str, **values: Any) -> Any:
        """Add a row; return its key as other rows refer to it: a slug, or a list of pieces."""
        row = {column.name: None for column in record_type.columns if column.target or column.required}
        row |= {column.name: [] for column in record_type.columns if column.data_type == "relations"}
        subjects = getattr(record_type.model, "subjects", ()) or (
            ("official", "body") if record_type.name == "participations" else ()
        )
        for column in record_type.columns:
            if column.required or column.name == "slug":
                row[column.name] = self._value(column, tag)
            elif column.name == "status":
                row["status"] = self.status
            elif column.name == "locator":
                row["locator"] = tag
        if subjects and not set(subjects) & values.keys():
            row[subjects[0]] = "base"
        row |= _VALUES.get(record_type.name, {}) | values
        self.rows[record_type.name].append(row)
        self.in_order.append(row)
        return row_key(record_type, row)

    def _value(self, column: Column, tag: str) -> Any:
        if column.field.choices:
            return next(value for value, _ in column.field.choices)
        number = next(self._numbers)
        return {"relation": "base", "date": str(1000 + number), "number": number}.get(column.data_type, tag)

    def write(self, directory: Path, title: str, empty: bool = False) -> Path:
        """Write the dataset, with ``empty`` the headers only; return the directory."""
        directory.mkdir(parents=True)
        (directory / "dataset.yaml").write_text(f"title: {title}\n")
        for name, rows in self.rows.items():
            if empty:
                (directory / f"{name}.csv").write_text(",".join(rows[0]) + "\n")
            else:
                (directory / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return directory


def row_key(record_type: RecordType, row: dict[str, Any]) -> Any:
    return row["slug"] if record_type.has_slug else [row.get(name) or None for name in record_type.key]


def base_rows(status: str = "draft") -> DatasetRows:
    """A row of each record type with a slug, for required references."""
    rows = DatasetRows(status)
    for record_type in record_types().values():
        if record_type.has_slug:
            rows.add(record_type, "base")
    rows.add(record_types()["events"], "other")
    return rows


def add_reference(reference: Reference, number: int, targets: DatasetRows, referring: DatasetRows) -> tuple[str, str]:
    """Add a target to one dataset and a row that refers to it to another; return their keys as reports have them."""
    target = targets.add(reference.target, f"t{number}")
    values = {reference.column.name: [target] if reference.column.data_type == "relations" else target}
    own = referring.add(reference.record_type, f"r{number}", **values)
    return _joined(target), _joined(own)


def _joined(parts: Any) -> str:
    if isinstance(parts, str):
        return parts
    return join_pieces(join_pieces(part) if isinstance(part, list) else part for part in parts)
