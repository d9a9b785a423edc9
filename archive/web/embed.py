"""The drawn timeline for ``<iframe>`` of other sites.

It is the only address that other sites may frame. Its response is the same for all users: it reads no cookie and sets
none, and editors see in it what readers see. Its links lead to the whole page; only a script of its own changes the
period inside the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csp.decorators import csp_replace
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from archive.cache.responses import mark_cacheable
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.sql.slugs import redirect_among
from archive.text import is_storable
from archive.web.forms import error_messages, error_status, query_params
from archive.web.timeline import RECORD_FILTERS, View, is_section, section_response, timeline_context


def timeline_embed(request: HttpRequest) -> HttpResponse:
    """The page in the frame, with the parameters of the timeline's page."""
    params = query_params(request)
    path = reverse("web:timeline")
    view = View(params, path, None, source=reverse("web:timeline-embed"))
    if is_section(request):
        return section_response(request, lambda: {"is_embedded": True, **timeline_context(view)})
    context: dict[str, Any] = {"is_embedded": True, "whole_page": view.address}
    status = 200
    try:
        context |= timeline_context(view)
        record = timeline_record(params)
        context |= {"title": timeline_title(record), "record": record}
    except ArchiveError as error:
        context["problems"], status = error_messages(error), error_status(error)
    return _framed(mark_cacheable(render(request, "archive/timeline/embed.html", context, status=status)))


def _framed(response: HttpResponse) -> HttpResponse:
    """The response with header fields that let any site frame it."""
    response.xframe_options_exempt = True  # type: ignore[attr-defined]  # Django's middleware looks for it
    permitted: HttpResponse = csp_replace({"frame-ancestors": ["*"]})(lambda: response)()
    return permitted


def timeline_title(record: Model | None) -> str:
    """The title of the timeline of a record, or of all records."""
    return gettext("Timeline") if record is None else gettext("Timeline: {record}").format(record=record)


def timeline_record(params: Mapping[str, list[str]]) -> Model | None:
    """The only dossier, topic or state that is filtered by, if readers see it; else None."""
    for name, collection in RECORD_FILTERS.items():
        slugs = params.get(name, [])
        if len(slugs) == 1 and is_storable(slugs[0]):
            visible = FILTERSETS[collection]._meta.model._default_manager.visible_to(None)
            slug_or_code = Q(slug=slugs[0])
            if name == "country":
                slug_or_code |= Q(iso3166=slugs[0].upper())
            record = visible.filter(slug_or_code).first() or redirect_among(visible, slugs[0])
            if record is not None:
                return record  # type: ignore[no-any-return]
    return None
