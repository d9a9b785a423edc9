"""Answers documents by one statement each, compiled once and kept.

What is kept: a document parsed and validated; for each choice of its directives' variables, and of what its asker sees,
the arguments of its lists; for each shape that the arguments give, the compiled statement. A warm request fills in
values.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import got_request_exception
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
    execute,
    get_operation_ast,
    parse,
    validate,
    visit,
)

from archive.cache.store import raise_stored_error
from archive.database import UNAVAILABLE_ERRORS, is_timeout, statement_timeout
from archive.filters.prepared_query import InvalidQuery
from archive.graphql import limits
from archive.graphql.binding import FieldArguments, VariableReader
from archive.graphql.errors import error_entry, format_error
from archive.graphql.planner import NotPlannable, Planner
from archive.graphql.schema import schema
from archive.graphql.validation import applicable_rules, is_valid_simple_query
from archive.lru import LRUCache
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, is_too_deep
from archive.visibility import sees_drafts

#: Operations with their directives decided: who is asked what, None where one statement does not answer.
_PLANS: LRUCache[list[FieldArguments] | None] = LRUCache(50_000)
#: Statements by branch and shape, bounded by the characters of their SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(24_000_000)
_MISSING: Any = object()


class PreparedOperation:
    """A valid document and one of its operations."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> None:
        self.schema, self.document = schema, document
        self.operation: OperationDefinitionNode | None = get_operation_ast(document, name)
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.switches = _directive_variables(document)
        self.variables = VariableReader(schema, self.operation)
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
        except (InvalidQuery, NotPlannable, GraphQLError):
            return None

    def _answer(self, variables: dict[str, Any], user: Any, is_measured: bool) -> bytes | None:
        drafts = sees_drafts(user)
        switches = (variables.get(name) for name in self.switches)
        branch: Hashable = (self.token, drafts, connection.vendor, *switches)
        asking = _PLANS.get(branch, _MISSING)
        if asking is None:
            return None
        if asking is not _MISSING:
            shape, values = _bind(asking, variables)
            statement = _COMPILED.get((branch, shape))
            if statement is not None:
                return statement.run(values)
        if not is_measured and limits.check(self.document, variables):
            return None
        return self._compiled(branch, variables, user)

    def _compiled(self, branch: Hashable, variables: dict[str, Any], user: Any) -> bytes | None:
        planner = Planner(self.schema, self.fragments, variables, user)
        try:
            root = planner.root(self.operation)
        except NotPlannable:
            _PLANS.set(branch, None)
            raise
        asking = planner.questions.asking
        shape, values = _bind(asking, variables)
        statement = Compiler(user).statement(root, planner.questions.known)
        try:
            data = statement.run(values)
        except OperationalError as error:
            if not is_too_deep(error):
                raise
            _PLANS.set(branch, None)
            raise NotPlannable("more than the database reads as one statement") from error
        _PLANS.set(branch, asking, 1 + len(asking))
        _COMPILED.set((branch, shape), statement, len(statement.sql))
        return data


