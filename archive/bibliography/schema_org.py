"""JSON-LD of records: a graph in the vocabulary of schema.org, each record identified by its URL in the API.

The context is part of the document. Every node has a type, also the target of a link. A state is a ``Country``, which
is a place and no organization, so other properties lead to and from states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import Model

from archive.bibliography.citation_dates import as_far_as_known
from archive.choices import BodyKind
from archive.models import Body, Identifier, Name
from archive.registry import COLLECTIONS, collection_of
from archive.sql import query_tree
from archive.sql.field_nodes import field_node, link
from archive.text import web_address
from archive.visibility import related_model

Row = Mapping[str, Any]
#: A day, month or year as ISO 8601-1 (and so schema.org) writes it.
_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
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
#: Collection -> its type, and field -> schema.org properties (two for a date: of its start and end). The type of a body
#: depends on its kind.
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
        "speaker": "creator", "body": "sourceOrganization", "occasion": "recordedAt", "about_events": "about",
        "about_measures": "about", "in_reply_to": "isBasedOn", "updated_at": "dateModified",
    }),
    "officials": ("Person", {
        "name": "name", "born": "birthDate", "died": "deathDate", "names": "alternateName", "identifiers": "sameAs",
        "updated_at": "dateModified",
    }),
    "bodies": ("Organization", {
        "kind": "@type", "name": "name", "abbreviation": "alternateName", "names": "alternateName",
        "parent": "parentOrganization", "identifiers": "sameAs", "updated_at": "dateModified",
    }),
    "topics": ("DefinedTerm", {"name": "name", "description": "description", "updated_at": "dateModified"}),
    "sources": ("CreativeWork", {
        "title": "name", "publisher": "publisher", "language": "inLanguage", "published": "temporalCoverage",
        "url": "url", "licence": "license", "updated_at": "dateModified",
    }),
    "dossiers": ("Collection", {"name": "name", "introduction": "description", "updated_at": "dateModified"}),
}  # fmt: skip
#: The collections that have JSON-LD.
DESCRIBED = tuple(_PROPERTIES)
_PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "names": (Name, ("text",)),
    "identifiers": (Identifier, ("scheme", "value")),
}


@cache
def schema_org_node(model: type[Model]) -> query_tree.Object:
    """The query tree of the fields of a record that have properties."""
    collection = collection_of(model)
    names = _PROPERTIES[collection.name][1] if collection else {}
    return query_tree.Object((("slug", query_tree.Column("slug")), *((name, _node(model, name)) for name in names)))


def _node(model: type[Model], name: str) -> query_tree.Node:
    if name in _PARTS:
        part, columns = _PARTS[name]
        columns_node = query_tree.Object(tuple((column, query_tree.Column(column)) for column in columns))
        return query_tree.ToMany((query_tree.Relation(name, part, columns_node),))
    field = model._meta.get_field(name)
    if not field.is_relation:
        return field_node(model, name)
    kind = (("kind", query_tree.Column("kind")),) if field.related_model is Body else ()
    option = (link(model, name, more=kind),)
    return query_tree.ToMany(option) if field.many_to_many else query_tree.ToOne(option)


def document(collection: str, rows: Iterable[Row], base_url: str) -> dict[str, Any]:
    """The JSON-LD of rows of ``schema_org_node``; ``base_url`` is the archive's, with a slash at its end."""
    graph = [_record(collection, row, base_url) for row in rows]
    return {"@context": {"@vocab": "https://schema.org/"}, "@graph": graph}


def _record(collection: str, row: Row, base_url: str) -> dict[str, Any]:
    type_, properties = _PROPERTIES[collection]
    if "kind" in properties:
        type_ = _body_type(row["kind"])
    node: dict[str, Any] = {
        "@id": _api_url(base_url, collection, row["slug"]), "@type": type_,
        "mainEntityOfPage": f"{base_url}{collection}/{row['slug']}/",
    }  # fmt: skip
    for field, names in properties.items():
        if names == "@type" or row[field] in (None, "", []):
            continue
        written = _properties(COLLECTIONS[collection].model, base_url, type_, field, names.split(), row[field])
        for name, value in written.items():
            node[name] = _merge(name, node.get(name), value)
    return node


def _properties(
    model: type[Model], base_url: str, type_: str, field: str, names: list[str], value: Any
) -> dict[str, Any]:
    if field == "names":
        return {names[0]: list(dict.fromkeys(name["text"] for name in value))}
    if field == "identifiers":
        return _identifiers(value)
    if isinstance(value, dict) and "text" in value:
        return {names[0]: value["text"]} if names == ["temporalCoverage"] else _dates(field, names, value)
    if field == "url":
        return {names[0]: value} if web_address(value) else {}
    if not isinstance(value, list | dict):
        return {names[0]: value}
    target = collection_of(related_model(model, field))
    nodes: dict[str, Any] = {}
    for linked in value if isinstance(value, list) else [value]:
        node = _link(target.name if target else "", linked, base_url)
        name = _link_property(type_, field, names[0], node)
        nodes[name] = [*nodes.get(name, ()), node]
    return nodes if isinstance(value, list) else {name: linked[0] for name, linked in nodes.items()}


def _link(collection: str, linked: Row, base_url: str) -> dict[str, str]:
    type_ = _body_type(linked["kind"]) if "kind" in linked else _PROPERTIES[collection][0]
    return {"@id": _api_url(base_url, collection, linked["slug"]), "@type": type_, "name": linked["name"]}


def _api_url(base_url: str, collection: str, slug: str) -> str:
    return f"{base_url}api/v1/{collection}/{slug}/"


def _body_type(kind: str) -> str:
    return _BODY_TYPES.get(BodyKind(kind), "Organization")


def _link_property(type_: str, field: str, default: str, node: dict[str, str]) -> str:
    """The property for a link from a record of the type to the node."""
    if node["@type"] != _COUNTRY:
        return default
    return (_PROPERTIES_BETWEEN_STATES if type_ == _COUNTRY else _PROPERTIES_TO_STATES).get(field, default)


def _merge(name: str, first: object, second: object) -> Any:
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
    text = as_far_as_known(value["text"])
    start, _, end = text.partition("/") if len(names) == 2 and "/" in text else (text, "", text)
    bounds = {name: bound for name, bound in zip(names, (start, end), strict=False) if _ISO_DATE.fullmatch(bound)}
    if all(_ISO_DATE.fullmatch(bound) or bound in ("", "..") for bound in (start, end)):
        return bounds
    label = {"born": "Born", "died": "Died"}.get(field, "Date:")
    return {**bounds, "description": f"{label} {value['display']}."}
