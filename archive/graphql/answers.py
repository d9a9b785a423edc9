"""Answers documents by one statement each, compiled once and kept.

What is kept: a document parsed and validated; under it, for each choice of its directives' variables, the arguments of
its lists; under those, for each shape that the arguments give, the compiled statement. A warm request fills in values.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)
from graphql.execution.values import get_variable_values

from archive.filters.template import Unfit
from archive.graphql import limits
from archive.graphql.plan import Planner, Unplanned
from archive.graphql.questions import Asking
from archive.projection.compiler import Compiler
from archive.projection.kept import Kept
from archive.projection.statement import Statement
from archive.querysets.visibility import sees_drafts

_MOST_SHAPES = 64


@dataclass(slots=True)
class Branch:
    """An operation with its directives decided: who is asked what, and the statements found so far."""

    asking: list[Asking]
    statements: Kept[Statement] = field(default_factory=lambda: Kept(_MOST_SHAPES))


class Prepared:
    """A valid document and one of its operations."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> None:
        self.schema, self.document = schema, document
        self.operation: OperationDefinitionNode | None = get_operation_ast(document, name)
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.switches = _directive_variables(document)
        self.branches: Kept[Branch | None] = Kept(_MOST_SHAPES)

    def answer(self, given: dict[str, Any], user: Any) -> bytes | None:
        """The text of ``data``; None where the usual execution must answer (or say what is wrong)."""
        if self.operation is None or self.operation.operation is not OperationType.QUERY:
            return None
        variables = get_variable_values(self.schema, list(self.operation.variable_definitions or ()), given)
        if isinstance(variables, list):
            return None
        try:
            return self._answer(variables, user)
        except (Unfit, Unplanned, GraphQLError):
            return None

    def _answer(self, variables: dict[str, Any], user: Any) -> bytes | None:
        drafts = sees_drafts(user)
        switched: Hashable = (drafts, connection.vendor, *(variables.get(name) for name in self.switches))
        branch = self.branches.get(switched, _MISSING)
        if branch is None:
            return None
        if branch is _MISSING:
            return self._compiled(switched, None, variables, user)
        shape, values = _asked(branch.asking, variables)
        statement = branch.statements.get(shape, None)
        if statement is None:
            return self._compiled(switched, branch, variables, user)
        return statement.run(values)

    def _compiled(
        self, switched: Hashable, branch: Branch | None, variables: dict[str, Any], user: Any
    ) -> bytes | None:
        if limits.check(self.document, variables):
            return None
        planner = Planner(self.schema, self.fragments, variables, user)
        try:
            root = planner.root(self.operation)
        except Unplanned:
            self.branches.put(switched, None)
            raise
        if branch is None:
            branch = Branch(planner.questions.asking)
            self.branches.put(switched, branch)
        shape, values = _asked(planner.questions.asking, variables)
        statement = Compiler(user).statement(root, planner.questions.known)
        branch.statements.put(shape, statement)
        return statement.run(values)


_MISSING: Any = object()


def _asked(asking: list[Asking], variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
    """What the arguments decide of the shape, and the values that they leave open."""
    shape: list[Hashable] = []
    values: dict[str, Any] = {}
    for one in asking:
        signature, given = one.ask(variables)
        shape.append(signature)
        values |= given
    return tuple(shape), values


def _directive_variables(document: DocumentNode) -> tuple[str, ...]:
    """Names of the variables that decide which fields are there."""
    found: set[str] = set()

    class InDirectives(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            found.update(one.value.name.value for one in node.arguments if isinstance(one.value, VariableNode))

    visit(document, InDirectives())
    return tuple(sorted(found))
