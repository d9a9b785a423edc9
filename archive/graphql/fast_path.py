"""GraphQL POST requests of anonymous clients, executed from the WSGI middleware without a Django request."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from archive.graphql import executor, limits
from archive.graphql.executor import PreparedOperation
from archive.graphql.request import JSON_MEDIA_TYPE

_ANONYMOUS = AnonymousUser()


class _Payload(msgspec.Struct, forbid_unknown_fields=True):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 (the name in the payload)


_DECODER = msgspec.json.Decoder(_Payload)


class FastQuery:
    """An operation that is in the cache, with the variables of this request."""

    view, header_key = "graphql:graphql", "graphql"

    def __init__(self, operation: PreparedOperation, variables: dict[str, Any]) -> None:
        self.operation, self.variables = operation, variables

    def answer(self) -> tuple[bytes, str, bool]:
        """The response's content, an empty ETag, and whether it may be cached. Raises as ``execute`` does."""
        response = self.operation.execute(self.variables, _ANONYMOUS)
        return response.content, "", response.is_complete


def parse(content: bytes, media_type: str) -> FastQuery | None:
    """The operation that a POST asks for; None for new documents, persisted documents and invalid requests."""
    if media_type != JSON_MEDIA_TYPE or settings.PERSISTED_DOCUMENTS is not None or len(content) > limits.MAX_BYTES:
        return None
    try:
        payload = _DECODER.decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    operation = executor.cached_operation(payload.query, payload.operationName or None)
    return None if operation is None else FastQuery(operation, payload.variables or {})
