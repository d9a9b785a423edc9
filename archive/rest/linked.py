"""JSON-LD: records in the words of schema.org, each named by its address here. One page, as a graph.

The context is part of the answer: nothing has to be fetched to read it. Every node has a type, also one that is only
linked to. A state is a ``Country``, which is a place and no organization, so what states do has properties of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from archive.choices import BodyKind
from archive.models import Body
from archive.rest.renderers.context import RenderContext, Rows

#: A day, month or year as ISO 8601-1 (and so schema.org) writes it.
_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
#: Type of a record to which another links, by its collection; that of a body goes by its kind.
_TYPES = {
    "events": "Event", "measures": "Legislation", "statements": "Quotation", "officials": "Person",
    "topics": "DefinedTerm",
}  # fmt: skip
_COUNTRY = "Country"
#: Kind of a body -> its type; the other kinds are an ``Organization``.
_BODY_TYPES = {
    BodyKind.STATE: _COUNTRY, BodyKind.GOVERNMENT_ORGAN: "GovernmentOrganization", BodyKind.PARTY: "PoliticalParty",
    BodyKind.COMPANY: "Corporation", BodyKind.MEDIUM: "NewsMediaOrganization",
}  # fmt: skip
#: Field -> the property that stands for it where it leads to a state: one whose values are countries or places.
_TO_STATE = {"imposers": "legislationJurisdiction", "body": "countryOfOrigin", "parent": "areaServed"}
#: The same for a body that is a state itself.
_OF_STATE = {"parent": "containedInPlace"}
#: Scheme of an identifier -> the address of what it identifies.
_SAME_AS = {"wikidata": "http://www.wikidata.org/entity/{}", "viaf": "http://viaf.org/viaf/{}"}
#: Collection -> its type, and for each of our fields the property of schema.org.
_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "events": ("Event", {
        "name": "name", "summary": "description", "date": "startDate endDate", "place": "location",
        "part_of": "superEvent", "topics": "about", "updated_at": "dateModified",
    }),
    "measures": ("Legislation", {
        "name": "name", "summary": "abstract", "in_force": "temporalCoverage", "imposers": "legislationPassedBy",
        "targets": "about", "topics": "about", "updated_at": "dateModified",
    }),
    "statements": ("Quotation", {
        "name": "name", "summary": "abstract", "text": "text", "language": "inLanguage", "date": "temporalCoverage",
        "speaker": "creator", "body": "sourceOrganization", "occasion": "recordedAt", "about": "about",
        "in_reply_to": "isBasedOn", "updated_at": "dateModified",
    }),
    "officials": ("Person", {
        "name": "name", "born": "birthDate", "died": "deathDate", "names": "alternateName", "identifiers": "sameAs",
        "updated_at": "dateModified",
    }),
    "bodies": ("Organization", {
        "kind": "@type", "name": "name", "abbreviation": "alternateName", "names": "alternateName",
        "parent": "parentOrganization", "identifiers": "sameAs", "updated_at": "dateModified",
    }),
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {name: ("slug", *words) for name, (_, words) in _WORDS.items()}


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    rows = [msgspec.json.decode(row) for rows in pages for row in rows]
    writer = _Writer(context, _body_types(context, rows))
    yield msgspec.json.encode({"@context": {"@vocab": "https://schema.org/"}, "@graph": [*map(writer.node, rows)]})


def _body_types(context: RenderContext, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Slug -> type of each body that the rows link to; a link itself does not say of which kind a body is."""
    names = [name for name in _WORDS[context.collection][1] if context.leads_to_bodies(name)]
    links = [link for row in rows for name in names for link in _links(row[name])]
    slugs = {link["slug"] for link in links if link.get("type", "body") == "body"}
    kinds = Body.objects.filter(slug__in=slugs).values_list("slug", "kind") if slugs else ()
    return {slug: _body_type(kind) for slug, kind in kinds}


def _body_type(kind: str) -> str:
    return _BODY_TYPES.get(BodyKind(kind), "Organization")


