"""Executes GraphQL operations: by one compiled SQL query where possible, else by graphql-core over the same schema.

Three caches let a repeated operation only bind values: parsed and validated documents, the arguments of an operation's
fields, and the SQL for each shape of those arguments.
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

log = logging.getLogger(__name__)

#: Arguments of each operation's fields, by operation, values of its directives' variables, database and visibility of
#: drafts. None if the operation can't be compiled.
_PLANS: LRUCache[list[FieldArguments] | None] = LRUCache(50_000)
#: SQL by the key of ``_PLANS`` and the shape of the arguments. Bounded by total characters of SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(24_000_000)
_MISSING: Any = object()
#: Valid operations by text and operation name. Bounded by total characters: a parsed document takes 150 to 300 bytes
#: per character.
_OPERATIONS: LRUCache[PreparedOperation] = LRUCache(150_000)
#: Longest document, in characters, that is cached.
_MAX_CACHED_LENGTH = 16_000


class PreparedOperation:
    """One operation of a parsed and validated document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> None:
        self.schema, self.document = schema, document
        self.operation: OperationDefinitionNode | None = get_operation_ast(document, name)
        self.fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.directive_variables = _directive_variables(document)
        self.variable_reader = VariableReader(schema, self.operation)
        #: Part of the cache keys of this operation; entries of an operation that was evicted are never read again.
        self.cache_token = object()

    def execute(self, raw_variables: dict[str, Any], user: Any, is_checked: bool = False) -> bytes | None:
        """The JSON of ``data``; None if graphql-core must execute the operation or name its errors.

        ``is_checked``: with these variables the document is within the limits.
        """
        if self.operation is None or self.operation.operation is not OperationType.QUERY:
            return None
        variables = self.variable_reader.read(raw_variables)
        if variables is None:
            return None
        try:
            return self._execute(variables, user, is_checked)
        except (InvalidQuery, NotPlannable, GraphQLError):
            return None

    def _execute(self, variables: dict[str, Any], user: Any, is_checked: bool) -> bytes | None:
        directive_values = (variables.get(name) for name in self.directive_variables)
        plan_key: Hashable = (self.cache_token, sees_drafts(user), connection.vendor, *directive_values)
        arguments = _PLANS.get(plan_key, _MISSING)
        if arguments is None:
            return None
        if arguments is not _MISSING:
            shape, parameters = _bind(arguments, variables)
            compiled = _COMPILED.get((plan_key, shape))
            if compiled is not None:
                return compiled.run(parameters)
        if not is_checked and limits.check(self.document, variables):
            return None
        return self._compile_and_run(plan_key, variables, user)

    def _compile_and_run(self, plan_key: Hashable, variables: dict[str, Any], user: Any) -> bytes | None:
        planner = Planner(self.schema, self.fragments, variables, user)
        try:
            root = planner.root(self.operation)
        except NotPlannable:
            _PLANS.set(plan_key, None)
            raise
        arguments = planner.binder.fields
        shape, parameters = _bind(arguments, variables)
        compiled = Compiler(user).compile(root, planner.binder.required_rows)
        try:
            data = compiled.run(parameters)
        except OperationalError as error:
            if not is_too_deep(error):
                raise
            _PLANS.set(plan_key, None)
            raise NotPlannable("the database can't parse SQL nested this deep") from error
        _PLANS.set(plan_key, arguments, 1 + len(arguments))
        _COMPILED.set((plan_key, shape), compiled, len(compiled.sql))
        return data


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """JSON content in UTF-8, and an HTTP status; ``is_complete`` if it has no errors.

    200 for an executed operation, 400 for an invalid document, 503 or 500 for a failure of the archive.
    """

    content: bytes
    status: int = 200
    is_complete: bool = False


def execute_query(
    request: Any, query: str, raw_variables: dict[str, Any], operation_name: str | None
) -> GraphQLResponse:
    """Validate a document and execute one of its operations for ``request.user``."""
    operation = cached_operation(query, operation_name)
    is_new = operation is None
    if operation is None:
        try:
            operation = _prepare(query, raw_variables, operation_name)
        except InvalidDocument as error:
            return _rejected(error.entries)
        if len(query) <= _MAX_CACHED_LENGTH:
            _OPERATIONS.set((query, operation_name), operation, len(query))
    try:
        raise_stored_error(request.META)
        data = operation.execute(raw_variables, request.user, is_checked=is_new)
    except UNAVAILABLE_ERRORS as error:
        log.warning("The database did not answer: %s", error)
        return _TIMED_OUT if is_timeout(error) else _UNAVAILABLE
    except Exception as error:
        # The client gets no details; the log and error reporting do.
        log.error("GraphQL failed", exc_info=error)
        got_request_exception.send(sender=PreparedOperation, request=request)
        return _INTERNAL_ERROR
    if data is not None:
        return GraphQLResponse(b'{"data":' + data + b"}", is_complete=True)
    return execute_with_graphql_core(request, operation, raw_variables, operation_name)


