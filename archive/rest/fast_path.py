"""Anonymous GET requests for JSON, parsed from the WSGI environ and answered without Django REST framework."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser

from archive.counts import counted
from archive.exceptions import ArchiveError
from archive.lru import LRUCache
from archive.rest.etags import etag
from archive.rest.renderers.formats import prefers_json
from archive.rest.requests import DetailRequest, ListRequest, PastListRequest, parse_detail, parse_list
from archive.rest.serializers import SERIALIZERS

_ANONYMOUS = AnonymousUser()
_COUNTED = frozenset(counted())
_MAX_PARAMS = 100
#: Parsed requests by (path, query, site). Bounded by their approximate size in characters.
_PARSED: LRUCache[FastRequest] = LRUCache(1_000_000)
#: The size of an entry, and of each of its parameters, besides its key.
_OVERHEAD, _PARAM_OVERHEAD = 500, 150
_PATH = re.compile(r"/api/v1/([^/]+)/(?:([^/]+)/)?")


@dataclass(frozen=True, slots=True)
class FastRequest:
    """A request for a list or a record in JSON."""

    parsed: ListRequest | PastListRequest | DetailRequest
    #: Whether ``format`` selects JSON, so that ``Accept`` is ignored.
    has_format: bool

    @property
    def view(self) -> str:
        return self.parsed.view

    header_key = view

    def answer(self) -> tuple[bytes, str, bool]:
        """The content, its ETag, and that it may be cached. Raises what the view must report."""
        content, validator = self.parsed.json(_ANONYMOUS)
        return content, etag(content, validator), True


def parse(path: str, query: str, site: str, accept: str) -> FastRequest | None:
    """The parsed request; None for requests that the view must answer: other formats, and invalid parameters.

    Path and query are ASCII; the path is decoded, the query is not. The site is ``https://host``; ``accept`` is the
    header, by default ``*/*``.
    """
    key = path, query, site
    if (fast := _PARSED.get(key)) is None and (fast := _parse(*key)) is not None:
        _PARSED.set(key, fast, _OVERHEAD + _PARAM_OVERHEAD * query.count("=") + sum(map(len, key)))
    if fast is None:
        return None
    is_detail = isinstance(fast.parsed, DetailRequest)
    return fast if fast.has_format or prefers_json(accept, fast.parsed.collection, is_detail) else None


def _parse(path: str, query: str, site: str) -> FastRequest | None:
    match = _PATH.fullmatch(path)
    if match is None or (collection := match[1]) not in SERIALIZERS:
        return None
    if match[2] == "counts" and collection in _COUNTED:
        return None
    parsed: ListRequest | PastListRequest | DetailRequest
    try:
        params: dict[str, list[str]] = {}
        for name, text in parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMS):
            params.setdefault(name, []).append(text)
        if slug := match[2]:
            parsed = parse_detail(collection, slug, params)
        else:
            parsed = parse_list(collection, params, f"{site}{path}")
    except (ArchiveError, ValueError):
        return None
    return FastRequest(parsed, any(params.get("format", ()))) if parsed.output_format is None else None
