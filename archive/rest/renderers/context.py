"""The context that every renderer gets besides the rows: collection, fields and URLs."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.conf import settings

from archive.sql import query_tree

#: The rows of a page, each the JSON of a record.
Rows = list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The collection and fields of the rows, and the URLs of the archive, of the request and of the next page."""

    collection: str
    node: query_tree.Object
    base_url: str
    url: str
    next_url: str | None = None
    #: Whether CSV begins with a byte order mark.
    has_bom: bool = False

    @property
    def title(self) -> str:
        return self.collection.replace("-", " ").capitalize()

    def tag_uri(self, *parts: str) -> str:
        """A tag URI (RFC 4151), which stays the same when host or scheme change."""
        return f"tag:{settings.TAG_AUTHORITY}:{'/'.join(parts)}"

    def page_url(self, slug: str) -> str:
        """The URL of a record's web page."""
        return f"{self.base_url}{self.collection}/{slug}/"
