"""Executes GraphQL operations, each by one compiled SQL query.

Three caches let a repeated operation only bind values: parsed and validated documents, the arguments of an operation's
fields, and the SQL for each shape of those arguments. An operation with invalid arguments is planned again with these
fields as null, and its response has an error for each of them, as the GraphQL specification requires.
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
from django.http import HttpRequest
from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    parse,
    validate,
    visit,
)

from archive.cache.responses import raise_stored_error
from archive.database import UNAVAILABLE_ERRORS, unavailability
from archive.exceptions import ArchiveError, Problem, printable
from archive.graphql import limits
from archive.graphql.binding import FieldArguments, VariableReader
from archive.graphql.errors import RejectedOperation, error_entry, format_error
from archive.graphql.hints import with_hint
from archive.graphql.planner import Planner
from archive.graphql.schema import schema
from archive.graphql.search_arguments import SearchArguments
from archive.graphql.validation import is_valid_simple_query
from archive.lru import LRUCache
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, is_too_deep, merged_slugs_replaced, sql_length
from archive.text import closest_match
from archive.visibility import Viewer, sees_drafts

log = logging.getLogger(__name__)

#: Arguments of each operation's fields, by operation, values of its directives' variables, database and visibility of
#: drafts.
_PLANS: LRUCache[list[FieldArguments]] = LRUCache(50_000)
#: SQL by the key of ``_PLANS`` and the shape of the arguments. Bounded by total characters of SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(24_000_000)
#: Valid operations by text and operation name. Bounded by total characters: a parsed document takes 150 to 300 bytes
#: per character.
_OPERATIONS: LRUCache[PreparedOperation] = LRUCache(150_000)
#: Longest document, in characters, that is cached.
_MAX_CACHED_LENGTH = 16_000
#: Longest list of operation names in an error message, in characters.
_MAX_LISTED = 200


class PreparedOperation:
    """One operation of a parsed and validated document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None) -> None:
        self.schema, self.document, self.name = schema, document, name
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

    def _name_problem(self) -> Problem:
        """The problem of a name that chooses none of the document's operations."""
        names = [
            definition.name.value
            for definition in self.document.definitions
            if isinstance(definition, OperationDefinitionNode) and definition.name
        ]
        expected = f"one of {', '.join(names)[:_MAX_LISTED]}" if names else "an operation in the document"
        if self.name is None:
            return Problem("operationName", "none", f"{expected}: the document has several operations")
        return Problem("operationName", printable(self.name), expected, closest_match(self.name, names))

    def execute(self, raw_variables: dict[str, Any], user: Viewer, is_checked: bool = False) -> GraphQLResponse:
        """The response. ``is_checked``: with these variables the document is within the limits.

        Raises RejectedOperation without a query to execute, and for invalid variables; django.db.Error.
        """
        if self.operation is None:
            raise RejectedOperation([error_entry(self._name_problem().sentence(), "BAD_REQUEST")])
        if self.operation.operation is not OperationType.QUERY:
            raise RejectedOperation([error_entry("This schema is read only: expected a query.", "BAD_REQUEST")])
        variables = self.variable_reader.read(raw_variables)
        directive_values = (variables.get(name) for name in self.directive_variables)
        plan_key: Hashable = (self.cache_token, sees_drafts(user), connection.vendor, *directive_values)
        arguments = _PLANS.get(plan_key)
        if arguments is not None:
            try:
                shape, parameters = _bind(arguments, variables, user)
            except (ArchiveError, GraphQLError):
                return self._plan_and_run(plan_key, variables, user)
            compiled = _COMPILED.get((plan_key, shape))
            if compiled is not None:
                data = compiled.run(parameters)
                if data is None:
                    return self._plan_checked(plan_key, variables, user)
                return _complete(data, arguments, variables, user)
        if not is_checked and (errors := limits.check(self.document, variables)):
            raise RejectedOperation([format_error(error, "LIMIT_EXCEEDED") for error in errors])
        return self._plan_and_run(plan_key, variables, user)

    def _plan_checked(self, plan_key: Hashable, variables: dict[str, Any], user: Viewer) -> GraphQLResponse:
        """``_plan_and_run`` where an argument may name no record, or a merged one."""
        with merged_slugs_replaced():
            return self._plan_and_run(plan_key, variables, user, checks_rows=True)

    def _plan_and_run(
        self, plan_key: Hashable, variables: dict[str, Any], user: Viewer, checks_rows: bool = False
    ) -> GraphQLResponse:
        """``checks_rows``: find the arguments that name no record; without it their query only has no result."""
        planner = Planner(self.schema, self.fragments, variables, user, checks_rows)
        try:
            root = planner.root(self.operation)
        except GraphQLError as error:
            raise RejectedOperation([format_error(error, "BAD_INPUT")]) from error
        if (constant := root.constant_json()) is not None:
            data: bytes | None = constant.encode()
        else:
            arguments = planner.binder.fields
            shape, parameters = _bind(arguments, variables, user)
            compiled = Compiler(user).compile(root, planner.binder.required_rows)
            data = _run(compiled, parameters)
            # With ``checks_rows`` slugs were replaced by those of other records: the values are of this request alone.
            if not planner.errors and not planner.past_records and not checks_rows:
                _PLANS.set(plan_key, arguments, 1 + len(arguments))
                _COMPILED.set((plan_key, shape), compiled, sql_length(compiled))
        if data is None:
            if checks_rows:
                raise RejectedOperation(
                    [error_entry("The archive changed during the query: try again.", "UNAVAILABLE")]
                )
            return self._plan_checked(plan_key, variables, user)
        if planner.past_records:
            data = _to_json(json.loads(data) | planner.past_records)
        if not planner.errors:
            return _complete(data, planner.binder.fields, variables, user)
        content = json.loads(data)
        for completed in _completed_fields(planner.binder.fields):
            completed.complete(content, variables, user)
        errors = planner.errors.locate(content)
        if not errors:  # no row has the fields that have errors
            return GraphQLResponse(_to_json({"data": content}), is_complete=True)
        entries = [format_error(error, "BAD_INPUT") for error in errors]
        return GraphQLResponse(_to_json({"data": content, "errors": entries}))


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """JSON content in UTF-8, and an HTTP status; ``is_complete`` if it has no errors.

    200 for an executed operation, 400 for an invalid document, 503, 507 or 500 for a failure of the archive.
    """

    content: bytes
    status: int = 200
    is_complete: bool = False
    #: Seconds after which a failed request may succeed; 0 for not known.
    retry_after: int = 0


