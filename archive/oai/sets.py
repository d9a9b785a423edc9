"""Sets: the records of a collection, of a dossier, and of a country, each by the filters of all doors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.choices import BodyKind
from archive.filters import FILTERSETS
from archive.models import Body, Dossier
from archive.oai.errors import OaiError, bad_argument, bad_token
from archive.oai.tokens import Token
from archive.registry import page_names

#: Sets of a page of ListSets.
PAGE_SIZE = 200
#: Kind of set -> the records that name its sets; of collections there is no record.
_RECORDS = {
    "dossier": lambda: Dossier.objects.visible_to(None),
    "country": lambda: Body.objects.visible_to(None).filter(kind=BodyKind.STATE),
}
_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")


@dataclass(frozen=True, slots=True)
class Selection:
    """The collections of a set, and its filter; ``filters`` is empty for a collection and for the whole archive."""

    collections: tuple[str, ...]
    filters: dict[str, list[str]]


def harvested_collections() -> tuple[str, ...]:
    """The collections whose records are items: those with a page, which is what an item's identifier leads to."""
    return tuple(page_names().values())


def parse_set(spec: str) -> Selection:
    """The selection of a setSpec; an empty one selects all. Raises OaiError: badArgument or noRecordsMatch."""
    collections = harvested_collections()
    if not spec:
        return Selection(collections, {})
    if not _SPEC.fullmatch(spec):
        raise bad_argument("set", spec, "a setSpec of ListSets, such as collection:events")
    kind, _, name = spec.partition(":")
    if kind == "collection":
        # A set of sets has the items of all of them.
        selected = tuple(collection for collection in collections if name in ("", collection))
        filters: dict[str, list[str]] = {}
    else:
        selected = tuple(collection for collection in collections if kind in FILTERSETS[collection].base_filters)
        filters = {kind: [name]}
    if not selected or (kind != "collection" and (kind not in _RECORDS or not name)):
        raise no_set(spec)
    return Selection(selected, filters)


def no_set(spec: str) -> OaiError:
    return OaiError("noRecordsMatch", f"set: got '{spec[:120]}', expected a setSpec of ListSets.")


def list_sets(token: Token) -> tuple[list[tuple[str, str]], Token | None]:
    """A page of (setSpec, name) pairs, and the token of the next."""
    sections = ["", *_RECORDS]
    if token.section not in sections or len(token.position) > 1:
        raise bad_token()
    sets: list[tuple[str, str]] = []
    after = token.position[0] if token.position else ""
    for section in sections[sections.index(token.section) :]:
        for slug, name in _sets_of(section, after):
            if len(sets) == PAGE_SIZE:
                last = sets[-1][0].partition(":")
                kind = "" if last[0] == "collection" else last[0]
                return sets, Token("ListSets", section=kind, position=(last[2],), delivered=token.delivered + len(sets))
            sets.append((f"{section or 'collection'}:{slug}", name))
        after = ""
    return sets, None


def _sets_of(section: str, after: str) -> Iterator[tuple[str, str]]:
    """(name in the setSpec, title) pairs after a name, at most one more than a page has."""
    if section in _RECORDS:
        rows = _RECORDS[section]().filter(slug__gt=after).order_by("slug")
        yield from rows.values_list("slug", "name")[: PAGE_SIZE + 1]
        return
    for model, collection in sorted(page_names().items(), key=lambda pair: pair[1]):
        if collection > after:
            yield collection, str(model._meta.verbose_name_plural).capitalize()
