"""JSON-LD: records in the words of schema.org, each named by its address here. One page, as a graph.

The context is part of the answer: nothing has to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from archive.rest.told import Told
from archive.rest.whole import Rows

#: Collection -> its type, and for each of our fields the property of schema.org.
_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "events": ("Event", {
        "name": "name", "summary": "description", "date": "startDate endDate", "place": "location",
        "part_of": "superEvent", "topics": "about", "updated_at": "dateModified",
    }),
    "measures": ("Legislation", {
        "name": "name", "summary": "abstract", "in_force": "temporalCoverage", "imposers": "legislationPassedBy",
        "targets": "spatialCoverage", "topics": "about", "updated_at": "dateModified",
    }),
    "statements": ("Quotation", {
        "name": "name", "summary": "abstract", "text": "text", "language": "inLanguage", "date": "temporalCoverage",
        "speaker": "creator", "body": "sourceOrganization", "occasion": "recordedAt", "about": "about",
        "in_reply_to": "isBasedOn", "updated_at": "dateModified",
    }),
    "officials": ("Person", {
        "name": "name", "born": "birthDate", "died": "deathDate", "state": "nationality", "updated_at": "dateModified",
    }),
    "bodies": ("Organization", {
        "name": "name", "abbreviation": "alternateName", "parent": "parentOrganization", "updated_at": "dateModified",
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
            node |= _properties(told, field, words_of_field.split(), row[field])
    return node


def _properties(told: Told, field: str, words: list[str], value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {words[0]: [_link(told, field, one) for one in value]}
    if not isinstance(value, dict):
        return {words[0]: value}
    if "text" not in value:
        return {words[0]: _link(told, field, value)}
    if len(words) == 1:
        return {words[0]: value["text"]}
    bounds = zip(words, (value["earliest"], value["latest"]), strict=True)
    return {"temporalCoverage": value["text"], **{word: bound for word, bound in bounds if bound}}


def _link(told: Told, field: str, link: dict[str, Any]) -> dict[str, str]:
    return {"@id": told.linked(field, link), "name": link["name"]}
