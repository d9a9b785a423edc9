"""Global ids (Relay): a type name and a local id, which is the slug, or an opaque number for rows without a slug.

Neither lets a client estimate the number of rows, and a slug identifies the record in every copy of the archive.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from graphql import GraphQLSchema
from graphql_relay import from_global_id

from archive.sql.opaque_ids import primary_key
from archive.text import is_storable, whole_number

#: Ids that ``nodes`` accepts in one field.
MAX_IDS = 100


def has_slug(model: type[Model]) -> bool:
    """Whether the model's rows are identified by a slug."""
    try:
        model._meta.get_field("slug")
    except FieldDoesNotExist:
        return False
    return True


def parse_local_id(model: type[Model], text: str) -> tuple[str, str | int] | None:
    """The column and the value by which the row is looked up; None if no row can have the id."""
    if has_slug(model):
        return ("slug", text) if text and is_storable(text) else None
    number = whole_number(text, 0, 2**40 - 1)
    return None if number is None else ("pk", primary_key(number))


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The model of a row, and the name and value of a unique column: slug or pk."""

    model: type[Model]
    column: str
    value: str | int


def resolve_global_id(schema: GraphQLSchema, text: str) -> NodeKey | None:
    """The key of the row that a global id identifies; None if the text is not a global id of the schema."""
    try:
        type_name, local = from_global_id(text)
    except (ValueError, UnicodeDecodeError):
        return None
    graphene_type = getattr(schema.type_map.get(type_name), "graphene_type", None)
    model = getattr(getattr(graphene_type, "_meta", None), "model", None)
    if model is None or (key := parse_local_id(model, local)) is None:
        return None
    return NodeKey(model, *key)
