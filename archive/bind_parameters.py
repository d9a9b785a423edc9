"""Bind parameters of compiled queries, and references from a subquery to its parent row.

A filter's condition is built over ``BindParam`` expressions and compiled once; values are bound at each execution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, DateField, DateTimeField, Expression, Field, TextField
from django.db.models.sql.compiler import SQLCompiler

#: Types that PostgreSQL cannot infer everywhere.
_CASTS: dict[type[Field[Any, Any]], str] = {
    BigIntegerField: "bigint",
    DateField: "date",
    DateTimeField: "timestamptz",
    TextField: "text",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A placeholder in a compiled query's parameters, bound by key at execution."""

    key: str


class BindParam(Expression):
    """An expression whose value is bound by key at execution."""

    def __init__(self, key: str, output_field: Field[Any, Any]) -> None:
        self.key = key
        super().__init__(output_field=output_field)

    def as_sql(self, compiler: object, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [Parameter(self.key)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return f"%s::{_CASTS[type(self.output_field)]}", [Parameter(self.key)]


class OuterColumn(Expression):
    """A column of a subquery's parent row, by alias and column name."""

    def __init__(self, alias: str, column: str, output_field: Field[Any, Any]) -> None:
        self.alias, self.column = alias, column
        super().__init__(output_field=output_field)

    def as_sql(self, compiler: object, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        quote = connection.ops.quote_name
        return f"{quote(self.alias)}.{quote(self.column)}", []


@dataclass(frozen=True, slots=True)
class DateParameters:
    """A partial date whose bounds are bound at execution; None for an open bound."""

    earliest: BindParam | None
    latest: BindParam | None
    #: The greatest sort key of dates that begin by this date's last day.
    last_sort: BindParam | None = None
    #: The least sort key of dates that begin on or after this date's first day.
    first_sort: BindParam | None = None
    #: The least sort key of dates that begin in the year before this date's first day, or later.
    year_before: BindParam | None = None


def date_param(key: str) -> BindParam:
    return BindParam(key, DateField())


def text_param(key: str) -> BindParam:
    return BindParam(key, TextField())


def number_param(key: str) -> BindParam:
    return BindParam(key, BigIntegerField())


def datetime_param(key: str) -> BindParam:
    return BindParam(key, DateTimeField())


def text_sql(value: str | BindParam, compiler: SQLCompiler) -> tuple[str, list[Any]]:
    """SQL of a text or a bind parameter, and its parameters."""
    if isinstance(value, BindParam):
        sql, params = compiler.compile(value)
        return sql, list(params)
    return "%s", [value]
