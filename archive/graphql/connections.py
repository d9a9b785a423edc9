"""Connections: edges with keyset cursors, page info, a count on request, the filters of the house as arguments."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import graphene
from django.db.models import Model
from graphene.relay import PageInfo

from archive.exceptions import ArchiveError, Problem
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.kinds import ClaimFilter, DateFilter, MomentFilter, OrderFilter, WordsFilter
from archive.graphql import fetch
from archive.graphql.base import Way
from archive.graphql.enums import enum, order_enum
from archive.graphql.scalars import EDTF, DateTime
from archive.graphql.spelling import argument_names_in
from archive.querysets import keyset

USUAL, MOST = 50, 100
_PAGE = ("first", "last", "after", "before")


def arguments(filterset: type[ArchiveFilterSet]) -> dict[str, graphene.Argument]:
    """GraphQL arguments from the filters' declarations; the names are turned to camelCase by graphene."""
    found = {
        "first": graphene.Argument(
            graphene.Int, description=f"The number of records from the start, at most {MOST}. Default {USUAL}."
        ),
        "last": graphene.Argument(graphene.Int, description=f"The number of records from the end, at most {MOST}."),
        "after": graphene.Argument(graphene.String, description="A cursor: the page begins after its record."),
        "before": graphene.Argument(graphene.String, description="A cursor: the page ends before its record."),
    }
    for name, declared in filterset.base_filters.items():
        kind: Any = graphene.String
        if isinstance(declared, ClaimFilter):
            kind = graphene.Boolean
        elif isinstance(declared, WordsFilter):
            kind = enum(declared.vocabulary)
        elif isinstance(declared, DateFilter):
            kind = EDTF
        elif isinstance(declared, MomentFilter):
            kind = DateTime
        elif isinstance(declared, OrderFilter):
            kind = order_enum(filterset)
        if declared.many:
            kind = graphene.List(graphene.NonNull(kind))
        described = declared.extra["help_text"]
        if isinstance(declared, OrderFilter):
            described = "The order of the list; records that are equal in it are in the order of their slugs."
        found[name] = graphene.Argument(kind, description=argument_names_in(described, filterset))
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(getattr(value, "value", value))]


def texts_of(arguments: dict[str, Any]) -> dict[str, list[str]]:
    """The filters among a list's arguments, as the FilterSets take them: null is no filter, [] matches nothing."""
    return {name: _texts(value) for name, value in arguments.items() if name not in _PAGE and value is not None}


def page_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """Where the page lies: size, backward, after and before. Raises ArchiveError for sizes out of range."""
    first, last = (_size(name, arguments.get(name)) for name in ("first", "last"))
    if first is not None and last is not None:
        raise ArchiveError([Problem("last", str(last), "either first or last, not both")])
    size = last if last is not None else first if first is not None else USUAL
    ends = {name: arguments.get(name) for name in ("after", "before")}
    return {"size": size, "backward": last is not None, **ends}


def read(kind: str, user: Any, arguments: dict[str, Any]) -> fetch.Asked:
    """What the arguments ask for. Raises ArchiveError (bad values, junk cursors, page sizes out of range)."""
    page, data = page_of(arguments), texts_of(arguments)
    filterset = FILTERSETS[kind](data, user)
    rows, order = filterset.result(), filterset.order
    after, before = (
        keyset.read_cursor(kind, order, page[name], name) if page[name] is not None else None
        for name in ("after", "before")
    )
    key = json.dumps([data, after, before, page["size"], page["backward"], order], sort_keys=True)
    digest = sha256(key.encode()).hexdigest()[:24]
    return fetch.Asked(kind, rows, order, page["size"], after, before, page["backward"], digest, user)


def _size(name: str, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MOST:
        raise ArchiveError([Problem(name, str(value), f"a number from 0 to {MOST}")])
    return value


class Connected:
    """The value behind a connection: its page now, its count only when asked for."""

    def __init__(self, asked: fetch.Asked, page: keyset.Page, parent: Model | None = None, name: str = "") -> None:
        self.asked, self.page, self.parent, self.name = asked, page, parent, name

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": row, "cursor": self.cursor(row)} for row in self.page.rows]

    @property
    def nodes(self) -> list[Any]:
        return self.page.rows

    def cursor(self, row: Model) -> str:
        return keyset.cursor(self.asked.kind, self.asked.order, row)

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
        return fetch.count(self.parent, self.name, self.asked)


_CONNECTIONS: dict[str, Any] = {}


def connection_type(name: str, node: Any) -> Any:
    """The connection and edge types of a record, made once."""
    if name not in _CONNECTIONS:
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
        _CONNECTIONS[name] = type(
            f"{name}Connection", (graphene.ObjectType,), {"__doc__": f"A page of a list of {name} records.", **fields}
        )
    return _CONNECTIONS[name]


def connection(kind: str, name: str, node: Any, relation: str = "", description: str = "") -> graphene.Field:
    """A root list (no relation), or the list of a record's related records."""

    def resolve(parent: Any, info: Any, /, **given: Any) -> Connected:  # a filter may be called parent
        asked = read(kind, info.context.user, given)
        if not relation:
            return Connected(asked, asked.fetch())
        return Connected(asked, fetch.some(parent, relation, asked), parent, relation)

    return Way(
        lambda: connection_type(name, node()),
        "page",
        (kind, relation),
        resolver=resolve,
        description=description or argument_names_in(FILTERSETS[kind].__doc__ or "", FILTERSETS[kind]),
        args=arguments(FILTERSETS[kind]),
    )
