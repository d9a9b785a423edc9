"""Views of the drawn timeline: its page, and the SVG file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from archive.cache.store import mark_cacheable
from archive.choices import BodyKind
from archive.exceptions import ArchiveError
from archive.models import Event
from archive.text import strip_direction_marks
from archive.timeline.params import OWN_PARAMS, TimelineKind, shared_filters
from archive.web.editing import list_editing
from archive.web.forms import FormField, error_messages, query_params
from archive.web.oembed import discovery
from archive.web.timeline import DEFAULT_LANES, LANE_LABELS, Texts, View, standalone_svg, timeline_context

_STYLES = ("archive/tokens.css", "archive/timeline.css")
#: Collection -> the filter of a timeline that takes its records.
_RECORD_FILTERS = {"dossiers": "dossier", "topics": "topic", "bodies": "country"}
_FORM_FILTERS = ("topic", "country")


def timeline(request: HttpRequest) -> HttpResponse:
    """The drawn timeline; the URL has period, lanes, kinds and the filters that all records share."""
    params = query_params(request)
    context: dict[str, Any] = {"params": params, "fields": _fields(params)}
    context |= list_editing(Event, request.user)
    try:
        context |= timeline_context(View(params, reverse("web:timeline"), request.user, site=site(request)))
        context |= discovery(request, "Timeline")
    except ArchiveError as error:
        context["problems"] = error_messages(error)
        return mark_cacheable(render(request, "archive/timeline/page.html", context, status=400))
    return mark_cacheable(render(request, "archive/timeline/page.html", context))


def timeline_svg(request: HttpRequest) -> HttpResponse:
    """The drawing as an SVG file that stands alone."""
    params = query_params(request)
    try:
        svg = standalone_svg(params, request.user, _style())
    except ArchiveError as error:
        context = {"params": params, "fields": _fields(params), "problems": error_messages(error)}
        return mark_cacheable(render(request, "archive/timeline/page.html", context, status=400))
    if svg is None:
        raise Http404
    return _with_style(mark_cacheable(HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")))


def record_timeline(collection: str, record: Any, request: HttpRequest) -> dict[str, Any]:
    """The context of the timeline on a record's page; empty if the page has none. Raises ArchiveError."""
    name = _RECORD_FILTERS.get(collection)
    if name is None or (name == "country" and record.kind != BodyKind.STATE):
        return {}
    params = {name: values for name, values in request.GET.lists() if name in OWN_PARAMS and any(values)}
    view = View(params, request.path, request.user, {name: [record.slug]}, "#timeline")
    view.site, view.title = site(request), f"Timeline: {strip_direction_marks(str(record))}"
    context = timeline_context(view)
    return context if context["drawing"] else {}


def site(request: HttpRequest) -> str:
    """Scheme and host of the archive, as the request has them."""
    return request.build_absolute_uri("/").removesuffix("/")


@cache
def _style() -> str:
    """The style sheets that the file embeds."""
    paths = [Path(str(finders.find(name))) for name in _STYLES]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _with_style(response: HttpResponse) -> HttpResponse:
    """Permit the embedded style, by its hash, in a browser that shows the file as a page."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    permitted: HttpResponse = csp_update({"style-src": ["'self'", f"'sha256-{digest}'"]})(lambda: response)()
    return permitted


def _fields(params: Texts) -> list[FormField]:
    def value(name: str) -> str:
        values = params.get(name, [])
        return values[0].replace("\x00", "") if len(values) == 1 else ""

    filters = shared_filters()
    lanes = [(name, label) for name, label in LANE_LABELS.items()]
    kinds = [("", "all"), *((str(kind), f"{kind}s") for kind in TimelineKind.values)]
    return [
        FormField("q", "Words", str(filters["q"].extra["help_text"]), value("q"), []),
        FormField("from", "From", "A date such as 2019-07 or 1936", value("from"), []),
        FormField("to", "To", "A date such as 2019-12 or 1945", value("to"), []),
        *(
            FormField(name, name.capitalize(), str(filters[name].extra["help_text"]), value(name), [])
            for name in _FORM_FILTERS
        ),
        FormField("kind", "Kinds", "", value("kind"), kinds),
        FormField("lanes", "Lanes by", "", value("lanes") or DEFAULT_LANES, lanes),
    ]
