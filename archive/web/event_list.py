"""The front page: the drawn timeline and the dossiers, or with filters the events that match; facets beside them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from archive.exceptions import ArchiveError
from archive.filters.prepared_query import Params
from archive.models import Dossier, Event
from archive.search.lists import ListsRead
from archive.sql.compiler import Root
from archive.sql.instances import Instances
from archive.sql.reads import Read, run_together
from archive.sql.row_lists import RowsOf
from archive.timeline.params import TimelineKind
from archive.visibility import Viewer
from archive.web.editing import list_editing
from archive.web.export_links import list_export_links
from archive.web.facets import FacetPage, FacetsRead
from archive.web.filter_labels import FilterLabels
from archive.web.forms import error_messages, error_status
from archive.web.list_page import form_context, list_context
from archive.web.list_timelines import list_timeline, split_view
from archive.web.oembed import discovery
from archive.web.timeline import View, is_section, section_response, site, timeline_context

PAGE_SIZE = 100
_MAX_DOSSIERS = 20
_DIMENSIONS = ("classification", "topic", "country", "participant")
_EVENTS, _DOSSIERS = Instances(Event, (), is_related=True), Instances(Dossier, ())


def event_page(request: HttpRequest, params: Params) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    view_params, params = split_view(params)
    if is_section(request):
        return section_response(request, lambda: _drawn(params, view_params, request))
    context: dict[str, Any] = {"params": params, **form_context("events", params)}
    context |= list_editing(Event, request.user)
    context |= discovery(request, gettext("Timeline"))
    status = 200
    try:
        listed = _list(params, request.user)
        context |= listed
        if context["rows"] or not _is_filtered(params):
            context |= _drawn(listed["params"], view_params, request)
    except ArchiveError as error:
        context["problems"], status = error_messages(error), error_status(error)
    return render(request, "archive/front.html", context, status=status)


def _drawn(
    params: Mapping[str, list[str]], view_params: Mapping[str, list[str]], request: HttpRequest
) -> dict[str, Any]:
    """The context of the drawn timeline: of all records, or of the events that the filters match."""
    if _is_filtered(params):
        return list_timeline(TimelineKind.EVENT, params, view_params, request)
    # The view leads to the same page of the list.
    view = View({**params, **view_params}, request.path, request.user, {"cursor": []}, site=site(request), is_list=True)
    return timeline_context(view)


def _is_filtered(params: Mapping[str, list[str]]) -> bool:
    return bool(params.keys() - {"cursor"})


class _Dossiers(Read):
    """The first dossiers."""

    def __init__(self, user: Viewer) -> None:
        self.user = user

    def plan_key(self) -> Hashable:
        return None

    def bind(self) -> dict[str, Any]:
        return {}

    def node(self) -> Root:
        rows = Dossier.objects.visible_to(self.user).order_by("slug")
        return RowsOf((rows,), lambda _: _DOSSIERS.node(), _MAX_DOSSIERS), []

    def check(self) -> None:
        """It has no condition."""


def _list(params: Params, user: Viewer) -> dict[str, Any]:
    """The context of the list of events; its ``params`` have slugs in place of codes. Raises ArchiveError."""
    filters = {name: values for name, values in params.items() if name != "cursor"}
    counted = {name: values for name, values in filters.items() if name != "order_by"}
    cursor = params.get("cursor", [""])[-1]
    lists = ListsRead(["events"], filters, user, PAGE_SIZE, cursor, {"events": _EVENTS})
    tables = FacetsRead(["events"], counted, user, _DIMENSIONS)
    chosen = FilterLabels(counted, ["events"], user)
    reads = [lists, tables, chosen, *([] if params else [_Dossiers(user)])]
    page, counts, records, *dossiers = run_together(reads, user)
    counted, names = chosen.apply(records)
    params = {**params, **counted}
    facet_page = FacetPage(params, partial(_address, params))
    facets = tables.facets(counts, facet_page)
    [events] = lists.pages(page)
    context: dict[str, Any] = {
        "params": params,
        "rows": events.records,
        "total": facets.totals.get("classification", 0),
        "reuse": list_export_links("events", {**filters, **counted}),
        "dossiers": [_DOSSIERS.instance(row) for rows in dossiers for row in rows],
        **list_context("events", facet_page, facets, counted, names),
    }
    if events.next_cursor:
        context["next_page"] = _address(params, cursor=[events.next_cursor])
    return context


def _address(params: Mapping[str, list[str]], **changes: list[str]) -> str:
    """The list with some parameters changed, on its first page unless they say so; all events without any."""
    query = {name: values for name, values in {**params, "cursor": [], **changes}.items() if values}
    return f"?{urlencode(query, doseq=True)}" if query else reverse("web:front")
