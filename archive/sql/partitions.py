"""Ways to the first rows of a list, where its condition alone would make the database pass most of the archive.

A list's rows can be split into segments that no row shares. Each has an index that gives its first rows at once; the
page is the first of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Expression, F, OrderBy, Q

from archive.dates.value import YEAR
from archive.models.lookups import vague


@dataclass(frozen=True, slots=True)
class Partition:
    """Some rows of a list.

    ``sorted``: all are found by what is asked and then sorted, not by the order's index. ``places`` are the columns
    that give the list's order here, where those are not its own.
    """

    rows: Any
    sorted: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexPath:
    """Rows beside a list's own (``found``) that lead to it, each to one of its rows, in the order of its dates.

    ``place`` is the column there by which the dates sort. Rows to which an earlier way leads as well are ``taken``.
    """

    found: Q
    place: str
    taken: Q


class WithoutIndex(Expression):
    """A column that no index gives the order of, so that its rows are found some other way first."""

    def __init__(self, path: str) -> None:
        self.column: Any = F(path)
        super().__init__()

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        resolved = self.copy()
        resolved.column = self.column.resolve_expression(query, *args, **kwargs)
        return resolved

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, expressions: list[Any]) -> None:
        (self.column,) = expressions

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.column)
        return f"+{sql}", params

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.column)
        return f"GREATEST({sql})", params


def without_index(order: str) -> OrderBy:
    """A column to order by (with a minus sign in front: descending), by no index."""
    return OrderBy(WithoutIndex(order.lstrip("-")), descending=order.startswith("-"))


def partition_by_start(path: str, day: Any) -> tuple[tuple[Q, bool], ...]:
    """What overlaps a date, split: begun before it and lasting into it, and begun in it or later.

    Each with whether its rows are best found and then sorted. ``path`` leads to the column that dates sort by. Nothing
    where the date has no beginning.
    """
    if day.first_sort is None:
        return ()
    recent = Q(**{f"{path}__gte": day.year_before, f"{path}__lt": day.first_sort}) & vague(path) & ~vague(path, YEAR)
    # Both ends of such a date are known. Said without "or none", the last day is looked at in the index alone.
    recent &= Q(**{f"{path.removesuffix('_sort')}_latest__gte": day.earliest})
    long = Q(**{f"{path}__lt": day.first_sort}) & vague(path, YEAR)
    return (long, True), (recent, True), (Q(**{f"{path}__gte": day.first_sort}), False)
