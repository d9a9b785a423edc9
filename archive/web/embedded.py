"""Metadata in a record's page: Dublin Core for reference managers, and JSON-LD for search engines."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from archive.bibliography.dublin_core import dublin_core
from archive.bibliography.items import read_item
from archive.bibliography.nodes import item_node
from archive.bibliography.schema_org import DESCRIBED, document, schema_org_node
from archive.models.base import Record
from archive.registry import COLLECTIONS
from archive.sql import query_tree
from archive.text import strip_direction_marks

#: The elements by which Zotero and others save an item.
_ELEMENTS = ("title", "creator", "date", "subject", "description", "publisher", "language", "identifier", "rights")
#: Characters that would end the script element, begin a comment in it, or turn the text after them.
_ESCAPED = "<>&\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in _ESCAPED}


def embedded_metadata(collection: str, row: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Template context: the ``item``, ``meta`` as (name, content) pairs, and ``json_ld`` (empty for some).

    ``row`` has the record's ``metadata_fields``.
    """
    item = read_item(collection, row["item"], base_url)
    pairs = dublin_core(item)
    return {
        "item": item,
        "meta": [(f"DC.{name}", strip_direction_marks(value)) for name, value in pairs if name in _ELEMENTS],
        "json_ld": _json_ld(collection, row.get("json_ld"), base_url) if collection in DESCRIBED else "",
        "archive_name": settings.ARCHIVE_NAME,
    }


def metadata_fields(model: type[Record]) -> list[tuple[str, query_tree.Node]]:
    """The fields of a record's object that both descriptions are made of."""
    fields: list[tuple[str, query_tree.Node]] = [("item", item_node(model))]
    if any(COLLECTIONS[collection].model is model for collection in DESCRIBED):
        fields.append(("json_ld", schema_org_node(model)))
    return fields


def _json_ld(collection: str, row: dict[str, Any] | None, base_url: str) -> SafeString:
    text = json.dumps(document(collection, [row] if row else [], base_url), ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 (escaped on this line)
