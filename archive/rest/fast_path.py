"""Parses anonymous GET requests for JSON from the WSGI environ, and answers them without Django REST framework."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.lru import LRUCache
from archive.rest.etags import etag
from archive.rest.query_params import Selection, allowed_params, parse_selection, single
from archive.rest.reads import ListQuery, detail_json, list_json, parse_list_query
from archive.rest.renderers.formats import prefers_json
from archive.rest.serializers import SERIALIZERS

_ANONYMOUS = AnonymousUser()
_MAX_PARAMS = 100
#: Parsed requests by (path, query, site). Bounded by their approximate size in characters.
_PARSED: LRUCache[FastList | FastDetail] = LRUCache(1_000_000)
#: The size of an entry, and of each of its parameters, besides its key.
_OVERHEAD, _PARAM_OVERHEAD = 500, 150
_PATH = re.compile(r"/api/v1/([^/]+)/(?:([^/]+)/)?")


@dataclass(frozen=True, slots=True)
class FastList:
    """A request for a list in JSON."""

    query: ListQuery

    @property
    def collection(self) -> str:
        return self.query.collection

    @property
    def view(self) -> str:
        return f"rest:{self.query.collection}-list"

    header_key = view

    def answer(self) -> tuple[bytes, str, bool]:
        """The content, its ETag, and that it may be cached. Raises as ``list_json`` does."""
        content = list_json(self.query, _ANONYMOUS)
        return content, etag(content), True


@dataclass(frozen=True, slots=True)
class FastDetail:
    """A request for a record in JSON."""

    collection: str
    slug: str
    selection: Selection

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-detail"

    header_key = view

    def answer(self) -> tuple[bytes, str, bool]:
        """The content, its ETag, and that it may be cached. Raises as ``detail_json`` does."""
        validator, content = detail_json(self.collection, self.slug, self.selection, _ANONYMOUS)
        return content, etag(content, validator), True


def parse(path: str, query: str, site: str, accept: str) -> FastList | FastDetail | None:
    """The parsed request; None for requests that the view must answer: other formats, and invalid parameters.

    Path and query are ASCII; the path is decoded, the query is not. The site is ``https://host``; ``accept`` is the
    header, by default ``*/*``.
    """
    key = path, query, site
    if (parsed := _PARSED.get(key)) is None and (parsed := _parse(*key)) is not None:
        _PARSED.set(key, parsed, _OVERHEAD + _PARAM_OVERHEAD * query.count("=") + sum(map(len, key)))
    if parsed is None or not prefers_json(accept, parsed.collection, isinstance(parsed, FastDetail)):
        return None
    return parsed


def _parse(path: str, query: str, site: str) -> FastList | FastDetail | None:
    match = _PATH.fullmatch(path)
    if match is None or (collection := match[1]) not in SERIALIZERS:
        return None
    slug = match[2]
    try:
        params: dict[str, list[str]] = {}
        for name, text in parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMS):
            params.setdefault(name, []).append(text)
        allowed = ("fields", "include") if slug else allowed_params(FILTERSETS[collection])
        if "format" in params or "bom" in params or not params.keys() <= set(allowed):
            return None
        texts = (single(params.get(name, []), name) or "" for name in ("fields", "include"))
        selection = parse_selection(SERIALIZERS[collection], *texts)
        if slug:
            return FastDetail(collection, slug, selection)
        return FastList(parse_list_query(collection, params, selection, f"{site}{path}"))
    except (ArchiveError, ValueError):
        return None
