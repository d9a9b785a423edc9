"""Remedies for the validation errors of those who write their first queries, added to graphql-core's messages."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLSchema

from archive.graphql.enums import order_name

_CONNECTION_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+Connection)'")
_UNKNOWN_ORDER = re.compile(r"Value '(\w+)' does not exist in '(\w+OrderBy)' enum")
_ORDER_TEXT = re.compile(r"Enum '(\w+OrderBy)' cannot represent non-enum value: \"(-?\w+)\"")
#: What other APIs call the records of a page.
_PAGE_WORDS = frozenset({"items", "results", "data", "records", "rows", "list", "node"})


def with_hint(message: str, schema: GraphQLSchema) -> str:
    """The message, with what was probably meant in place of graphql-core's own suggestion."""
    if not (meant := _meant(message, schema)):
        return message
    beginning = message.partition(" Did you mean ")[0]
    return f"{beginning} Did you mean '{meant}'?"


def _meant(message: str, schema: GraphQLSchema) -> str:
    if match := _CONNECTION_FIELD.match(message):
        fields: Any = getattr(schema.type_map[match[2]], "fields", {})
        record: Any = schema.type_map.get(match[2].removesuffix("Connection"))
        if match[1] in _PAGE_WORDS and "nodes" in fields:
            return "nodes"
        return f"nodes {{ {match[1]} }}" if match[1] in getattr(record, "fields", {}) else ""
    if match := _UNKNOWN_ORDER.match(message):
        return _order(match[1].lower(), match[2], schema)
    if match := _ORDER_TEXT.match(message):
        return _order(match[2].lower(), match[1], schema)
    return ""


def _order(order: str, enum: str, schema: GraphQLSchema) -> str:
    """The value of an enum of orders that an order of REST, or the name of a column, stands for; else empty."""
    values: Any = getattr(schema.type_map[enum], "values", {})
    return name if (name := order_name(order)) in values else ""
