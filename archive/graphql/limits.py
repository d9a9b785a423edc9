"""What a document would cost, by one walk before anything is validated or read; each fragment is measured once.

A row that a page may hold costs one, and so does each record at the end of a link; what is asked of them is multiplied
by their number. A count costs as much as a page, and introspection what it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
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

from archive.graphql.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from archive.graphql.planner import graphene_fields
from archive.graphql.schema import schema

#: Rows of a plain list (the topics of an event): how many is not known before, most have a few.
RELATED_ROWS = 3
COUNT_COST = 50
SEARCH_COST = 100
INTROSPECTION_COSTS = {"__schema": 2_000, "__type": 100, "__typename": 0}
#: Selections within each other, fragments included: what is deeper is not walked.
MAX_NESTING = 64
_MAX_VALUE = 10**12


class NestingError(Exception):
    """Selections nested beyond MAX_NESTING."""


class SelectionSize(NamedTuple):
    """What a selection asks for; fragments count wherever they are spread."""

    depth: int = 0
    nesting: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    counts: int = 0
    cost: int = 0

    def beside(self, other: SelectionSize) -> SelectionSize:
        return SelectionSize(
            max(self.depth, other.depth), max(self.nesting, other.nesting),
            min(self.selections + other.selections, _MAX_VALUE), min(self.aliases + other.aliases, _MAX_VALUE),
            min(self.directives + other.directives, _MAX_VALUE), min(self.counts + other.counts, _MAX_VALUE),
            min(self.cost + other.cost, _MAX_VALUE),
        )  # fmt: skip


class DocumentCost:
    """Measures one document. ``visits`` counts selections looked at, ``cycles`` names fragments within themselves."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.schema, self.variables = schema, variables
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.sizes: dict[str, SelectionSize] = {}
        self.open: set[str] = set()
        self.cycles: set[str] = set()
        self.visits = 0

    def operation(self, operation: OperationDefinitionNode) -> SelectionSize:
        """Raises TooDeep."""
        found = self.selection(operation.selection_set, self.schema.query_type, 0)
        return found.beside(SelectionSize(directives=len(operation.directives)))

    def fragment(self, name: str, within: int = 0) -> SelectionSize:
        """Raises TooDeep."""
        if name in self.open:
            self.cycles.add(name)
            return SelectionSize()
        if name not in self.fragments:
            return SelectionSize()  # validation says so
        if name not in self.sizes:
            found = self.fragments[name]
            self.open.add(name)
            on = self.schema.type_map.get(found.type_condition.name.value)
            size = self.selection(found.selection_set, on, within)
            self.sizes[name] = size.beside(SelectionSize(directives=len(found.directives)))
            self.open.discard(name)
        if within + self.sizes[name].nesting > MAX_NESTING:
            raise NestingError
        return self.sizes[name]

    def selection(self, selected: SelectionSetNode | None, on: GraphQLNamedType | None, within: int) -> SelectionSize:
        if selected is None:
            return SelectionSize()
        if within >= MAX_NESTING:
            raise NestingError
        total = SelectionSize()
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
            total = total.beside(size).beside(SelectionSize(selections=1, directives=len(one.directives)))
        return SelectionSize(
            total.depth, total.nesting + 1, total.selections, total.aliases, total.directives, total.counts, total.cost
        )

    def field(self, node: FieldNode, on: GraphQLNamedType | None, within: int) -> SelectionSize:
        name = node.name.value
        declared = getattr(on, "fields", {}).get(name)
        below_type = get_named_type(declared.type) if declared else None
        below = self.selection(node.selection_set, below_type if is_composite_type(below_type) else None, within)
        counts, cost = self.weigh(node, on, below)
        alias = 1 if node.alias and node.alias.value != name else 0
        return SelectionSize(
            below.depth + 1, below.nesting, below.selections, below.aliases + alias, below.directives, counts,
            min(cost, _MAX_VALUE),
        )  # fmt: skip

    def weigh(self, node: FieldNode, on: GraphQLNamedType | None, below: SelectionSize) -> tuple[int, int]:
        """How many counts the field leaves to the page around it, and what it costs."""
        name = node.name.value
        if name in INTROSPECTION_COSTS:
            return 0, INTROSPECTION_COSTS[name] + below.cost
        if on is not None and on.name.endswith("Connection"):
            return int(name == "totalCount"), 0 if name == "totalCount" else 1 + below.cost
        to = _field_kinds(on).get(name, "")
        if to == "page":
            return 0, self.page_rows(node) * below.cost + COUNT_COST * below.counts
        if to == "many":
            return 0, RELATED_ROWS * (1 + below.cost)
        if to == "nodes":
            return 0, self.listed(node) * (1 + below.cost)
        if to == "search":
            return 0, SEARCH_COST * (1 + below.cost)
        return 0, below.cost + (1 if to else 0)

    def page_rows(self, node: FieldNode) -> int:
        """How many rows a connection's page may hold."""
        asked = {one.name.value: one.value for one in node.arguments}
        value = asked.get("first", asked.get("last"))
        if value is None:
            return DEFAULT_PAGE_SIZE
        if isinstance(value, IntValueNode):
            return (
                min(int(value.value), MAX_PAGE_SIZE)
                if value.value.isdigit() and len(value.value) < 9
                else MAX_PAGE_SIZE
            )
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return min(given, MAX_PAGE_SIZE) if type(given) is int and given >= 0 else MAX_PAGE_SIZE

    def listed(self, node: FieldNode) -> int:
        """How many ids are given."""
        value = next((one.value for one in node.arguments if one.name.value == "ids"), None)
        if isinstance(value, ListValueNode):
            return len(value.values)
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return len(given) if isinstance(given, list) else 1


