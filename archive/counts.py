"""Counts of visible, filtered records by one or two dimensions: options, query tree and read, for every door.

The statement is compiled by ``archive.sql.count_tables``; what the records of a collection can be counted by is
declared with its FilterSet (``archive.filters.dimensions``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from archive.bind_parameters import number_param
from archive.exceptions import ArchiveError, Problem, printable
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.dimensions import date_bounds
from archive.filters.prepared_query import Params, bind, plan_key, prepare
from archive.parameter_names import closest_parameter
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.groupings import MODES, Mode
from archive.sql.periods import Unit, first_day, period_number
from archive.sql.reads import Read
from archive.text import closest_match
from archive.visibility import Viewer

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_DIMENSIONS = 2
MAX_FACETS = 10
#: Periods in the range of one request, and cells of a table: periods times the groups of the other dimension.
MAX_PERIODS, MAX_CELLS = 10_000, 250_000
_KINDS = ("value", "rest", "none")
_KEY_FIELDS: tuple[Any, ...] = ("kind", "value", "label", "earliest", "latest")
_TOTALS: tuple[Any, ...] = ("total", "vague", "open", "undated", "outside")


@dataclass(frozen=True, slots=True)
class CountOptions:
    """By which dimensions to count, how dates are counted that span several periods, and the groups listed of each."""

    by: tuple[str, ...]
    mode: Mode
    limit: int


def counted() -> list[str]:
    """The collections that have dimensions."""
    return [name for name, filterset in FILTERSETS.items() if filterset.dimensions()]


def parse_options(collection: str, by: list[str], mode: str | None, limit: int | None) -> CountOptions:
    """The options of counts. Raises ArchiveError."""
    dimensions = FILTERSETS[collection].dimensions()
    _check_names("by", by, list(dimensions), MAX_DIMENSIONS)
    if sum(dimensions[name].unit is not None for name in by) > 1:
        raise ArchiveError([Problem("by", ", ".join(by), "at most one period", words=(*dimensions,))])
    return _options(by, mode, limit)


def parse_facets(
    collection: str, names: list[str], mode: str | None, limit: int | None, field: str = "facets"
) -> CountOptions:
    """The options of facets; ``field`` is the parameter that names them. Raises ArchiveError."""
    _check_names(field, names, facet_names(collection), MAX_FACETS)
    return _options([*dict.fromkeys(names)], mode, limit)


def facet_names(collection: str) -> list[str]:
    """The dimensions that can be facets: a facet has no date range, so months, weeks and days would be too many."""
    dimensions = FILTERSETS[collection].dimensions()
    return [name for name, dimension in dimensions.items() if dimension.unit in (None, "decade", "year")]


#: Periods that only counts have, which have a range of dates.
PERIODS_WITHOUT_FACET = frozenset({"month", "week", "day", "months", "weeks", "days"})
PERIODS_REMEDY = "; months, weeks and days are no facets but counts: /api/v1/events/counts/?by=month, or by: in GraphQL"


def _check_names(field: str, names: list[str], allowed: list[str], maximum: int) -> None:
    listed = ", ".join(allowed)
    if field == "facets" and set(names) & PERIODS_WITHOUT_FACET:
        listed += PERIODS_REMEDY
    if not 1 <= len(names) <= maximum:
        raise ArchiveError(
            [Problem(field, str(len(names) or "none"), f"1 to {maximum} of {listed}", words=(*allowed,))]
        )
    problems = [
        Problem(field, printable(name), f"one of {listed}", closest_parameter(name, allowed), (*allowed,))
        for name in names if name not in allowed
    ]  # fmt: skip
    if not problems and len({*names}) < len(names):
        problems = [Problem(field, printable(", ".join(names)), "each dimension once", words=(*allowed,))]
    if problems:
        raise ArchiveError(problems)


def _options(by: list[str], mode: str | None, limit: int | None) -> CountOptions:
    if mode is not None and mode not in MODES:
        raise ArchiveError(
            [Problem("spans", printable(mode), f"one of {', '.join(MODES)}", closest_match(mode, list(MODES)))]
        )
    if limit is not None and not 1 <= limit <= MAX_LIMIT:
        raise ArchiveError([Problem("limit", str(limit), f"a number from 1 to {MAX_LIMIT}")])
    return CountOptions(tuple(by), mode or MODES[0], limit or DEFAULT_LIMIT)


class Counts:
    """A count table of a collection under filters. Methods raise ArchiveError for invalid filters and ranges.

    The keys of its bind parameters begin with ``prefix``, which tells the tables of one query apart.
    """

    def __init__(
        self, collection: str, options: CountOptions, filters: Params, user: Viewer, prefix: str = "q."
    ) -> None:
        self.filterset: type[ArchiveFilterSet] = FILTERSETS[collection]
        self.options, self.filters, self.user, self.prefix = options, filters, user, prefix
        self.dimensions = [self.filterset.dimensions()[name] for name in options.by]
        self.unit: Unit | None = next((dimension.unit for dimension in self.dimensions if dimension.unit), None)

    def plan_key(self) -> Hashable:
        """The part of the request that decides the SQL and the keys of its bind parameters."""
        return self.prefix, self.options, plan_key(self.filterset, self.filters, self.user)

    def bind(self) -> dict[str, Any]:
        """The values of the bind parameters."""
        values = bind(self.filterset, self.filters, self.user, self.prefix)
        if self.unit is None:
            return values
        numbers = self._range(self.unit)
        return values | {f"{self.prefix}period{number}": value for number, value in enumerate(numbers)}

    def check(self) -> None:
        """Raises FilterError if a filter names no visible record."""
        self.filterset(self.filters, self.user).check()

    def table(
        self, fields: Callable[[], tuple[tuple[str, Any], ...]], uses_enums: bool = False
    ) -> tuple[query_tree.CountTable, list[list[Any]]]:
        """The node with these fields, and groups of querysets of which each must have a row."""
        prepared = prepare(self.filterset, self.filters, self.user, self.prefix, is_ordered=False)
        filterset = self.filterset({}, self.user)
        groupings = tuple(dimension.grouping(filterset, uses_enums) for dimension in self.dimensions)
        period = None
        if self.unit is not None:
            period = tuple(number_param(f"{self.prefix}period{number}") for number in range(4))
        table = query_tree.CountTable(prepared.rows, groupings, self.options.mode, self.options.limit, period, fields())
        return table, prepared.must_exist

    def _range(self, unit: Unit) -> tuple[int, int, int, int]:
        """The first and last period of the date filters, and the ordinals of their first and last days."""
        first, last = date_bounds(self.filterset, self.filters)
        first, last = first or date.min, last or date.max
        numbers = period_number(unit, first), period_number(unit, last)
        periods = max(numbers[1] - numbers[0] + 1, 0)
        groups = self.options.limit + 2 if len(self.dimensions) > 1 else 1
        if periods > MAX_PERIODS or periods * groups > MAX_CELLS:
            allowed = min(MAX_PERIODS, MAX_CELLS // groups)
            expected = f"one of at most {allowed}, such as 2019/2020, or longer periods"
            raise ArchiveError([Problem("date", f"a range of {periods} {unit}s", expected)])
        return *numbers, first_day(unit, numbers[0]), first_day(unit, numbers[1] + 1) - 1


def facets(
    collection: str, options: CountOptions, filters: Params, user: Viewer, prefix: str, fixed: Params | None = None
) -> list[Counts]:
    """Counts by each of the dimensions alone, each without the filters that take its values; ``fixed`` stay."""
    dimensions = FILTERSETS[collection].dimensions()
    tables = []
    for number, name in enumerate(options.by):
        left_out = {name, *dimensions[name].filters}
        others = {key: values for key, values in filters.items() if key not in left_out}
        others.update(fixed or {})
        own = CountOptions((name,), options.mode, options.limit)
        tables.append(Counts(collection, own, others, user, f"{prefix}{number}."))
    return tables


def table_fields(options: CountOptions) -> tuple[tuple[str, Any], ...]:
    """The fields of a count table."""
    keys = query_tree.CountKeys(tuple((name, name) for name in _KEY_FIELDS), _KINDS)
    rows = query_tree.CountRows((("keys", keys), ("count", "count")))
    by = query_tree.Constant(json.dumps(options.by, separators=(",", ":")))
    return (("by", by), *((name, name) for name in _TOTALS), ("counts", rows))


class CountsRead(Read):
    """A count table with the fields of REST."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def plan_key(self) -> Hashable:
        return self.counts.filterset, self.counts.plan_key()

    def bind(self) -> dict[str, Any]:
        return self.counts.bind()

    def node(self) -> Root:
        return self.counts.table(partial(table_fields, self.counts.options))

    def check(self) -> None:
        self.counts.check()
