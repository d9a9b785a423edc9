"""The ledger: who wants what from whom, as a table with the state of each speech act on a chosen day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from archive import pagination
from archive.choices import ANSWERABLE_KINDS, SpeechActKind, State
from archive.dates import PartialDate, PartialDateError
from archive.day_states import day_state
from archive.exceptions import ArchiveError, FilterError, Problem, printable
from archive.filters import FILTERSETS
from archive.filters.base import ArchiveFilterSet
from archive.filters.prepared_query import Params
from archive.models import Outcome, Statement
from archive.terms import date_in_words
from archive.text import whole_number
from archive.visibility import Viewer, with_visible
from archive.web.editing import list_editing, outcome_form_url
from archive.web.facets import Address, FacetPage, Facets, read_facets
from archive.web.forms import (
    FORM_FILTERS,
    FormField,
    error_messages,
    error_status,
    filter_chips,
    filter_form,
    hidden_fields,
    offer_values,
    without_codes,
)
from archive.web.ledger_matrix import SETTLED, read_matrix
from archive.web.reuse import list_reuse

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
#: The fields of the form.
_FORM = ("day", "show", *FORM_FILTERS["speech-acts"])
_DIMENSIONS = ("kind", "country", "addressee_country", "topic")
#: The labels of filters whose names say less on this page.
_LABELS = {"country": "who", "addressee_country": "from whom"}
_RELATIONS = (
    "addressee_bodies", "addressee_officials", "statement__speaker", "statement__body", "outcomes__event",
    "outcomes__answer__statement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which something of the list was said or settled; the chosen day may lie outside."""

    first: date
    last: date
    chosen: date


def ledger_page(request: HttpRequest, params: Params) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    params, state_names = without_codes(params, ["speech-acts"], request.user)
    context: dict[str, Any] = {"params": {name: values for name, values in params.items() if name != "cursor"}}
    context |= list_editing(Statement, request.user)
    try:
        if "at" in params:
            day = _day_at(params["at"])
            return HttpResponseRedirect(_href(params, day=[str(day)], at=[], cursor=[]))
        context |= _context(params, state_names, request.user)
    except ArchiveError as error:
        context |= {"problems": error_messages(error), "filter_fields": _fields(params, None)}
        context["hidden"] = hidden_fields(params, _FORM)
        return render(request, "archive/ledger.html", context, status=error_status(error))
    return render(request, "archive/ledger.html", context)


def _context(params: Params, state_names: Mapping[str, str], user: Viewer) -> dict[str, Any]:
    """The context of the template; ``state_names`` are by slug. Raises ArchiveError."""
    day = _parse_day(params)
    filters = {name: values for name, values in params.items() if name not in OWN_PARAMS}
    filters.setdefault("kind", DEFAULT_KINDS)
    states = _selected_states(params)
    if states is not None:
        filters["state"] = [state for state in filters.get("state", states) if state in states]
    timeless = FILTERSETS["speech-acts"](
        {name: values for name, values in filters.items() if name not in STATE_FILTERS}, user
    )
    of_states = [problem for problem in _on_day(filters, user).problems() if problem.field in STATE_FILTERS]
    if problems := [*timeless.problems(), *of_states]:
        raise FilterError(problems)
    acts = timeless.result()
    days = _days(acts, user, day)
    fields = _fields(params, days.chosen if days else day)
    context: dict[str, Any] = {
        "filter_fields": fields,
        "hidden": hidden_fields(params, _FORM),
        "slider_hidden": hidden_fields(params, {"day"}),
        "days": days,
    }
    in_chips = {name: values for name, values in params.items() if name not in ("day", "at", "cursor")}
    show_names = {**state_names, **{name: str(label) for name, label in _SHOW_LABELS.items() if name}}
    address = partial(_href, params, cursor=[])
    if days is None:
        return context | {"chips": filter_chips(in_chips, address, show_names, _LABELS)}
    if states is not None or "state_on" in filters or ("state" in filters and day is not None):
        filters["state_on"] = [str(days.chosen)]
    filters["date_before"] = _earlier(filters.get("date_before"), days.chosen)

    def href(side: str, other: str, show: str) -> str:
        return _href(
            params, country=[side], addressee_country=[other], show=[show], day=[str(days.chosen)],
            state=[], open_on=[], state_on=[], cursor=[],
        )  # fmt: skip

    on_day = _on_day(filters, user)
    on_day.check()
    matrix, names = read_matrix(filters, days.chosen, user, href)
    facets = _facets(params, filters, user, address)
    offer_values(fields, facets.options, facets.cut)
    context |= {"matrix": matrix, "day_words": _words(days.chosen), "facets": facets}
    context |= {"total": facets.totals.get("kind", 0)}
    context["chips"] = filter_chips(in_chips, address, {**facets.names, **names, **show_names}, _LABELS)
    context |= _rows(params, acts.filter(on_day.condition()), timeless, days.chosen)
    if all(filters.values()):  # an empty list, which matches nothing, cannot be put in an address
        context["reuse"] = list_reuse("speech-acts", filters)
    if days.chosen < days.first:
        context["first_href"], context["first_words"] = _href(params, day=[str(days.first)]), _words(days.first)
    return context


