"""Views of the timeline, the ledger, records, the search and the page about the API, and the methods of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import select_template
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from archive.cache.responses import mark_cacheable
from archive.exceptions import ArchiveError
from archive.registry import COLLECTIONS
from archive.search.ranking import kind_names
from archive.text import is_storable
from archive.visibility import visible_records
from archive.web.about import about_context
from archive.web.detail import RecordPage, first_act, own_parts, read_page
from archive.web.editing import record_editing
from archive.web.embedded import embedded_metadata
from archive.web.event_list import event_page
from archive.web.export_links import record_export_links
from archive.web.forms import DRAWINGS, error_messages, error_status, query_params
from archive.web.ledger import ledger_page
from archive.web.oembed import discovery
from archive.web.record_drawings import chain_size, record_chain, record_drawing
from archive.web.record_not_found import missing_record, unlisted_collection
from archive.web.search import search_page
from archive.web.timeline import drawing_width, is_section, section_response
from archive.web.timeline_pages import record_timeline


def _cacheable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator for views whose response depends only on the URL and on the records visible to the user."""

    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> HttpResponse:
        return mark_cacheable(view(*args, **kwargs))

    return wrapped


@_cacheable
def front(request: HttpRequest) -> HttpResponse:
    """The timeline: drawn, and as a list of events, of which the URL may contain every filter."""
    return event_page(request, query_params(request))


@_cacheable
def ledger(request: HttpRequest) -> HttpResponse:
    """Demands, offers, commitments and accusations, with their state on a day."""
    return ledger_page(request, query_params(request))


@_cacheable
def record(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """One record with its relations and parts."""
    visible = visible_records(COLLECTIONS[collection].model, request.user)
    if is_section(request) and is_storable(slug):
        record = get_object_or_404(visible, slug=slug)
        return section_response(request, lambda: record_timeline(collection, record, request))
    page = (
        read_page(collection, slug, request.user, first_act(request.GET.get("from_act", "")))
        if is_storable(slug)
        else None
    )
    if page is None:
        return missing_record(request, collection, visible, slug)
    if is_section(request, DRAWINGS):
        return render(request, "archive/records/drawings.html", _drawings(collection, page, request))
    record, parts = page.record, page.parts
    context = {"record": record, "collection": collection, "parts": parts, "kind": record._meta.verbose_name}
    context |= record_editing(record, request.user) | discovery(request, str(record))
    context |= embedded_metadata(collection, page.row, request.build_absolute_uri("/"))
    context["reuse"] = record_export_links(collection, record, context["item"])
    status = 200
    try:
        context |= record_timeline(collection, record, request)
    except ArchiveError as error:
        context["problems"], status = error_messages(error), error_status(error)
    context |= _drawings(collection, page, request, has_definitions="drawing" not in context)
    # A collection without a template of its own has the base of all.
    template = select_template([f"archive/records/{collection}.html", "archive/records/record.html"])
    return HttpResponse(template.render(context, request), status=status)


def _drawings(
    collection: str, page: RecordPage, request: HttpRequest, *, has_definitions: bool = True
) -> dict[str, Any]:
    """The context of what only records of this type have, and of the drawings made of it."""
    width = drawing_width(request.GET.getlist("width"))
    context = own_parts(page, first_act(request.GET.get("from_act", "")))
    drawn = {**page.parts, "more_holders": context.get("more_holders", "")}
    holders = context.get("holders", [])
    context |= record_drawing(collection, page.record, drawn, holders, width, has_definitions=has_definitions)
    return context | record_chain(page.record, request.user, width, chain_size(request.GET.get("chain", "")))


@_cacheable
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """301 to a collection's list, with the parameters; 404 for one without, which says where its records are."""
    query = request.META.get("QUERY_STRING", "")
    if collection == "events":
        address = reverse("web:front")
    elif collection in kind_names():
        address, query = reverse("web:search"), f"kind={collection}&{query}".rstrip("&")
    else:
        return unlisted_collection(request)
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


@_cacheable
def search(request: HttpRequest) -> HttpResponse:
    """The search over all kinds of records."""
    return search_page(request, query_params(request))


@_cacheable
def about_api(request: HttpRequest) -> HttpResponse:
    return render(request, "archive/about_api.html", about_context(request.user))


_METHODS = ("GET", "HEAD", "OPTIONS")


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator for views that only read: 405 for any other method, also without a CSRF token."""

    @require_http_methods(_METHODS)
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": ", ".join(_METHODS)})
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)  # it changes nothing
