"""oEmbed 1.0 (https://oembed.com): what other sites show for an address of this one.

Timelines and the pages that draw one are ``rich``, a frame; the other pages of records are ``link``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from archive.cache.responses import mark_cacheable
from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.page_language import path_language
from archive.sql.slugs import find_or_redirect
from archive.text import is_storable, strip_direction_marks, whole_number, xml_text
from archive.timeline.params import OWN_PARAMS, TimelineParams
from archive.url_normalization import is_tracking_parameter
from archive.web.embed import timeline_record, timeline_title
from archive.web.forms import query_params
from archive.web.frames import FRAME_HEIGHT, FRAME_WIDTH, embed_address, frame_html
from archive.web.list_timelines import LIST_KINDS, list_timeline_params, split_view
from archive.web.timeline import timeline_filter

#: Seconds for which a consumer may reuse a response.
_CACHE_AGE = 3600
_PARAMS = ("url", "format", "maxwidth", "maxheight")
_TYPES = {"json": "application/json+oembed", "xml": "text/xml+oembed"}


class _Refusal(Exception):
    """A request that is answered with an error status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The response for ``url``; 404 without one, 501 for a format other than JSON and XML."""
    params = {name: values[-1].strip() for name, values in query_params(request).items() if name in _PARAMS}
    try:
        format_name = params.get("format", "json").lower()
        if format_name not in _TYPES:
            raise _Refusal(501, f"format: got {format_name[:40]!r}, expected json or xml.")
        data = _response(request, params)
    except _Refusal as refusal:
        response = HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    else:
        response = JsonResponse(data) if format_name == "json" else _xml(data)
    return mark_cacheable(response)


def discovery(request: HttpRequest, title: str) -> dict[str, Any]:
    """Template context: the ``<link>`` elements by which consumers find the responses for this page."""
    endpoint, url = request.build_absolute_uri(reverse("web:oembed")), request.build_absolute_uri()
    template = '<link rel="alternate" type="{}" href="{}?{}" title="{}">\n'
    rows = [
        (media_type, endpoint, urlencode({"url": url, "format": name}), strip_direction_marks(title))
        for name, media_type in _TYPES.items()
    ]
    return {"oembed_links": format_html_join("", template, rows)}


def _response(request: HttpRequest, params: Mapping[str, str]) -> dict[str, Any]:
    if not params.get("url"):
        raise _Refusal(400, "url: got nothing, expected the address of a page of this archive.")
    path, query = _own_address(request, params["url"])
    width = min(_pixels(params, "maxwidth", FRAME_WIDTH), FRAME_WIDTH)
    height = min(_pixels(params, "maxheight", FRAME_HEIGHT), FRAME_HEIGHT)
    common = {
        "version": "1.0", "provider_name": settings.ARCHIVE_NAME, "provider_url": request.build_absolute_uri("/"),
        "cache_age": _CACHE_AGE,
    }  # fmt: skip
    with translation.override(path_language(path)):
        title, timeline = _page(path, query)
        frame = embed_address(timeline) if timeline is not None else ""
    title = strip_direction_marks(title)
    if timeline is None:
        return {"type": "link", "title": title, **common}
    address = request.build_absolute_uri(frame)
    html = frame_html(address, title, width, height)
    return {"type": "rich", "title": title, **common, "html": html, "width": width, "height": height}


def _own_address(request: HttpRequest, url: str) -> tuple[str, dict[str, list[str]]]:
    """The path and query parameters of an address of this archive. Raises _Refusal for any other."""
    try:
        parts = urlsplit(url)
        is_own = parts.scheme in ("http", "https") and parts.netloc.lower() == request.get_host().lower()
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        is_own = False
    if not is_own:
        raise _Refusal(404, f"url: got {url[:200]!r}, expected an address that begins with "
                            f"{request.build_absolute_uri('/')}.")  # fmt: skip
    return parts.path or "/", {name: values for name, values in query.items() if not is_tracking_parameter(name)}


def _page(path: str, query: Mapping[str, list[str]]) -> tuple[str, dict[str, list[str]] | None]:
    """The title of the public page at a path, and the parameters of its timeline if it has one. Raises _Refusal."""
    absent = _Refusal(404, f"url: got the path {path[:200]!r}, expected a timeline or the page of a public record.")
    try:
        match = resolve(path)
    except (Resolver404, ValueError):
        raise absent from None
    if match.view_name in ("web:timeline", "web:timeline-embed"):
        return timeline_title(timeline_record(query)), _checked(query)
    if match.view_name in ("web:front", "web:search"):
        if (params := _of_list(match.view_name, query)) is None:
            raise absent
        return timeline_title(timeline_record(params)), _checked(params)
    collection, slug = match.kwargs.get("collection", ""), match.kwargs.get("slug", "")
    if match.namespace != "web" or collection not in FILTERSETS or not is_storable(slug):
        raise absent
    visible = FILTERSETS[collection]._meta.model._default_manager.visible_to(None)
    record = find_or_redirect(visible, slug)
    if record is None:
        raise absent
    if (name := timeline_filter(collection, record)) is None:
        return str(record), None
    own = {param: values for param, values in query.items() if param in OWN_PARAMS}
    return gettext("Timeline: {record}").format(record=record), _checked({name: [record.slug], **own})


def _of_list(view_name: str, query: Mapping[str, list[str]]) -> dict[str, list[str]] | None:
    """The parameters of the timeline above a list; None for a list without one. Raises _Refusal."""
    view_params, filters = split_view(query)
    collections = filters.get("kind", []) if view_name == "web:search" else ["events"]
    if view_name == "web:front" and not filters.keys() - {"cursor"}:
        return view_params
    if len(collections) != 1 or collections[0] not in LIST_KINDS:
        return None
    try:
        return list_timeline_params(LIST_KINDS[collections[0]], filters, view_params)
    except ArchiveError as error:
        raise _refusal(error) from None


def _refusal(error: ArchiveError) -> _Refusal:
    return _Refusal(404, " ".join(problem.sentence() for problem in error.problems))


def _checked(params: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The parameters, if there is a timeline for them. Raises _Refusal."""
    try:
        TimelineParams.parse(params).check(None)
    except ArchiveError as error:
        raise _refusal(error) from None
    return dict(params)


def _pixels(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if (number := whole_number(text, 1, 99_999_999)) is None:
        raise _Refusal(400, f"{name}: got {text[:40]!r}, expected a number of pixels.")
    return number


def _xml(data: Mapping[str, Any]) -> HttpResponse:
    root = Element("oembed")
    for name, value in data.items():
        SubElement(root, name).text = xml_text(str(value))
    body = b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n' + tostring(root, encoding="utf-8")
    return HttpResponse(body, content_type="text/xml; charset=utf-8")
