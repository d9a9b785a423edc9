"""Atom renderer: a feed of the records changed last. One page, with a link to the next (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from archive.rest.renderers.context import RenderContext, Rows
from archive.text import xml_text

_COMMON_FIELDS = ("slug", "name", "summary", "topics.name", "created_at", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_COMMON_FIELDS, "date.display"),
    "measures": (*_COMMON_FIELDS, "in_force.display"),
    "statements": (*_COMMON_FIELDS, "date.display", "speaker.name", "attributed_as"),
}


#: Parameters that select a page, not the records of the feed: no part of its id and title.
_PAGE_PARAMS = ("format", "cursor", "limit")


class _Feed(Atom1Feed):
    """Django's Atom feed with a link to the next page, and with summaries as text; Django marks them as HTML."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["text"]:
            handler.addQuickElement("summary", item["text"], {"type": "text"})


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    filters = sorted(pair for pair in parse_qsl(urlsplit(context.url).query) if pair[0] not in _PAGE_PARAMS)
    feed = _Feed(
        title=xml_text(_title(context, filters)),
        link=context.base_url,
        description="",
        feed_url=context.url,
        feed_guid=context.tag_uri(
            "feeds", f"{context.collection}?{urlencode(filters)}" if filters else context.collection
        ),
        next=context.next_url,
    )
    for rows in pages:
        for row in rows:
            feed.add_item(**_item(context, msgspec.json.decode(row)))
    yield feed.writeString("utf-8").encode()


def _title(context: RenderContext, filters: list[tuple[str, str]]) -> str:
    """ "Events (topic: export-controls) · Chancery": the title distinguishes the feeds of one subscriber."""
    filter_text = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in filters)
    return f"{context.title}{f' ({filter_text})' if filter_text else ''} · Chancery"


def _item(context: RenderContext, row: dict[str, Any]) -> dict[str, Any]:
    date = row.get("date") or row.get("in_force")
    author = (row.get("speaker") or {}).get("name") or row.get("attributed_as")
    return {
        "title": xml_text(row["name"]),
        "link": context.page_url(row["slug"]),
        "description": None,
        "text": xml_text(". ".join(text for text in (date and date["display"], row["summary"]) if text)),
        "unique_id": context.tag_uri(context.collection, row["slug"]),
        "pubdate": datetime.fromisoformat(row["created_at"]),
        "updateddate": datetime.fromisoformat(row["updated_at"]),
        "author_name": xml_text(author or "Chancery"),
        "categories": tuple(xml_text(topic["name"]) for topic in row["topics"]),
    }