def _field_kinds(on: GraphQLNamedType | None) -> dict[str, str]:
    """Field -> how it is reached (``base.Way``), for types of the archive's own."""
    return _kinds_by_name(on) if on is not None and hasattr(on, "graphene_type") and hasattr(on, "fields") else {}


@cache
def _kinds_by_name(on: Any) -> dict[str, str]:
    return {name: getattr(way, "to", "") for name, way in graphene_fields(on).items()}


class OverlapCounter:
    """Counts the pairs of one document, whose fragments have no cycles. ``visits`` counts the selections looked at."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            one.name.value: one.selection_set for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.roots = [one.selection_set for one in document.definitions if hasattr(one, "selection_set")]
        self.visits = 0

    def pairs(self) -> int:
        found = 0
        scopes = [[root] for root in self.roots]
        while scopes:
            for nodes in self.keys(scopes.pop()).values():
                found += len(nodes) * (len(nodes) - 1) // 2
                if below := [node.selection_set for node in nodes if node.selection_set]:
                    scopes.append(below)
        return found

    def keys(self, selections: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Key of the answer -> the fields under it, from all of these selections together."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        waiting: list[Any] = list(selections)
        while waiting:
            for one in waiting.pop().selections:
                self.visits += 1
                if isinstance(one, FieldNode):
                    found.setdefault((one.alias or one.name).value, []).append(one)
                elif not isinstance(one, FragmentSpreadNode):
                    waiting.append(one.selection_set)  # type: ignore[attr-defined]
                elif (name := one.name.value) in self.fragments and name not in spread:
                    spread.add(name)
                    waiting.append(self.fragments[name])
        return found


MAX_BYTES = 100_000
MAX_TOKENS = 4_000
MAX_DEPTH = 16
MAX_FRAGMENTS = 100
MAX_SELECTIONS = 3_000
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_OVERLAPS = 1_000
MAX_COST = 20_000


class LimitChecker:
    """A document's errors, and how many selections were looked at to find them."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.errors: list[GraphQLError] = []
        self.visits = 0
        self._check(document, variables)

    def _check(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        if not self._holds(document, "fragments", len(fragments), MAX_FRAGMENTS):
            return
        measure = DocumentCost(schema.graphql_schema, document, variables)
        try:
            sizes = self._sizes(document, measure)
        except NestingError:
            self._refuse(document, f"more than {MAX_NESTING} selections within each other", MAX_NESTING)
            return
        finally:
            self.visits += measure.visits
        if measure.cycles:
            names = ", ".join(sorted(measure.cycles))[:64]
            self.errors.append(
                GraphQLError(
                    f"fragments: got {names} within itself, expected none that does.",
                    extensions={"code": "GRAPHQL_VALIDATION_FAILED"},
                )
            )
            return
        for operation, size in sizes:
            self._check_size(operation, size)
        total = sum(size.selections for _, size in sizes) + sum(one.selections for one in measure.sizes.values())
        if self._holds(document, "selections, fragments wherever they are spread", total, MAX_SELECTIONS):
            overlaps = OverlapCounter(document)
            self._holds(document, "pairs of fields under one key", overlaps.pairs(), MAX_OVERLAPS)
            self.visits += overlaps.visits

    def _sizes(self, document: DocumentNode, measure: DocumentCost) -> list[tuple[Any, SelectionSize]]:
        for name in measure.fragments:
            measure.fragment(name)
        return [
            (one, measure.operation(one)) for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]

    def _check_size(self, operation: Any, size: SelectionSize) -> None:
        for what, got, most in (
            ("levels deep", size.depth, MAX_DEPTH),
            ("aliases", size.aliases, MAX_ALIASES),
            ("directives", size.directives, MAX_DIRECTIVES),
            ("as its cost", size.cost, MAX_COST),
        ):
            self._holds(operation, what, got, most)

    def _holds(self, node: Any, what: str, got: int, most: int) -> bool:
        if got > most:
            self._refuse(node, f"{got} {what}", most)
        return got <= most

    def _refuse(self, node: Any, got: str, most: int) -> None:
        message = f"The query is too large: got {got}, expected at most {most}. Ask for less, or page."
        place = node if isinstance(node, OperationDefinitionNode) else None
        self.errors.append(GraphQLError(message, place, extensions={"code": "LIMIT_EXCEEDED"}))


def check(document: DocumentNode, variables: dict[str, Any]) -> list[GraphQLError]:
    """The limits that the document passes, each with the figure and the limit."""
    return LimitChecker(document, variables).errors
