"""Arguments of lists: their declaration from FilterSets, and their values as filters, order and page."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import QuerySet
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
from archive.filters.filter_types import (
    ArchiveFilter,
    BooleanFilter,
    ChoicesFilter,
    DateFilter,
    DateTimeFilter,
    OrderFilter,
)
from archive.filters.prepared_query import bind, bind_cursor, plan_key, prepare
from archive.filters.united import UnitedFilter
from archive.graphql.enums import enum_type, order_enum_type, united_enum_type
from archive.graphql.scalars import EDTF, DateTime
from archive.sql.partitions import Partition
from archive.visibility import Viewer

DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 50, 100
_PAGE_ARGUMENTS = ("first", "last", "after", "before")
_QUOTED_NAME = re.compile(r"``([a-z_]+)``")
#: A parameter with its value, as REST has it.
_ASSIGNMENT = re.compile(r"\b([a-z_]+)=(?=[a-z])")


@dataclass(frozen=True, slots=True)
class PagePosition:
    """The number of rows of a page, the end of the list that they are counted from, and the cursors around them."""

    size: int
    is_backward: bool
    after: str | None
    before: str | None

    def cursors(self) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
        return ("after", self.after), ("before", self.before)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The queryset, order and page of a list, with bind parameters instead of values."""

    rows: QuerySet[Any]
    order: pagination.Order
    size: int
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None
    is_backward: bool
    partitions: tuple[Partition, ...]


