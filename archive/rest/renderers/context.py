"""What those who write a format know of the list or record beside its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from archive.models import Body
from archive.rest.serializers import SERIALIZERS
from archive.sql import query_tree

#: The rows of a page, each the JSON of a record.
Rows = list[msgspec.Raw]
#: Name of a record's model, as links to records of several kinds have it -> the collection in which it is found.
COLLECTION_BY_MODEL: dict[str, str] = {
    str(one.Meta.model._meta.model_name): name  # type: ignore[attr-defined]
    for name, one in SERIALIZERS.items()
}


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The collection; what each row is made of; where the archive is; the list's address and that of the next page."""

    collection: str
    made: query_tree.Object
    root: str
    address: str
    next: str | None = None
    #: Whether a table begins with a byte order mark.
    bom: bool = False

    @property
    def title(self) -> str:
        return self.collection.replace("-", " ").capitalize()

    def tag(self, *parts: str) -> str:
        """An id (a tag URI, RFC 4151) that stays the same when the host or the scheme changes."""
        return f"tag:{settings.TAG_AUTHORITY}:{'/'.join(parts)}"

    def api(self, collection: str, slug: str) -> str:
        """A record's address in this API."""
        return f"{self.root}api/v1/{collection}/{slug}/"

    def page(self, slug: str) -> str:
        """A record's page for readers."""
        return f"{self.root}{self.collection}/{slug}/"

    def leads_to_bodies(self, field: str) -> bool:
        """Whether the field's links may lead to bodies."""
        serializer = SERIALIZERS[self.collection]
        model = serializer.Meta.model  # type: ignore[attr-defined]
        names = serializer.made_of.get(field, (field,))
        columns = [column for column in (*model._meta.fields, *model._meta.many_to_many) if column.name in names]
        return any(column.remote_field is not None and column.related_model is Body for column in columns)

    def linked(self, field: str, link: dict[str, Any]) -> str:
        """The address of a record to which a field leads."""
        if "type" in link:
            return self.api(COLLECTION_BY_MODEL[link["type"]], link["slug"])
        model = SERIALIZERS[self.collection].Meta.model._meta.get_field(field).related_model  # type: ignore[attr-defined]
        return self.api(COLLECTION_BY_MODEL[model._meta.model_name], link["slug"])
