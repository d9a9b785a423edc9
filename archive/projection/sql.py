"""What the compiler builds with: SQL text with its parameters, and the columns of one set of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Expression, F, Model

from archive.projection.dialect import Dialect
from archive.projection.shape import Constant
from archive.querysets.slots import Outer


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL text with the parameters that stand in it, in order."""

    text: str
    params: tuple[Any, ...] = ()


def braces(dialect: Dialect, fields: Iterable[tuple[str, Constant | Sql]]) -> Sql:
    """The text of a JSON object: what is known beforehand is joined into as few literals as can be."""
    pieces: list[str] = []
    params: list[Any] = []
    text = "{"
    for number, (key, value) in enumerate(fields):
        text += ("," if number else "") + json.dumps(key) + ":"
        if isinstance(value, Constant):
            text += value.json
            continue
        pieces += [dialect.literal(text), value.text]
        params += value.params
        text = ""
    return Sql(dialect.concat([*pieces, dialect.literal(text + "}")]), tuple(params))


class Level:
    """One set of rows: its alias, and the columns that what is made of it needs."""

    def __init__(self, alias: str, model: type[Model]) -> None:
        self.alias, self.model = alias, model
        self.names: dict[str | Expression, str] = {}

    @property
    def selected(self) -> dict[str, Any]:
        """Name of a column -> what it selects, as ``values()`` takes it."""
        return {name: F(one) if isinstance(one, str) else one for one, name in self.names.items()}

    def column(self, source: str | Expression) -> str:
        """SQL for a column of the rows."""
        name = self.names.setdefault(source, f"c{len(self.names) + 1}")
        return f'{self.alias}."{name}"'

    def outer(self, source: str) -> Outer:
        """The same column, for the querysets below."""
        self.column(source)
        return Outer(self.alias, self.names[source], BigIntegerField())
