"""PostgreSQL: statements prepared on the server, and answers as bytes.

Prepared statements belong to a server connection; behind a pooler that hands connections on after each transaction they
are switched off by ``PREPARED_STATEMENTS=false``.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from psycopg.adapt import Loader


class _Bytes(Loader):
    """Text as the server sent it."""

    def load(self, data: Any) -> bytes:
        return bytes(data)


class PreparingCursor(psycopg.Cursor[Any]):
    """Prepares every statement at its first use."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, prepare=settings.PREPARED_STATEMENTS, **kwargs)


def cursor_of(connection: Any) -> Any:
    """A cursor in Django's wrapping, so that its errors, hooks and query log stay what they are."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None and settings.PREPARED_STATEMENTS:
        raw.prepare_threshold = 5
    cursor = PreparingCursor(raw)
    cursor.adapters.register_loader("text", _Bytes)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
