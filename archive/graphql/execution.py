"""Runs one document: by one statement where that is possible, else by graphql-core over the same schema."""

from __future__ import annotations

import json
import logging
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from graphql import GraphQLError, OperationType, execute, get_operation_ast, parse, specified_rules, validate

from archive.exceptions import ArchiveError
from archive.graphql import limits
from archive.graphql.answers import Prepared
from archive.graphql.schema import schema
from archive.projection.kept import Kept

log = logging.getLogger(__name__)

#: Valid documents by text and operation; the longest are not kept.
_PREPARED: Kept[Prepared] = Kept(256)
_LONGEST_KEPT = 16_000


class Answered(NamedTuple):
    """A status, a body (JSON, UTF-8), and whether the body has no errors in it."""

    status: int
    body: bytes
    is_complete: bool = False


def run(request: Any, query: str, variables: dict[str, Any], operation: str | None) -> Answered:
    """What answers a document."""
    prepared = _PREPARED.get((query, operation))
    if prepared is None:
        found = _prepare(query, variables, operation)
        if isinstance(found, list):
            return Answered(400, _dumped({"errors": found}))
        prepared = found
        if len(query) <= _LONGEST_KEPT:
            _PREPARED.put((query, operation), prepared)
    if (data := prepared.answer(variables, request.user)) is not None:
        return Answered(200, b'{"data":' + data + b"}", is_complete=True)
    return _usual(request, prepared, variables, operation)


def _prepare(query: str, variables: dict[str, Any], operation: str | None) -> Prepared | list[dict[str, Any]]:
    """The document parsed, measured and validated; or what is wrong with it."""
    try:
        document = parse(query, max_tokens=limits.MAX_TOKENS)
    except GraphQLError as error:
        code = "LIMIT_EXCEEDED" if "too many tokens" in error.message.lower() else "GRAPHQL_PARSE_FAILED"
        return [_told(error, code)]
    except RecursionError:
        return [{"message": "The query is nested too deep.", "extensions": {"code": "LIMIT_EXCEEDED"}}]
    if errors := limits.check(document, variables):
        return [_told(error, "LIMIT_EXCEEDED") for error in errors]
    if errors := validate(schema.graphql_schema, document, specified_rules, max_errors=20):
        return [_told(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]
    return Prepared(schema.graphql_schema, document, operation)


def _usual(request: Any, prepared: Prepared, variables: dict[str, Any], operation: str | None) -> Answered:
    if errors := limits.check(prepared.document, variables):
        return Answered(400, _dumped({"errors": [_told(error, "LIMIT_EXCEEDED") for error in errors]}))
    chosen = get_operation_ast(prepared.document, operation)
    if chosen is not None and chosen.operation is not OperationType.QUERY:
        error = {"message": "This schema is read only.", "extensions": {"code": "BAD_REQUEST"}}
        return Answered(400, _dumped({"errors": [error]}))
    result: Any = execute(
        schema.graphql_schema, prepared.document, context_value=request, variable_values=variables,
        operation_name=operation,
    )  # fmt: skip
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error, "BAD_INPUT") for error in result.errors]
    return Answered(400 if result.errors and chosen is None else 200, _dumped(body), not result.errors)


def _dumped(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()


def _told(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error as the client sees it. What the domain did not foresee is logged and hidden."""
    told = dict(error.formatted)
    original = error.original_error
    extensions = {"code": code, **(error.extensions or {})}
    if isinstance(original, ArchiveError):
        extensions = {"code": original.code, "errors": [problem.as_dict() for problem in original.problems]}
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("GraphQL failed", exc_info=original)
        told["message"] = "The archive could not answer this field. Try again in a moment."
        extensions = {"code": "INTERNAL"}
    return {**told, "extensions": extensions}
