"""The ledger: who wants what from whom, as a table with the state of each speech act on a chosen day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from archive.act_state_on_day import act_state_on_day
from archive.choices import ANSWERABLE_KINDS, SpeechActKind, State
from archive.dates import PartialDate, PartialDateError
from archive.exceptions import ArchiveError, Problem, printable
from archive.filters import FILTERSETS
from archive.filters.prepared_query import Params, bind, plan_key, prepare
from archive.models import Outcome, SpeechAct, Statement
from archive.search.lists import ListsRead, RecordList
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.instances import Instances
from archive.sql.reads import Read, run_together
from archive.sql.row_lists import FirstAndLastDays
from archive.terms import date_in_words
from archive.text import whole_number
from archive.visibility import Viewer
from archive.web.editing import list_editing, outcome_form_link
from archive.web.export_links import list_export_links
from archive.web.facets import FacetPage, Facets, FacetsRead, if_counted
from archive.web.filter_labels import FilterLabels
from archive.web.forms import FormField, error_messages, error_status, hidden_fields
from archive.web.ledger_matrix import LEFT_OUT, SETTLED, SidesRead, read_matrix
from archive.web.list_page import form_context, list_context

PAGE_SIZE = 100
#: The kinds that the ledger lists by default: those that call for an answer, and what a side is accused of.
DEFAULT_KINDS = [kind.value for kind in SpeechActKind if kind in ANSWERABLE_KINDS or kind == SpeechActKind.ACCUSATION]
#: Parameters of the page that are not filters. ``at`` is the ordinal of a day, from the slider.
OWN_PARAMS = ("day", "at", "show", "cursor")
#: Filters by what became of an act; the days of the list are those without them.
STATE_FILTERS = ("state", "state_on", "open_on")
#: Value of the parameter ``show`` -> the states that it selects.
STATES_BY_SHOW = {"open": [State.OPEN.value], "settled": SETTLED}
_SHOW_LABELS = {
    "": gettext_lazy("all"),
    "open": pgettext_lazy("term", "open"),
    "settled": pgettext_lazy("filter", "settled"),
}
_DIMENSIONS = ("kind", "country", "addressee_country", "topic")
#: The dimensions that the form alone offers values of.
_OFFERED = ("speaker", "addressee")
_NO_FACETS = Facets([], [], {name: [] for name in (*_DIMENSIONS, *_OFFERED)}, set(), {})
#: The labels of filters whose names say less on this page.
_LABELS = {"country": "who", "addressee_country": "from whom"}
_ACTS = Instances(SpeechAct, (
    "addressee_bodies", "addressee_officials", "statement__speaker", "statement__body", "outcomes__event",
    "outcomes__answer__statement",
))  # fmt: skip
#: So many statements at either end of the archive are looked at for its first and last day.
_SOME = 50
#: The columns of a date that has a start, an end, or both.
_ENDS: tuple[tuple[Literal["min", "max"], str], ...] = (
    ("min", "date_earliest"), ("min", "date_latest"), ("max", "date_latest"), ("max", "date_earliest"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which something of the list was said or settled; the chosen day may lie outside."""

    first: date
    last: date
    chosen: date


def ledger_page(request: HttpRequest, params: Params) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    context: dict[str, Any] = {"params": {name: values for name, values in params.items() if name != "cursor"}}
    context |= list_editing(Statement, request.user)
    status = 200
    try:
        _check_single(params)
        if "at" in params:
            day = _day_at(params["at"])
            return HttpResponseRedirect(_href(params, day=[str(day)], at=[], cursor=[]))
        context |= _context(params, request.user)
    except ArchiveError as error:
        context |= form_context("speech-acts", params, _LABELS, _own_fields(params, None))
        context["problems"], status = error_messages(error, _LABELS), error_status(error)
    return render(request, "archive/ledger.html", context, status=status)


