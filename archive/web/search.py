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
from archive.filters.prepared_query import Params
from archive.registry import COLLECTIONS
from archive.search.fragments import Fragment, fragment
from archive.search.lists import ListsRead, RecordList, listed_name
from archive.search.ranking import Search, check_kinds, kind_names, parse_search
from archive.search.results import Result, ResultPage, ResultPageRead
from archive.search.suggestions import suggestion
from archive.search_syntax import Query
from archive.sql.reads import run_together
from archive.terms import record_type
from archive.visibility import Viewer
from archive.web.editing import search_editing
from archive.web.export_links import list_export_links, search_export_links
from archive.web.facets import FacetPage, FacetsRead
from archive.web.filter_labels import FilterLabels
from archive.web.forms import error_messages, error_status
from archive.web.list_page import form_context, list_context
from archive.web.list_timelines import LIST_KINDS, list_timeline, split_view
from archive.web.oembed import discovery
from archive.web.timeline import is_section, section_response

PAGE_SIZE = 20
_MAX_LISTED = 20
#: Records of a page of the list of one kind.
_LIST_SIZE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A result as the template shows it."""

    kind: str
    url: str
    name: str
    date: PartialDate | None
    fragment: SafeString
    #: The language of the fragment.
    language: str = ""


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


def search_page(request: HttpRequest, params: Params) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    chosen_kinds = params.get("kind", [])
    drawn_kind = LIST_KINDS.get(chosen_kinds[0]) if len(chosen_kinds) == 1 else None
    view_params, params = split_view(params) if drawn_kind else ({}, params)
    if drawn_kind and is_section(request):
        return section_response(request, lambda: list_timeline(drawn_kind, params, view_params, request))
    context: dict[str, Any] = {"params": params, **form_context("search", params)}
    context |= search_editing(" ".join(params.get("q", [])), request.user)
    context |= discovery(request, gettext("Timeline"))
    status = 200
    try:
        context |= _search(params, request.user)
        if drawn_kind and (context.get("results") or context.get("groups")):
            context |= list_timeline(drawn_kind, context["params"], view_params, request)
    except ArchiveError as error:
        context["problems"], status = error_messages(error), error_status(error)
    return render(request, "archive/search.html", context, status=status)


def _search(params: Params, user: Viewer) -> dict[str, Any]:
    """The context of the results or lists; its ``params`` have slugs in place of codes. Raises ArchiveError."""
    kinds = params.get("kind") or kind_names()
    filters = {name: values for name, values in params.items() if name not in ("q", "kind", "cursor")}
    counted = {name: values for name, values in params.items() if name not in ("kind", "cursor", "order_by")}
    results = _ranked(params, filters, user) if "q" in params else _lists(params, filters, user)
    tables = FacetsRead(kinds, counted, user)
    chosen = FilterLabels(filters, kinds, user)
    contents = run_together([tables, chosen, *([results] if results else [])], user)
    slug_filters, names = chosen.apply(contents[1])
    params, filters = {**params, **slug_filters}, slug_filters
    page = FacetPage(params, partial(_changed, params))
    facets = tables.facets(contents[0], page)
    context = {"params": params, **list_context("search", page, facets, filters, names)}
    if isinstance(results, ResultPageRead):
        return context | _ranked_context(results, contents[2], params, filters, user)
    return context | _lists_context(results, contents[2:], params, filters)


def _ranked(params: Params, filters: Params, user: Viewer) -> ResultPageRead:
    """The page of a ranked list. With filters but no kind, the kinds that have these filters are searched."""
    kinds = params.get("kind") or (_kinds_with(filters) if filters else [])
    search = parse_search(params.get("q", []), kinds or None, filters)
    return ResultPageRead(search, user, PAGE_SIZE, params.get("cursor", [""])[-1], has_counts=True)


def _ranked_context(
    read: ResultPageRead, content: dict[str, Any], params: Params, filters: Params, user: Viewer
) -> dict[str, Any]:  # fmt: skip
    page = read.page(content)
    kinds = params.get("kind") or (_kinds_with(filters) if filters else [])
    query = read.search.query
    context: dict[str, Any] = {
        "results": [_row(result, query) for result in page.results],
        "kinds": _kind_links(read.search, page, params),
        "total": _total(page, params),
        # REST searches all kinds, and refuses filters that some of them do not have.
        "reuse": search_export_links({**params, "kind": kinds} if kinds else params),
    }
    if page.next_cursor:
        context["next_page"] = _url(params, cursor=[page.next_cursor])
    if page.previous_cursor:
        context["previous_page"] = _url(params, cursor=[page.previous_cursor])
    if not page.results and not read.has_cursor and (text := suggestion(read.search, user)):
        context["suggestion"], context["suggestion_url"] = text, _url(params, q=[text], cursor=[])
    return context


def _total(page: ResultPage, params: Params) -> int:
    counts = page.kinds or {}
    return sum(counts.get(kind, 0) for kind in params.get("kind") or counts)


def _kinds_with(filters: Params) -> list[str]:
    return [kind for kind in kind_names() if set(filters) <= set(FILTERSETS[kind].base_filters)]


def _kind_links(search: Search, page: ResultPage, params: Params) -> list[KindLink]:
    counts = page.kinds or {}
    chosen = params.get("kind", [])
    total = KindLink("all", gettext("all"), sum(counts.values()), _url(params, kind=[], cursor=[]), not chosen)
    links = [
        KindLink(kind, _plural(kind), counts[kind], _url(params, kind=[kind], cursor=[]), chosen == [kind])
        for kind in kind_names()
        if kind in counts
    ]
    return [total, *links] if len(links) > 1 or chosen else []


def _row(result: Result, query: Query) -> Row:
    return Row(
        record_type(str(COLLECTIONS[result.kind].model._meta.verbose_name)),
        reverse(f"web:{result.kind}", args=[result.slug]),
        _marked(fragment(result.name, query, "name", len(result.name))) or result.name,
        _date(result.date),
        _marked(result.fragment),
        result.fragment.language,
    )


def _marked(passage: Fragment) -> SafeString:
    return mark_safe(passage.html)  # noqa: S308 (escaped but for the marks)


def _plural(kind: str) -> str:
    return record_type(str(COLLECTIONS[kind].model._meta.verbose_name_plural))


def _url(params: Params, **changes: list[str]) -> str:
    """The query string with some parameters changed, or removed by an empty list."""
    return f"?{urlencode({**params, **changes}, doseq=True)}"


def _changed(params: Params, **changes: list[str]) -> str:
    """The first page with some parameters changed; all without any."""
    others = {name: values for name, values in {**params, **changes, "cursor": []}.items() if values}
    return _url(others) if others else reverse("web:search")


def _lists(params: Params, filters: Params, user: Viewer) -> ListsRead | None:
    """Without words: a page of the list of one kind in its own order, or the first records of each under filters.

    None if nothing is to be listed. Raises ArchiveError.
    """
    kinds = params.get("kind", [])
    check_kinds(kinds)
    if len(kinds) == 1:
        return ListsRead(kinds, filters, user, _LIST_SIZE, params.get("cursor", [""])[-1])
    if not filters and not kinds:
        return None
    having = [kind for kind in _kinds_with(filters) if not kinds or kind in kinds]
    if not having:
        FILTERSETS["statements"](filters, user).check()
        return None
    return ListsRead(having, filters, user, _MAX_LISTED)


def _lists_context(read: ListsRead | None, contents: list[Any], params: Params, filters: Params) -> dict[str, Any]:
    chosen = params.get("kind", [])
    context: dict[str, Any] = {
        "kinds": [
            KindLink(kind, _plural(kind), None, _changed(params, kind=[kind]), chosen == [kind])
            for kind in _kinds_with(filters)
        ]
    }
    if read is None:
        return context
    pages = read.pages(contents[0])
    groups = _groups(read.kinds, pages)
    context |= {
        "groups": groups,
        "is_cut": bool(read.cursor) or any(page.next_cursor for page in pages),
        "total": sum(len(rows) for _, rows in groups),
    }
    if len(chosen) == 1:
        context["heading"] = _plural(chosen[0])
        context["reuse"] = list_export_links(chosen[0], filters)
        if pages[0].next_cursor:
            context["next_page"] = _url(params, cursor=[pages[0].next_cursor])
    return context


def _groups(kinds: Sequence[str], pages: Sequence[RecordList]) -> list[tuple[str, list[Row]]]:
    """The headings and rows of the lists that have records."""
    return [
        (_plural(kind), [_listed_row(kind, record) for record in page.records])
        for kind, page in zip(kinds, pages, strict=True)
        if page.records
    ]


def _listed_row(kind: str, record: Mapping[str, Any]) -> Row:
    url = reverse(f"web:{kind}", args=[record["slug"]])
    return Row(kind, url, listed_name(record), _date(record["date"]), SafeString(""))


def _date(date: Mapping[str, str | None] | None) -> PartialDate | None:
    return PartialDate.parse(str(date["text"])) if date else None
