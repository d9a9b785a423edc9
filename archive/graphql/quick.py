"""A query that the public asked before, with any variables: read and answered without Django around it."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from archive.graphql import execution, limits
from archive.graphql.answers import Prepared
from archive.graphql.asked import JSON

_NOBODY = AnonymousUser()


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None


_DECODER = msgspec.json.Decoder(_Body)


class QuickQuery:
    """What was posted, where the document is known."""

    view, header_key = "graphql:graphql", "graphql"

    def __init__(self, prepared: Prepared, variables: dict[str, Any]) -> None:
        self.prepared, self.variables = prepared, variables

    def answer(self) -> tuple[bytes, str] | None:
        """The body; it has no tag. None where the view must answer. Raises django.db.Error."""
        data = self.prepared.answer(self.variables, _NOBODY)
        return None if data is None else (b'{"data":' + data + b"}", "")


def quick(body: bytes, media: str) -> QuickQuery | None:
    """Posted as ``media``; None for all that the view must read: what is new, persisted, or has a mistake in it."""
    if media != JSON or settings.PERSISTED_DOCUMENTS is not None or len(body) > limits.MAX_BYTES:
        return None
    try:
        asked = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    prepared = execution.known(asked.query, asked.operationName or None)
    return None if prepared is None else QuickQuery(prepared, asked.variables or {})
