"""A list's arguments: filters, order and page, read anew for each request or once where the document says them all."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

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

from archive.exceptions import ArchiveError
from archive.filters import FILTERSETS
from archive.filters.template import Unfit, fill, shape, template
from archive.graphql.connections import page_of, texts_of
from archive.querysets import keyset
from archive.querysets.segments import Segment


@dataclass(frozen=True, slots=True)
class Question:
    """What a list's arguments ask for, with open slots."""

    rows: Any
    order: keyset.Order
    size: int
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None
    backward: bool
    segments: tuple[Segment, ...] = ()


class ListArguments:
    """Those of one field."""

    def __init__(self, field: GraphQLField, node: FieldNode, kind: str, key: str) -> None:
        self.field, self.node, self.kind, self.key = _narrowed(field, node), node, kind, key
        self.filterset = FILTERSETS[kind]
        #: What is asked where every argument stands in the document itself.
        self.fixed: tuple[Hashable, dict[str, Any]] | None = None
        self.is_fixed = not any(_is_open(one.value) for one in node.arguments or ())

    def read(self, variables: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Filters, and where the page lies."""
        given = get_argument_values(self.field, self.node, variables)
        try:
            return texts_of(given), page_of(given)
        except ArchiveError as error:
            raise Unfit(str(error)) from error

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
        return shape(self.filterset, asked), page["size"], page["backward"], ends

    def _values(self, asked: dict[str, list[str]], page: dict[str, Any]) -> dict[str, Any]:
        found = fill(self.filterset, asked, f"{self.key}.")
        if page["after"] is None and page["before"] is None:
            return found
        order = self.filterset.order_in(asked)
        for name in ("after", "before"):
            if page[name] is not None:
                try:
                    place = keyset.read_cursor(self.kind, order, page[name], name)
                except ArchiveError as error:
                    raise Unfit(str(error)) from error
                found |= keyset.fill_place(order, f"{self.key}.{name}", place)
        return found

    def question(self, variables: dict[str, Any], user: Any) -> tuple[Question, list[list[Any]]]:
        asked, page = self.read(variables)
        made = template(self.filterset, asked, user, f"{self.key}.")
        after, before = (
            None if page[name] is None else keyset.open_place(made.order, f"{self.key}.{name}")
            for name in ("after", "before")
        )
        return Question(made.rows, made.order, page["size"], after, before, page["backward"], made.segments), made.known


def _narrowed(field: GraphQLField, node: FieldNode) -> GraphQLField:
    """The field without the arguments that the document leaves out: a list has dozens, and each is looked at anew."""
    named = {one.name.value for one in node.arguments or ()}
    kept = {
        name: one for name, one in field.args.items()
        if name in named or one.default_value is not Undefined or is_non_null_type(one.type)
    }  # fmt: skip
    return GraphQLField(field.type, kept)


def _is_open(value: ValueNode) -> bool:
    """Whether a variable stands in it."""
    if isinstance(value, ListValueNode):
        return any(_is_open(one) for one in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_is_open(one.value) for one in value.fields)
    return isinstance(value, VariableNode)
