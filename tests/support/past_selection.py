"""The GraphQL selection of every field that has a past, for queries with ``asOf``."""

from __future__ import annotations

from typing import Any

from graphql import get_named_type, is_leaf_type

from archive.graphql.planner import graphene_fields
from archive.graphql.schema import schema
from archive.models.base import Tracked
from archive.revisions.state import own_parts

#: Fields of every record that count or date its saves.
STAMPS = ("version", "updatedAt")


def columns(type_name: str) -> list[str]:
    type_: Any = schema.graphql_schema.type_map[type_name]
    selected = ["__typename"]
    for name, field in type_.fields.items():
        kind = getattr(graphene_fields(type_).get(name), "kind", "")
        if name in STAMPS or kind not in ("", "enum"):
            continue
        named = get_named_type(field.type)
        selected.append(name if is_leaf_type(named) else f"{name} {{ text display earliest latest }}")
    return selected


def past_selection(type_name: str) -> str:
    """Every field of a type that has a past: columns, columns of links, and parts with theirs."""
    return " ".join([*columns(type_name), *links(type_name, with_parts=True)])


def links(type_name: str, with_parts: bool) -> list[str]:
    type_: Any = schema.graphql_schema.type_map[type_name]
    model: type[Tracked] = type_.graphene_type._meta.model
    selected = []
    for name, field in graphene_fields(type_).items():
        if getattr(field, "kind", "") not in ("related", "list"):
            continue
        relations = [model._meta.get_field(relation) for relation in field.relations]
        of_parts = [relation for relation in relations if relation.one_to_many]
        if of_parts and (not with_parts or of_parts[0].remote_field not in own_parts(model)):
            continue
        inner = []
        for relation in relations:
            related: Any = relation.related_model
            below = [name for name in columns(related.__name__) if not name.startswith("state")]
            if of_parts:
                below = [*columns(related.__name__), *links(related.__name__, with_parts=False)]
            # Fields of several types in one list may differ in nullability: those have few.
            own = below if len(relations) == 1 else ["__typename", "id"]
            inner.append(f"... on {related.__name__} {{ {' '.join(own)} }}")
        selected.append(f"{name} {{ {' '.join(inner)} }}")
    return selected
