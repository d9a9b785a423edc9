"""A query that the public asked before, with any variables: read and answered without Django around it."""

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
    operationName: str | None = None


_DECODER = msgspec.json.Decoder(_Payload)


class FastQuery:
    """What was posted, where the document is known."""

    view, header_key = "graphql:graphql", "graphql"

    def __init__(self, prepared: PreparedOperation, variables: dict[str, Any]) -> None:
        self.prepared, self.variables = prepared, variables

    def answer(self) -> tuple[bytes, str] | None:
        """The body; it has no tag. None where the view must answer. Raises django.db.Error."""
        data = self.prepared.answer(self.variables, _ANONYMOUS)
        return None if data is None else (b'{"data":' + data + b"}", "")


def parse(body: bytes, media: str) -> FastQuery | None:
    """Posted as ``media``; None for all that the view must read: what is new, persisted, or has a mistake in it."""
    if media != JSON_MEDIA_TYPE or settings.PERSISTED_DOCUMENTS is not None or len(body) > limits.MAX_BYTES:
        return None
    try:
        asked = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    prepared = executor.cached_operation(asked.query, asked.operationName or None)
    return None if prepared is None else FastQuery(prepared, asked.variables or {})
