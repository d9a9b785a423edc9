"""A list's arguments: filters, order and page, read anew for each request or once where the document says them all."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import get_argument_values

from archive import pagination
from archive.exceptions import ArchiveError, Problem
from archive.filters import FILTERSETS, ArchiveFilterSet
from archive.filters.filter_types import BooleanFilter, ChoicesFilter, DateFilter, DateTimeFilter, OrderFilter
from archive.filters.prepared_query import InvalidQuery, bind, plan_key, prepare
from archive.graphql.enums import enum_type, order_enum_type
from archive.graphql.scalars import EDTF, DateTime
from archive.sql.partitions import Partition

DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 50, 100
_PAGE_ARGUMENTS = ("first", "last", "after", "before")
_QUOTED_NAME = re.compile(r"``([a-z_]+)``")


def connection_arguments(filterset: type[ArchiveFilterSet]) -> dict[str, graphene.Argument]:
    """GraphQL arguments from the filters' declarations; the names are turned to camelCase by graphene."""
    found = {
        "first": graphene.Argument(
            graphene.Int,
            description=f"The number of records from the start, at most {MAX_PAGE_SIZE}. Default {DEFAULT_PAGE_SIZE}.",
        ),
        "last": graphene.Argument(
            graphene.Int, description=f"The number of records from the end, at most {MAX_PAGE_SIZE}."
        ),
        "after": graphene.Argument(graphene.String, description="A cursor: the page begins after its record."),
        "before": graphene.Argument(graphene.String, description="A cursor: the page ends before its record."),
    }
    for name, declared in filterset.base_filters.items():
        kind: Any = graphene.String
        if isinstance(declared, BooleanFilter):
            kind = graphene.Boolean
        elif isinstance(declared, ChoicesFilter):
            kind = enum_type(declared.vocabulary)
        elif isinstance(declared, DateFilter):
            kind = EDTF
        elif isinstance(declared, DateTimeFilter):
            kind = DateTime
        elif isinstance(declared, OrderFilter):
            kind = order_enum_type(filterset)
        if declared.many:
            kind = graphene.List(graphene.NonNull(kind))
        described = declared.extra["help_text"]
        if isinstance(declared, OrderFilter):
            described = "The order of the list; records that are equal in it are in the order of their slugs."
        found[name] = graphene.Argument(kind, description=camel_case_names(described, filterset))
    return found


def _to_texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _to_texts(one)]
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(getattr(value, "value", value))]


def filter_values(arguments: dict[str, Any]) -> dict[str, list[str]]:
    """The filters among a list's arguments, as the FilterSets take them: null is no filter, [] matches nothing."""
    return {
        name: _to_texts(value) for name, value in arguments.items() if name not in _PAGE_ARGUMENTS and value is not None
    }


def page_position(arguments: dict[str, Any]) -> dict[str, Any]:
    """Where the page lies: size, backward, after and before. Raises ArchiveError for sizes out of range."""
    first, last = (_page_size(name, arguments.get(name)) for name in ("first", "last"))
    if first is not None and last is not None:
        raise ArchiveError([Problem("last", str(last), "either first or last, not both")])
    size = last if last is not None else first if first is not None else DEFAULT_PAGE_SIZE
    ends = {name: arguments.get(name) for name in ("after", "before")}
    return {"size": size, "backward": last is not None, **ends}


def _page_size(name: str, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MAX_PAGE_SIZE:
        raise ArchiveError([Problem(name, str(value), f"a number from 0 to {MAX_PAGE_SIZE}")])
    return value


def camel_case_names(text: str, filterset: Any) -> str:
    """A sentence of the filters' documentation, in which filters are named as GraphQL's arguments are."""
    text = _QUOTED_NAME.sub(lambda match: f"`{to_camel_case(match[1])}`", text)
    for name in filterset.base_filters:
        if "_" in name:
            text = re.sub(rf"\b{name}\b", to_camel_case(name), text)
    return text


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list's arguments ask for, with open slots."""

    rows: Any
    order: pagination.Order
    size: int
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None
    backward: bool
    segments: tuple[Partition, ...] = ()


class ListArguments:
    """Those of one field."""

    def __init__(self, field: GraphQLField, node: FieldNode, kind: str, key: str) -> None:
        self.field, self.node, self.kind, self.key = _without_unused_arguments(field, node), node, kind, key
        self.filterset = FILTERSETS[kind]
        #: What is asked where every argument stands in the document itself.
        self.fixed: tuple[Hashable, dict[str, Any]] | None = None
        self.is_fixed = not any(_has_variable(one.value) for one in node.arguments or ())

    def read(self, variables: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Filters, and where the page lies."""
        given = get_argument_values(self.field, self.node, variables)
        try:
            return filter_values(given), page_position(given)
        except ArchiveError as error:
            raise InvalidQuery(str(error)) from error

    def ask(self, variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
        """What decides how the statement is built, and the values for its open slots. Raises Unfit."""
        if self.fixed is not None:
            return self.fixed
        asked, page = self.read(variables)
        found = self._signature(asked, page), self._values(asked, page)
        if self.is_fixed:
            self.fixed = found
        return found

    def _signature(self, asked: dict[str, list[str]], page: dict[str, Any]) -> Hashable:
        ends = page["after"] is not None, page["before"] is not None
        return plan_key(self.filterset, asked), page["size"], page["backward"], ends

    def _values(self, asked: dict[str, list[str]], page: dict[str, Any]) -> dict[str, Any]:
        found = bind(self.filterset, asked, f"{self.key}.")
        if page["after"] is None and page["before"] is None:
            return found
        order = self.filterset.order_in(asked)
        for name in ("after", "before"):
            if page[name] is not None:
                try:
                    place = pagination.decode_cursor(self.kind, order, page[name], name)
                except ArchiveError as error:
                    raise InvalidQuery(str(error)) from error
                found |= pagination.bind_position(order, f"{self.key}.{name}", place)
        return found

    def question(self, variables: dict[str, Any], user: Any) -> tuple[ListQuery, list[list[Any]]]:
        asked, page = self.read(variables)
        made = prepare(self.filterset, asked, user, f"{self.key}.")
        after, before = (
            None if page[name] is None else pagination.position_params(made.order, f"{self.key}.{name}")
            for name in ("after", "before")
        )
        return ListQuery(
            made.rows, made.order, page["size"], after, before, page["backward"], made.segments
        ), made.known


def _without_unused_arguments(field: GraphQLField, node: FieldNode) -> GraphQLField:
    """The field without the arguments that the document leaves out: a list has dozens, and each is looked at anew."""
    named = {one.name.value for one in node.arguments or ()}
    kept = {
        name: one for name, one in field.args.items()
        if name in named or one.default_value is not Undefined or is_non_null_type(one.type)
    }  # fmt: skip
    return GraphQLField(field.type, kept)


def _has_variable(value: ValueNode) -> bool:
    """Whether a variable stands in it."""
    if isinstance(value, ListValueNode):
        return any(_has_variable(one) for one in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_has_variable(one.value) for one in value.fields)
    return isinstance(value, VariableNode)