def _context(params: Params, user: Viewer) -> dict[str, Any]:
    """The context of the template. Raises ArchiveError."""
    day = _parse_day(params)
    filters = {name: values for name, values in params.items() if name not in OWN_PARAMS}
    filters.setdefault("kind", DEFAULT_KINDS)
    states = _selected_states(params)
    if states is not None:
        filters["state"] = [state for state in filters.get("state", states) if state in states]
    plan_key(FILTERSETS["speech-acts"], filters, user)  # for its errors
    timeless = {name: values for name, values in filters.items() if name not in STATE_FILTERS}
    chosen = FilterLabels(
        {name: values for name, values in params.items() if name not in OWN_PARAMS}, ["speech-acts"], user
    )
    read_days, records = run_together([_DaysRead(timeless, user), chosen], user)
    slug_filters, names = chosen.apply(records)
    params, filters = {**params, **slug_filters}, {**filters, **{name: slug_filters[name] for name in records}}
    days = _days(read_days, day)
    # A link to other speech acts keeps the day, of which the default is the last of those that are listed.
    with_day = {**params, "day": [str(days.chosen)]} if days else params
    page = FacetPage(params, partial(_href, with_day, cursor=[]), _LABELS, {"kind": DEFAULT_KINDS})
    in_chips = {name: values for name, values in params.items() if name not in ("day", "at", "cursor")}
    names["show"] = {name: str(label) for name, label in _SHOW_LABELS.items()}
    fields = _own_fields(params, days.chosen if days else day)
    context: dict[str, Any] = {
        "params": {name: values for name, values in params.items() if name != "cursor"},
        "slider_hidden": hidden_fields(params, {"day"}),
        "days": days,
    }
    if days is None:
        return context | list_context("speech-acts", page, _NO_FACETS, in_chips, names, fields)
    if states is not None or "state_on" in filters or ("state" in filters and day is not None):
        filters["state_on"] = [str(days.chosen)]
    filters["date_before"] = _earlier(filters.get("date_before"), days.chosen)
    tables = _facets_read(filters, _years_said(read_days), user)
    acts = ListsRead(["speech-acts"], filters, user, PAGE_SIZE, params.get("cursor", [""])[-1], {"speech-acts": _ACTS})
    sides = SidesRead(filters, days.chosen, user)
    listed, counts, side_counts = run_together([acts, tables, sides], user)
    facets = tables.facets(counts, page)
    context |= list_context("speech-acts", page, facets, in_chips, names, fields)
    context |= {
        "matrix": read_matrix(sides, side_counts, partial(_cell_href, params, days.chosen), user),
        "is_filtered": bool({*params} - {*OWN_PARAMS, *LEFT_OUT}),
        "day_words": _words(days.chosen),
        "total": facets.totals.get("kind", 0),
    }
    context |= _rows(acts.pages(listed)[0], params, days.chosen, user)
    if all(filters.values()):  # an empty list, which matches nothing, cannot be put in an address
        context["reuse"] = list_export_links("speech-acts", filters)
    if days.chosen < days.first:
        context["first_href"], context["first_words"] = _href(params, day=[str(days.first)]), _words(days.first)
    return context


def _cell_href(params: Params, day: date, side: str, other: str, show: str) -> str:
    """The address of the acts in a cell of the matrix."""
    return _href(
        params, country=[side], addressee_country=[other], show=[show], day=[str(day)],
        state=[], open_on=[], state_on=[], cursor=[],
    )  # fmt: skip


def _facets_read(filters: Params, span: tuple[int, int] | None, user: Viewer) -> FacetsRead:
    """The facets of the acts on the day, which the histogram does not leave out."""
    counted = {name: values for name, values in filters.items() if name != "order_by"}
    fixed = {name: values for name, values in counted.items() if name in ("date_before", "certain")}
    return FacetsRead(["speech-acts"], counted, user, _DIMENSIONS, fixed, _OFFERED, span=span)


def _earlier(values: list[str] | None, day: date) -> list[str]:
    """The filter by the latest date that holds with the day: valid values are kept if they end before it."""
    end = PartialDate.parse(values[-1]).latest if values else None
    return values if values and end is not None and end < day else [str(day)]


def _rows(page: RecordList, params: Params, day: date, user: Viewer) -> dict[str, Any]:
    """The rows of the table and the address of the next page."""
    context: dict[str, Any] = {
        "rows": [
            (act, act_state_on_day(act, act.outcomes.all(), day), outcome_form_link(act, user) if user else ("", ""))
            for act in page.records
        ]
    }
    if page.next_cursor:
        context["next_page"] = _href(params, cursor=[page.next_cursor])
    return context


