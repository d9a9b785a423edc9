"""Facets and histograms of a search or a list: counts by topic, country, period and so on.

Facets are counted without the filter that they set, so that they show what other values would find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from archive.counts import MAX_LIMIT, CountOptions, Counts, facets
from archive.dates import PartialDate, PartialDateError
from archive.drawing.histogram import Period, histogram_svg
from archive.filters import FILTERSETS
from archive.filters.dimensions import WordDimension
from archive.filters.prepared_query import Params
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.groupings import Mode
from archive.sql.reads import Read
from archive.sql.row_lists import IfFewRows, few_rows
from archive.terms import date_in_words, term
from archive.visibility import Viewer
from archive.web.forms import filter_label

#: The collections whose dates are those of what happened.
_DATED = ("events", "statements", "measures", "speech-acts")
#: Values of a facet; the form offers the others.
_MAX_VALUES = 12
#: Bars of one histogram. With more years, bars are decades.
_MAX_YEARS = 90
#: So many records are counted at most: facets of more would take seconds, and those of a million a minute.
MAX_COUNTED = 50_000
_NULL = query_tree.Constant("null")
#: A bar has the records that may lie in its period, for these are what its filter finds.
_MODE: Mode = "possible"

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
class FacetPage:
    """The page that has facets: its parameters, its addresses, and the labels that differ from the names of filters.

    ``defaults`` are the values of a filter that the page has by default: its facet has these and the chosen ones alone.
    """

    params: Params
    address: Address
    labels: Mapping[str, str] = field(default_factory=dict)
    defaults: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a dimension with the most records, and the chosen ones; ``has_more``: there are others."""

    name: str
    heading: str
    values: list[FacetValue]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets, and the SVGs of histograms: of years, and of the months of one or two chosen years.

    ``options`` are the values and labels of each dimension by label, of those with the most records if ``cut`` has the
    dimension. ``totals`` are the sums of the values that the filters let through: where each record has one value, the
    number of records. ``uncounted`` are headings of the dimensions of which more than ``max_counted`` records would
    have to be counted; they are in none of the others. ``is_large``: the list itself has more records of a collection.
    """

    values: list[Facet]
    histograms: list[tuple[str, SafeString]]
    options: dict[str, list[tuple[str, str]]]
    cut: set[str]
    totals: dict[str, int]
    uncounted: list[str] = field(default_factory=list)
    is_large: bool = False
    max_counted: int = 0


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of a collection by a dimension, or by the months of a year."""

    kind: str
    name: str
    counts: Counts

    def plan_key(self) -> Hashable:
        """The part of the request that decides the SQL of this table."""
        return self.kind, self.name, self.counts.plan_key()


