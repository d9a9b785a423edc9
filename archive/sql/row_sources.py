"""Row sources: a subquery's alias with the columns that are selected from it, and the cached SQL of related rows.

A new document often selects relations that others have selected before: only the columns and the alias of the parent
row differ. Django compiles a relation once for each choice of columns, with a placeholder for the parent's key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import BigIntegerField, Expression, F, Model, QuerySet

from archive.bind_parameters import OuterColumn
from archive.lru import LRUCache
from archive.sql.dialects import Dialect
from archive.sql.query_tree import Constant
from archive.sql.relations import belongs_to, reverse_lookup, visible_related
from archive.visibility import Viewer, sees_drafts, visible_records

_NUMBER: Any = BigIntegerField()
#: Placeholder for a column of the parent row in cached SQL, in which the parent's alias is not known yet.
PARENT_KEY = OuterColumn("parent", "key", _NUMBER)


def correlate(parent: OuterColumn, sql: str, using: str) -> str:
    """The SQL with PARENT_KEY replaced by a column of the parent row."""
    (placeholder, _), (column, _) = (key.as_sql(None, connections[using]) for key in (PARENT_KEY, parent))
    return sql.replace(placeholder, column)


def cached_sql(
    cache: LRUCache[tuple[str, list[Any]]],
    source: RowSource,
    key: tuple[Any, ...],
    compute: Callable[[], tuple[str, list[Any]]],
) -> tuple[str, list[Any]]:
    """SQL and parameters of a row source, cached by key and selected columns if all of these are paths."""
    paths = source.paths
    return compute() if paths is None else cache.get_or_set((*key, paths), compute, lambda query: len(query[0]))


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL text with its parameters in order."""

    text: str
    params: tuple[Any, ...] = ()
    #: For a text that needs no JSON escaping: the column, without quotation marks.
    bare: str = ""


def json_object(dialect: Dialect, fields: Iterable[tuple[str, Constant | Sql]]) -> Sql:
    """SQL of a JSON object's text; adjacent constants are joined into one literal."""
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
    """A subquery's alias, and the columns that its result is built from."""

    def __init__(self, alias: str, model: type[Model]) -> None:
        self.alias, self.model = alias, model
        self.names: dict[str | Expression, str] = {}

    @property
    def selected(self) -> dict[str, Any]:
        """Column name -> selected path or expression, for ``values()``."""
        return {name: F(path) if isinstance(path, str) else path for path, name in self.names.items()}

    @property
    def paths(self) -> tuple[str, ...] | None:
        """The selected columns as a cache key; None if one is an expression, whose equality may run querysets."""
        paths = tuple(path for path in self.names if isinstance(path, str))
        return paths if len(paths) == len(self.names) else None

    def column(self, path: str | Expression) -> str:
        """SQL of a column of the rows."""
        name = self.names.setdefault(path, f"c{len(self.names) + 1}")
        return f'{self.alias}."{name}"'

    def outer(self, path: str) -> OuterColumn:
        """A column of the rows as an expression for subqueries."""
        self.column(path)
        return OuterColumn(self.alias, self.names[path], _NUMBER)

    def joined(self, relation: str) -> JoinedSource:
        """The record of a foreign key, as columns of the same rows."""
        return JoinedSource(self, relation, self.model)


class NotJoined(Exception):
    """An expression cannot be selected over a join."""


class JoinedSource(RowSource):
    """Records reached by foreign keys, joined to the rows of another source instead of read by a subquery."""

    def __init__(self, rows: RowSource, path: str, model: type[Model]) -> None:
        related: Any = model._meta.get_field(path.rpartition("__")[2]).related_model
        super().__init__(rows.alias, related)
        self.rows, self.path = rows, path

    def column(self, path: str | Expression) -> str:
        if not isinstance(path, str):
            raise NotJoined
        return self.rows.column(f"{self.path}__{path}")

    def outer(self, path: str) -> OuterColumn:
        return self.rows.outer(f"{self.path}__{path}")

    def joined(self, relation: str) -> JoinedSource:
        return JoinedSource(self.rows, f"{self.path}__{relation}", self.model)


if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: SQL and parameters, bounded by the characters of the SQL.
_SQL_CACHE: LRUCache[tuple[str, list[Any]]] = LRUCache(2_000_000)


class RelatedRows:
    """The visible rows of a relation of each parent row; a to-many relation in the model's default order."""

    def __init__(self, parent: RowSource, relation: str) -> None:
        field: Any = parent.model._meta.get_field(relation)
        self.parent_model, self.relation, self.model = parent.model, relation, field.related_model
        self.is_to_one = bool(field.many_to_one)
        self.parent_key = parent.outer(f"{relation}_id" if self.is_to_one else "pk")

    def sql(self, compiler: Compiler, source: RowSource, limit: int | None) -> tuple[str, list[Any]]:
        """SQL and parameters of the rows with the selected columns."""
        source.column("pk")
        key = (self.parent_model, self.relation, sees_drafts(compiler.user), compiler.dialect, limit)
        sql, params = cached_sql(
            _SQL_CACHE, source, key, lambda: compiler.rows(self._queryset(compiler.user), source, limit)
        )
        return correlate(self.parent_key, sql, compiler.using), params

    def _queryset(self, user: Viewer) -> Any:
        rows = visible_related(self.parent_model, self.relation, user)
        if self.is_to_one:
            return rows.filter(pk=PARENT_KEY).order_by()
        belonging = belongs_to(self.parent_model, self.relation, PARENT_KEY, user)
        back = reverse_lookup(self.parent_model, self.relation)
        # Rows of one parent have equal values in the parent's columns.
        order = [path for path in self.model._meta.ordering if path.lstrip("-").partition("__")[0] != back]
        return rows.filter(belonging).order_by(*order)


class SingleRow:
    """The only row of a prepared queryset, which is the same object for equal requests and so its own cache key."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.queryset, self.model = rows, rows.model

    def sql(self, compiler: Compiler, source: RowSource, limit: int | None) -> tuple[str, list[Any]]:
        source.column("pk")
        key = (self.queryset, compiler.using, limit)
        return cached_sql(_SQL_CACHE, source, key, lambda: compiler.rows(self.queryset.order_by(), source, limit))


class RecordRow:
    """The visible record whose primary key is in a column of the parent row."""

    def __init__(self, parent: RowSource, column: str, model: type[Model]) -> None:
        self.model, self.parent_key = model, parent.outer(column)

    def sql(self, compiler: Compiler, source: RowSource, limit: int | None) -> tuple[str, list[Any]]:
        source.column("pk")
        key = (self.model, "", sees_drafts(compiler.user), compiler.dialect, limit)
        visible = visible_records(self.model, compiler.user).filter(pk=PARENT_KEY).order_by()
        sql, params = cached_sql(_SQL_CACHE, source, key, lambda: compiler.rows(visible, source, limit))
        return correlate(self.parent_key, sql, compiler.using), params