def execute_query(
    request: HttpRequest, query: str, raw_variables: dict[str, Any], operation_name: str | None
) -> GraphQLResponse:
    """Validate a document and execute one of its operations for ``request.user``."""
    operation = cached_operation(query, operation_name)
    is_new = operation is None
    if operation is None:
        try:
            operation = _prepare(query, raw_variables, operation_name)
        except RejectedOperation as error:
            return _rejected(error)
        if len(query) <= _MAX_CACHED_LENGTH:
            _OPERATIONS.set((query, operation_name), operation, len(query))
    try:
        raise_stored_error(request.META)
        return operation.execute(raw_variables, request.user, is_checked=is_new)
    except RejectedOperation as error:
        return _rejected(error)
    except UNAVAILABLE_ERRORS as error:
        reason = unavailability(error, f"{request.method} {request.path}")
        assert reason is not None  # noqa: S101 (UNAVAILABLE_ERRORS)
        return _failure(reason.sentence, reason.code, reason.status, reason.retry_after)
    except Exception as error:
        # The client gets no details; the log and error reporting do.
        log.error("GraphQL failed", exc_info=error)
        got_request_exception.send(sender=PreparedOperation, request=request)
        return _INTERNAL_ERROR


def cached_operation(query: str, operation_name: str | None) -> PreparedOperation | None:
    """The operation of a document that was validated before."""
    return _OPERATIONS.get((query, operation_name))


