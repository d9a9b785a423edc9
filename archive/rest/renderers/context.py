"""The context that every renderer gets besides the rows: collection, fields and URLs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from archive.models import Body
from archive.registry import COLLECTIONS
from archive.rest.serializers import SERIALIZERS
from archive.sql import query_tree

#: The rows of a page, each the JSON of a record.
Rows = list[msgspec.Raw]
#: Model name, as the ``type`` of links has it -> collection.
COLLECTION_BY_MODEL = {collection.model._meta.model_name: collection.name for collection in COLLECTIONS.values()}


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

    def api_url(self, collection: str, slug: str) -> str:
        """The URL of a record in the API."""
        return f"{self.base_url}api/v1/{collection}/{slug}/"

    def page_url(self, slug: str) -> str:
        """The URL of a record's web page."""
        return f"{self.base_url}{self.collection}/{slug}/"

    def leads_to_bodies(self, field: str) -> bool:
        """Whether the field may link to bodies."""
        serializer = SERIALIZERS[self.collection]
        model = serializer.Meta.model  # type: ignore[attr-defined]
        names = serializer.sources.get(field, (field,))
        columns = [column for column in (*model._meta.fields, *model._meta.many_to_many) if column.name in names]  # type: ignore[attr-defined]
        return any(column.remote_field is not None and column.related_model is Body for column in columns)

    def link_url(self, field: str, link: dict[str, Any]) -> str:
        """The URL in the API of the record that a field links to."""
        if "type" in link:
            return self.api_url(COLLECTION_BY_MODEL[link["type"]], link["slug"])
        model = SERIALIZERS[self.collection].Meta.model._meta.get_field(field).related_model  # type: ignore[attr-defined]
        return self.api_url(COLLECTION_BY_MODEL[model._meta.model_name], link["slug"])