def _links(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value] if value else []


class _Writer:
    """Writes the rows of one page; ``body_types`` are the types of the bodies that they link to, by slug."""

    def __init__(self, context: RenderContext, body_types: dict[str, str]) -> None:
        self.context = context
        self.body_types = body_types

    def node(self, row: dict[str, Any]) -> dict[str, Any]:
        kind, words = _WORDS[self.context.collection]
        if "kind" in words:
            kind = _body_type(row["kind"])
        node: dict[str, Any] = {"@id": self.context.api_url(self.context.collection, row["slug"]), "@type": kind}
        for field, words_of_field in words.items():
            if words_of_field == "@type" or row[field] in (None, "", []):
                continue
            for word, value in self._properties(kind, field, words_of_field.split(), row[field]).items():
                node[word] = _joined(word, node.get(word), value)
        return node

    def _properties(self, kind: str, field: str, words: list[str], value: Any) -> dict[str, Any]:
        if field == "names":
            return {words[0]: list(dict.fromkeys(name["text"] for name in value))}
        if field == "identifiers":
            return _identified(value)
        if isinstance(value, dict) and "text" in value:
            return {words[0]: value["text"]} if words == ["temporalCoverage"] else _dated(field, words, value)
        if not isinstance(value, list | dict):
            return {words[0]: value}
        linked: dict[str, Any] = {}
        for link in _links(value):
            node = self._link(field, link)
            word = _word(kind, field, words[0], node)
            linked[word] = [*linked.get(word, ()), node]
        return linked if isinstance(value, list) else {word: nodes[0] for word, nodes in linked.items()}

    def _link(self, field: str, link: dict[str, Any]) -> dict[str, str]:
        address = self.context.link_url(field, link)
        collection = address.rstrip("/").split("/")[-2]
        kind = self.body_types.get(link["slug"], "Organization") if collection == "bodies" else _TYPES[collection]
        return {"@id": address, "@type": kind, "name": link["name"]}


def _word(kind: str, field: str, word: str, link: dict[str, str]) -> str:
    """The property for a link: another where a state is at its end, or at both."""
    if link["@type"] != _COUNTRY:
        return word
    return _OF_STATE.get(field, word) if kind == _COUNTRY else _TO_STATE.get(field, word)


def _joined(word: str, before: Any, value: Any) -> Any:
    """Both values of a property; a description goes on, of two others each stays."""
    if before is None:
        return value
    if word == "description":
        return f"{before} {value}"
    both = [*(before if isinstance(before, list) else [before]), *(value if isinstance(value, list) else [value])]
    return [one for place, one in enumerate(both) if one not in both[:place]]


def _identified(identifiers: list[dict[str, Any]]) -> dict[str, Any]:
    """Every identifier as it is; those of the large authority files also as the address of what they identify."""
    known = [_SAME_AS[one["scheme"]].format(one["value"]) for one in identifiers if one["scheme"] in _SAME_AS]
    values = [
        {"@type": "PropertyValue", "propertyID": one["scheme"], "value": one["value"]} for one in identifiers
    ]  # fmt: skip
    return {"identifier": values} | ({"sameAs": known} if known else {})


def _dated(field: str, words: list[str], value: dict[str, Any]) -> dict[str, Any]:
    """The date as ISO 8601-1 has it; what that can't say, in words: schema.org's dates know no doubt and no sets."""
    text = value["text"]
    start, _, end = text.partition("/") if len(words) == 2 and "/" in text else (text, "", text)
    bounds = {
        word: bound
        for word, bound in zip(words, (start, end), strict=False)
        if _ISO_DATE.fullmatch(bound)
    }  # fmt: skip
    said = all(_ISO_DATE.fullmatch(bound) or bound in ("", "..") for bound in (start, end))
    if said:
        return bounds
    label = {"born": "Born", "died": "Died"}.get(field, "Date:")
    return {**bounds, "description": f"{label} {value['display']}."}
