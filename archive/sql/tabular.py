"""JSON rows as a table: the columns of a query tree, and the text of each cell.

The columns are those of datasets: a date stands in its own column as EDTF, a related record as its slug, several
records as slugs with ";" between (:mod:`archive.csv_dialect`). How a date reads, its bounds and a related record's name
follow in columns of their own (``date.earliest``, ``speaker.name``); what is deeper is JSON in its cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from archive.csv_dialect import guard, join_values
from archive.sql import query_tree

_LINK_KEYS = {"type", "slug", "name"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the path of its value in a row, and its format."""

    name: str
    path: tuple[str, ...]
    form: Literal["value", "links", "json"] = "value"

    def cell(self, row: Mapping[str, Any]) -> str:
        """The value as text: empty for null; a text that a spreadsheet would run as a formula is escaped."""
        value: Any = row
        for step in self.path:
            if value is None:
                return ""
            value = value[step]
        if self.form == "links":
            return join_values(_reference(link) for link in value)
        if self.form == "json":
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""
        return _cell_text(value)


def columns(node: query_tree.Object, above: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of an object, in the order of its fields."""
    names = {name for name, _ in node.fields}
    for key, field in node.fields:
        path = (*above, key)
        match field:
            case query_tree.Object():
                yield from columns(field, path)
            case query_tree.Date(_, parts):
                yield from _part_columns(path, [part for part, _ in parts], "text")
            case query_tree.ToOne(options):
                if not _has_own_columns(options, names):
                    yield from _related_columns(path, options[0].node)
            case query_tree.ToMany(options):
                if not _has_own_columns(options, names):
                    linked = {name for name, _ in options[0].node.fields}
                    yield Column(".".join(path), path, "links" if {"slug"} <= linked <= _LINK_KEYS else "json")
            case _:
                yield Column(".".join(path), path)


def _has_own_columns(options: tuple[query_tree.Relation, ...], names: set[str]) -> bool:
    """Whether the object has a field for each kind of record that a field joins, as datasets do."""
    return len(options) > 1 and {option.relation for option in options} <= names


def _related_columns(path: tuple[str, ...], node: query_tree.Object) -> Iterator[Column]:
    """The columns of a related record: slug and name of a link, else those of its fields."""
    parts = [name for name, _ in node.fields]
    if set(parts) <= _LINK_KEYS:
        yield from _part_columns(path, parts, "slug")
    else:
        yield from columns(node, path)


def _part_columns(path: tuple[str, ...], parts: list[str], main: str) -> Iterator[Column]:
    """A column for each part; the main part's column has the name of the field if there are others."""
    for part in parts:
        name = path if part == main and len(parts) > 1 else (*path, part)
        yield Column(".".join(name), (*path, part))


def _reference(link: Mapping[str, Any]) -> str:
    return f"{link['type']}/{link['slug']}" if "type" in link else str(link["slug"])


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard(value) if isinstance(value, str) else str(value)
