"""The page of the search: one ranked list with counts by kind, or without words the list of one kind or of each.

Beside them are facets, and a histogram that chooses a period. All of it is links and one form; a script replaces the
results without a new page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from archive.dates import PartialDate
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.filters.text_fields import MAX_TEXT_LENGTH
from archive.registry import COLLECTIONS
from archive.search.lists import ListedRecord, RecordList, read_lists
from archive.search.ranking import Search, check_kinds, kind_names, parse_search
from archive.search.results import Result, ResultPage, result_page
from archive.search.suggestions import suggestion
from archive.terms import record_type
from archive.timeline.params import TimelineKind
from archive.visibility import Viewer
from archive.web.editing import search_editing
from archive.web.facets import FacetPage, read_facets
from archive.web.forms import (
    FORM_FILTERS,
    error_messages,
    error_status,
    filter_chips,
    filter_form,
    hidden_fields,
    offer_values,
    without_codes,
)
from archive.web.reuse import list_reuse, search_reuse
from archive.web.timeline_pages import list_timeline, split_view
from archive.web.timeline_section import is_section, section_response

PAGE_SIZE = 20
_MAX_LISTED = 20
#: Records of a page of the list of one kind.
_LIST_SIZE = 100


#: Kind -> that of the timeline above its list.
_DRAWN = {"events": TimelineKind.EVENT, "statements": TimelineKind.STATEMENT}


@dataclass(frozen=True, slots=True)
class Row:
    """A result as the template shows it."""

    kind: str
    url: str
    name: str
    date: PartialDate | None
    fragment: SafeString


@dataclass(frozen=True, slots=True)
class KindLink:
    """The number of matches of a kind, or of all (``name`` is "all"), and the link to these alone.

    ``count`` is None if they were not counted.
    """

    name: str
    label: str
    count: int | None
    url: str
    is_current: bool


def search_page(request: HttpRequest, params: Mapping[str, list[str]]) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    chosen = params.get("kind", [])
    drawn_kind = _DRAWN.get(chosen[0]) if len(chosen) == 1 else None
    view_params, params = split_view(params) if drawn_kind else ({}, params)
    params, states = without_codes(
        params, [kind for kind in chosen if kind in FILTERSETS] or kind_names(), request.user
    )
    if drawn_kind and is_section(request):
        return section_response(request, lambda: list_timeline(drawn_kind, params, view_params, request))
    filters = {name: values for name, values in params.items() if name not in ("q", "kind", "cursor")}
    context: dict[str, Any] = {"filter_fields": filter_form("search", params), "params": params}
    context |= search_editing(" ".join(params.get("q", [])), request.user)
    context["hidden"] = hidden_fields(params, FORM_FILTERS["search"])
    status = 200
    try:
        if "q" in params:
            context |= _ranked(params, filters, request.user)
        else:
            context |= _unranked(params, filters, request.user)
        if params:
            kinds = params.get("kind") or kind_names()
            counted = {name: values for name, values in params.items() if name not in ("kind", "cursor", "order_by")}
            address = partial(_changed, params)
            # The filter ``q``, under which facets are counted, takes shorter texts than a search.
            is_countable = all(len(text.strip()) <= MAX_TEXT_LENGTH for text in params.get("q", []))
            facets = read_facets(kinds if is_countable else [], counted, request.user, FacetPage(params, address))
            context |= {"facets": facets, "chips": filter_chips(filters, address, {**facets.names, **states}, {})}
            offer_values(context["filter_fields"], facets.options, facets.cut)
            if drawn_kind and is_countable and (context.get("results") or context.get("groups")):
                context |= list_timeline(drawn_kind, params, view_params, request)
    except ArchiveError as error:
        context["problems"], status = error_messages(error), error_status(error)
    return render(request, "archive/search.html", context, status=status)


def _ranked(params: Mapping[str, list[str]], filters: Mapping[str, list[str]], user: Viewer) -> dict[str, Any]:
    """The context of a ranked list. With filters but no kind, the kinds that have these filters are searched."""
    kinds = params.get("kind") or (_kinds_with(filters) if filters else [])
    search = parse_search(params.get("q", []), kinds or None, filters)
    cursor = params.get("cursor", [""])[-1]
    page = result_page(search, user, PAGE_SIZE, cursor, has_counts=True)
    context = {"results": [_row(result) for result in page.results], "kinds": _kind_links(search, page, params)}
    context["total"] = _total(page, params)
    # REST searches all kinds, and refuses filters that some of them do not have.
    context["reuse"] = search_reuse({**params, "kind": kinds} if kinds else params)
    if page.next_cursor:
        context["next_page"] = _url(params, cursor=[page.next_cursor])
    if page.previous_cursor:
        context["previous_page"] = _url(params, cursor=[page.previous_cursor])
    if not page.results and not cursor and (text := suggestion(search, user)):
        context["suggestion"], context["suggestion_url"] = text, _url(params, q=[text], cursor=[])
    return context


def _total(page: ResultPage, params: Mapping[str, list[str]]) -> int:
    counts = page.kinds or {}
    return sum(counts.get(kind, 0) for kind in params.get("kind") or counts)


def _kinds_with(filters: Mapping[str, list[str]]) -> list[str]:
    return [kind for kind in kind_names() if set(filters) <= set(FILTERSETS[kind].base_filters)]


def _kind_links(search: Search, page: ResultPage, params: Mapping[str, list[str]]) -> list[KindLink]:
    counts = page.kinds or {}
    chosen = params.get("kind", [])
    total = KindLink("all", gettext("all"), sum(counts.values()), _url(params, kind=[], cursor=[]), not chosen)
    links = [
        KindLink(kind, _plural(kind), counts[kind], _url(params, kind=[kind], cursor=[]), chosen == [kind])
        for kind in kind_names()
        if kind in counts
    ]
    return [total, *links] if len(links) > 1 or chosen else []


def _row(result: Result) -> Row:
    return Row(
        record_type(str(COLLECTIONS[result.kind].model._meta.verbose_name)),
        reverse(f"web:{result.kind}", args=[result.slug]),
        result.name,
        _date(result.date),
        mark_safe(result.fragment.html),  # noqa: S308 (escaped but for the marks)
    )


def _plural(kind: str) -> str:
    return record_type(str(COLLECTIONS[kind].model._meta.verbose_name_plural))


def _url(params: Mapping[str, list[str]], **changes: list[str]) -> str:
    """The query string with some parameters changed, or removed by an empty list."""
    return f"?{urlencode({**params, **changes}, doseq=True)}"


def _changed(params: Mapping[str, list[str]], **changes: list[str]) -> str:
    """The first page with some parameters changed; all without any."""
    others = {name: values for name, values in {**params, **changes, "cursor": []}.items() if values}
    return _url(others) if others else reverse("web:search")


def _unranked(params: Mapping[str, list[str]], filters: Mapping[str, list[str]], user: Viewer) -> dict[str, Any]:
    """The context without words: the list of one kind, or the first records of each under filters."""
    kinds = params.get("kind", [])
    check_kinds(kinds)
    context: dict[str, Any] = {
        "kinds": [
            KindLink(kind, _plural(kind), None, _changed(params, kind=[kind]), kinds == [kind])
            for kind in _kinds_with(filters)
        ]
    }
    if len(kinds) == 1:
        return context | _list(kinds[0], params, filters, user)
    if filters or kinds:
        context |= _listed(filters, user, kinds)
    return context


def _list(kind: str, params: Mapping[str, list[str]], filters: Mapping[str, list[str]], user: Viewer) -> dict[str, Any]:
    """The context of a page of the list of one kind, in its own order. Raises ArchiveError."""
    cursor = params.get("cursor", [""])[-1]
    [page] = read_lists([kind], filters, user, _LIST_SIZE, cursor)
    context: dict[str, Any] = {
        "groups": _groups([kind], [page]),
        "is_cut": bool(page.next_cursor or cursor),
        "reuse": list_reuse(kind, filters),
    }
    if page.next_cursor:
        context["next_page"] = _url(params, cursor=[page.next_cursor])
    return context


def _listed(filters: Mapping[str, list[str]], user: Viewer, kinds: Sequence[str]) -> dict[str, Any]:
    """The context of the first records of each of the kinds, or of all, that has all the filters."""
    having = [kind for kind in _kinds_with(filters) if not kinds or kind in kinds]
    if not having:
        FILTERSETS["statements"](filters, user).check()
        return {"groups": [], "is_cut": False}
    pages = read_lists(having, filters, user, _MAX_LISTED)
    return {"groups": _groups(having, pages), "is_cut": any(page.next_cursor for page in pages)}


def _groups(kinds: Sequence[str], pages: Sequence[RecordList]) -> list[tuple[str, list[Row]]]:
    """The headings and rows of the lists that have records."""
    return [
        (_plural(kind), [_listed_row(kind, record) for record in page.records])
        for kind, page in zip(kinds, pages, strict=True)
        if page.records
    ]


def _listed_row(kind: str, record: ListedRecord) -> Row:
    url = reverse(f"web:{kind}", args=[record.slug])
    return Row(kind, url, record.name, _date(record.date), SafeString(""))


def _date(date: Mapping[str, str | None] | None) -> PartialDate | None:
    return PartialDate.parse(str(date["text"])) if date else None
