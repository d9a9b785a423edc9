"""An Atom feed of what was last changed, for readers of news. One page; the next is named in it (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.utils.feedgenerator import Atom1Feed

from archive.rest.told import Told
from archive.rest.whole import Rows

_SHOWN = ("slug", "name", "summary", "topics.name", "created_at", "updated_at")
FIELDS: dict[str, tuple[str, ...]] = {
    "events": (*_SHOWN, "date.display"),
    "measures": (*_SHOWN, "in_force.display"),
    "statements": (*_SHOWN, "date.display", "speaker.name", "attributed_as"),
}


class _Feed(Atom1Feed):
    """With the address of the next page."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})


def write(told: Told, pages: Iterator[Rows]) -> Iterator[bytes]:
    feed = _Feed(
        title=f"{told.title} · Chancery", link=f"{told.root}", description="", feed_url=told.address, next=told.next
    )
    for rows in pages:
        for row in rows:
            feed.add_item(**_item(told, msgspec.json.decode(row)))
    yield feed.writeString("utf-8").encode()


def _item(told: Told, row: dict[str, Any]) -> dict[str, Any]:
    date = row.get("date") or row.get("in_force")
    author = (row.get("speaker") or {}).get("name") or row.get("attributed_as")
    return {
        "title": row["name"],
        "link": told.page(row["slug"]),
        "description": ". ".join(text for text in (date and date["display"], row["summary"]) if text),
        "unique_id": told.api(told.collection, row["slug"]),
        "pubdate": datetime.fromisoformat(row["created_at"]),
        "updateddate": datetime.fromisoformat(row["updated_at"]),
        "author_name": author or "Chancery",
        "categories": tuple(topic["name"] for topic in row["topics"]),
    }
