"""Connections (Relay): pages of records with keyset cursors, and the FilterSet's filters as arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import graphene
from django.db.models import Model
from graphene.relay import PageInfo

from archive import pagination
from archive.filters import FILTERSETS
from archive.graphql import loaders
from archive.graphql.arguments import camel_case_names, connection_arguments, filter_values, page_position
from archive.graphql.fields import PlannedField


def page_query(collection: str, user: Any, arguments: dict[str, Any]) -> loaders.PageQuery:
    """The query of a connection. Raises ArchiveError for invalid values, cursors and page sizes."""
    position, filters = page_position(arguments), filter_values(arguments)
    filterset = FILTERSETS[collection](filters, user)
    rows, order = filterset.result(), filterset.order
    after, before = (
        None if cursor is None else pagination.decode_cursor(collection, order, cursor, name)
        for name, cursor in position.cursors()
    )
    size, is_backward = position.size, position.is_backward
    key = json.dumps([filters, after, before, size, is_backward, order], sort_keys=True)
    digest = sha256(key.encode()).hexdigest()[:24]
    return loaders.PageQuery(collection, rows, order, size, after, before, is_backward, digest, user)


class ConnectionValue:
    """The value that a connection's resolver returns; the total is counted only if the document selects it."""

    def __init__(
        self, query: loaders.PageQuery, page: pagination.Page, parent: Model | None = None, relation: str = ""
    ) -> None:
        self.query, self.page, self.parent, self.relation = query, page, parent, relation

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": row, "cursor": self.cursor(row)} for row in self.page.rows]

    @property
    def nodes(self) -> list[Any]:
        return self.page.rows

    def cursor(self, row: Model) -> str:
        return pagination.encode_cursor(self.query.collection, self.query.order, row)

    @property
    def page_info(self) -> PageInfo:
        rows = self.page.rows
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.cursor(rows[0]) if rows else None,
            end_cursor=self.cursor(rows[-1]) if rows else None,
        )

    @property
    def total_count(self) -> int:
        if self.parent is None:
            return int(self.query.rows.count())
        return loaders.load_count(self.parent, self.relation, self.query)


_CONNECTION_TYPES: dict[str, Any] = {}


def connection_type(name: str, node: Any) -> Any:
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

    # Positional-only, because a filter may be named parent.
    def resolve(parent: Any, info: Any, /, **arguments: Any) -> ConnectionValue:
        query = page_query(collection, info.context.user, arguments)
        if not relation:
            return ConnectionValue(query, query.fetch())
        return ConnectionValue(query, loaders.load_page(parent, relation, query), parent, relation)

    filterset = FILTERSETS[collection]
    return PlannedField(
        lambda: connection_type(name, get_type()),
        "connection",
        (relation,) if relation else (),
        collection,
        resolver=resolve,
        description=description or camel_case_names(filterset.__doc__ or "", filterset),
        args=connection_arguments(filterset),
    )