def _prepare(query: str, raw_variables: dict[str, Any], operation_name: str | None) -> PreparedOperation:
    """Parse a document, check its limits and validate it. Raises RejectedOperation."""
    try:
        document = parse(query, max_tokens=limits.MAX_TOKENS)
    except GraphQLError as error:
        # graphql-core ends the message so for too many tokens, and for nesting that exhausts Python's stack.
        is_too_large = error.message.endswith("Parsing aborted.")
        code = "LIMIT_EXCEEDED" if is_too_large else "GRAPHQL_PARSE_FAILED"
        raise RejectedOperation([format_error(error, code)]) from error
    if errors := limits.check(document, raw_variables):
        raise RejectedOperation([format_error(error, "LIMIT_EXCEEDED") for error in errors])
    if not is_valid_simple_query(schema.graphql_schema, document):
        errors = validate(schema.graphql_schema, document, max_errors=20)
        if errors:
            for invalid in errors:
                invalid.message = with_hint(invalid.message, schema.graphql_schema)
            raise RejectedOperation([format_error(error, "GRAPHQL_VALIDATION_FAILED") for error in errors])
    return PreparedOperation(schema.graphql_schema, document, operation_name)


def _bind(fields: list[FieldArguments], variables: dict[str, Any], user: Viewer) -> tuple[Hashable, dict[str, Any]]:
    """The shape that the arguments give to the SQL, and the values of its parameters."""
    shapes: list[Hashable] = []
    parameters: dict[str, Any] = {}
    for field in fields:
        shape, values = field.bind(variables, user)
        shapes.append(shape)
        parameters |= values
    return tuple(shapes), parameters


def _run(compiled: CompiledQuery, parameters: dict[str, Any]) -> bytes | None:
    try:
        return compiled.run(parameters)
    except OperationalError as error:
        if not is_too_deep(error):
            raise
        message = "The query is nested too deep for SQLite: expected at most eight levels of links. Ask for less."
        raise RejectedOperation([error_entry(message, "LIMIT_EXCEEDED")]) from error


def _directive_variables(document: DocumentNode) -> tuple[str, ...]:
    """Names of the variables in arguments of directives."""
    names: set[str] = set()
    if document.loc is not None and "@" not in document.loc.source.body:
        return ()

    class DirectiveVisitor(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            values = (argument.value for argument in node.arguments)
            names.update(value.name.value for value in values if isinstance(value, VariableNode))

    visit(document, DirectiveVisitor())
    return tuple(sorted(names))


def _complete(data: bytes, arguments: list[FieldArguments], variables: dict[str, Any], user: Viewer) -> GraphQLResponse:
    if fields := _completed_fields(arguments):
        content = json.loads(data)
        for field in fields:
            field.complete(content, variables, user)
        data = _to_json(content)
    return GraphQLResponse(b'{"data":' + data + b"}", is_complete=True)


def _completed_fields(arguments: list[FieldArguments]) -> list[SearchArguments]:
    """The fields whose data is completed after the query."""
    return [field for field in arguments if isinstance(field, SearchArguments) and field.completions]


def _rejected(error: RejectedOperation) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": error.entries}), 400)


def _to_json(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    # An unpaired surrogate, which a message may quote, has no UTF-8. Escaped by a backslash it is valid in JSON.
    return text.encode(errors="backslashreplace")


def _failure(message: str, code: str, status: int, retry_after: int = 0) -> GraphQLResponse:
    return GraphQLResponse(_to_json({"errors": [error_entry(message, code)]}), status, retry_after=retry_after)


_INTERNAL_ERROR = _failure("The archive could not answer. Try again in a moment.", "INTERNAL", 500)
