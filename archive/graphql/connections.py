"""Connections: edges with keyset cursors, page info, a count on request, the filters of the house as arguments."""

from __future__ import annotations

import json
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


def page_query(kind: str, user: Any, arguments: dict[str, Any]) -> loaders.PageQuery:
    """What the arguments ask for. Raises ArchiveError (bad values, junk cursors, page sizes out of range)."""
    page, data = page_position(arguments), filter_values(arguments)
    filterset = FILTERSETS[kind](data, user)
    rows, order = filterset.result(), filterset.order
    after, before = (
        pagination.decode_cursor(kind, order, page[name], name) if page[name] is not None else None
        for name in ("after", "before")
    )
    key = json.dumps([data, after, before, page["size"], page["backward"], order], sort_keys=True)
    digest = sha256(key.encode()).hexdigest()[:24]
    return loaders.PageQuery(kind, rows, order, page["size"], after, before, page["backward"], digest, user)


class ConnectionValue:
    """The value behind a connection: its page now, its count only when asked for."""

    def __init__(
        self, asked: loaders.PageQuery, page: pagination.Page, parent: Model | None = None, name: str = ""
    ) -> None:
        self.asked, self.page, self.parent, self.name = asked, page, parent, name

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": row, "cursor": self.cursor(row)} for row in self.page.rows]

    @property
    def nodes(self) -> list[Any]:
        return self.page.rows

    def cursor(self, row: Model) -> str:
        return pagination.encode_cursor(self.asked.kind, self.asked.order, row)

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
            return int(self.asked.rows.count())
        return loaders.load_count(self.parent, self.name, self.asked)


_CONNECTION_TYPES: dict[str, Any] = {}


def connection_type(name: str, node: Any) -> Any:
    """The connection and edge types of a record, made once."""
    if name not in _CONNECTION_TYPES:
        edge_fields = {
            "node": graphene.Field(node, description="The record."),
            "cursor": graphene.String(required=True, description="The record's place in this list and order."),
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
            "total_count": graphene.Int(required=True, description="How many match in all; counted only when asked."),
        }
        _CONNECTION_TYPES[name] = type(
            f"{name}Connection", (graphene.ObjectType,), {"__doc__": f"A page of a list of {name} records.", **fields}
        )
    return _CONNECTION_TYPES[name]


def connection_field(kind: str, name: str, node: Any, relation: str = "", description: str = "") -> graphene.Field:
    """A root list (no relation), or the list of a record's related records."""

    def resolve(parent: Any, info: Any, /, **given: Any) -> ConnectionValue:  # a filter may be called parent
        asked = page_query(kind, info.context.user, given)
        if not relation:
            return ConnectionValue(asked, asked.fetch())
        return ConnectionValue(asked, loaders.load_page(parent, relation, asked), parent, relation)

    return PlannedField(
        lambda: connection_type(name, node()),
        "page",
        (kind, relation),
        resolver=resolve,
        description=description or camel_case_names(FILTERSETS[kind].__doc__ or "", FILTERSETS[kind]),
        args=connection_arguments(FILTERSETS[kind]),
    )
