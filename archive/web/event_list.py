"""The front page: the drawn timeline and the dossiers, or with filters the events that match; facets beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from archive import pagination
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.models import Dossier, Event
from archive.timeline.params import TimelineKind
from archive.web.editing import list_editing
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
from archive.web.oembed import discovery
from archive.web.reuse import list_reuse
from archive.web.timeline import View, timeline_context
from archive.web.timeline_pages import list_timeline, site, split_view
from archive.web.timeline_section import is_section, section_response

PAGE_SIZE = 100
_MAX_DOSSIERS = 20
_DIMENSIONS = ("classification", "topic", "country", "participant")


def event_page(request: HttpRequest, params: Mapping[str, list[str]]) -> HttpResponse:
    """The page for these query parameters, without those that are blank."""
    view_params, params = split_view(params)
    params, states = without_codes(params, ["events"], request.user)
    if is_section(request):
        return section_response(request, lambda: _drawn(params, view_params, request))
    context: dict[str, Any] = {"params": params, "filter_fields": filter_form("events", params)}
    context["hidden"] = hidden_fields(params, FORM_FILTERS["events"])
    context |= list_editing(Event, request.user)
    if not params:
        context["dossiers"] = Dossier.objects.visible_to(request.user).order_by("slug")[:_MAX_DOSSIERS]
        context |= discovery(request, gettext("Timeline"))
    status = 200
    try:
        context |= _list(params, states, request, context["filter_fields"])
        if context["rows"] or not _is_filtered(params):
            context |= _drawn(params, view_params, request)
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


def _list(
    params: Mapping[str, list[str]], states: Mapping[str, str], request: HttpRequest, fields: list[Any]
) -> dict[str, Any]:
    """The context of the list of events; ``states`` are names by slug. Raises ArchiveError."""
    filters = {name: values for name, values in params.items() if name != "cursor"}
    filterset = FILTERSETS["events"](filters, request.user)
    rows, order = filterset.result(), filterset.order
    cursor = params.get("cursor", [""])[-1]
    page, next_cursor = pagination.page_at("events", rows, order, PAGE_SIZE, cursor)
    counted = {name: values for name, values in filters.items() if name != "order_by"}
    address = partial(_address, params)
    facets = read_facets(["events"], counted, request.user, FacetPage(params, address, _DIMENSIONS))
    offer_values(fields, facets.options, facets.cut)
    context: dict[str, Any] = {
        "rows": page.rows,
        "facets": facets,
        "total": facets.totals.get("classification", 0),
        "chips": filter_chips(counted, address, {**facets.names, **states}, {}),
        "reuse": list_reuse("events", filters),
    }
    if next_cursor:
        context["next_page"] = _address(params, cursor=[next_cursor])
    return context


def _address(params: Mapping[str, list[str]], **changes: list[str]) -> str:
    """The list with some parameters changed, on its first page unless they say so; all events without any."""
    query = {name: values for name, values in {**params, "cursor": [], **changes}.items() if values}
    return f"?{urlencode(query, doseq=True)}" if query else reverse("web:front")
