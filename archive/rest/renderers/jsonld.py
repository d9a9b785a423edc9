"""JSON-LD renderer: a page of records as a graph in the vocabulary of schema.org, each identified by its URL.

The context is part of the document. Every node has a type, also the target of a link. A state is a ``Country``, which
is a place and no organization, so other properties lead to and from states.
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
#: Collection -> type of its records; a body's type depends on its kind.
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
#: Field -> the property for links to a state: one whose values are countries or places.
_PROPERTIES_TO_STATES = {"imposers": "legislationJurisdiction", "body": "countryOfOrigin", "parent": "areaServed"}
#: Field -> the property for links from a state to a state.
_PROPERTIES_BETWEEN_STATES = {"parent": "containedInPlace"}
#: Identifier scheme -> URL of the identified thing.
_SAME_AS = {"wikidata": "http://www.wikidata.org/entity/{}", "viaf": "http://viaf.org/viaf/{}"}
#: Collection -> its type, and field -> schema.org properties (two for a date: of its start and end).
_PROPERTIES: dict[str, tuple[str, dict[str, str]]] = {
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
FIELDS: dict[str, tuple[str, ...]] = {name: ("slug", *properties) for name, (_, properties) in _PROPERTIES.items()}


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    rows = [msgspec.json.decode(row) for rows in pages for row in rows]
    writer = _Writer(context, _body_types(context, rows))
    yield msgspec.json.encode({"@context": {"@vocab": "https://schema.org/"}, "@graph": [*map(writer.node, rows)]})


def _body_types(context: RenderContext, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Slug -> type of each body that the rows link to: links do not contain the body's kind."""
    names = [name for name in _PROPERTIES[context.collection][1] if context.leads_to_bodies(name)]
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
        type_, properties = _PROPERTIES[self.context.collection]
        if "kind" in properties:
            type_ = _body_type(row["kind"])
        node: dict[str, Any] = {"@id": self.context.api_url(self.context.collection, row["slug"]), "@type": type_}
        for field, names in properties.items():
            if names == "@type" or row[field] in (None, "", []):
                continue
            for name, value in self._properties(type_, field, names.split(), row[field]).items():
                node[name] = _merge(name, node.get(name), value)
        return node

    def _properties(self, type_: str, field: str, names: list[str], value: Any) -> dict[str, Any]:
        if field == "names":
            return {names[0]: list(dict.fromkeys(name["text"] for name in value))}
        if field == "identifiers":
            return _identifiers(value)
        if isinstance(value, dict) and "text" in value:
            return {names[0]: value["text"]} if names == ["temporalCoverage"] else _dates(field, names, value)
        if not isinstance(value, list | dict):
            return {names[0]: value}
        nodes: dict[str, Any] = {}
        for link in _links(value):
            node = self._link(field, link)
            name = _link_property(type_, field, names[0], node)
            nodes[name] = [*nodes.get(name, ()), node]
        return nodes if isinstance(value, list) else {name: linked[0] for name, linked in nodes.items()}

    def _link(self, field: str, link: dict[str, Any]) -> dict[str, str]:
        url = self.context.link_url(field, link)
        collection = url.rstrip("/").split("/")[-2]
        is_body = collection == "bodies"
        type_ = self.body_types.get(link["slug"], "Organization") if is_body else _TYPES[collection]
        return {"@id": url, "@type": type_, "name": link["name"]}


def _link_property(type_: str, field: str, default: str, node: dict[str, str]) -> str:
    """The property for a link from a record of the type to the node."""
    if node["@type"] != _COUNTRY:
        return default
    return (_PROPERTIES_BETWEEN_STATES if type_ == _COUNTRY else _PROPERTIES_TO_STATES).get(field, default)


def _merge(name: str, first: Any, second: Any) -> Any:
    """Two values of a property: descriptions are joined, other values become a list without duplicates."""
    if first is None:
        return second
    if name == "description":
        return f"{first} {second}"
    values: list[Any] = []
    for value in (first, second):
        for item in value if isinstance(value, list) else [value]:
            if item not in values:
                values.append(item)
    return values


def _identifiers(identifiers: list[dict[str, Any]]) -> dict[str, Any]:
    """All identifiers as property values; those of large authority files also as URLs of the identified thing."""
    urls = [
        _SAME_AS[identifier["scheme"]].format(identifier["value"])
        for identifier in identifiers
        if identifier["scheme"] in _SAME_AS
    ]
    values = [
        {"@type": "PropertyValue", "propertyID": identifier["scheme"], "value": identifier["value"]}
        for identifier in identifiers
    ]
    return {"identifier": values} | ({"sameAs": urls} if urls else {})


def _dates(field: str, names: list[str], value: dict[str, Any]) -> dict[str, Any]:
    """The date in ISO 8601-1; as a description if that can't express it (schema.org has no uncertain dates or sets)."""
    text = value["text"]
    start, _, end = text.partition("/") if len(names) == 2 and "/" in text else (text, "", text)
    bounds = {name: bound for name, bound in zip(names, (start, end), strict=False) if _ISO_DATE.fullmatch(bound)}
    if all(_ISO_DATE.fullmatch(bound) or bound in ("", "..") for bound in (start, end)):
        return bounds
    label = {"born": "Born", "died": "Died"}.get(field, "Date:")
    return {**bounds, "description": f"{label} {value['display']}."}
