"""The bibliographic item: what a record is cited and harvested by, and its citation as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from archive.bibliography.nodes import author_fields
from archive.dates import PartialDate
from archive.models import Body
from archive.registry import COLLECTIONS
from archive.text import web_address

#: Row of ``nodes.item_node``.
Row = Mapping[str, Any]
_COLLECTION_BY_TYPE = {collection.model._meta.model_name: collection for collection in COLLECTIONS.values()}


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or body by name. ``sort_name`` has a comma if the family name comes last in ``name``."""

    name: str
    sort_name: str = ""
    is_person: bool = False

    @property
    def family_and_given(self) -> tuple[str, str] | None:
        """The parts of a person's name, if its filing form tells them apart."""
        family_name, comma, given_name = self.sort_name.partition(", ")
        return (family_name, given_name) if self.is_person and comma and given_name else None


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A related record: its name and the URL of its page; empty for record types without pages."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record's description. ``url`` is the page in the archive, ``original_url`` that of a source's document."""

    collection: str
    slug: str
    title: str
    url: str
    updated_at: datetime
    created_at: datetime
    date: PartialDate | None
    #: The record's word of its vocabulary (``press_statement``); empty for none.
    kind: str
    description: str
    language: str
    place: str
    authors: tuple[Agent, ...]
    publisher: str
    #: Whether the publisher is a newspaper or another medium.
    is_medium: bool
    agency: str
    licence: str
    original_url: str
    topics: tuple[str, ...]
    other_names: tuple[str, ...]
    parties: tuple[LinkedRecord, ...]
    related: tuple[LinkedRecord, ...]
    sources: tuple[LinkedRecord, ...]
    #: (scheme, value) pairs.
    identifiers: tuple[tuple[str, str], ...]
    #: Slugs of the dossiers that list the record.
    dossiers: tuple[str, ...]


def parse_timestamp(text: str) -> datetime:
    """The moment of a row's timestamp, in UTC; SQLite may hold a date alone, where a row was written by SQL."""
    moment = datetime.fromisoformat(text.removesuffix("Z"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_item(collection: str, row: Row, base_url: str) -> Item:
    """The item of a row; ``base_url`` is the archive's, with a slash at its end."""
    publisher = row.get("publisher") or {}
    date = row.get("date")
    model = COLLECTIONS[collection].model
    return Item(
        collection=collection,
        slug=row["slug"],
        title=row["title"],
        url=f"{base_url}{collection}/{row['slug']}/",
        updated_at=parse_timestamp(row["updated_at"]),
        created_at=parse_timestamp(row["created_at"]),
        date=PartialDate.parse(date["text"]) if date else None,
        kind=row.get("kind", ""),
        description=row.get("description", ""),
        language=row.get("language", ""),
        place=row.get("place", ""),
        authors=_authors(model, row),
        publisher=publisher.get("name", ""),
        is_medium=publisher.get("kind") == "medium",
        agency=row.get("agency", ""),
        licence=row.get("licence", ""),
        original_url=next(filter(None, (web_address(row.get(name, "")) for name in ("url", "archived_url"))), ""),
        topics=tuple(topic["name"] for topic in row.get("topics", ())),
        other_names=_other_names(row),
        parties=tuple(
            _linked(part["party"], base_url) for part in row.get("participations", ()) if part["party"] is not None
        ),
        related=tuple(
            _linked(link, base_url) for key in row if key.startswith("related_") for link in _links(row[key])
        ),
        sources=_sources(row, base_url),
        identifiers=tuple((part["scheme"], part["value"]) for part in row.get("identifiers", ())),
        dossiers=tuple(part["dossier"]["slug"] for part in row.get("dossier_entries", ()) if part["dossier"]),
    )


def _authors(model: type[Model], row: Row) -> tuple[Agent, ...]:
    """The first author that is known: who spoke, for whom they spoke, or the author's name in words."""
    for name in author_fields(model):
        if (link := row.get(f"author_{name}")) is not None:
            is_person = model._meta.get_field(name).related_model is not Body
            return (Agent(link["name"], link.get("sort_name", ""), is_person),)
    return (Agent(row["author"]),) if row.get("author") else ()


def _other_names(row: Row) -> tuple[str, ...]:
    names = [row.get("abbreviation", ""), *(part["text"] for part in row.get("names", ()))]
    return tuple(dict.fromkeys(name for name in names if name and name != row["title"]))


def _sources(row: Row, base_url: str) -> tuple[LinkedRecord, ...]:
    links = [part["source"] for part in row.get("citations", ()) if part["source"] is not None]
    return tuple(dict.fromkeys(LinkedRecord(link["name"], f"{base_url}sources/{link['slug']}/") for link in links))


def _linked(link: Row, base_url: str) -> LinkedRecord:
    collection = _COLLECTION_BY_TYPE[link["type"]]
    url = f"{base_url}{collection.name}/{link['slug']}/" if collection.page is not None else ""
    return LinkedRecord(link["name"], url)


def _links(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def plain_citation(item: Item, version: int) -> str:
    """Authors, title, date, archive, version and address, as in "Kim You-geun: A title, 12 July 2019. Chancery, ...".

    Who cites it adds the day of access.
    """
    authors = "; ".join(author.name for author in item.authors)
    dated = f", {item.date.display}" if item.date else ""
    changed = f"{item.updated_at.day} {item.updated_at:%B %Y}"
    named = f"{authors}: {item.title}" if authors else item.title
    return f"{named}{dated}. {settings.ARCHIVE_NAME}, version {version} of {changed}, {item.url}"
