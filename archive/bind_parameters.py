"""Values that a compiled statement leaves open, and references to the rows around a subquery.

A filter's condition can be built over stand-ins: the condition is compiled once, and the values are filled in each time
the statement runs. Nothing here knows what a statement is made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, DateField, DateTimeField, Expression, Field, TextField

#: How PostgreSQL is told a value's type, which it can't infer in every place.
_CASTS: dict[type[Field[Any, Any]], str] = {
    BigIntegerField: "bigint",
    DateField: "date",
    DateTimeField: "timestamptz",
    TextField: "text",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """Stands among a compiled statement's parameters for a value that is given when it runs."""

    key: str


class BindParam(Expression):
    """An expression whose value is given by key when the statement runs."""

    def __init__(self, key: str, output_field: Field[Any, Any]) -> None:
        self.key = key
        super().__init__(output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [Parameter(self.key)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return f"%s::{_CASTS[type(self.output_field)]}", [Parameter(self.key)]


class OuterColumn(Expression):
    """A column of the rows around a subquery, by the alias and the name that the statement gave them."""

    def __init__(self, alias: str, column: str, output_field: Field[Any, Any]) -> None:
        self.alias, self.column = alias, column
        super().__init__(output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        quote = connection.ops.quote_name
        return f"{quote(self.alias)}.{quote(self.column)}", []


@dataclass(frozen=True, slots=True)
class DateParameters:
    """A partial date whose days are given when the statement runs; None where the end is open."""

    earliest: BindParam | None
    latest: BindParam | None
    #: After this sorts nothing that begins by the date's last day.
    last_sort: BindParam | None = None
    #: Before this sorts nothing that begins on or after the date's first day.
    first_sort: BindParam | None = None
    #: Before this sorts nothing that begins in the year before the date's first day, or later.
    year_before: BindParam | None = None


def date_param(key: str) -> BindParam:
    return BindParam(key, DateField())


def text_param(key: str) -> BindParam:
    return BindParam(key, TextField())


def number_param(key: str) -> BindParam:
    return BindParam(key, BigIntegerField())


def datetime_param(key: str) -> BindParam:
    return BindParam(key, DateTimeField())