def _facets(params: Params, filters: Params, user: Viewer, address: Address) -> Facets:
    """The facets of the acts on the day, which the histogram does not leave out."""
    counted = {name: values for name, values in filters.items() if name != "order_by"}
    fixed = {name: values for name, values in counted.items() if name in ("date_before", "certain")}
    return read_facets(["speech-acts"], counted, user, FacetPage(params, address, _DIMENSIONS, _LABELS), fixed)


def _earlier(values: list[str] | None, day: date) -> list[str]:
    """The filter by the latest date that holds with the day: valid values are kept if they end before it."""
    end = PartialDate.parse(values[-1]).latest if values else None
    return values if values and end is not None and end < day else [str(day)]


def _on_day(filters: Params, user: Viewer) -> Any:
    """The FilterSet of what depends on the day alone, which names no records."""
    own = {name: values for name, values in filters.items() if name in (*STATE_FILTERS, "date_before", "certain")}
    return FILTERSETS["speech-acts"](own, user)


def _rows(params: Params, acts: QuerySet[Any], filterset: ArchiveFilterSet, day: date) -> dict[str, Any]:
    """The rows of the table and the address of the next page. Raises ArchiveError."""
    order, user = filterset.order, filterset.user
    cursor = params.get("cursor", [""])[-1]
    visible = with_visible(acts, user, *_RELATIONS)
    page, next_cursor = pagination.page_at("speech-acts", visible, order, PAGE_SIZE, cursor)
    context: dict[str, Any] = {
        "rows": [
            (act, day_state(act, act.outcomes.all(), day), outcome_form_url(act, user) if user else "")
            for act in page.rows
        ]
    }
    if next_cursor:
        context["next_page"] = _href(params, cursor=[next_cursor])
    return context


def _days(acts: QuerySet[Any], user: Viewer, day: date | None) -> Days | None:
    """The days of the acts, of which by default the last is chosen; None if there are no acts."""
    said = acts.order_by().aggregate(
        start=Min("statement__date_earliest"), other_start=Min("statement__date_latest"),
        end=Max("statement__date_latest"), other_end=Max("statement__date_earliest"),
    )  # fmt: skip
    outcomes = Outcome.objects.visible_to(user).filter(speech_act__in=acts.order_by().values("pk"))
    settled = outcomes.aggregate(end=Max("date_latest"), other_end=Max("date_earliest"))
    starts = [value for value in (said["start"], said["other_start"]) if value]
    ends = [value for row in (said, settled) for value in (row["end"], row["other_end"]) if value]
    return Days(min(starts), max(ends), day or max(ends)) if starts else None


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


def _fields(params: Params, day: date | None) -> list[FormField]:
    """The fields of the form: day and states first."""
    value = str(day) if day else params.get("day", [""])[-1].replace("\x00", "")
    kind = "date" if day else "text"
    show = params.get("show", [""])[-1]
    fields = [
        FormField("day", gettext("State on the day"), gettext("A date such as 2019-08-01"), value, [], kind),
        FormField(
            "show",
            gettext("Show"),
            gettext("Open or settled on that day"),
            show if show in STATES_BY_SHOW else "",
            [(value, str(label)) for value, label in _SHOW_LABELS.items()],
        ),
    ]
    return [*fields, *filter_form("speech-acts", params, _LABELS)]


def _words(day: date) -> str:
    return date_in_words(PartialDate.parse(str(day)))


def _href(params: Params, **changes: list[str]) -> str:
    """The query string with some parameters changed, or removed by an empty list; "." for none."""
    query = urlencode({**params, **changes}, doseq=True)
    return f"?{query}" if query else "."
