"""Responses in a format other than JSON: a streamed list, a page or a record.

A streamed list is read page by page, so that one page is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from archive.cache.responses import mark_cacheable
from archive.rest.etags import etag_response, header_fields
from archive.rest.nodes import selected_node
from archive.rest.query_params import MAX_LIMIT, Selection
from archive.rest.reads import ListQuery, list_json
from archive.rest.renderers.context import RenderContext, Rows
from archive.rest.renderers.formats import Format
from archive.rest.requests import DetailRequest, ListRequest
from archive.rest.serializers import SERIALIZERS
from archive.text import boolean
from archive.visibility import Viewer


class JSONPage(msgspec.Struct):
    """The JSON of a page, its rows not decoded."""

    next: str | None
    results: Rows


_PAGE_DECODER = msgspec.json.Decoder(JSONPage)


def render_list(output_format: Format, parsed: ListRequest, request: Request) -> Any:
    """The list, or its first rows if the request has a limit. Raises ArchiveError for an invalid query."""
    query = parsed.query
    if not output_format.is_streamed:
        return _render_page(output_format, query, request)
    pages = iter_list(query, request.user, parsed.limit)
    headers = header_fields(**_file_header(output_format, query.collection))
    if request.method == "HEAD":
        return mark_cacheable(HttpResponse(content_type=output_format.media_type, headers=headers))
    chunks = output_format.render(_context(query.collection, query.selection, request), pages)
    return mark_cacheable(StreamingHttpResponse(chunks, content_type=output_format.media_type, headers=headers))


def _render_page(output_format: Format, query: ListQuery, request: Request) -> HttpResponse:
    page = _PAGE_DECODER.decode(list_json(query, request.user))
    context = _context(query.collection, query.selection, request, page.next)
    headers = {"Link": f'<{page.next}>; rel="next"'} if page.next else {}
    text = b"".join(output_format.render(context, iter([page.results])))
    return etag_response(request, text, media=output_format.media_type, **headers)


def render_record(
    output_format: Format, parsed: DetailRequest, content: bytes, validator: str | None, request: Request
) -> HttpResponse:
    """A record, from its JSON and validator."""
    rows: Iterator[Rows] = iter([[msgspec.Raw(content)]])
    text = b"".join(output_format.render(_context(parsed.collection, parsed.selection, request), rows))
    headers = _file_header(output_format, parsed.slug)
    return etag_response(request, text, validator, media=output_format.media_type, **headers)


def _context(collection: str, selection: Selection, request: Request, next_url: str | None = None) -> RenderContext:
    node = selected_node(SERIALIZERS[collection], selection)
    base_url = request.build_absolute_uri("/")
    has_bom = boolean(request.query_params.get("bom", "")) is True
    return RenderContext(collection, node, base_url, request.build_absolute_uri(), next_url, has_bom)


def _file_header(output_format: Format, name: str) -> dict[str, str]:
    if not output_format.is_file:
        return {}
    extension = output_format.extension or output_format.name
    return {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}


def iter_list(query: ListQuery, user: Viewer, limit: int | None) -> Iterator[Rows]:
    """The pages of the list, or one page of ``limit`` rows. Raises ArchiveError for an invalid query.

    Each page begins after the last row of the page before, so rows that are added or removed meanwhile cause neither
    gaps nor duplicates.
    """
    query = replace(query, limit=limit or MAX_LIMIT, has_count=False, cursor="", link="")
    content = list_json(query, user)
    return iter([_PAGE_DECODER.decode(content).results]) if limit is not None else _iter_pages(query, user, content)


def _iter_pages(query: ListQuery, user: Viewer, content: bytes) -> Iterator[Rows]:
    while True:
        page = _PAGE_DECODER.decode(content)
        yield page.results
        if page.next is None:
            return
        # Raises if a record in a filter was withdrawn meanwhile: a list that ends early must not look complete.
        content = list_json(replace(query, cursor=page.next), user)
