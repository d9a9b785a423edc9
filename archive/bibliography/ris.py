"""RIS records: lines of a two-letter tag and a value."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from archive.bibliography.citation_dates import certain_year, ris_date
from archive.bibliography.items import Item

_WEB_PAGE, _NEWS, _REPORT = "ELEC", "NEWS", "RPRT"
_LINE_END = "\r\n"


def ris_record(item: Item) -> str:
    """The record of an item. Values are one line each."""
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in _fields(item) if value.strip()]
    return _LINE_END.join([*lines, "ER  - ", "", ""])


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    is_source = item.collection == "sources"
    yield "TY", _NEWS if item.is_medium else _REPORT if is_source else _WEB_PAGE
    yield "ID", f"{item.collection}:{item.slug}"
    yield "TI", item.title
    for author in item.authors:
        yield "AU", ", ".join(author.family_and_given or (author.name,))
    if item.date is not None:
        year = certain_year(item.date)
        yield "PY", f"{year:04}" if year else ""
        yield "DA", ris_date(item.date)
    yield "T2", item.publisher if item.is_medium else "" if is_source else settings.ARCHIVE_NAME
    yield "PB", "" if item.is_medium else item.publisher
    yield "CY", item.place
    yield "UR", item.original_url or item.url
    yield "LA", item.language
    yield "AB", item.description
    for topic in item.topics:
        yield "KW", topic
    yield "M3", item.kind.replace("_", " ")
    yield "N1", f"{settings.ARCHIVE_NAME}: {item.url}" if item.original_url else ""
