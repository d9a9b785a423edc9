"""What the compiler builds with: SQL text with its parameters, and the columns of one set of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import BigIntegerField, Expression, F, Model

from archive.lru import LRUCache
from archive.projection.dialect import Dialect
from archive.projection.shape import Constant
from archive.querysets.slots import Outer

_NUMBER: Any = BigIntegerField()
#: Stands for a column of the rows around, in SQL that is kept whatever those are called.
AROUND = Outer("around", "key", _NUMBER)


def beneath(around: Outer, sql: str, using: str) -> str:
    """SQL in which AROUND stands, beneath these rows."""
    (mark, _), (name, _) = (one.as_sql(None, connections[using]) for one in (AROUND, around))
    return sql.replace(mark, name)


def kept_by_columns(
    store: LRUCache[tuple[str, list[Any]]],
    level: Level,
    key: tuple[Any, ...],
    make: Callable[[], tuple[str, list[Any]]],
) -> tuple[str, list[Any]]:
    """SQL of the level's rows with its parameters, once for each key and choice of columns where it can be kept."""
    paths = level.paths
    return make() if paths is None else store.get_or_set((*key, paths), make, lambda found: len(found[0]))


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL text with the parameters that stand in it, in order."""

    text: str
    params: tuple[Any, ...] = ()
    #: Of a text that stands in JSON as it is: the column without its quotation marks.
    bare: str = ""


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
        mark = '"' if value.bare else ""
        pieces += [dialect.literal(text + mark), value.bare or value.text]
        params += value.params
        text = mark
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

    @property
    def paths(self) -> tuple[str, ...] | None:
        """The columns, by which SQL that selects them can be kept; None where one is an expression.

        Expressions are compared by what they were made of, which may hold querysets: SQL with them is made each time.
        """
        paths = tuple(one for one in self.names if isinstance(one, str))
        return paths if len(paths) == len(self.names) else None

    def column(self, source: str | Expression) -> str:
        """SQL for a column of the rows."""
        name = self.names.setdefault(source, f"c{len(self.names) + 1}")
        return f'{self.alias}."{name}"'

    def outer(self, source: str) -> Outer:
        """The same column, for the querysets below."""
        self.column(source)
        return Outer(self.alias, self.names[source], _NUMBER)

    def along(self, relation: str) -> Along:
        """What a forward key leads to, as columns of the same rows."""
        return Along(self, relation, self.model)


class NotJoined(Exception):
    """An expression can't be had over a join."""


class Along(Level):
    """The records that forward keys lead to from a level's rows, each in its row: a join instead of a subquery."""

    def __init__(self, rows: Level, path: str, model: type[Model]) -> None:
        related: Any = model._meta.get_field(path.rpartition("__")[2]).related_model
        super().__init__(rows.alias, related)
        self.rows, self.path = rows, path

    def column(self, source: str | Expression) -> str:
        if not isinstance(source, str):
            raise NotJoined
        return self.rows.column(f"{self.path}__{source}")

    def outer(self, source: str) -> Outer:
        return self.rows.outer(f"{self.path}__{source}")

    def along(self, relation: str) -> Along:
        return Along(self.rows, f"{self.path}__{relation}", self.model)
