"""What the matches of a search are, and when they were: counts by topic, country and period, by one SQL statement.

Facets are counted without the filter that they set, so that they show what other values would find.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from archive.counts import MAX_LIMIT, CountOptions, Counts, facets
from archive.dates import PartialDate, PartialDateError
from archive.drawing.histogram import Period, histogram_svg
from archive.filters import FILTERSETS
from archive.lru import LRUCache
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.groupings import Mode
from archive.sql.query import CompiledQuery, sql_length
from archive.terms import date_in_words
from archive.visibility import Viewer, sees_drafts

#: Dimension -> the heading of its facet. All of them are filters of the same name.
DIMENSIONS = {"topic": gettext_lazy("Topic"), "country": gettext_lazy("Country")}
#: The collections whose dates are those of what happened.
_DATED = ("events", "statements", "measures")
_MAX_VALUES = 12
#: Bars of one histogram. With more years, bars are decades.
_MAX_YEARS = 90
#: A bar has the records that may lie in its period, for these are what its filter finds.
_MODE: Mode = "possible"
_COMPILED: LRUCache[CompiledQuery] = LRUCache(4_000_000)

Params = Mapping[str, list[str]]
#: The address of the page with other values of some parameters; an empty list removes one.
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of records, and the address that adds or removes it."""

    value: str
    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets with their headings, and the SVGs of histograms: of years, and of the months of a chosen year."""

    values: list[tuple[str, str, list[FacetValue]]]
    histograms: list[tuple[str, SafeString]]


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of a collection by a dimension, or by the months of a year."""

    kind: str
    name: str
    counts: Counts

    def plan_key(self) -> Hashable:
        """The part of the request that decides the SQL of this table."""
        return self.kind, self.name, self.counts.plan_key()


def read_facets(kinds: Sequence[str], params: Params, user: Viewer, address: Address) -> Facets:
    """The facets of the collections ``kinds`` under the filters in ``params``. Raises FilterError; django.db.Error."""
    filters = {name: values for name, values in params.items() if name not in ("kind", "cursor", "order_by")}
    chosen = _chosen_period(params.get("date", []))
    tables = _tables(kinds, filters, chosen, user)
    sums = _read(tables, user) if tables else {}
    values = [
        (name, str(heading), _facet(name, sums[name], params, address))
        for name, heading in DIMENSIONS.items()
        if sums.get(name)
    ]
    return Facets(values, _histograms(sums, chosen, address))


def _tables(kinds: Sequence[str], filters: Params, chosen: PartialDate | None, user: Viewer) -> list[_Table]:
    tables = []
    for kind in kinds:
        dimensions = FILTERSETS[kind].dimensions()
        names = [name for name in DIMENSIONS if name in dimensions]
        names += ["year", "decade"] if kind in _DATED else []
        if not names or not set(filters) <= set(FILTERSETS[kind].base_filters):
            continue
        options = CountOptions(tuple(names), _MODE, MAX_LIMIT)
        tables += [
            _Table(kind, name, counts)
            for name, counts in zip(names, facets(kind, options, filters, user, f"{kind}."), strict=True)
        ]
        if (year := _year(chosen)) and kind in _DATED:
            months = {**filters, "date": [year]}
            options = CountOptions(("month",), _MODE, MAX_LIMIT)
            tables.append(_Table(kind, "month", Counts(kind, options, months, user, f"{kind}.m.")))
    return tables


def _read(tables: list[_Table], user: Viewer) -> dict[str, Counter[tuple[str, str]]]:
    """Of each dimension the counts by value and label, those of the collections added up."""
    key: Hashable = (connection.vendor, sees_drafts(user), *(table.plan_key() for table in tables))
    values: dict[str, Any] = {}
    for table in tables:
        values |= table.counts.bind()
    content = _COMPILED.get_or_set(key, lambda: _compile(tables, user), sql_length).run(values)
    if content is None:
        for table in tables:
            table.counts.check()
        return {}
    sums: dict[str, Counter[tuple[str, str]]] = {}
    for table, rows in zip(tables, json.loads(content), strict=True):
        counter = sums.setdefault(table.name, Counter())
        for row in rows["counts"]:
            [group] = row["keys"]
            if group["kind"] == "value":
                counter[group["value"], group["label"]] += row["count"]
    return sums


def _compile(tables: list[_Table], user: Viewer) -> CompiledQuery:
    keys = query_tree.CountKeys((("kind", "kind"), ("value", "value"), ("label", "label")), ("value", "rest", "none"))
    fields = (("counts", query_tree.CountRows((("keys", keys), ("count", "count")))),)
    nodes = [table.counts.table(lambda: fields) for table in tables]
    must_exist = [group for _, groups in nodes for group in groups]
    return Compiler(user).compile(query_tree.TableList(tuple(table for table, _ in nodes)), must_exist)