def _bind(asking: list[FieldArguments], variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
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


log = logging.getLogger(__name__)

#: Valid documents by text and operation, bounded by the characters of all; the longest are not kept. A parsed document
#: takes 150 to 300 bytes for each character.
_OPERATIONS: LRUCache[PreparedOperation] = LRUCache(150_000)
_MAX_CACHED_LENGTH = 16_000


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """The body (JSON, UTF-8), and its status.

    200 where fields were asked, 400 where the document was refused, 503 or 500 where the archive failed.
    It is complete where no error is in it.
    """

    body: bytes
    status: int = 200
    is_complete: bool = False


def execute_query(request: Any, query: str, variables: dict[str, Any], operation: str | None) -> GraphQLResponse:
    """What answers a document for ``request.user``."""
    prepared = cached_operation(query, operation)
    unseen = prepared is None
    if prepared is None:
        found = _prepare(query, variables, operation)
        if isinstance(found, list):
            return _rejected(found)
        prepared = found
        if len(query) <= _MAX_CACHED_LENGTH:
            _OPERATIONS.set((query, operation), prepared, len(query))
    try:
        raise_stored_error(request.META)
        data = prepared.answer(variables, request.user, is_measured=unseen)
    except UNAVAILABLE_ERRORS as error:
        log.warning("The database did not answer: %s", error)
        return _TIMED_OUT if is_timeout(error) else _UNAVAILABLE
    except Exception as error:
        # A defect of ours: logged whole and told to who listens (error reports, tests), but not to the asker.
        log.error("GraphQL failed", exc_info=error)
        got_request_exception.send(sender=PreparedOperation, request=request)
        return _INTERNAL_ERROR
    if data is not None:
        return GraphQLResponse(b'{"data":' + data + b"}", is_complete=True)
    return execute_with_graphql_core(request, prepared, variables, operation)


def cached_operation(query: str, operation: str | None) -> PreparedOperation | None:
    """A document that was found valid before, and is kept."""
    return _OPERATIONS.get((query, operation))


def execute_with_graphql_core(
    request: Any, prepared: PreparedOperation, variables: dict[str, Any], operation: str | None
) -> GraphQLResponse:
    """What graphql-core answers: introspection, and errors with their places."""
    if errors := limits.check(prepared.document, variables):
        return _rejected([format_error(error, "LIMIT_EXCEEDED") for error in errors])
    chosen = get_operation_ast(prepared.document, operation)
    if chosen is None:
        which = "got none, expected one" if operation is None else f"got '{operation[:64]}', expected the name"
        return _rejected([error_entry(f"operationName: {which} of an operation in the document.", "BAD_REQUEST")])
    if chosen.operation is not OperationType.QUERY:
        return _rejected([error_entry("This schema is read only: expected a query.", "BAD_REQUEST")])
    with statement_timeout(connection):
        result: Any = execute(
            schema.graphql_schema, prepared.document, context_value=request, variable_values=variables,
            operation_name=operation,
        )  # fmt: skip
    errors = result.errors or []
    if any(is_timeout(error.original_error) for error in errors):
        return _TIMED_OUT
    if errors and result.data is None and not any(error.path for error in errors):
        return _rejected([format_error(error, "BAD_INPUT") for error in errors])
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body["errors"] = [format_error(error, "BAD_INPUT") for error in errors]
    return GraphQLResponse(_to_json(body), is_complete=not errors)


def _prepare(query: str, variables: dict[str, Any], operation: str | None) -> PreparedOperation | list[dict[str, Any]]:
    """The document parsed, measured and validated; or what is wrong with it."""
    try:
        document = parse(query, max_tokens=limits.MAX_TOKENS)
    except GraphQLError as error:
        # So ends the message on too many tokens, and the one on nesting that exhausts Python's stack.
        too_large = error.message.endswith("Parsing aborted.")
        return [format_error(error, "LIMIT_EXCEEDED" if too_large else "GRAPHQL_PARSE_FAILED")]
    if errors := limits.check(document, variables):
        return [format_error(error, "LIMIT_EXCEEDED") for error in errors]
    if is_valid_simple_query(schema.graphql_schema, document):
        return PreparedOperation(schema.graphql_schema, document, operation)
    if errors := validate(schema.graphql_schema, document, applicable_rules(query, document), max_errors=20):
        return [format_error(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]
    return PreparedOperation(schema.graphql_schema, document, operation)


def _rejected(errors: list[dict[str, Any]]) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": errors}), 400)


def _to_json(body: dict[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    # Half a surrogate pair, which an error may repeat, is no UTF-8; replaced by a backslash it is a JSON escape.
    return text.encode(errors="backslashreplace")


def _failure(message: str, code: str, status: int) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": [error_entry(message, code)]}), status)


_TIMED_OUT = _failure("The answer took too long to find. Ask for less, or try again later.", "TIMEOUT", 503)
_UNAVAILABLE = _failure("The database does not answer. Try again in a moment.", "UNAVAILABLE", 503)
_INTERNAL_ERROR = _failure("The archive could not answer. Try again in a moment.", "INTERNAL", 500)
