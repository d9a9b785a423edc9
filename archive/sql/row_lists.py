"""Query tree nodes of rows that no relation of a row lists: those of a path of relations, and those of querysets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.db.models import BooleanField, F, Func, Model, Q, QuerySet

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


#: Name of the CTE with the keys of the rows of ``IfFewRows``.
_FEW = "few"


@dataclass(frozen=True, slots=True)
class IfFewRows(CompiledNode):
    """A node's JSON if a queryset, and each of ``others``, has at most ``maximum`` rows; else that of ``otherwise``.

    Of each, at most one row more than the maximum is looked for. Those of ``rows`` are found once: a node that is about
    them reads ``few_rows``.
    """

    rows: QuerySet[Any]
    maximum: int
    node: Node
    otherwise: Node
    others: tuple[QuerySet[Any], ...] = ()

    def sql(self, compiler: object, source: object) -> Sql:
        builder = cast(Compiler, compiler)
        few = self._keys(builder, self.rows)
        node, otherwise = map(builder.rowless_node, (self.node, self.otherwise))
        text = f"(WITH {_FEW} AS MATERIALIZED ({few.text}) SELECT CASE"
        params = few.params
        for keys in (Sql(f"SELECT pk FROM {_FEW}"), *(self._keys(builder, rows) for rows in self.others)):  # noqa: S608
            text += f" WHEN (SELECT count(*) FROM ({keys.text}) AS keys) > {self.maximum} THEN {otherwise.text}"  # noqa: S608
            params += (*keys.params, *otherwise.params)
        return Sql(f"{text} ELSE {node.text} END)", (*params, *node.params))

    def _keys(self, builder: Compiler, rows: QuerySet[Any]) -> Sql:
        row = builder.source(rows.model)
        key = row.column("pk")
        query, params = builder.rows(rows.order_by(), row)
        return Sql(f"SELECT {key} AS pk FROM ({query}) AS {row.alias} LIMIT {self.maximum + 1}", tuple(params))  # noqa: S608


def few_rows(model: type[Model]) -> QuerySet[Any]:
    """The rows of the ``IfFewRows`` around a node; they were filtered there."""
    template = f"%(expressions)s IN (SELECT pk FROM {_FEW})"  # noqa: S608
    is_among = Func(F("pk"), template=template, output_field=BooleanField())
    return cast("QuerySet[Any]", model._default_manager.filter(is_among))


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
