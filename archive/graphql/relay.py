"""The second half of a global id (Relay): a record's slug, or the opaque number of a row without a slug.

Neither counts the rows that a reader may not see, and a slug names the same record in every copy of the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from graphql import GraphQLSchema
from graphql_relay import from_global_id

from archive.sql.opaque_ids import opaque_id, primary_key
from archive.text import storable

#: Ids that ``nodes`` accepts in one field.
MAX_IDS = 100


def has_slug(model: type[Model]) -> bool:
    """Whether the model's rows are named by a slug."""
    try:
        model._meta.get_field("slug")
    except FieldDoesNotExist:
        return False
    return True


def local_id(row: Any) -> str:
    """What stands after the type's name in the global id of the row."""
    return str(row.slug if has_slug(type(row)) else opaque_id(row.pk))


def parse_local_id(model: type[Model], text: str) -> tuple[str, str | int] | None:
    """The column and the value by which a row is looked up; None where no row can have the id."""
    if has_slug(model):
        return ("slug", text) if text and storable(text) else None
    # 2**40 has 13 digits.
    if not text.isascii() or not text.isdigit() or len(text) > 13 or int(text) >= 2**40:
        return None
    return "pk", primary_key(int(text))


@dataclass(frozen=True, slots=True)
class NodeKey:
    """A row's model, and the unique column (slug or pk) with the value that finds it."""

    model: Any
    column: str
    value: str | int


def resolve_global_id(schema: GraphQLSchema, text: str) -> NodeKey | None:
    """The model, column and value that a global id stands for; None if the text is no global id of the archive."""
    try:
        type_name, local = from_global_id(text)
    except (ValueError, UnicodeDecodeError):
        return None
    graphene_type = getattr(schema.type_map.get(type_name), "graphene_type", None)
    model = getattr(getattr(graphene_type, "_meta", None), "model", None)
    if model is None or (key := parse_local_id(model, local)) is None:
        return None
    return NodeKey(model, *key)
