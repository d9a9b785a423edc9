"""Limits on the size and cost of a document, checked before validation and before any SQL.

A row of a page costs 1, a related record costs 1, and the cost of the fields of a row is multiplied by the number of
rows. The specification's rule on overlapping fields is quadratic, so the pairs that it would compare are limited too.
Each fragment is measured once, and each selection is visited a bounded number of times.
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
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)  # fmt: skip

from archive.chains import MAX_NODES
from archive.exceptions import Problem
from archive.graphql.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from archive.graphql.planner import graphene_fields
from archive.graphql.schema import schema
from archive.graphql.search_arguments import SEARCH_OPTIONS
from archive.search.ranking import kind_names

MAX_BYTES = 100_000
MAX_TOKENS = 4_000
MAX_DEPTH = 16
MAX_FRAGMENTS = 100
MAX_SELECTIONS = 3_000
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_OVERLAPS = 1_000
MAX_COST = 20_000
#: Nested selections, fragments included. Deeper selections are not visited.
MAX_NESTING = 64
#: Assumed rows of a list without pages, such as an event's topics: the number is unknown before, and usually small.
RELATED_ROWS = 3
COUNT_COST = 50
SEARCH_COST = 100
#: By each filter of a search and each kind that is searched: the condition is repeated for it.
SEARCH_FILTER_COST = 10
#: By each dimension, whatever the number of its groups.
DIMENSION_COST = 400
#: The past state of a record takes some queries.
AS_OF_COST = 2_000
#: A timeline reads all matching records.
TIMELINE_COST = 2_000
INTROSPECTION_COSTS = {"__schema": 2_000, "__type": 100, "__typename": 0}
#: Sums stop growing here, so that fragments that double at each level do not make numbers of many digits.
_MAX_SUM = 10**12


class SelectionNestingError(Exception):
    """Selections nested beyond MAX_NESTING."""


class SelectionSize(NamedTuple):
    """The size and cost of a selection; fragments count wherever they are spread."""

    depth: int = 0
    nesting: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    counts: int = 0
    cost: int = 0

    def combine(self, other: SelectionSize) -> SelectionSize:
        """The size of both in one selection set."""
        return SelectionSize(
            max(self.depth, other.depth), max(self.nesting, other.nesting),
            min(self.selections + other.selections, _MAX_SUM), min(self.aliases + other.aliases, _MAX_SUM),
            min(self.directives + other.directives, _MAX_SUM), min(self.counts + other.counts, _MAX_SUM),
            min(self.cost + other.cost, _MAX_SUM),
        )  # fmt: skip


class DocumentCost:
    """Computes the sizes of a document's operations and fragments; the methods raise SelectionNestingError.

    ``visits`` counts the visited selections, ``cycles`` names fragments that contain themselves.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.schema, self.variables = schema, _default_values(document) | variables
        self.fragments = _fragments(document)
        self.fragment_sizes: dict[str, SelectionSize] = {}
        self.open_fragments: set[str] = set()
        self.cycles: set[str] = set()
        self.visits = 0

    def operation(self, operation: OperationDefinitionNode) -> SelectionSize:
        size = self.selection_set(operation.selection_set, self.schema.query_type, 0)
        return size.combine(SelectionSize(directives=len(operation.directives)))

    def remedy(self, operation: OperationDefinitionNode, total: int) -> str:
        """What makes a query with too high a cost fit: less of the root field that costs most."""
        nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
        costs = [self.field(node, self.schema.query_type, 1).cost for node in nodes]
        if not costs:
            return "Ask for less, or page."
        cost, node = max(zip(costs, nodes, strict=True), key=lambda pair: pair[0])
        name = node.name.value
        text = f"'{name}' costs {cost}"
        if _field_kinds(self.schema.query_type).get(name) == "connection":
            rows = self.page_size(node)
            page_type: Any = get_named_type(self.schema.query_type.fields[name].type)  # type: ignore[union-attr]
            each = self.selection_set(node.selection_set, page_type, 1).cost
            if rows and each and (fitting := (MAX_COST - total + rows * each) // each) > 0:
                text += (
                    f" for {rows} rows of {each}: it fits with 'first: {fitting}', or with shorter lists in each row"
                )
            text += f". A list without 'first' counts as {DEFAULT_PAGE_SIZE} rows"
        return f"{text}."

    def fragment(self, name: str, nesting: int = 0) -> SelectionSize:
        if name in self.open_fragments:
            self.cycles.add(name)
            return SelectionSize()
        if name not in self.fragments:
            return SelectionSize()  # an error of validation
        if name not in self.fragment_sizes:
            fragment = self.fragments[name]
            self.open_fragments.add(name)
            parent_type = self.schema.type_map.get(fragment.type_condition.name.value)
            size = self.selection_set(fragment.selection_set, parent_type, nesting)
            self.fragment_sizes[name] = size.combine(SelectionSize(directives=len(fragment.directives)))
            self.open_fragments.discard(name)
        if nesting + self.fragment_sizes[name].nesting > MAX_NESTING:
            raise SelectionNestingError
        return self.fragment_sizes[name]

    def selection_set(
        self, selection_set: SelectionSetNode | None, parent_type: GraphQLNamedType | None, nesting: int
    ) -> SelectionSize:
        if selection_set is None:
            return SelectionSize()
        if nesting >= MAX_NESTING:
            raise SelectionNestingError
        total = SelectionSize()
        for node in selection_set.selections:
            self.visits += 1
            if isinstance(node, FieldNode):
                size = self.field(node, parent_type, nesting + 1)
            elif isinstance(node, FragmentSpreadNode):
                size = self.fragment(node.name.value, nesting + 1)
            else:
                condition = node.type_condition  # type: ignore[attr-defined]
                type_ = self.schema.type_map.get(condition.name.value) if condition else parent_type
                size = self.selection_set(node.selection_set, type_, nesting + 1)  # type: ignore[attr-defined]
            total = total.combine(size).combine(SelectionSize(selections=1, directives=len(node.directives)))
        return total._replace(nesting=total.nesting + 1)

    def field(self, node: FieldNode, parent_type: GraphQLNamedType | None, nesting: int) -> SelectionSize:
        name = node.name.value
        field = getattr(parent_type, "fields", {}).get(name)
        type_ = get_named_type(field.type) if field else None
        selected = self.selection_set(node.selection_set, type_ if is_composite_type(type_) else None, nesting)
        counts, cost = self.field_cost(node, parent_type, selected)
        aliases = selected.aliases + (1 if node.alias and node.alias.value != name else 0)
        return selected._replace(depth=selected.depth + 1, aliases=aliases, counts=counts, cost=min(cost, _MAX_SUM))

    def field_cost(
        self, node: FieldNode, parent_type: GraphQLNamedType | None, selected: SelectionSize
    ) -> tuple[int, int]:
        """Number of ``totalCount`` fields to be added to the cost of the connection, and the cost of the field."""
        name = node.name.value
        if name in INTROSPECTION_COSTS:
            return 0, INTROSPECTION_COSTS[name] + selected.cost
        if parent_type is not None and parent_type.name.endswith("Connection"):
            is_count = name in ("totalCount", "kinds", "suggestion")
            return int(is_count), 0 if is_count else 1 + selected.cost
        kind = _field_kinds(parent_type).get(name, "")
        if kind == "connection":
            return 0, self.page_size(node) * selected.cost + COUNT_COST * selected.counts
        if kind == "list":
            return 0, RELATED_ROWS * (1 + selected.cost)
        if kind == "nodes":
            return 0, self.item_count(node, "ids") * (1 + selected.cost)
        if kind in ("counts", "facets"):
            return 0, DIMENSION_COST * self.item_count(node, "by") + selected.cost
        if kind == "search_results":
            cost = self.search_cost(node) + self.page_size(node) * selected.cost
            return 0, cost + COUNT_COST * selected.counts
        if kind == "chain":
            return 0, MAX_NODES * (1 + selected.cost)
        if kind == "search":
            return 0, self.search_cost(node) + SEARCH_COST * selected.cost
        if kind == "timeline":
            return 0, TIMELINE_COST
        if kind == "record" and any(argument.name.value == "asOf" for argument in node.arguments):
            return 0, AS_OF_COST + selected.cost
        return 0, selected.cost + (1 if kind else 0)

    def page_size(self, node: FieldNode) -> int:
        """The largest number of rows in the connection's page."""
        values = {argument.name.value: argument.value for argument in node.arguments}
        value = values.get("first", values.get("last"))
        if value is None:
            return DEFAULT_PAGE_SIZE
        if isinstance(value, IntValueNode):
            is_short = value.value.isdigit() and len(value.value) < 9
            return min(int(value.value), MAX_PAGE_SIZE) if is_short else MAX_PAGE_SIZE
        size = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return min(size, MAX_PAGE_SIZE) if type(size) is int and size >= 0 else MAX_PAGE_SIZE

    def search_cost(self, node: FieldNode) -> int:
        """The cost of finding the records of a search."""
        filters = sum(argument.name.value not in SEARCH_OPTIONS for argument in node.arguments)
        # Null or an empty list is no choice, and all kinds are searched.
        kinds = self.item_count(node, "kind") or len(kind_names())
        return SEARCH_COST + SEARCH_FILTER_COST * filters * kinds

    def item_count(self, node: FieldNode, name: str) -> int:
        """The number of items of a list argument; 0 for none or null."""
        value = next((argument.value for argument in node.arguments if argument.name.value == name), None)
        if isinstance(value, ListValueNode):
            return len(value.values)
        if value is None or isinstance(value, NullValueNode):
            return 0
        items = self.variables.get(value.name.value) if isinstance(value, VariableNode) else value
        return len(items) if isinstance(items, list) else int(items is not None)


class OverlapCounter:
    """Counts pairs of fields with one response key, which the rule on overlapping fields compares with each other.

    Few documents have any, but with a few hundred in one place the rule would run for minutes. The document's fragments
    must have no cycles. ``visits`` counts the visited selections.
    """

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {name: fragment.selection_set for name, fragment in _fragments(document).items()}
        self.roots = [
            definition.selection_set for definition in document.definitions if hasattr(definition, "selection_set")
        ]
        self.visits = 0

    def pairs(self) -> int:
        count = 0
        queue = [[root] for root in self.roots]
        while queue:
            for nodes in self.fields_by_key(queue.pop()).values():
                count += len(nodes) * (len(nodes) - 1) // 2
                if children := [node.selection_set for node in nodes if node.selection_set]:
                    queue.append(children)
        return count

    def fields_by_key(self, selection_sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The fields of several selection sets by response key, fragments resolved."""
        fields: dict[str, list[FieldNode]] = {}
        visited_fragments: set[str] = set()
        queue: list[Any] = list(selection_sets)
        while queue:
            for node in queue.pop().selections:
                self.visits += 1
                if isinstance(node, FieldNode):
                    fields.setdefault((node.alias or node.name).value, []).append(node)
                elif not isinstance(node, FragmentSpreadNode):
                    queue.append(node.selection_set)  # type: ignore[attr-defined]
                elif (name := node.name.value) in self.fragments and name not in visited_fragments:
                    visited_fragments.add(name)
                    queue.append(self.fragments[name])
        return fields


class LimitChecker:
    """The errors of a document that exceeds limits, and the number of selections visited to find them."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.errors: list[GraphQLError] = []
        self.visits = 0
        self._check(document, variables)

    def _check(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        fragments = sum(isinstance(node, FragmentDefinitionNode) for node in document.definitions)
        if not self._check_limit(document, "fragments", fragments, MAX_FRAGMENTS):
            return
        cost = DocumentCost(schema.graphql_schema, document, variables)
        try:
            sizes = self._operation_sizes(document, cost)
        except SelectionNestingError:
            self._add_error(document, f"more than {MAX_NESTING} selections within each other", MAX_NESTING)
            return
        finally:
            self.visits += cost.visits
        if cost.cycles:
            names = ", ".join(sorted(cost.cycles))[:64]
            self.errors.append(
                GraphQLError(
                    f"fragments: got {names} within itself, expected none that does.",
                    extensions={"code": "GRAPHQL_VALIDATION_FAILED"},
                )
            )
            return
        for operation, size in sizes:
            self._check_operation(operation, size)
            if size.cost > MAX_COST:
                self._add_error(operation, f"{size.cost} as its cost", MAX_COST, cost.remedy(operation, size.cost))
        total = sum(size.selections for _, size in sizes)
        total += sum(size.selections for size in cost.fragment_sizes.values())
        if self._check_limit(document, "selections, fragments wherever they are spread", total, MAX_SELECTIONS):
            overlaps = OverlapCounter(document)
            self._check_limit(document, "pairs of fields under one key", overlaps.pairs(), MAX_OVERLAPS)
            self.visits += overlaps.visits

    def _operation_sizes(self, document: DocumentNode, cost: DocumentCost) -> list[tuple[Any, SelectionSize]]:
        for name in cost.fragments:
            cost.fragment(name)
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        return [(operation, cost.operation(operation)) for operation in operations]

    def _check_operation(self, operation: OperationDefinitionNode, size: SelectionSize) -> None:
        for unit, value, limit in (
            ("levels deep", size.depth, MAX_DEPTH),
            ("aliases", size.aliases, MAX_ALIASES),
            ("directives", size.directives, MAX_DIRECTIVES),
        ):
            self._check_limit(operation, unit, value, limit)

    def _check_limit(self, node: DocumentNode | OperationDefinitionNode, unit: str, value: int, limit: int) -> bool:
        if value > limit:
            self._add_error(node, f"{value} {unit}", limit)
        return value <= limit

    def _add_error(
        self, node: DocumentNode | OperationDefinitionNode, got: str, limit: int, remedy: str = "Ask for less, or page."
    ) -> None:
        message = f"The query is too large: got {got}, expected at most {limit}. {remedy}"
        location = node if isinstance(node, OperationDefinitionNode) else None
        problem = Problem("query", got, f"at most {limit}")
        extensions = {"code": "LIMIT_EXCEEDED", "errors": [problem.as_dict()]}
        self.errors.append(GraphQLError(message, location, extensions=extensions))


def check(document: DocumentNode, variables: dict[str, Any]) -> list[GraphQLError]:
    """An error for each limit that the document exceeds, with its value and the limit."""
    return LimitChecker(document, variables).errors


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _default_values(document: DocumentNode) -> dict[str, Any]:
    """The default values of variables, of which the longest list counts where operations declare different ones.

    An operation is executed with its own; fragments, which are measured once, may be spread in several.
    """
    values: dict[str, Any] = {}
    for operation in document.definitions:
        for definition in getattr(operation, "variable_definitions", None) or ():
            if definition.default_value is None:
                continue
            name, value = definition.variable.name.value, value_from_ast_untyped(definition.default_value)
            if name not in values or _rows(value) > _rows(values[name]):
                values[name] = value
    return values


def _rows(value: object) -> int:
    """The factor of an argument's cost: the items of a list, or the size of a page."""
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else 0


def _field_kinds(parent_type: GraphQLNamedType | None) -> dict[str, str]:
    """``PlannedField.kind`` by field name, for types that are defined in ``archive.graphql``."""
    if parent_type is None or not hasattr(parent_type, "graphene_type") or not hasattr(parent_type, "fields"):
        return {}
    return _kinds_by_name(parent_type)


@cache
def _kinds_by_name(parent_type: object) -> dict[str, str]:
    return {name: getattr(field, "kind", "") for name, field in graphene_fields(parent_type).items()}
