"""Query tree nodes of rows that no relation of a row lists: those of a path of relations, and those of querysets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.db.models import Model, Q, QuerySet

from archive.sql.compiler import Compiler
from archive.sql.query_tree import CompiledNode, Node, Object
from archive.sql.row_sources import RowSource, Sql
from archive.visibility import visible_records


@dataclass(frozen=True, slots=True)
class RowsAlong(CompiledNode):
    """An array of the first visible rows of a model from which the path leads to the row, in the model's order.

    With a ``condition`` only rows that meet it.
    """

    model: type[Model]
    path: str
    node: Object
    limit: int
    condition: Q = Q()  # noqa: RUF009 (never changed)

    def sql(self, compiler: object, source: object) -> Sql:
        builder, row = cast(Compiler, compiler), cast(RowSource, source)
        rows = visible_records(self.model, builder.user).filter(self.condition, **{self.path: row.outer("pk")})
        return builder.lists([(rows, self.node)], self.limit)


@dataclass(frozen=True, slots=True)
class HasRows(CompiledNode):
    """Whether the path leads to the row from a visible row of a model under a condition."""

    model: type[Model]
    path: str
    condition: Q

    def sql(self, compiler: object, source: object) -> Sql:
        builder, row = cast(Compiler, compiler), cast(RowSource, source)
        rows = visible_records(self.model, builder.user).filter(self.condition, **{self.path: row.outer("pk")})
        return _boolean(builder.exists([rows]))


@dataclass(frozen=True, slots=True)
class IsNotEmpty(CompiledNode):
    """Whether a queryset has a row."""

    rows: QuerySet[Any]

    def sql(self, compiler: object, source: object) -> Sql:
        return _boolean(cast(Compiler, compiler).exists([self.rows]))


def _boolean(condition: Sql) -> Sql:
    return Sql(f"CASE WHEN {condition.text} THEN 'true' ELSE 'false' END", condition.params)


@dataclass(frozen=True, slots=True)
class RowsOf(CompiledNode):
    """An array of the rows of one or several ordered querysets, with ``limit`` of the first of each.

    ``node`` returns the object of a model's rows.
    """

    querysets: tuple[QuerySet[Any], ...]
    node: Callable[[Any], Object]
    limit: int | None = None

    def sql(self, compiler: object, source: object) -> Sql:
        builder = cast(Compiler, compiler)
        return builder.lists([(rows, self.node(rows.model)) for rows in self.querysets], self.limit)


@dataclass(frozen=True, slots=True)
class UnlessAllHaveRows(CompiledNode):
    """A node's JSON if one of several querysets has no row; null if each of them has one."""

    querysets: tuple[QuerySet[Any], ...]
    node: Node

    def sql(self, compiler: object, source: object) -> Sql:
        builder = cast(Compiler, compiler)
        conditions = [builder.exists([rows]) for rows in self.querysets]
        content = builder.node(self.node, source)
        params = tuple(param for condition in conditions for param in condition.params)
        all_exist = " AND ".join(condition.text for condition in conditions)
        return Sql(f"CASE WHEN {all_exist} THEN 'null' ELSE {content.text} END", (*params, *content.params))


@dataclass(frozen=True, slots=True)
class FirstAndLastDays(CompiledNode):
    """An array of the first or the last day in each of these columns of a queryset's rows; null without one."""

    rows: QuerySet[Any]
    columns: tuple[tuple[Literal["min", "max"], str], ...]

    def sql(self, compiler: object, source: object) -> Sql:
        builder = cast(Compiler, compiler)
        row = builder.source(self.rows.model)
        days = [
            Sql(f"coalesce({builder.dialect.value(f'{end}({row.column(path)})', 'day')}, 'null')")
            for end, path in self.columns
        ]
        content = builder.array(days)
        query, params = builder.rows(self.rows.order_by(), row)
        return Sql(f"(SELECT {content.text} FROM ({query}) AS {row.alias})", tuple(params))  # noqa: S608