class FacetsRead(Read):
    """The facets of the collections ``kinds`` under filters, by ``dimensions`` and by period.

    A dimension has the name of the filter that takes its values. ``fixed`` are filters that no facet leaves out,
    ``offered`` dimensions that the form offers values of, without a facet. ``span`` are the first and the last year of
    the records, if the page has read them.
    """

    def __init__(
        self, kinds: Sequence[str], filters: Params, user: Viewer, dimensions: Sequence[str] = ("topic", "country"),
        fixed: Params | None = None, offered: Sequence[str] = (), units: Sequence[str] = ("year", "decade"),
        span: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        self.kinds, self.filters, self.user, self.dimensions, self.fixed = kinds, filters, user, dimensions, fixed
        self.offered, self.units = offered, units
        self.chosen = _chosen_period(filters.get("date", []))
        self.years = _years(self.chosen, span)
        self.groups = [group for kind in kinds for group in _grouped(self._tables(kind))]
        self.tables = [table for group in self.groups for table in group]

    def plan_key(self) -> Hashable:
        return tuple(tuple(table.plan_key() for table in group) for group in self.groups)

    def bind(self) -> dict[str, Any]:
        return {key: value for table in self.tables for key, value in table.counts.bind().items()}

    def node(self) -> Root:
        keys = query_tree.CountKeys(
            (("kind", "kind"), ("value", "value"), ("label", "label")), ("value", "rest", "none")
        )
        fields = (("counts", query_tree.CountRows((("keys", keys), ("count", "count")))),)
        lists: list[Any] = []
        must_exist: list[list[Any]] = []
        for group in self.groups:
            nodes = [table.counts.table(lambda: fields) for table in group]
            must_exist += [rows for _, each in nodes for rows in each]
            rows = nodes[0][0].rows
            tables = query_tree.TableList(tuple(replace(table, rows=few_rows(rows.model)) for table, _ in nodes))
            lists.append(if_counted(rows, tables))
        return query_tree.NodeList(tuple(lists)), must_exist

    def check(self) -> None:
        for table in self.tables:
            table.counts.check()

    def facets(self, content: Sequence[Any], page: FacetPage) -> Facets:
        """The facets of the node's content, on a page whose parameters have the slugs of records."""
        rows = [
            row for group, tables in zip(self.groups, content, strict=True) for row in tables or [None] * len(group)
        ]
        uncounted = {table.name for table, row in zip(self.tables, rows, strict=True) if row is None}
        sums, cut = self._sums(rows, uncounted)
        values = [_facet(name, sums[name], page) for name in self.dimensions if sums.get(name)]
        values = [facet for facet in values if facet.values]
        options = {
            name: sorted(sums.get(name, ()), key=lambda option: option[1].casefold())
            for name in (*self.dimensions, *self.offered) if name not in uncounted
        }  # fmt: skip
        totals = {
            name: sum(count for (value, _), count in sums[name].items() if value in self.filters.get(name, [value]))
            for name in (facet.name for facet in values)
        }
        headings = [filter_label(name, page.labels) for name in self.dimensions if name in uncounted]
        own_filters = {**self.filters, **(self.fixed or {})}
        is_large = any(
            tables is None and group[0].counts.filters == own_filters
            for group, tables in zip(self.groups, content, strict=True)
        )
        histograms = _histograms(sums, self.chosen, self.years, page.address)
        return Facets(values, histograms, options, cut, totals, headings, is_large, MAX_COUNTED)

    def _tables(self, kind: str) -> list[_Table]:
        declared = FILTERSETS[kind].dimensions()
        names = [name for name in (*self.dimensions, *self.offered) if name in declared]
        names += self.units if kind in _DATED else []
        if not names or not set(self.filters) <= set(FILTERSETS[kind].base_filters):
            return []
        options = CountOptions(tuple(names), _MODE, MAX_LIMIT)
        counts = facets(kind, options, self.filters, self.user, f"f.{kind}.", self.fixed)
        tables = [_Table(kind, name, table) for name, table in zip(names, counts, strict=True)]
        if self.years and kind in _DATED:
            months = {**self.filters, "date": ["/".join(self.years)]}
            options = CountOptions(("month",), _MODE, MAX_LIMIT)
            tables.append(_Table(kind, "month", Counts(kind, options, months, self.user, f"f.{kind}.m.")))
        return tables

    def _sums(
        self, content: Sequence[Any], uncounted: Collection[str]
    ) -> tuple[dict[str, Counter[tuple[str, str]]], set[str]]:
        """Of each dimension the counts by value and label, of all collections together; and those with more values."""
        sums: dict[str, Counter[tuple[str, str]]] = {}
        cut = set()
        for table, rows in zip(self.tables, content, strict=True):
            if table.name in uncounted:
                continue
            counter = sums.setdefault(table.name, Counter())
            is_word = isinstance(table.counts.dimensions[0], WordDimension)
            for row in rows["counts"]:
                [group] = row["keys"]
                if group["kind"] == "value":
                    counter[group["value"], term(group["label"]) if is_word else group["label"]] += row["count"]
                elif group["kind"] == "rest":
                    cut.add(table.name)
        return sums, cut


def if_counted(
    rows: QuerySet[Any], node: query_tree.Node, otherwise: query_tree.Node = _NULL, others: Sequence[QuerySet[Any]] = ()
) -> IfFewRows:
    """The node's JSON unless there are more of the rows, or of others, than are counted; then that of ``otherwise``."""
    return IfFewRows(rows, MAX_COUNTED, node, otherwise, tuple(others))


def _grouped(tables: Sequence[_Table]) -> list[list[_Table]]:
    """The tables of a collection that count the same records, together."""
    groups: list[list[_Table]] = []
    for table in tables:
        group = next((group for group in groups if group[0].counts.filters == table.counts.filters), None)
        if group is None:
            groups.append([table])
        else:
            group.append(table)
    return groups


def _facet(name: str, counts: Counter[tuple[str, str]], page: FacetPage) -> Facet:
    chosen, defaults = page.params.get(name, []), page.defaults.get(name)
    values: list[FacetValue] = []
    has_more = False
    for (value, label), count in sorted(counts.items(), key=lambda item: (-item[1], item[0][1])):
        is_chosen = value in chosen
        if defaults is not None and not is_chosen and value not in defaults:
            continue
        if len(values) >= _MAX_VALUES and not is_chosen:
            has_more = True
            continue
        others = [other for other in chosen if other != value] if is_chosen else [*chosen, value]
        values.append(FacetValue(value, label, count, page.address(**{name: others}), is_chosen))
    return Facet(name, filter_label(name, page.labels), values, has_more)


def _histograms(
    sums: Mapping[str, Counter[tuple[str, str]]],
    chosen: PartialDate | None,
    month_years: Sequence[str],
    address: Address,
) -> list[tuple[str, SafeString]]:
    years = _numbers(sums.get("year", Counter()))
    histograms = []
    first, last = min(years, default=0), max(years, default=0)
    months = {value: count for (value, _), count in sums.get("month", Counter()).items()}
    if years and last - first < _MAX_YEARS:
        periods = [Period(f"{year:04}", str(year), str(year), years.get(year, 0)) for year in range(first, last + 1)]
        years_svg = _svg(periods, gettext("Records by year"), chosen, address, address(date=[]))
        # A single bar says nothing that its months do not.
        has_years = first != last or chosen is not None or not months
        histograms = [(gettext("Years"), years_svg)] if has_years else []
    elif years:
        histograms = [(gettext("Decades"), _decades(sums, chosen, address))]
    if months:
        has_year = len(month_years) > 1
        periods = [_month(year, number, months, has_year=has_year) for year in month_years for number in range(1, 13)]
        period = "/".join(month_years)
        svg = _svg(periods, gettext("Records by month"), chosen, address, address(date=[period] if chosen else []))
        words = date_in_words(PartialDate.parse(period))
        histograms.append((gettext("Months of {year}").format(year=words), svg))
    return histograms


def _decades(sums: Mapping[str, Counter[tuple[str, str]]], chosen: PartialDate | None, address: Address) -> SafeString:
    decades = {
        int(value[:3]): count for (value, _), count in sums.get("decade", Counter()).items() if value[:3].isdigit()
    }
    first, last = max(min(decades), max(decades) - _MAX_YEARS), max(decades)
    periods = [_decade(decade, decades.get(decade, 0)) for decade in range(first, last + 1)]
    return _svg(periods, gettext("Records by decade"), chosen, address, address(date=[]))


def _decade(decade: int, count: float) -> Period:
    # A tick has room for less than "the 1930s".
    is_english = get_language() == settings.LANGUAGE_CODE
    label = f"{decade}0s" if is_english else date_in_words(PartialDate.parse(f"{decade:03}X"))
    return Period(f"{decade:03}X", label, label, count)


def _month(year: str, number: int, counts: Mapping[str, int], *, has_year: bool) -> Period:
    """``has_year``: whether January is labelled with its year, since the bars are of several."""
    date = PartialDate.parse(f"{year}-{number:02}")
    short = str(int(year)) if has_year and number == 1 else str(MONTHS_3[number]).capitalize()
    return Period(date.text, date_in_words(date), short, counts.get(date.text, 0))


def _svg(periods: Sequence[Period], label: str, chosen: PartialDate | None, address: Address, reset: str) -> SafeString:
    def href(first: int, last: int) -> str:
        ends = [periods[first].value, periods[last].value]
        if first != last and ends[0].endswith("X"):
            # There is no year 0.
            ends = [f"{ends[0][:3]}0".replace("0000", "0001"), f"{ends[1][:3]}9"]
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


def _years(chosen: PartialDate | None, span: tuple[int, int] | None) -> list[str]:
    """The year or the two years in which the chosen period lies, else the records; empty if these are more."""
    if chosen is not None and chosen.earliest is not None and chosen.latest is not None:
        span = chosen.earliest.year, chosen.latest.year
    if span is None:
        return []
    first, last = span
    return [f"{year:04}" for year in range(first, last + 1)] if last - first <= 1 else []


def _numbers(counts: Counter[tuple[str, str]]) -> dict[int, int]:
    return {int(value): count for (value, _), count in counts.items() if value.isdigit()}
