"""Lists and records in another form than JSON: streamed where the whole list is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.http import HttpResponse, StreamingHttpResponse

from archive.cache.store import mark_cacheable
from archive.rest import etags
from archive.rest.answers import ListQuestion, answer_list
from archive.rest.formats import Format
from archive.rest.plan import planned
from archive.rest.problems import VARY
from archive.rest.selection import Selection
from archive.rest.serializers import SERIALIZERS
from archive.rest.told import Told
from archive.rest.whole import Page, Rows, whole_list


def given_list(form: Format, asked: ListQuestion, limit: int | None, request: Any) -> Any:
    """The list in that form, or its first ``limit`` rows; None where something is wrong, which the usual way says."""
    if not form.is_whole:
        return _page(form, asked, request)
    pages = whole_list(asked, request.user, limit)
    if pages is None:
        return None
    headers = _headers(form, asked.collection)
    if request.method == "HEAD":
        return mark_cacheable(HttpResponse(content_type=form.media, headers=headers))
    written = form.write(_told(asked.collection, asked.chosen, request), pages)
    return mark_cacheable(StreamingHttpResponse(written, content_type=form.media, headers=headers))


def _page(form: Format, asked: ListQuestion, request: Any) -> HttpResponse | None:
    body = answer_list(asked, request.user)
    if body is None:
        return None
    page = msgspec.json.decode(body, type=Page)
    told = _told(asked.collection, asked.chosen, request, page.next)
    headers = {"Link": f'<{page.next}>; rel="next"'} if page.next else {}
    text = b"".join(form.write(told, iter([page.results])))
    return etags.send(request, text, media=form.media, **headers)


def given_record(form: Format, collection: str, slug: str, chosen: Selection, found: Any, request: Any) -> HttpResponse:
    """One record in that form, from its lock and JSON."""
    locked, body = found
    rows: Iterator[Rows] = iter([[msgspec.Raw(body)]])
    text = b"".join(form.write(_told(collection, chosen, request), rows))
    return etags.send(request, text, locked, media=form.media, **_headers(form, slug))


def _told(collection: str, chosen: Selection, request: Any, following: str | None = None) -> Told:
    made = planned(SERIALIZERS[collection], chosen)
    root = request.build_absolute_uri("/")
    bom = request.query_params.get("bom") == "true"
    return Told(collection, made, root, request.build_absolute_uri(), following, bom)


def _headers(form: Format, name: str) -> dict[str, str]:
    told = {"Cache-Control": "no-cache", "Vary": VARY}
    return {**told, "Content-Disposition": f'attachment; filename="{name}.{form.name}"'} if form.is_file else told
