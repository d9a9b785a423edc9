"""What a document would cost, by one walk before anything is validated or read; each fragment is measured once.

A row that a page may hold costs one, and so does each record at the end of a link; what is asked of them is multiplied
by their number. A count costs as much as a page, and introspection what it takes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)  # fmt: skip

from archive.graphql.connections import MOST, USUAL
from archive.graphql.plan import ways

#: Rows of a plain list (the topics of an event): how many is not known before, most have a few.
PART_ROWS = 3
COUNT = 50
SEARCH = 100
INTROSPECTION = {"__schema": 2_000, "__type": 100, "__typename": 0}
#: Selections within each other, fragments included: what is deeper is not walked.
MAX_NESTING = 64
_CAP = 10**12


class TooDeep(Exception):
    """Selections nested beyond MAX_NESTING."""


class Size(NamedTuple):
    """What a selection asks for; fragments count wherever they are spread."""

    depth: int = 0
    nesting: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    counts: int = 0
    cost: int = 0

    def beside(self, other: Size) -> Size:
        return Size(
            max(self.depth, other.depth), max(self.nesting, other.nesting),
            min(self.selections + other.selections, _CAP), min(self.aliases + other.aliases, _CAP),
            min(self.directives + other.directives, _CAP), min(self.counts + other.counts, _CAP),
            min(self.cost + other.cost, _CAP),
        )  # fmt: skip


class Measure:
    """Measures one document. ``visits`` counts selections looked at, ``cycles`` names fragments within themselves."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.schema, self.variables = schema, variables
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.sizes: dict[str, Size] = {}
        self.open: set[str] = set()
        self.cycles: set[str] = set()
        self.visits = 0

    def operation(self, operation: OperationDefinitionNode) -> Size:
        """Raises TooDeep."""
        found = self.selection(operation.selection_set, self.schema.query_type, 0)
        return found.beside(Size(directives=len(operation.directives)))

    def fragment(self, name: str, within: int = 0) -> Size:
        """Raises TooDeep."""
        if name in self.open:
            self.cycles.add(name)
            return Size()
        if name not in self.fragments:
            return Size()  # validation says so
        if name not in self.sizes:
            found = self.fragments[name]
            self.open.add(name)
            on = self.schema.type_map.get(found.type_condition.name.value)
            size = self.selection(found.selection_set, on, within)
            self.sizes[name] = size.beside(Size(directives=len(found.directives)))
            self.open.discard(name)
        if within + self.sizes[name].nesting > MAX_NESTING:
            raise TooDeep
        return self.sizes[name]

    def selection(self, selected: SelectionSetNode | None, on: GraphQLNamedType | None, within: int) -> Size:
        if selected is None:
            return Size()
        if within >= MAX_NESTING:
            raise TooDeep
        total = Size()
        for one in selected.selections:
            self.visits += 1
            if isinstance(one, FieldNode):
                size = self.field(one, on, within + 1)
            elif isinstance(one, FragmentSpreadNode):
                size = self.fragment(one.name.value, within + 1)
            else:
                condition = one.type_condition  # type: ignore[attr-defined]
                narrowed = self.schema.type_map.get(condition.name.value) if condition else on
                size = self.selection(one.selection_set, narrowed, within + 1)  # type: ignore[attr-defined]
            total = total.beside(size).beside(Size(selections=1, directives=len(one.directives)))
        return Size(
            total.depth, total.nesting + 1, total.selections, total.aliases, total.directives, total.counts, total.cost
        )

    def field(self, node: FieldNode, on: GraphQLNamedType | None, within: int) -> Size:
        name = node.name.value
        declared = getattr(on, "fields", {}).get(name)
        below_type = get_named_type(declared.type) if declared else None
        below = self.selection(node.selection_set, below_type if is_composite_type(below_type) else None, within)
        counts, cost = self.weigh(node, on, below)
        alias = 1 if node.alias and node.alias.value != name else 0
        return Size(
            below.depth + 1, below.nesting, below.selections, below.aliases + alias, below.directives, counts,
            min(cost, _CAP),
        )  # fmt: skip

    def weigh(self, node: FieldNode, on: GraphQLNamedType | None, below: Size) -> tuple[int, int]:
        """How many counts the field leaves to the page around it, and what it costs."""
        name = node.name.value
        if name in INTROSPECTION:
            return 0, INTROSPECTION[name] + below.cost
        if on is not None and on.name.endswith("Connection"):
            return int(name == "totalCount"), 0 if name == "totalCount" else 1 + below.cost
        to = _reached(on).get(name, "")
        if to == "page":
            return 0, self.page_rows(node) * below.cost + COUNT * below.counts
        if to == "many":
            return 0, PART_ROWS * (1 + below.cost)
        if to == "nodes":
            return 0, self.listed(node) * (1 + below.cost)
        if to == "search":
            return 0, SEARCH * (1 + below.cost)
        return 0, below.cost + (1 if to else 0)

    def page_rows(self, node: FieldNode) -> int:
        """How many rows a connection's page may hold."""
        asked = {one.name.value: one.value for one in node.arguments}
        value = asked.get("first", asked.get("last"))
        if value is None:
            return USUAL
        if isinstance(value, IntValueNode):
            return min(int(value.value), MOST) if value.value.isdigit() and len(value.value) < 9 else MOST
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return min(given, MOST) if type(given) is int and given >= 0 else MOST

    def listed(self, node: FieldNode) -> int:
        """How many ids are given."""
        value = next((one.value for one in node.arguments if one.name.value == "ids"), None)
        if isinstance(value, ListValueNode):
            return len(value.values)
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return len(given) if isinstance(given, list) else 1


def _reached(on: GraphQLNamedType | None) -> dict[str, str]:
    """Field -> how it is reached (``base.Way``), for types of the archive's own."""
    return _ways(on) if on is not None and hasattr(on, "graphene_type") and hasattr(on, "fields") else {}


@cache
def _ways(on: Any) -> dict[str, str]:
    return {name: getattr(way, "to", "") for name, way in ways(on).items()}
