"""JSON-LD: records in the words of schema.org, each named by its address here. One page, as a graph.

The context is part of the answer: nothing has to be fetched to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from archive.rest.told import Told
from archive.rest.whole import Rows

#: A day, month or year as ISO 8601-1 (and so schema.org) writes it.
_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
#: Type of a record to which another links, by its collection.
_TYPES = {
    "events": "Event", "measures": "Legislation", "statements": "Quotation", "officials": "Person",
    "bodies": "Organization", "topics": "DefinedTerm",
}  # fmt: skip
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
        "name": "name", "abbreviation": "alternateName", "names": "alternateName", "parent": "parentOrganization",
        "identifiers": "sameAs", "updated_at": "dateModified",
    }),
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {name: ("slug", *words) for name, (_, words) in _WORDS.items()}


def write(told: Told, pages: Iterator[Rows]) -> Iterator[bytes]:
    graph = [_node(told, msgspec.json.decode(row)) for rows in pages for row in rows]
    yield msgspec.json.encode({"@context": {"@vocab": "https://schema.org/"}, "@graph": graph})


def _node(told: Told, row: dict[str, Any]) -> dict[str, Any]:
    kind, words = _WORDS[told.collection]
    node: dict[str, Any] = {"@id": told.api(told.collection, row["slug"]), "@type": kind}
    for field, words_of_field in words.items():
        if row[field] not in (None, "", []):
            for word, value in _properties(told, field, words_of_field.split(), row[field]).items():
                node[word] = _joined(word, node.get(word), value)
    return node


def _joined(word: str, before: Any, value: Any) -> Any:
    """Both values of a property; a description goes on, of two others each stays."""
    if before is None:
        return value
    if word == "description":
        return f"{before} {value}"
    both = [*(before if isinstance(before, list) else [before]), *(value if isinstance(value, list) else [value])]
    return [one for place, one in enumerate(both) if one not in both[:place]]


def _properties(told: Told, field: str, words: list[str], value: Any) -> dict[str, Any]:
    if field == "names":
        return {words[0]: list(dict.fromkeys(name["text"] for name in value))}
    if field == "identifiers":
        return _identified(value)
    if isinstance(value, list):
        return {words[0]: [_link(told, field, one) for one in value]}
    if not isinstance(value, dict):
        return {words[0]: value}
    if "text" not in value:
        return {words[0]: _link(told, field, value)}
    return {words[0]: value["text"]} if words == ["temporalCoverage"] else _dated(field, words, value)


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


def _link(told: Told, field: str, link: dict[str, Any]) -> dict[str, str]:
    address = told.linked(field, link)
    kind = _TYPES.get(address.rstrip("/").split("/")[-2])
    return {"@id": address, **({"@type": kind} if kind else {}), "name": link["name"]}
