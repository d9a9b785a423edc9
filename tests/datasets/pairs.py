"""Records of every kind as rows of datasets, and each way in which a record of one kind may refer to another."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from archive.datasets import schema

#: What a new record has to say besides what its columns tell: the first word of a vocabulary will do for the rest.
_VALUES: dict[str, dict[str, Any]] = {
    "statements": {"attribution": "collective", "body": "base", "speaker": "base"},
    "relations": {"to_event": "other"},
    "speech_acts": {"kind": "demand"},
    "citations": {"stance": "supports"},
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A column by which a record of one kind refers to a record of another, or of its own."""

    kind: schema.Kind
    column: schema.Column

    def __str__(self) -> str:
        return f"{self.kind.name}-{self.column.name}"

    @property
    def target(self) -> schema.Kind:
        return schema.kinds()[self.column.target]

    @property
    def is_part(self) -> bool:
        """Whether the referring record is deleted with the other where nothing hinders it."""
        return self.column.form == "relation" and self.column.field.remote_field.on_delete.__name__ == "CASCADE"

    @property
    def other(self) -> Any:
        """What the column may have instead: no links, nothing, or the record that all others refer to."""
        if self.column.form == "relations":
            return []
        has_to_be = not self.column.field.null or self.column.name in getattr(self.kind.model, "subjects", ())
        return "base" if has_to_be else None


def pairs() -> list[Pair]:
    """All of them, read from the models."""
    return [Pair(kind, column) for kind in schema.kinds().values() for column in kind.columns if column.target]


class Rows:
    """The rows of a dataset, by kind. What a row has to refer to, it finds in the rows tagged "base" of another."""

    _numbers = count(1)

    def __init__(self, status: str = "draft") -> None:
        self.status = status
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.in_order: list[dict[str, Any]] = []

    def __add__(self, other: Rows) -> Rows:
        both = Rows()
        for rows in (self, other):
            for name, some in rows.rows.items():
                both.rows[name] += some
        return both

    def add(self, kind: schema.Kind, tag: str, **values: Any) -> Any:
        """Add a row; its key, as other rows refer to it: a slug, or a list of pieces."""
        row = {column.name: None for column in kind.columns if column.target or column.required}
        row |= {column.name: [] for column in kind.columns if column.form == "relations"}
        subjects = getattr(kind.model, "subjects", ()) or (
            ("official", "body") if kind.name == "participations" else ()
        )
        for column in kind.columns:
            if column.required or column.name == "slug":
                row[column.name] = self._value(column, tag)
            elif column.name == "status":
                row["status"] = self.status
            elif column.name == "locator":
                row["locator"] = tag
        if subjects and not set(subjects) & values.keys():
            row[subjects[0]] = "base"
        row |= _VALUES.get(kind.name, {}) | values
        self.rows[kind.name].append(row)
        self.in_order.append(row)
        return key(kind, row)

    def _value(self, column: schema.Column, tag: str) -> Any:
        if column.field.choices:
            return next(word for word, _ in column.field.choices)
        number = next(self._numbers)
        return {"relation": "base", "date": str(1000 + number), "number": number}.get(column.form, tag)

    def write(self, directory: Path, title: str, empty: bool = False) -> Path:
        """The dataset; an empty one has the files, and no row in them."""
        directory.mkdir(parents=True)
        (directory / "dataset.yaml").write_text(f"title: {title}\n")
        for name, rows in self.rows.items():
            if empty:
                (directory / f"{name}.csv").write_text(",".join(rows[0]) + "\n")
            else:
                (directory / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return directory


def key(kind: schema.Kind, row: dict[str, Any]) -> Any:
    return row["slug"] if kind.has_slug else [row.get(name) or None for name in kind.key]


def base(status: str = "draft") -> Rows:
    """A record of each kind that others have to refer to."""
    found = Rows(status)
    for kind in schema.kinds().values():
        if kind.has_slug:
            found.add(kind, "base")
    found.add(schema.kinds()["events"], "other")
    return found


def fill(pair: Pair, number: int, targets: Rows, referring: Rows) -> tuple[str, str]:
    """Add a target to one dataset and what refers to it to another; their keys as reports have them."""
    target = targets.add(pair.target, f"t{number}")
    values = {pair.column.name: [target] if pair.column.form == "relations" else target}
    own = referring.add(pair.kind, f"r{number}", **values)
    return _told(target), _told(own)


def _told(parts: Any) -> str:
    if isinstance(parts, str):
        return parts
    return schema.join_pieces(schema.join_pieces(part) if isinstance(part, list) else part for part in parts)
