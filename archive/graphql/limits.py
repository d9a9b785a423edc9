"""Limits on a document, checked before it is validated and before any SQL. Each error has the figure and the limit."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode

from archive.graphql.cost import MAX_NESTING, Measure, Size, TooDeep
from archive.graphql.overlaps import Overlaps
from archive.graphql.schema import schema

MAX_BYTES = 100_000
MAX_TOKENS = 4_000
MAX_DEPTH = 16
MAX_FRAGMENTS = 100
MAX_SELECTIONS = 3_000
MAX_ALIASES = 50
MAX_DIRECTIVES = 50
MAX_OVERLAPS = 1_000
MAX_COST = 20_000


class Checked:
    """A document's errors, and how many selections were looked at to find them."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.errors: list[GraphQLError] = []
        self.visits = 0
        self._check(document, variables)

    def _check(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        if not self._holds(document, "fragments", len(fragments), MAX_FRAGMENTS):
            return
        measure = Measure(schema.graphql_schema, document, variables)
        try:
            sizes = self._sizes(document, measure)
        except TooDeep:
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
            overlaps = Overlaps(document)
            self._holds(document, "pairs of fields under one key", overlaps.pairs(), MAX_OVERLAPS)
            self.visits += overlaps.visits

    def _sizes(self, document: DocumentNode, measure: Measure) -> list[tuple[Any, Size]]:
        for name in measure.fragments:
            measure.fragment(name)
        return [
            (one, measure.operation(one)) for one in document.definitions if isinstance(one, OperationDefinitionNode)
        ]

    def _check_size(self, operation: Any, size: Size) -> None:
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
    return Checked(document, variables).errors
