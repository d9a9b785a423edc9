"""What the compiler builds with: SQL text with its parameters, and the columns of one set of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import BigIntegerField, Expression, F, Model

from archive.bind_parameters import OuterColumn
from archive.lru import LRUCache
from archive.sql.dialects import Dialect
from archive.sql.query_tree import Constant
from archive.sql.relations import reverse_lookup, visible_related
from archive.visibility import sees_drafts

_NUMBER: Any = BigIntegerField()
#: Stands for a column of the rows around, in SQL that is kept whatever those are called.
PARENT_KEY = OuterColumn("around", "key", _NUMBER)


def correlate(around: OuterColumn, sql: str, using: str) -> str:
    """SQL in which AROUND stands, beneath these rows."""
    (mark, _), (name, _) = (one.as_sql(None, connections[using]) for one in (PARENT_KEY, around))
    return sql.replace(mark, name)


def cached_sql(
    store: LRUCache[tuple[str, list[Any]]],
    level: RowSource,
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


def json_object(dialect: Dialect, fields: Iterable[tuple[str, Constant | Sql]]) -> Sql:
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


class RowSource:
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

    def outer(self, source: str) -> OuterColumn:
        """The same column, for the querysets below."""
        self.column(source)
        return OuterColumn(self.alias, self.names[source], _NUMBER)

    def along(self, relation: str) -> JoinedSource:
        """What a forward key leads to, as columns of the same rows."""
        return JoinedSource(self, relation, self.model)


class NotJoined(Exception):
    """An expression can't be had over a join."""


class JoinedSource(RowSource):
    """The records that forward keys lead to from a level's rows, each in its row: a join instead of a subquery."""

    def __init__(self, rows: RowSource, path: str, model: type[Model]) -> None:
        related: Any = model._meta.get_field(path.rpartition("__")[2]).related_model
        super().__init__(rows.alias, related)
        self.rows, self.path = rows, path

    def column(self, source: str | Expression) -> str:
        if not isinstance(source, str):
            raise NotJoined
        return self.rows.column(f"{self.path}__{source}")

    def outer(self, source: str) -> OuterColumn:
        return self.rows.outer(f"{self.path}__{source}")

    def along(self, relation: str) -> JoinedSource:
        return JoinedSource(self.rows, f"{self.path}__{relation}", self.model)


if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: SQL with its parameters, bounded by its characters.
_SQL_CACHE: LRUCache[tuple[str, list[Any]]] = LRUCache(2_000_000)


class RelatedRows:
    """The visible rows that a relation leads to from each row of a level; in their usual order where they are many."""

    def __init__(self, level: RowSource, relation: str) -> None:
        field: Any = level.model._meta.get_field(relation)
        self.owner, self.relation, self.model = level.model, relation, field.related_model
        self.is_one = bool(field.many_to_one)
        self.around = level.outer(f"{relation}_id" if self.is_one else "pk")

    def sql(self, compiler: Compiler, level: RowSource, limit: int | None) -> tuple[str, list[Any]]:
        """The rows' SQL, selecting the columns that their own level came to need."""
        level.column("pk")
        key = (self.owner, self.relation, sees_drafts(compiler.user), compiler.dialect, limit)
        sql, params = cached_sql(
            _SQL_CACHE, level, key, lambda: compiler.rows(self._queryset(compiler.user), level, limit)
        )
        return correlate(self.around, sql, compiler.using), params

    def _queryset(self, user: Any) -> Any:
        rows = visible_related(self.owner, self.relation, user)
        if self.is_one:
            return rows.filter(pk=PARENT_KEY).order_by()
        back = reverse_lookup(self.owner, self.relation)
        # Rows that hang on one row are alike in all that they have of it.
        order = [place for place in self.model._meta.ordering if place.lstrip("-").partition("__")[0] != back]
        return rows.filter(**{back: PARENT_KEY}).order_by(*order)


class SingleRow:
    """The one row that a question asks for; its queryset is kept, and so the same object for all who ask it."""

    def __init__(self, rows: Any) -> None:
        self.queryset, self.model = rows, rows.model

    def sql(self, compiler: Compiler, level: RowSource, limit: int | None) -> tuple[str, list[Any]]:
        level.column("pk")
        key = (self.queryset, compiler.using, limit)
        return cached_sql(_SQL_CACHE, level, key, lambda: compiler.rows(self.queryset.order_by(), level, limit))
