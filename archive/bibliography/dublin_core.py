"""Unqualified Dublin Core (DCMES 1.1) of an item, as OAI-PMH's ``oai_dc`` has it."""

from __future__ import annotations

from collections.abc import Iterator

from archive.bibliography.items import Item

#: Collection -> DCMI type; the other records are described by texts.
_TYPES = {"events": "Event", "dossiers": "Collection"}
#: Identifier scheme -> URI of the identified thing.
_URIS = {"wikidata": "http://www.wikidata.org/entity/{}", "viaf": "http://viaf.org/viaf/{}"}


def dublin_core(item: Item) -> Iterator[tuple[str, str]]:
    """(element, value) pairs. Dates are EDTF; a link to a record is the URL of its page, or its name without one."""
    pairs = [
        ("title", item.title),
        *(("title", name) for name in item.other_names),
        *(("creator", author.name) for author in item.authors),
        *(("subject", topic) for topic in item.topics),
        ("description", item.description),
        ("publisher", item.publisher),
        ("contributor", item.agency),
        *(("contributor", party.name) for party in item.parties),
        ("date", item.date.text if item.date else ""),
        ("type", _TYPES.get(item.collection, "Text")),
        ("type", item.kind.replace("_", " ")),
        ("format", "text/html"),
        ("identifier", item.url),
        ("identifier", item.original_url),
        *(("identifier", _URIS.get(scheme, f"{scheme}:{{}}").format(value)) for scheme, value in item.identifiers),
        *(("source", source.url) for source in item.sources),
        ("language", item.language),
        *(("relation", related.url or related.name) for related in item.related),
        ("coverage", item.place),
        ("rights", item.licence),
    ]
    yield from dict.fromkeys(pair for pair in pairs if pair[1])
