"""Lists and records in another form than JSON: streamed where the whole list is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from django.http import HttpResponse, StreamingHttpResponse

from archive.cache.store import mark_cacheable
from archive.rest import etags
from archive.rest.errors import VARY
from archive.rest.nodes import selected_node
from archive.rest.query_params import MAX_LIMIT, Selection
from archive.rest.reads import ListQuery, list_json
from archive.rest.renderers.context import RenderContext, Rows
from archive.rest.renderers.formats import Format
from archive.rest.serializers import SERIALIZERS


def render_list(form: Format, asked: ListQuery, limit: int | None, request: Any) -> Any:
    """The list in that form, or its first ``limit`` rows; None where something is wrong, which the usual way says."""
    if not form.is_whole:
        return _render_page(form, asked, request)
    pages = iter_list(asked, request.user, limit)
    if pages is None:
        return None
    headers = _response_headers(form, asked.collection)
    if request.method == "HEAD":
        return mark_cacheable(HttpResponse(content_type=form.media, headers=headers))
    written = form.write(_context(asked.collection, asked.chosen, request), pages)
    return mark_cacheable(StreamingHttpResponse(written, content_type=form.media, headers=headers))


def _render_page(form: Format, asked: ListQuery, request: Any) -> HttpResponse | None:
    body = list_json(asked, request.user)
    if body is None:
        return None
    page = msgspec.json.decode(body, type=JSONPage)
    told = _context(asked.collection, asked.chosen, request, page.next)
    headers = {"Link": f'<{page.next}>; rel="next"'} if page.next else {}
    text = b"".join(form.write(told, iter([page.results])))
    return etags.etag_response(request, text, media=form.media, **headers)


def render_record(
    form: Format, collection: str, slug: str, chosen: Selection, found: Any, request: Any
) -> HttpResponse:
    """One record in that form, from its lock and JSON."""
    locked, body = found
    rows: Iterator[Rows] = iter([[msgspec.Raw(body)]])
    text = b"".join(form.write(_context(collection, chosen, request), rows))
    return etags.etag_response(request, text, locked, media=form.media, **_response_headers(form, slug))


def _context(collection: str, chosen: Selection, request: Any, following: str | None = None) -> RenderContext:
    made = selected_node(SERIALIZERS[collection], chosen)
    root = request.build_absolute_uri("/")
    bom = request.query_params.get("bom") == "true"
    return RenderContext(collection, made, root, request.build_absolute_uri(), following, bom)


def _response_headers(form: Format, name: str) -> dict[str, str]:
    told = {"Cache-Control": "no-cache", "Vary": VARY}
    return {**told, "Content-Disposition": f'attachment; filename="{name}.{form.name}"'} if form.is_file else told


class JSONPage(msgspec.Struct):
    next: str | None
    results: Rows


_PAGE_DECODER = msgspec.json.Decoder(JSONPage)


def iter_list(asked: ListQuery, user: Any, limit: int | None) -> Iterator[Rows] | None:
    """All rows in the list's order, or the first ``limit``; None where something is wrong, which the usual way says.

    Each page begins after the last row of the one before, so rows that come or go meanwhile make none be skipped or
    given twice.
    """
    asked = replace(asked, limit=limit or MAX_LIMIT, counted=False, cursor="", link="")
    body = list_json(asked, user)
    return None if body is None else _iter_pages(asked, user, body, once=limit is not None)


def _iter_pages(asked: ListQuery, user: Any, body: bytes, once: bool) -> Iterator[Rows]:
    while True:
        page = _PAGE_DECODER.decode(body)
        yield page.results
        if page.next is None or once:
            return
        following = list_json(replace(asked, cursor=page.next), user)
        if following is None:
            # What the question names was withdrawn meanwhile: a list that ends early must not look whole.
            raise RuntimeError("The list can't be read on: a record that the question names is not there any more.")
        body = following