def cached_operation(query: str, operation_name: str | None) -> PreparedOperation | None:
    """The operation of a document that was validated before."""
    return _OPERATIONS.get((query, operation_name))


def execute_with_graphql_core(
    request: Any, operation: PreparedOperation, raw_variables: dict[str, Any], operation_name: str | None
) -> GraphQLResponse:
    """Execute by graphql-core's resolvers: for introspection, and for errors with their paths and locations."""
    if errors := limits.check(operation.document, raw_variables):
        return _rejected([format_error(error, "LIMIT_EXCEEDED") for error in errors])
    definition = get_operation_ast(operation.document, operation_name)
    if definition is None:
        got = "got none, expected one" if operation_name is None else f"got '{operation_name[:64]}', expected the name"
        return _rejected([error_entry(f"operationName: {got} of an operation in the document.", "BAD_REQUEST")])
    if definition.operation is not OperationType.QUERY:
        return _rejected([error_entry("This schema is read only: expected a query.", "BAD_REQUEST")])
    with statement_timeout(connection):
        result: Any = execute(
            schema.graphql_schema, operation.document, context_value=request, variable_values=raw_variables,
            operation_name=operation_name,
        )  # fmt: skip
    errors = result.errors or []
    if any(is_timeout(error.original_error) for error in errors):
        return _TIMED_OUT
    entries = [format_error(error, "BAD_INPUT") for error in errors]
    if errors and result.data is None and not any(error.path for error in errors):
        return _rejected(entries)
    content = {"data": result.data, "errors": entries} if errors else {"data": result.data}
    return GraphQLResponse(_to_json(content), is_complete=not errors)


class InvalidDocument(Exception):
    """A document that does not parse, exceeds a limit or breaks a validation rule; ``entries`` of the response."""

    def __init__(self, errors: list[GraphQLError], code: str) -> None:
        self.entries = [format_error(error, code) for error in errors]
        super().__init__(errors[0].message)


def _prepare(query: str, raw_variables: dict[str, Any], operation_name: str | None) -> PreparedOperation:
    """Parse a document, check its limits and validate it. Raises InvalidDocument."""
    try:
        document = parse(query, max_tokens=limits.MAX_TOKENS)
    except GraphQLError as error:
        # graphql-core ends the message so for too many tokens, and for nesting that exhausts Python's stack.
        is_too_large = error.message.endswith("Parsing aborted.")
        raise InvalidDocument([error], "LIMIT_EXCEEDED" if is_too_large else "GRAPHQL_PARSE_FAILED") from error
    if errors := limits.check(document, raw_variables):
        raise InvalidDocument(errors, "LIMIT_EXCEEDED")
    if not is_valid_simple_query(schema.graphql_schema, document):
        errors = validate(schema.graphql_schema, document, applicable_rules(query, document), max_errors=20)
        if errors:
            raise InvalidDocument(errors, "GRAPHQL_VALIDATION_FAILED")
    return PreparedOperation(schema.graphql_schema, document, operation_name)


def _bind(fields: list[FieldArguments], variables: dict[str, Any]) -> tuple[Hashable, dict[str, Any]]:
    """The shape that the arguments give to the SQL, and the values of its parameters."""
    shapes: list[Hashable] = []
    parameters: dict[str, Any] = {}
    for field in fields:
        shape, values = field.bind(variables)
        shapes.append(shape)
        parameters |= values
    return tuple(shapes), parameters


def _directive_variables(document: DocumentNode) -> tuple[str, ...]:
    """Names of the variables in arguments of directives."""
    names: set[str] = set()
    if document.loc is not None and "@" not in document.loc.source.body:
        return ()

    class DirectiveVisitor(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            values = (argument.value for argument in node.arguments)
            names.update(value.name.value for value in values if isinstance(value, VariableNode))

    visit(document, DirectiveVisitor())
    return tuple(sorted(names))


def _rejected(entries: list[dict[str, Any]]) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": entries}), 400)


def _to_json(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    # An unpaired surrogate, which a message may quote, has no UTF-8. Escaped by a backslash it is valid in JSON.
    return text.encode(errors="backslashreplace")


def _failure(message: str, code: str, status: int) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": [error_entry(message, code)]}), status)


_TIMED_OUT = _failure("The answer took too long to find. Ask for less, or try again later.", "TIMEOUT", 503)
_UNAVAILABLE = _failure("The database does not answer. Try again in a moment.", "UNAVAILABLE", 503)
_INTERNAL_ERROR = _failure("The archive could not answer. Try again in a moment.", "INTERNAL", 500)