def _facet(name: str, counts: Counter[tuple[str, str]], params: Params, address: Address) -> list[FacetValue]:
    chosen = params.get(name, [])
    values = []
    for (value, label), count in sorted(counts.items(), key=lambda item: (-item[1], item[0][1]))[:_MAX_VALUES]:
        is_chosen = value in chosen
        others = [other for other in chosen if other != value] if is_chosen else [*chosen, value]
        values.append(FacetValue(value, label, count, address(**{name: others}), is_chosen))
    return values


def _histograms(
    sums: Mapping[str, Counter[tuple[str, str]]], chosen: PartialDate | None, address: Address
) -> list[tuple[str, SafeString]]:
    years = _numbers(sums.get("year", Counter()))
    if not years:
        return []
    first, last = min(years), max(years)
    if last - first < _MAX_YEARS:
        periods = [Period(str(year), str(year), str(year), years.get(year, 0)) for year in range(first, last + 1)]
        histograms = [(gettext("Years"), _svg(periods, gettext("Records by year"), chosen, address, address(date=[])))]
    else:
        histograms = [(gettext("Decades"), _decades(sums, chosen, address))]
    if year := _year(chosen):
        months = {value: count for (value, _), count in sums.get("month", Counter()).items()}
        periods = [_month(year, number, months) for number in range(1, 13)]
        svg = _svg(periods, gettext("Records by month"), chosen, address, address(date=[year]))
        histograms.append((gettext("Months of {year}").format(year=year), svg))
    return histograms


def _decades(sums: Mapping[str, Counter[tuple[str, str]]], chosen: PartialDate | None, address: Address) -> SafeString:
    decades = {
        int(value[:3]): count for (value, _), count in sums.get("decade", Counter()).items() if value[:3].isdigit()
    }
    first, last = max(min(decades), max(decades) - _MAX_YEARS), max(decades)
    periods = [
        Period(f"{decade:03}X", f"{decade}0s", f"{decade}0s", decades.get(decade, 0))
        for decade in range(first, last + 1)
    ]
    return _svg(periods, gettext("Records by decade"), chosen, address, address(date=[]))


def _month(year: str, number: int, counts: Mapping[str, int]) -> Period:
    date = PartialDate.parse(f"{year}-{number:02}")
    return Period(date.text, date_in_words(date), str(MONTHS_3[number]).capitalize(), counts.get(date.text, 0))


def _svg(periods: Sequence[Period], label: str, chosen: PartialDate | None, address: Address, reset: str) -> SafeString:
    def href(first: int, last: int) -> str:
        ends = [periods[first].value, periods[last].value]
        if first != last and ends[0].endswith("X"):
            ends = [f"{ends[0][:3]}0", f"{ends[1][:3]}9"]
        return address(date=["/".join(dict.fromkeys(ends))])

    svg = histogram_svg(periods, label, _chosen_bars(periods, chosen), href, reset)
    return mark_safe(svg)  # noqa: S308 (written by ElementTree)


def _chosen_bars(periods: Sequence[Period], chosen: PartialDate | None) -> tuple[int, int] | None:
    """The first and last bar inside the chosen period; None if there is none, or all are."""
    if chosen is None:
        return None
    inside = []
    for number, period in enumerate(periods):
        date = PartialDate.parse(period.value)
        if chosen.earliest <= date.earliest and date.latest <= chosen.latest:  # type: ignore[operator]
            inside.append(number)
    if not inside or len(inside) == len(periods) > 1:
        return None
    return inside[0], inside[-1]


def _chosen_period(texts: Sequence[str]) -> PartialDate | None:
    """The period of the filter, if it is one with both ends."""
    if len(texts) != 1:
        return None
    try:
        date = PartialDate.parse(texts[0].strip())
    except PartialDateError:
        return None
    return date if date.earliest is not None and date.latest is not None else None


def _year(chosen: PartialDate | None) -> str:
    """The year in which the chosen period lies; empty if it lies in several."""
    if chosen is None or chosen.earliest is None or chosen.latest is None:
        return ""
    return f"{chosen.earliest.year:04}" if chosen.earliest.year == chosen.latest.year else ""


def _numbers(counts: Counter[tuple[str, str]]) -> dict[int, int]:
    return {int(value): count for (value, _), count in counts.items() if value.isdigit()}
