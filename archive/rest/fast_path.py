"""Lists and records that the public asks for, read and answered without Django REST framework around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.lru import LRUCache
from archive.rest import query_params
from archive.rest.etags import etag
from archive.rest.query_params import allowed_params, single
from archive.rest.reads import ListQuery, detail_json, list_json, parse_list_query
from archive.rest.renderers.formats import prefers_json
from archive.rest.serializers import SERIALIZERS

_ANONYMOUS = AnonymousUser()
_MAX_PARAMS = 100
#: What addresses ask for, bounded by their characters and what is made of them.
_PARSED: LRUCache[FastList | FastDetail] = LRUCache(1_000_000)
#: Characters that a question takes, and each of its parameters, beside those of its address.
_OVERHEAD, _PARAM_OVERHEAD = 500, 150
_PATH = re.compile(r"/api/v1/([^/]+)/(?:([^/]+)/)?")


@dataclass(frozen=True, slots=True)
class FastList:
    """A list in JSON."""

    question: ListQuery

    @property
    def collection(self) -> str:
        return self.question.collection

    @property
    def view(self) -> str:
        return f"rest:{self.question.collection}-list"

    header_key = view

    def answer(self) -> tuple[bytes, str] | None:
        """The body and its tag; None where the view must say what is wrong. Raises django.db.Error."""
        body = list_json(self.question, _ANONYMOUS)
        return None if body is None else (body, etag(body))


@dataclass(frozen=True, slots=True)
class FastDetail:
    """A record in JSON."""

    collection: str
    slug: str
    chosen: query_params.Selection

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-detail"

    header_key = view

    def answer(self) -> tuple[bytes, str] | None:
        """The body and its tag; None where the view must say what is wrong. Raises django.db.Error."""
        found = detail_json(self.collection, self.slug, self.chosen, _ANONYMOUS)
        return None if found is None else (found[1], etag(found[1], found[0]))


def parse(path: str, query: str, site: str, accept: str) -> FastList | FastDetail | None:
    """What is at the path, below the site; None for all that the view must read: other formats, and mistakes.

    Path and query are ASCII, the path decoded and the query not; the site is ``https://host``; ``accept`` is the
    header, ``*/*`` where there is none.
    """
    address = path, query, site
    if (read := _PARSED.get(address)) is None and (read := _parse(*address)) is not None:
        _PARSED.set(address, read, _OVERHEAD + _PARAM_OVERHEAD * query.count("=") + sum(map(len, address)))
    if read is None or not prefers_json(accept, read.collection, isinstance(read, FastDetail)):
        return None
    return read


def _parse(path: str, query: str, site: str) -> FastList | FastDetail | None:
    found = _PATH.fullmatch(path)
    if found is None or (collection := found[1]) not in SERIALIZERS:
        return None
    slug = found[2]
    try:
        asked: dict[str, list[str]] = {}
        for name, text in parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMS):
            asked.setdefault(name, []).append(text)
        known = ("fields", "include") if slug else allowed_params(FILTERSETS[collection])
        if "format" in asked or "bom" in asked or not asked.keys() <= set(known):
            return None
        shown = (single(asked.get(name, []), name) or "" for name in ("fields", "include"))
        chosen = query_params.parse_selection(SERIALIZERS[collection], *shown)
        if slug:
            return FastDetail(collection, slug, chosen)
        return FastList(parse_list_query(collection, asked, chosen, f"{site}{path}"))
    except (ArchiveError, ValueError):
        return None
