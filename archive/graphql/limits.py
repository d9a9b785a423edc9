"""Limits on a document, found by one walk before any SQL; fragments are visited once each.

Depth, aliases, tokens (at parsing) and the number of nodes that the page sizes could ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)  # fmt: skip

from archive.graphql.connections import MOST, USUAL

MAX_TOKENS = 4_000
MAX_DEPTH = 16
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_NODES = 20_000
MAX_BYTES = 100_000
#: Fields below the root of a connection, which ask for no rows of their own.
_INNER = frozenset({"edges", "nodes", "pageInfo", "node"})


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection asks for: levels, aliases, directives, and the rows its pages may hold."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    nodes: int = 0

    def beside(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth), self.aliases + other.aliases, self.directives + other.directives,
            self.nodes + other.nodes,
        )  # fmt: skip


class Measure:
    """Measures the operations of one document, each fragment once."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.sizes: dict[str, Size] = {}
        self.open: set[str] = set()

    def selection(self, selected: SelectionSetNode | None) -> Size:
        total = Size()
        for one in selected.selections if selected else ():
            if isinstance(one, FieldNode):
                size = self.field(one)
            elif isinstance(one, FragmentSpreadNode):
                size = self.fragment(one.name.value)
            else:
                size = self.selection(one.selection_set)  # type: ignore[attr-defined]
            total = total.beside(size).beside(Size(directives=len(one.directives)))
        return total

    def field(self, field: FieldNode) -> Size:
        below = self.selection(field.selection_set)
        rows = self.rows(field)
        alias = 1 if field.alias and field.alias.value != field.name.value else 0
        nodes = rows * (1 + below.nodes) if rows is not None else below.nodes
        return Size(below.depth + 1, below.aliases + alias, below.directives, min(nodes, 10**12))

    def rows(self, field: FieldNode) -> int | None:
        """How many rows a connection's page may hold; None for other fields."""
        asked = {one.name.value: one.value for one in field.arguments}
        value = asked.get("first", asked.get("last"))
        if value is None:
            inner = (
                {one.name.value for one in field.selection_set.selections if isinstance(one, FieldNode)}
                if field.selection_set
                else set()
            )
            return USUAL if inner & {"edges", "nodes"} else None
        if isinstance(value, IntValueNode):
            return min(int(value.value) if len(value.value) < 9 else MOST, MOST)
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return min(given, MOST) if isinstance(given, int) and given >= 0 else MOST

    def fragment(self, name: str) -> Size:
        if name in self.open or name not in self.fragments:
            return Size()  # a cycle or an unknown fragment: validation says so
        if name not in self.sizes:
            self.open.add(name)
            self.sizes[name] = self.selection(self.fragments[name].selection_set)
            self.open.discard(name)
        return self.sizes[name]


def check(document: DocumentNode, variables: dict[str, Any]) -> list[GraphQLError]:
    """The limits that the document passes, each with the figure and the limit."""
    measure = Measure(document, variables)
    errors = []
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        size = measure.selection(operation.selection_set)
        for what, got, most in (
            ("levels deep", size.depth, MAX_DEPTH),
            ("aliases", size.aliases, MAX_ALIASES),
            ("directives", size.directives, MAX_DIRECTIVES),
            ("rows by its page sizes", size.nodes, MAX_NODES),
        ):
            if got > most:
                message = f"The query is too large: got {got} {what}, expected at most {most}. Ask for less, or page."
                errors.append(GraphQLError(message, operation, extensions={"code": "LIMIT_EXCEEDED"}))
    return errors
