"""Runs one document: by one statement where that is possible, else by graphql-core over the same schema."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import got_request_exception
from django.db import connection
from graphql import GraphQLError, OperationType, execute, get_operation_ast, parse, validate

from archive.cache.store import raise_stored_error
from archive.graphql import limits
from archive.graphql.answers import Prepared
from archive.graphql.errors import plain, told
from archive.graphql.evident import is_evidently_valid
from archive.graphql.rules import rules_for
from archive.graphql.schema import schema
from archive.lru import LRUCache
from archive.querysets.deadline import is_timeout, stopped_in_time
from archive.querysets.outage import UNAVAILABLE

log = logging.getLogger(__name__)

#: Valid documents by text and operation, bounded by the characters of all; the longest are not kept. A parsed document
#: takes 150 to 300 bytes for each character.
_PREPARED: LRUCache[Prepared] = LRUCache(150_000)
_LONGEST_KEPT = 16_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The body (JSON, UTF-8), and its status.

    200 where fields were asked, 400 where the document was refused, 503 or 500 where the archive failed.
    It is complete where no error is in it.
    """

    body: bytes
    status: int = 200
    is_complete: bool = False


def run(request: Any, query: str, variables: dict[str, Any], operation: str | None) -> Answer:
    """What answers a document for ``request.user``."""
    prepared = known(query, operation)
    unseen = prepared is None
    if prepared is None:
        found = _prepare(query, variables, operation)
        if isinstance(found, list):
            return _refused(found)
        prepared = found
        if len(query) <= _LONGEST_KEPT:
            _PREPARED.set((query, operation), prepared, len(query))
    try:
        raise_stored_error(request.META)
        data = prepared.answer(variables, request.user, is_measured=unseen)
    except UNAVAILABLE as error:
        log.warning("The database did not answer: %s", error)
        return _TIMED_OUT if is_timeout(error) else _UNAVAILABLE
    except Exception as error:
        # A defect of ours: logged whole and told to who listens (error reports, tests), but not to the asker.
        log.error("GraphQL failed", exc_info=error)
        got_request_exception.send(sender=Prepared, request=request)
        return _BROKEN
    if data is not None:
        return Answer(b'{"data":' + data + b"}", is_complete=True)
    return usual(request, prepared, variables, operation)


def known(query: str, operation: str | None) -> Prepared | None:
    """A document that was found valid before, and is kept."""
    return _PREPARED.get((query, operation))


def usual(request: Any, prepared: Prepared, variables: dict[str, Any], operation: str | None) -> Answer:
    """What graphql-core answers: introspection, and errors with their places."""
    if errors := limits.check(prepared.document, variables):
        return _refused([told(error, "LIMIT_EXCEEDED") for error in errors])
    chosen = get_operation_ast(prepared.document, operation)
    if chosen is None:
        which = "got none, expected one" if operation is None else f"got '{operation[:64]}', expected the name"
        return _refused([plain(f"operationName: {which} of an operation in the document.", "BAD_REQUEST")])
    if chosen.operation is not OperationType.QUERY:
        return _refused([plain("This schema is read only: expected a query.", "BAD_REQUEST")])
    with stopped_in_time(connection):
        result: Any = execute(
            schema.graphql_schema, prepared.document, context_value=request, variable_values=variables,
            operation_name=operation,
        )  # fmt: skip
    errors = result.errors or []
    if any(is_timeout(error.original_error) for error in errors):
        return _TIMED_OUT
    if errors and result.data is None and not any(error.path for error in errors):
        return _refused([told(error, "BAD_INPUT") for error in errors])
    body: dict[str, Any] = {"data": result.data}
    if errors:
        body["errors"] = [told(error, "BAD_INPUT") for error in errors]
    return Answer(_dumped(body), is_complete=not errors)


def _prepare(query: str, variables: dict[str, Any], operation: str | None) -> Prepared | list[dict[str, Any]]:
    """The document parsed, measured and validated; or what is wrong with it."""
    try:
        document = parse(query, max_tokens=limits.MAX_TOKENS)
    except GraphQLError as error:
        # So ends the message on too many tokens, and the one on nesting that exhausts Python's stack.
        too_large = error.message.endswith("Parsing aborted.")
        return [told(error, "LIMIT_EXCEEDED" if too_large else "GRAPHQL_PARSE_FAILED")]
    if errors := limits.check(document, variables):
        return [told(error, "LIMIT_EXCEEDED") for error in errors]
    if is_evidently_valid(schema.graphql_schema, document):
        return Prepared(schema.graphql_schema, document, operation)
    if errors := validate(schema.graphql_schema, document, rules_for(query, document), max_errors=20):
        return [told(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]
    return Prepared(schema.graphql_schema, document, operation)


def _refused(errors: list[dict[str, Any]]) -> Answer:
    return Answer(_dumped({"errors": errors}), 400)


def _dumped(body: dict[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    # Half a surrogate pair, which an error may repeat, is no UTF-8; replaced by a backslash it is a JSON escape.
    return text.encode(errors="backslashreplace")


def _failed(message: str, code: str, status: int) -> Answer:
    return Answer(_dumped({"errors": [plain(message, code)]}), status)


_TIMED_OUT = _failed("The answer took too long to find. Ask for less, or try again later.", "TIMEOUT", 503)
_UNAVAILABLE = _failed("The database does not answer. Try again in a moment.", "UNAVAILABLE", 503)
_BROKEN = _failed("The archive could not answer. Try again in a moment.", "INTERNAL", 500)
