"""Answers documents by one statement each, compiled once and kept.

What is kept: a document parsed and validated; for each choice of its directives' variables, and of what its asker sees,
the arguments of its lists; for each shape that the arguments give, the compiled statement. A warm request fills in
values.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.db import OperationalError, connection
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

from archive.filters.template import Unfit
from archive.graphql import limits
from archive.graphql.plan import Planner, Unplanned
from archive.graphql.questions import Asking
from archive.graphql.variables import Variables
from archive.lru import LRUCache
from archive.projection.compiler import Compiler
from archive.projection.statement import Statement, is_too_deep
from archive.querysets.visibility import sees_drafts

#: Operations with their directives decided: who is asked what, None where one statement does not answer.
_BRANCHES: LRUCache[list[Asking] | None] = LRUCache(50_000)
#: Statements by branch and shape, bounded by the characters of their SQL.
_STATEMENTS: LRUCache[Statement] = LRUCache(24_000_000)
_MISSING: Any = object()


class Prepared:
    """A valid document and one of its operations."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> None:
        self.schema, self.document = schema, document
        self.operation: OperationDefinitionNode | None = get_operation_ast(document, name)
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.switches = _directive_variables(document)
        self.variables = Variables(schema, self.operation)
        #: What is kept for this document is kept under this; it goes when it is not used, as the document does.
        self.token = object()

    def answer(self, given: dict[str, Any], user: Any, is_measured: bool = False) -> bytes | None:
        """The text of ``data``; None where the usual execution must answer (or say what is wrong).

        ``is_measured`` says that with these variables the document was found to be within the limits.
        """
        if self.operation is None or self.operation.operation is not OperationType.QUERY:
            return None
        variables = self.variables.read(given)
        if variables is None:
            return None
        try:
            return self._answer(variables, user, is_measured)
        except (Unfit, Unplanned, GraphQLError):
            return None

    def _answer(self, variables: dict[str, Any], user: Any, is_measured: bool) -> bytes | None:
        drafts = sees_drafts(user)
        switches = (variables.get(name) for name in self.switches)
        branch: Hashable = (self.token, drafts, connection.vendor, *switches)
        asking = _BRANCHES.get(branch, _MISSING)
        if asking is None:
            return None
        if asking is not _MISSING:
            shape, values = _asked(asking, variables)
            statement = _STATEMENTS.get((branch, shape))
            if statement is not None:
                return statement.run(values)
        if not is_measured and limits.check(self.document, variables):
            return None
        return self._compiled(branch, variables, user)

    def _compiled(self, branch: Hashable, variables: dict[str, Any], user: Any) -> bytes | None:
        planner = Planner(self.schema, self.fragments, variables, user)
        try:
            root = planner.root(self.operation)
        except Unplanned:
            _BRANCHES.set(branch, None)
            raise
        asking = planner.questions.asking
        shape, values = _asked(asking, variables)
        statement = Compiler(user).statement(root, planner.questions.known)
        try:
            data = statement.run(values)
        except OperationalError as error:
            if not is_too_deep(error):
                raise
            _BRANCHES.set(branch, None)
            raise Unplanned("more than the database reads as one statement") from error
        _BRANCHES.set(branch, asking, 1 + len(asking))
        _STATEMENTS.set((branch, shape), statement, len(statement.sql))
        return data


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
    if document.loc is not None and "@" not in document.loc.source.body:
        return ()

    class InDirectives(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            found.update(one.value.name.value for one in node.arguments if isinstance(one.value, VariableNode))

    visit(document, InDirectives())
    return tuple(sorted(found))