def connection_arguments(filterset: type[ArchiveFilterSet]) -> dict[str, graphene.Argument]:
    """The arguments of a list, from the FilterSet's declarations. graphene converts their names to camelCase."""
    arguments = {
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
    return arguments | filter_arguments(filterset)


def filter_arguments(filterset: type[ArchiveFilterSet]) -> dict[str, graphene.Argument]:
    """The arguments for the filters and the order of a list."""
    arguments: dict[str, graphene.Argument] = {}
    for name, declared in filterset.base_filters.items():
        description = declared.extra["help_text"]
        if isinstance(declared, OrderFilter):
            description = "The order of the list; records that are equal in it are in the order of their slugs."
        arguments[name] = filter_argument(declared, camel_case_names(description, filterset.base_filters), filterset)
    return arguments


def filter_argument(
    declared: ArchiveFilter, description: str, filterset: type[ArchiveFilterSet] | None = None
) -> graphene.Argument:
    """The argument of a filter; an order is that of the FilterSet."""
    type_: Any = graphene.String
    if isinstance(declared, BooleanFilter):
        type_ = graphene.Boolean
    elif isinstance(declared, ChoicesFilter):
        type_ = enum_type(declared.vocabulary)
    elif isinstance(declared, DateFilter):
        type_ = EDTF
    elif isinstance(declared, DateTimeFilter):
        type_ = DateTime
    elif isinstance(declared, OrderFilter) and filterset is not None:
        type_ = order_enum_type(filterset)
    if declared.many:
        type_ = graphene.List(graphene.NonNull(type_))
    return graphene.Argument(type_, description=description)


def united_arguments(prefix: str, filters: Mapping[str, UnitedFilter]) -> dict[str, graphene.Argument]:
    """The arguments for filters of several kinds. One whose words differ by kind has an enum of them all.

    ``prefix`` begins the names of these enums.
    """
    arguments: dict[str, graphene.Argument] = {}
    for name, united in filters.items():
        description = camel_case_names(united.help_text, filters)
        arguments[name] = filter_argument(united.first, description)
        if len(set(united.vocabularies.values())) > 1:
            words = united_enum_type(f"{prefix}{name.title().replace('_', '')}", united.vocabularies.values())
            arguments[name] = graphene.Argument(graphene.List(graphene.NonNull(words)), description=description)
    return arguments


def camel_case_names(text: str, filters: Iterable[str]) -> str:
    """A description from a FilterSet, with the names of its filters in camelCase and in single backticks."""
    text = _QUOTED_NAME.sub(lambda match: f"`{to_camel_case(match[1])}`", text)
    for name in filters:
        if "_" in name:
            text = re.sub(rf"\b{name}\b", to_camel_case(name), text)
    return _ASSIGNMENT.sub(r"\1: ", text)


def filter_values(arguments: dict[str, Any]) -> dict[str, list[str]]:
    """The filters among a list's arguments, as FilterSets expect them: null is no filter, [] matches nothing."""
    filters = {name: value for name, value in arguments.items() if name not in _PAGE_ARGUMENTS}
    return {name: to_texts(value) for name, value in filters.items() if value is not None}


def page_position(arguments: dict[str, Any]) -> PagePosition:
    """The page among a list's arguments. Raises ArchiveError for sizes out of range."""
    first, last = (_page_size(name, arguments.get(name)) for name in ("first", "last"))
    if first is not None and last is not None:
        raise ArchiveError([Problem("last", str(last), "either first or last, not both")])
    size = last if last is not None else first if first is not None else DEFAULT_PAGE_SIZE
    return PagePosition(size, last is not None, arguments.get("after"), arguments.get("before"))


class ListArguments:
    """The arguments of one list field in a document. Methods raise ArchiveError or GraphQLError for invalid values."""

    def __init__(self, field: GraphQLField, node: FieldNode, collection: str, key: str) -> None:
        self.field, self.node, self.collection, self.key = without_unused_arguments(field, node), node, collection, key
        self.filterset = FILTERSETS[collection]
        #: The result of ``bind`` if no argument contains a variable; computed at the first call.
        self.constant: tuple[Hashable, dict[str, Any]] | None = None
        self.is_constant = not any(_has_variable(argument.value) for argument in node.arguments or ())

    def bind(self, variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
        """The shape that the arguments give to the SQL, and the values of its parameters."""
        if self.constant is not None:
            return self.constant
        filters, page = self._read(variables)
        has_cursors = page.after is not None, page.before is not None
        shape = plan_key(self.filterset, filters, user), page.size, page.is_backward, has_cursors
        bound = shape, self._parameters(filters, page, user)
        if self.is_constant:
            self.constant = bound
        return bound

    def check_rows(self, variables: dict[str, Any], user: Viewer) -> None:
        """Raises FilterError if a filter names a record that the user can't see."""
        filters, _ = self._read(variables)
        self.filterset(filters, user).check()

    def query(self, variables: dict[str, Any], user: Viewer) -> tuple[ListQuery, list[list[Any]]]:
        """The query with bind parameters, and groups of querysets of which each must have a row."""
        filters, page = self._read(variables)
        parts = prepare(self.filterset, filters, user, f"{self.key}.")
        after, before = (
            None if cursor is None else pagination.position_params(parts.order, f"{self.key}.{name}")
            for name, cursor in page.cursors()
        )
        query = ListQuery(parts.rows, parts.order, page.size, after, before, page.is_backward, parts.partitions)
        return query, parts.must_exist

    def _read(self, variables: dict[str, Any]) -> tuple[dict[str, list[str]], PagePosition]:
        arguments = get_argument_values(self.field, self.node, variables)
        position = page_position(arguments)
        return filter_values(arguments), position

    def _parameters(self, filters: dict[str, list[str]], page: PagePosition, user: Viewer) -> dict[str, Any]:
        parameters = bind(self.filterset, filters, user, f"{self.key}.")
        for name, cursor in page.cursors():
            if cursor is not None:
                key = f"{self.key}.{name}"
                parameters |= bind_cursor(self.filterset, filters, user, key, self.collection, cursor, name)
        return parameters


def to_texts(value: object) -> list[str]:
    """An argument's value as texts of a filter's parameter."""
    if isinstance(value, list):
        return [text for item in value for text in to_texts(item)]
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(getattr(value, "value", value))]


def _page_size(name: str, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MAX_PAGE_SIZE:
        raise ArchiveError([Problem(name, str(value), f"a number from 0 to {MAX_PAGE_SIZE}")])
    return value


def without_unused_arguments(field: GraphQLField, node: FieldNode) -> GraphQLField:
    """The field without the optional arguments that the document omits: ``get_argument_values`` visits all, dozens."""
    names = {argument.name.value for argument in node.arguments or ()}
    arguments = {
        name: argument for name, argument in field.args.items()
        if name in names or argument.default_value is not Undefined or is_non_null_type(argument.type)
    }  # fmt: skip
    return GraphQLField(field.type, arguments)


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(_has_variable(item) for item in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_has_variable(field.value) for field in value.fields)
    return isinstance(value, VariableNode)
