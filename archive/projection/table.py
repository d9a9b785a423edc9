"""Rows of JSON as a table: which columns a shape has, and what stands in each row's cells.

A date is a column for each of its parts, a relation one for each of its parts, several links one cell of slugs with
spaces between; what is deeper is JSON in its cell. Doors and commands that write tables share this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from archive.projection import shape

#: What a spreadsheet takes for a formula, and what it skips before one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LINK = {"type", "slug", "name"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the path of its value in a row, and how it is written."""

    path: tuple[str, ...]
    form: Literal["value", "links", "json"] = "value"

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def cell(self, row: Mapping[str, Any]) -> str:
        """The value as text: nothing for null; what a spreadsheet would run as a formula is quoted."""
        value: Any = row
        for step in self.path:
            if value is None:
                return ""
            value = value[step]
        if self.form == "links":
            return " ".join(_key(link) for link in value)
        if self.form == "json":
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""
        return _plain(value)


def columns(made: shape.Object, above: tuple[str, ...] = ()) -> Iterator[Column]:
    """The columns of what is made of a row, in its order."""
    for key, node in made.fields:
        path = (*above, key)
        match node:
            case shape.Object():
                yield from columns(node, path)
            case shape.Date(_, parts):
                yield from (Column((*path, part)) for part, _ in parts)
            case shape.One((first, *_)):
                yield from columns(first.made, path)
            case shape.Many((first, *_)):
                names = {name for name, _ in first.made.fields}
                yield Column(path, "links" if {"slug"} <= names <= _LINK else "json")
            case _:
                yield Column(path)


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _key(link: Mapping[str, Any]) -> str:
    return f"{link['type']}/{link['slug']}" if "type" in link else str(link["slug"])


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else str(value)
