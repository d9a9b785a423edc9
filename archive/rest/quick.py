"""Lists and records that the public asks for, read and answered without Django REST framework around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.lru import LRUCache
from archive.rest import selection
from archive.rest.answers import ListQuestion, answer_detail, answer_list, list_question
from archive.rest.etags import tag
from archive.rest.formats import prefers_json
from archive.rest.parameters import known_names, one_of
from archive.rest.serializers import SERIALIZERS

_NOBODY = AnonymousUser()
_MOST_PARAMETERS = 100
#: What addresses ask for, bounded by their characters and what is made of them.
_READ: LRUCache[QuickList | QuickRecord] = LRUCache(1_000_000)
#: Characters that a question takes, and each of its parameters, beside those of its address.
_AROUND, _EACH = 500, 150
_PATH = re.compile(r"/api/v1/([^/]+)/(?:([^/]+)/)?")


@dataclass(frozen=True, slots=True)
class QuickList:
    """A list in JSON."""

    question: ListQuestion

    @property
    def collection(self) -> str:
        return self.question.collection

    @property
    def view(self) -> str:
        return f"rest:{self.question.collection}-list"

    header_key = view

    def answer(self) -> tuple[bytes, str] | None:
        """The body and its tag; None where the view must say what is wrong. Raises django.db.Error."""
        body = answer_list(self.question, _NOBODY)
        return None if body is None else (body, tag(body))


@dataclass(frozen=True, slots=True)
class QuickRecord:
    """A record in JSON."""

    collection: str
    slug: str
    chosen: selection.Selection

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-detail"

    header_key = view

    def answer(self) -> tuple[bytes, str] | None:
        """The body and its tag; None where the view must say what is wrong. Raises django.db.Error."""
        found = answer_detail(self.collection, self.slug, self.chosen, _NOBODY)
        return None if found is None else (found[1], tag(found[1], found[0]))


def quick(path: str, query: str, site: str, accept: str) -> QuickList | QuickRecord | None:
    """What is at the path, below the site; None for all that the view must read: other formats, and mistakes.

    Path and query are ASCII, the path decoded and the query not; the site is ``https://host``; ``accept`` is the
    header, ``*/*`` where there is none.
    """
    address = path, query, site
    if (read := _READ.get(address)) is None and (read := _read(*address)) is not None:
        _READ.set(address, read, _AROUND + _EACH * query.count("=") + sum(map(len, address)))
    if read is None or not prefers_json(accept, read.collection, isinstance(read, QuickRecord)):
        return None
    return read


def _read(path: str, query: str, site: str) -> QuickList | QuickRecord | None:
    found = _PATH.fullmatch(path)
    if found is None or (collection := found[1]) not in SERIALIZERS:
        return None
    slug = found[2]
    try:
        asked: dict[str, list[str]] = {}
        for name, text in parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS):
            asked.setdefault(name, []).append(text)
        known = ("fields", "include") if slug else known_names(FILTERSETS[collection])
        if "format" in asked or "bom" in asked or not asked.keys() <= set(known):
            return None
        shown = (one_of(asked.get(name, []), name) or "" for name in ("fields", "include"))
        chosen = selection.read(SERIALIZERS[collection], *shown)
        if slug:
            return QuickRecord(collection, slug, chosen)
        return QuickList(list_question(collection, asked, chosen, f"{site}{path}"))
    except (ArchiveError, ValueError):
        return None
