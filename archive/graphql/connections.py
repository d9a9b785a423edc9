"""Connections (Relay): pages of records with keyset cursors, and the FilterSet's filters as arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from graphene.relay import PageInfo

from archive.filters import FILTERSETS
from archive.graphql.arguments import camel_case_names, connection_arguments
from archive.graphql.fields import PlannedField

_CONNECTION_TYPES: dict[str, Any] = {}


def connection_type(name: str, node: object) -> Any:
    """The connection type of a record type, with its edge type; created at the first call."""
    if name not in _CONNECTION_TYPES:
        edge_fields = {
            "node": graphene.Field(node, description="The record."),
            "cursor": graphene.String(required=True, description="The record's position in this list and order."),
        }
        edge = type(
            f"{name}Edge", (graphene.ObjectType,), {"__doc__": f"An item of a list of {name} records.", **edge_fields}
        )
        fields = {
            "edges": graphene.NonNull(
                graphene.List(graphene.NonNull(edge)), description="The records of the page, each with its cursor."
            ),
            "nodes": graphene.NonNull(graphene.List(graphene.NonNull(node)), description="The records themselves."),
            "page_info": graphene.NonNull(PageInfo, description="Whether there are further pages, and their cursors."),
            "total_count": graphene.Int(
                required=True, description="The number of matching records; counted only if selected."
            ),
        }
        _CONNECTION_TYPES[name] = type(
            f"{name}Connection", (graphene.ObjectType,), {"__doc__": f"A page of a list of {name} records.", **fields}
        )
    return _CONNECTION_TYPES[name]


def connection_field(
    collection: str, name: str, get_type: Callable[[], Any], relation: str = "", description: str = ""
) -> graphene.Field:
    """The list of a collection, or with ``relation`` the list of a record's related records."""

    filterset = FILTERSETS[collection]
    return PlannedField(
        lambda: connection_type(name, get_type()),
        "connection",
        (relation,) if relation else (),
        collection,
        description=description or camel_case_names(filterset.__doc__ or "", filterset.base_filters),
        args=connection_arguments(filterset),
    )
