"""BibTeX entries, for BibTeX (``year``) and biblatex (``date``, which is EDTF)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.conf import settings

from archive.bibliography.citation_dates import biblatex_date, certain_year
from archive.bibliography.items import Agent, Item

#: Braces count for BibTeX even after a backslash, so they are written by name.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", **{character: f"\\{character}" for character in "$&#_%"},
    }
)  # fmt: skip
#: Characters of a URL that stay: all that is allowed in one, but no braces and backslashes.
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"


def bibtex_entry(item: Item) -> str:
    """The entry of an item, with a line break at its end. Its key is ``<collection>:<slug>``."""
    is_article = item.is_medium
    lines = [f"  {name} = {{{value}}}" for name, value in _fields(item, is_article) if value]
    entry = "article" if is_article else "misc"
    return f"@{entry}{{{item.collection}:{item.slug},\n" + ",\n".join(lines) + "\n}\n"


def _fields(item: Item, is_article: bool) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{_escape(item.title)}}}"  # the second braces keep capital letters
    yield "author", " and ".join(map(_name, item.authors))
    if item.date is not None:
        year = certain_year(item.date)
        yield "date", biblatex_date(item.date)
        yield "year", f"{year:04}" if year else ""
    yield "journal" if is_article else "publisher", _escape(item.publisher)
    yield "howpublished", "" if item.publisher else _escape(settings.ARCHIVE_NAME)
    yield "location", _escape(item.place)
    yield "url", quote(item.original_url or item.url, safe=_URL_CHARACTERS)
    yield "language", _escape(item.language)
    yield "keywords", _escape(", ".join(topic.replace(",", "") for topic in item.topics))
    yield "abstract", _escape(item.description)
    yield "note", _escape("; ".join(_notes(item)))


def _notes(item: Item) -> Iterator[str]:
    if item.kind:
        yield item.kind.replace("_", " ").capitalize()
    if item.date is not None and not biblatex_date(item.date):
        yield item.date.display
    if item.original_url:
        yield f"{settings.ARCHIVE_NAME}: {item.url}"


def _name(agent: Agent) -> str:
    """Family and given name where they are told apart; other names in braces, which keep them as they are."""
    if agent.family_and_given:
        return ", ".join(map(_escape, agent.family_and_given))
    return f"{{{_escape(agent.name)}}}"


def _escape(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPES)
