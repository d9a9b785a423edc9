"""CSL-JSON items (Citation Style Language 1.0.2), which Zotero, pandoc and citeproc read."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from archive.bibliography.citation_dates import csl_date
from archive.bibliography.items import Agent, Item
from archive.choices import StatementClassification as Kind

#: Collection -> CSL type; the other records are cited as pages of the archive.
_TYPES = {"measures": "legislation", "statements": "document", "sources": "document"}
_WEB_PAGE = "webpage"
#: Kind of a statement -> CSL type.
_STATEMENT_TYPES: dict[str, str] = {
    Kind.SPEECH: "speech", Kind.REMARK: "speech", Kind.BRIEFING: "speech", Kind.PRESS_CONFERENCE: "speech",
    Kind.INTERVIEW: "interview", Kind.MEDIA_REPORT: "article-newspaper",
}  # fmt: skip


def csl_item(item: Item) -> dict[str, Any]:
    """The CSL item; blank variables are left out."""
    is_source = item.collection == "sources"
    written: dict[str, Any] = {
        "id": f"{item.collection}:{item.slug}",
        "type": _type(item),
        "title": item.title,
        "author": [_name(author) for author in item.authors],
        "issued": csl_date(item.date) if item.date else None,
        "container-title": item.publisher if item.is_medium else "" if is_source else settings.ARCHIVE_NAME,
        "publisher": "" if item.is_medium else item.publisher,
        "event-place": item.place,
        "genre": item.kind.replace("_", " "),
        "language": item.language,
        "abstract": item.description,
        "keyword": ", ".join(item.topics),
        "URL": item.original_url or item.url,
        "source": settings.ARCHIVE_NAME,
    }
    return {name: value for name, value in written.items() if value}


def _type(item: Item) -> str:
    if item.is_medium:
        return "article-newspaper"
    if item.collection == "statements":
        return _STATEMENT_TYPES.get(item.kind, _TYPES["statements"])
    return _TYPES.get(item.collection, _WEB_PAGE)


def _name(agent: Agent) -> dict[str, str]:
    if agent.family_and_given:
        family_name, given_name = agent.family_and_given
        return {"family": family_name, "given": given_name}
    return {"literal": agent.name}
