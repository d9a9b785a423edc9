"""Change list filter by date, from century to day, which follows partial dates.

A period lists the records that surely lie within it; those that only may lie in it are a list apart ("perhaps 2019").
A list of at most a window of rows is counted by period. A longer one shows the periods that have records at all, found
by one probe of the date's index each, so that it costs the same at any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.admin import ListFilter, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, F, Model, Q, QuerySet
from django.db.models.functions import ExtractYear, Floor
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.list_parameters import Correction, UnusableParameters
from archive.dates import PartialDate, PartialDateError
from archive.exceptions import FilterError, Problem, printable
from archive.terms import date_in_words

PERIOD, PERHAPS = "period", "perhaps"
_EXPECTED = _("a century, decade, year, month or day such as 20XX, 201X, 2019, 2019-07 or 2019-07-12")
_LEVELS = ("century", "decade", "year", "month", "day")


def parse_period(text: str) -> PartialDate:
    """The period that a parameter names. Raises FilterError."""
    try:
        period = PartialDate.parse(text)
    except PartialDateError:
        period = None
    if period is None or period.earliest is None or not period_names(period) or period_names(period)[-1] != text:
        raise FilterError([Problem(PERIOD, printable(text), str(_EXPECTED))])
    return period


def period_names(period: PartialDate) -> list[str]:
    """The names of the periods that a period lies in, from its century to itself; none of a date that is no period."""
    if period.precision not in _LEVELS or period.earliest is None:
        return []
    return [name_of(period.earliest, level) for level in _LEVELS[: _LEVELS.index(period.precision) + 1]]


def name_of(day: date, level: str) -> str:
    """The EDTF text of the century, decade, year, month or day in which a day lies."""
    match level:
        case "century":
            return f"{day.year // 100:02}XX"
        case "decade":
            return f"{day.year // 10:03}X"
        case "year":
            return f"{day.year:04}"
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case _:
            return day.isoformat()


def parts_of(period: PartialDate) -> list[str]:
    """The names of the periods one level below a period."""
    text = period.text
    match period.precision:
        case "century":
            return [f"{text[:2]}{digit}X" for digit in range(10)]
        case "decade":
            return [name for digit in range(10) if (name := f"{text[:3]}{digit}") != "0000"]
        case "year":
            return [f"{text}-{month:02}" for month in range(1, 13)]
        case "month" if period.latest is not None:
            return [f"{text}-{day:02}" for day in range(1, period.latest.day + 1)]
        case _:
            return []


def label(name: str) -> str:
    """A period in words, without the notes that tell a century from its first decade in a sentence."""
    return date_in_words(PartialDate.parse(name))


class DateDrillDown(ListFilter):
    """The filter of a date field; ``of`` makes its class."""

    title = _("date")
    template = "admin/archive/date_drill_down.html"
    #: Names of the columns: the first and last day on which the record may lie (or a period may begin), and its order.
    earliest, latest, sort = "date_earliest", "date_latest", "date_sort"

    @classmethod
    def of(cls, field: str, is_period: bool = False) -> type[DateDrillDown]:
        """The class for a field; a period is listed by its start."""
        columns: dict[str, Any] = {
            "earliest": f"{field}_earliest",
            "latest": f"{field}_certain_from" if is_period else f"{field}_latest",
            "sort": f"{field}_sort",
            "title": _("start") if is_period or field == "start" else _("date"),
        }
        return type("DateDrillDown", (cls,), columns)

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.period: PartialDate | None = None
        text = params.pop(PERIOD, [""])[-1].strip()
        self.is_perhaps = params.pop(PERHAPS, [""])[-1] == "1"
        if text:
            try:
                self.period = parse_period(text)
            except FilterError as error:
                raise UnusableParameters([Correction(PERIOD, None, self._sentence(error))]) from error
        if text or self.is_perhaps:
            self.used_parameters = {PERIOD: text, PERHAPS: self.is_perhaps}

    def _sentence(self, error: FilterError) -> str:
        label = capfirst(str(self.title))
        return " ".join(replace(problem, field=label).sentence() for problem in error.problems)

    def expected_parameters(self) -> list[str | None]:
        return [PERIOD, PERHAPS]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> Any:
        if self.period is None:
            return self._of_no_century(queryset) if self.is_perhaps else queryset
        return queryset.filter(self._perhaps(self.period) if self.is_perhaps else self._surely(self.period))

    def _surely(self, period: PartialDate) -> Q:
        """The record lies within the period. The bounds on the sort column are redundant: they seek in its index."""
        return Q(
            **{
                f"{self.earliest}__gte": period.earliest, f"{self.latest}__lte": period.latest,
                f"{self.sort}__gte": period.first_sort, f"{self.sort}__lte": period.last_sort,
            }
        )  # fmt: skip

    def _perhaps(self, period: PartialDate) -> Q:
        """The record may lie in the period, and may lie outside it."""
        no_start, no_end = Q(**{f"{self.earliest}__isnull": True}), Q(**{f"{self.latest}__isnull": True})
        begins_before = no_start | Q(**{f"{self.earliest}__lt": period.earliest})
        ends_after = no_end | Q(**{f"{self.latest}__gt": period.latest})
        may_overlap = (no_start | Q(**{f"{self.earliest}__lte": period.latest})) & (
            no_end | Q(**{f"{self.latest}__gte": period.earliest})
        )
        return ~(no_start & no_end) & may_overlap & (begins_before | ends_after)

    def _of_no_century(self, queryset: QuerySet[Model]) -> Any:
        """The records that have no date, an open one, or one that spans centuries."""
        centuries = {
            "first_century": Floor(ExtractYear(self.earliest) / 100.0),
            "last_century": Floor(ExtractYear(self.latest) / 100.0),
        }
        is_open = Q(**{f"{self.earliest}__isnull": True}) | Q(**{f"{self.latest}__isnull": True})
        return queryset.alias(**centuries).filter(is_open | Q(last_century__gt=F("first_century")))

    # For the template.

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        name = self.period.text if self.period else ""
        children = [] if self.is_perhaps else self._children(changelist)
        undated = None if name or self.is_perhaps else self._undated_count(changelist, children)
        yield {
            "all_url": self._url(changelist, ""),
            "path": [self._link(changelist, name) for name in (period_names(self.period) if self.period else ())],
            "children": [{**self._link(changelist, name), "count": count} for name, count in children],
            "perhaps": (
                gettext("perhaps {period}").format(period=label(name))
                if name
                else gettext("in no single century, or undated")
            ),
            "perhaps_url": self._url(changelist, name, is_perhaps=True),
            "perhaps_count": undated,
            "is_perhaps": self.is_perhaps,
        }

    def _link(self, changelist: ChangeList, name: str) -> dict[str, Any]:
        return {"name": label(name), "url": self._url(changelist, name)}

    def _url(self, changelist: ChangeList, name: str, is_perhaps: bool = False) -> str:
        return str(changelist.get_query_string({PERIOD: name or None, PERHAPS: "1" if is_perhaps else None}))

    def _children(self, changelist: Any) -> list[tuple[str, int | None]]:
        """The parts of the period (without one, the centuries) that have records.

        They are counted in the list if it fits a window. Otherwise they are those of all records that the user sees.
        """
        if self.period is not None and self.period.precision == "day":
            return []
        if not changelist.after and not changelist.paginator.has_more:
            return list(self._counts(changelist).items())
        visible = changelist.root_queryset.order_by().select_related(None)
        names = parts_of(self.period) if self.period else self._centuries(visible)
        return [(name, None) for name in self._existing(visible, names)]

    def _counts(self, changelist: Any) -> dict[str, int | None]:
        level = _LEVELS[_LEVELS.index(self.period.precision) + 1 if self.period else 0]
        rows = changelist.model._default_manager.filter(pk__in=changelist.paginator.keys).order_by()
        counts: Counter[str] = Counter()
        for first, last in rows.values_list(self.earliest, self.latest):
            if first and last and name_of(first, level) == name_of(last, level):
                counts[name_of(first, level)] += 1
        return dict(sorted(counts.items()))

    def _undated_count(self, changelist: Any, children: list[tuple[str, int | None]]) -> int | None:
        """How many records of the list are in no single century; None of a list that is not counted."""
        if changelist.after or changelist.paginator.has_more:
            return None
        return len(changelist.paginator.keys) - sum(count or 0 for _, count in children)

    def _centuries(self, visible: QuerySet[Model]) -> list[str]:
        """The names of the centuries from that of the first record to that of the last."""
        dated = visible.filter(**{f"{self.earliest}__isnull": False}).values_list(self.earliest, flat=True)
        first, last = dated.order_by(self.sort)[:1], dated.order_by(f"-{self.sort}")[:1]
        bounds = [day.year // 100 for rows in (first, last) for day in rows]
        return [f"{century:02}XX" for century in range(bounds[0], bounds[-1] + 1)] if bounds else []

    def _existing(self, visible: QuerySet[Model], names: list[str]) -> list[str]:
        """The periods within which there are records, by one SQL statement."""
        probes = {
            f"period_{number}": Exists(visible.filter(self._surely(PartialDate.parse(name))))
            for number, name in enumerate(names)
        }
        rows = visible.model._default_manager.order_by().annotate(**probes).values_list(*probes)[:1] if probes else ()
        return [name for row in rows for name, exists in zip(names, row, strict=True) if exists]
