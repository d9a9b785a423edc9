"""An Atom feed of what was last changed, for readers of news. One page; the next is named in it (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from django.utils.feedgenerator import Atom1Feed

from archive.rest.renderers.context import RenderContext, Rows

_COMMON_FIELDS = ("slug", "name", "summary", "topics.name", "created_at", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_COMMON_FIELDS, "date.display"),
    "measures": (*_COMMON_FIELDS, "in_force.display"),
    "statements": (*_COMMON_FIELDS, "date.display", "speaker.name", "attributed_as"),
}


#: Parameters that don't choose what is in a feed, only how much of it is on one page.
_PAGE_PARAMS = ("format", "cursor", "limit")


class _Feed(Atom1Feed):
    """With the address of the next page, and summaries as plain text: Django's own are taken for HTML."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["text"]:
            handler.addQuickElement("summary", item["text"], {"type": "text"})


def write(told: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    filters = sorted(pair for pair in parse_qsl(urlsplit(told.address).query) if pair[0] not in _PAGE_PARAMS)
    feed = _Feed(
        title=_title(told, filters),
        link=told.root,
        description="",
        feed_url=told.address,
        feed_guid=told.tag("feeds", f"{told.collection}?{urlencode(filters)}" if filters else told.collection),
        next=told.next,
    )
    for rows in pages:
        for row in rows:
            feed.add_item(**_item(told, msgspec.json.decode(row)))
    yield feed.writeString("utf-8").encode()


def _title(told: RenderContext, filters: list[tuple[str, str]]) -> str:
    """ "Events (topic: export-controls) · Chancery": two feeds of one reader must be told apart."""
    chosen = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in filters)
    return f"{told.title}{f' ({chosen})' if chosen else ''} · Chancery"


def _item(told: RenderContext, row: dict[str, Any]) -> dict[str, Any]:
    date = row.get("date") or row.get("in_force")
    author = (row.get("speaker") or {}).get("name") or row.get("attributed_as")
    return {
        "title": row["name"],
        "link": told.page(row["slug"]),
        "description": None,
        "text": ". ".join(text for text in (date and date["display"], row["summary"]) if text),
        "unique_id": told.tag(told.collection, row["slug"]),
        "pubdate": datetime.fromisoformat(row["created_at"]),
        "updateddate": datetime.fromisoformat(row["updated_at"]),
        "author_name": author or "Chancery",
        "categories": tuple(topic["name"] for topic in row["topics"]),
    }
