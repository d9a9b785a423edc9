"""Partitions of a list query: disjoint parts, each with an index that gives its first rows at once.

Without them the database would scan most of the archive in list order until LIMIT rows match. A page is the first
rows of the union of the first rows of each partition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, F, OrderBy, Q, QuerySet, Value
from django.db.models.lookups import LessThan
from django.db.models.sql.compiler import SQLCompiler

from archive.dates import PartialDate
from archive.dates.value import WIDTH, YEAR


@dataclass(frozen=True, slots=True)
class Partition:
    """A disjoint part of a list's rows.

    ``sorted``: the rows are found by the filter's index and then sorted, instead of read in the order's index.
    ``order_paths`` replace the paths of the list's order. Without ``guard``, a condition that refers to no row, the
    partition is empty.
    """

    rows: QuerySet[Any]
    sorted: bool = False
    order_paths: tuple[str, ...] = ()
    guard: Q | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IndexPath:
    """A related table whose index gives the list's rows in date order.

    ``condition`` selects the related rows, ``sort_path`` is their date column, ``has_row`` the condition that a row of
    the list has such a related row, by which later paths of the list exclude it.
    """

    condition: Q
    sort_path: str
    has_row: Q


class WithoutIndex(Expression):
    """A column wrapped so that no index serves its order, and the planner uses the filter's index."""

    def __init__(self, path: str) -> None:
        self.column: Any = F(path)
        super().__init__()

    def resolve_expression(self, query: object = None, *args: object, **kwargs: object) -> Any:
        resolved = self.copy()
        resolved.column = self.column.resolve_expression(query, *args, **kwargs)
        return resolved

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, expressions: list[Any]) -> None:  # type: ignore[override]
        (self.column,) = expressions

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        sql, params = compiler.compile(self.column)
        return f"+{sql}", params

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        sql, params = compiler.compile(self.column)
        return f"GREATEST({sql})", params


def without_index(order: str) -> OrderBy:
    """Order by a column (``-column``: descending) without its index."""
    return OrderBy(WithoutIndex(order.lstrip("-")), descending=order.startswith("-"))


class Literal(Value):
    """A number in the SQL itself.

    SQLite compares a bound number with the conditions of partial indexes, and then compiles the statement again at each
    execution: two milliseconds for a list.
    """

    value: int

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        return str(self.value), []


def _is_imprecise(path: str, days: int = 0) -> Q:
    """``is_imprecise`` of ``archive.models.lookups``, with literal numbers."""
    return Q(LessThan(F(path) % Literal(WIDTH), Literal(WIDTH - 1 - days)))


def partition_by_start(path: str, day: PartialDate) -> tuple[tuple[Q, bool], ...]:
    """Split the rows that overlap a date: those that begin before it, and those that begin in it or later.

    Returns (condition, sorted) pairs for ``Partition``; ``path`` is the sort column of the rows' dates. Empty if the
    date has no first day.
    """
    if day.first_sort is None:
        return ()
    recent = (
        Q(**{f"{path}__gte": day.year_before, f"{path}__lt": day.first_sort})
        & _is_imprecise(path)
        & ~_is_imprecise(path, YEAR)
    )
    # Both bounds of such a date are known; without "OR IS NULL" the condition is checked in the index alone.
    recent &= Q(**{f"{path.removesuffix('_sort')}_latest__gte": day.earliest})
    long = Q(**{f"{path}__lt": day.first_sort}) & _is_imprecise(path, YEAR)
    return (long, True), (recent, True), (Q(**{f"{path}__gte": day.first_sort}), False)
