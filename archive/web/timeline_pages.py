"""The page of the drawn timeline, and the drawing as a part of records' pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from archive.cache.responses import mark_cacheable
from archive.exceptions import ArchiveError
from archive.filters.prepared_query import Params
from archive.models import Event
from archive.sql.reads import run_together
from archive.terms import record_type
from archive.text import strip_direction_marks
from archive.timeline.params import COLLECTIONS, OWN_PARAMS, TimelineKind, TimelineParams, shared_filters
from archive.visibility import Viewer
from archive.web.editing import list_editing
from archive.web.export_links import timeline_export_links
from archive.web.facets import FacetPage, FacetsRead
from archive.web.filter_labels import FilterLabels
from archive.web.forms import (
    FormField,
    error_status,
    filter_label,
    hidden_fields,
    offer_values,
    query_params,
    show_problems,
)
from archive.web.oembed import discovery
from archive.web.timeline import (
    DEFAULT_LANES,
    LANE_LABELS,
    View,
    is_section,
    section_response,
    site,
    timeline_context,
    timeline_filter,
)

_FORM_FILTERS = ("topic", "country")


def timeline(request: HttpRequest) -> HttpResponse:
    """The drawn timeline; the URL has period, lanes, kinds and the filters that all records share."""
    params = query_params(request)
    if is_section(request):
        return section_response(request, lambda: _whole_timeline(params, request))
    context: dict[str, Any] = {"params": params, **_form_context(params, form_fields(params))}
    context |= list_editing(Event, request.user)
    try:
        context |= _whole_timeline(params, request)
        context |= _form_context(params, _offering_fields(params, request.user))
        context |= discovery(request, gettext("Timeline"))
    except ArchiveError as error:
        fields = form_fields(params)
        context["problems"] = show_problems(error, fields)
        context |= _form_context(params, fields)
        return mark_cacheable(render(request, "archive/timeline/page.html", context, status=error_status(error)))
    return mark_cacheable(render(request, "archive/timeline/page.html", context))


def _form_context(params: Params, fields: list[FormField]) -> dict[str, Any]:
    others = {name: values for name, values in params.items() if name != "width"}
    hidden = hidden_fields(others, [form_field.name for form_field in fields])
    return {"filter_fields": fields, "hidden": hidden}


def _offering_fields(params: Params, user: Viewer) -> list[FormField]:
    """The fields of the form with the topics and countries of the records to choose from. Raises ArchiveError."""
    kinds = TimelineParams.parse({"kind": params.get("kind", [])}).kinds
    collections = [COLLECTIONS[kind] for kind in kinds]
    filters = {name: values for name, values in params.items() if name in shared_filters(kinds)}
    tables = FacetsRead(collections, filters, user, (), offered=_FORM_FILTERS, units=())
    chosen = FilterLabels(filters, collections, user)
    counts, records = run_together([tables, chosen], user)
    slug_filters, names = chosen.apply(records)
    facets = tables.facets(counts, FacetPage(params, str))
    fields = form_fields({**params, **slug_filters})
    offer_values(fields, facets.options, facets.cut, names)
    return fields


def _whole_timeline(params: Params, request: HttpRequest) -> dict[str, Any]:
    """The context of the drawn timeline of all records, and of the requests that give the same."""
    context = timeline_context(View(params, reverse("web:timeline"), request.user, site=site(request)))
    if drawn := context.get("drawn"):
        context["page_title"] = gettext("Timeline, {period}").format(period=context["period"])
        lanes = {"lanes": [DEFAULT_LANES], **drawn}
        context["reuse"] = timeline_export_links({name: values for name, values in lanes.items() if name != "width"})
    return context


def record_timeline(collection: str, record: Any, request: HttpRequest) -> dict[str, Any]:
    """The context of the timeline on a record's page; empty if the page has none. Raises ArchiveError."""
    name = timeline_filter(collection, record)
    if name is None:
        return {}
    params = {name: values for name, values in request.GET.lists() if name in OWN_PARAMS and any(values)}
    view = View(params, request.path, request.user, {name: [record.slug]}, "#timeline")
    view.site, view.title = (
        site(request),
        gettext("Timeline: {record}").format(record=strip_direction_marks(str(record))),
    )
    context = timeline_context(view)
    return context if context["drawing"] else {}


def form_fields(params: Params) -> list[FormField]:
    """The fields of the page's form, filled in from the query parameters."""

    def value(name: str) -> str:
        values = params.get(name, [])
        return values[0].replace("\x00", "") if len(values) == 1 else ""

    filters = shared_filters()
    lanes = [(name, str(label)) for name, label in LANE_LABELS.items()]
    kinds = [("", gettext("all")), *((str(kind), record_type(f"{kind}s")) for kind in TimelineKind.values)]
    return [
        FormField("q", filter_label("q").capitalize(), gettext(filters["q"].extra["help_text"]), value("q"), []),
        FormField("from", pgettext("period", "From"), gettext("A date such as 2019-07 or 1936"), value("from"), []),
        FormField("to", pgettext("period", "To"), gettext("A date such as 2019-12 or 1945"), value("to"), []),
        *(
            FormField(name, filter_label(name).capitalize(), gettext(filters[name].extra["help_text"]), value(name), [])
            for name in _FORM_FILTERS
        ),
        FormField("kind", gettext("Kinds"), "", value("kind"), kinds),
        FormField("lanes", gettext("Lanes by"), "", value("lanes") or DEFAULT_LANES, lanes),
    ]