class _DaysRead(Read):
    """The first and last days of the acts under filters, and of their outcomes."""

    def __init__(self, filters: Params, user: Viewer) -> None:
        self.filters, self.user = filters, user

    def plan_key(self) -> Hashable:
        return plan_key(FILTERSETS["speech-acts"], self.filters, self.user)

    def bind(self) -> dict[str, Any]:
        return bind(FILTERSETS["speech-acts"], self.filters, self.user, "d.")

    def node(self) -> Root:
        acts = prepare(FILTERSETS["speech-acts"], self.filters, self.user, "d.", is_ordered=False)
        outcomes = Outcome.objects.visible_to(self.user).filter(speech_act__in=acts.rows.order_by().values("pk"))
        said = FirstAndLastDays(acts.rows, tuple((end, f"statement__{path}") for end, path in _ENDS))
        days = query_tree.Object((("said", said), ("settled", FirstAndLastDays(outcomes, _ENDS))))
        return if_counted(acts.rows, days, self._all_days()), acts.must_exist

    def _all_days(self) -> query_tree.Object:
        """The days of the first and the last statements: those of very many acts are hardly others."""
        statements = Statement.objects.visible_to(self.user)
        order = ("date_sort", "sequence", "slug")
        first = statements.filter(date_earliest__isnull=False).order_by(*order)[:_SOME]
        last = statements.filter(date_latest__isnull=False).order_by(*(f"-{name}" for name in order))[:_SOME]
        said, settled = (
            FirstAndLastDays(Statement.objects.filter(pk__in=rows.values("pk")), _ENDS) for rows in (first, last)
        )
        is_all = query_tree.Constant("true")
        return query_tree.Object((("said", said), ("settled", settled), ("is_all", is_all)))

    def check(self) -> None:
        FILTERSETS["speech-acts"](self.filters, self.user).check()


def _days(content: Mapping[str, Any], day: date | None) -> Days | None:
    """The days of the acts, of which by default the last is chosen; None if there are no acts."""
    said, settled = ([text and date.fromisoformat(text) for text in content[name]] for name in ("said", "settled"))
    starts = [value for value in said[:2] if value]
    ends = [value for value in (*said[2:], *settled[2:]) if value]
    return Days(min(starts), max(ends), day or max(ends)) if starts else None


def _years_said(content: Mapping[str, Any]) -> tuple[int, int] | None:
    """The first and the last year in which an act was said; None where the days of all statements were read instead."""
    if content.get("is_all"):
        return None
    years = [int(text[:4]) for text in content["said"] if text]
    return min(years), max(years)


def _check_single(params: Params) -> None:
    """Raises ArchiveError for parameters of the page that have several values."""
    problems = [
        Problem(name, printable(", ".join(params[name])), gettext("one value, given once"))
        for name in OWN_PARAMS
        if len(params.get(name, ())) > 1
    ]
    if problems:
        raise ArchiveError(problems)


def _parse_day(params: Params) -> date | None:
    """The last day of the date in ``day``, else in the filters that name one. Raises ArchiveError."""
    name = next((name for name in ("day", "state_on", "open_on") if name in params), None)
    if name is None:
        return None
    text = params[name][-1].strip()
    try:
        return PartialDate.parse(text).latest
    except PartialDateError as error:
        if name != "day":
            return None  # The FilterSet refuses it.
        raise ArchiveError([Problem(name, printable(text), error.expectation, error.suggestion)]) from error


def _day_at(values: list[str]) -> date:
    text = values[-1].strip()
    if (number := whole_number(text, 1, date.max.toordinal())) is None:
        raise ArchiveError(
            [Problem("at", printable(text), gettext("the number of a day; choose a day by its date instead"))]
        )
    return date.fromordinal(number)


def _selected_states(params: Params) -> list[str] | None:
    if "show" not in params:
        return None
    text = params["show"][-1]
    if text not in STATES_BY_SHOW:
        expected = gettext("one of {values}, or none for all").format(values=", ".join(STATES_BY_SHOW))
        raise ArchiveError([Problem("show", printable(text), expected)])
    return STATES_BY_SHOW[text]


def _own_fields(params: Params, day: date | None) -> list[FormField]:
    """The first fields of the form: day and states."""
    value = str(day) if day else params.get("day", [""])[-1].replace("\x00", "")
    kind = "date" if day else "text"
    show = params.get("show", [""])[-1]
    return [
        FormField("day", gettext("State on the day"), gettext("A date such as 2019-08-01"), value, [], kind),
        FormField(
            "show",
            gettext("Show"),
            gettext("Open or settled on that day"),
            show if show in STATES_BY_SHOW else "",
            [(value, str(label)) for value, label in _SHOW_LABELS.items()],
        ),
    ]


def _words(day: date) -> str:
    return date_in_words(PartialDate.parse(str(day)))


def _href(params: Params, **changes: list[str]) -> str:
    """The query string with some parameters changed, or removed by an empty list; "." for none."""
    query = urlencode({**params, **changes}, doseq=True)
    return f"?{query}" if query else "."
