"""The limit: nothing between the socket and the statement but the reading of its parameters."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from typing import Any

from bench.peers.limit import statements, statements_sqlite

_DATABASE = os.environ["DATABASE_URL"]
_SQLITE = _DATABASE.startswith("sqlite:///")
_STATEMENTS = statements_sqlite.STATEMENTS if _SQLITE else statements.STATEMENTS

Fetch = Callable[[str, list[Any]], bytes]
_fetch: Fetch | None = None


def _postgresql() -> Fetch:
    import psycopg
    from psycopg.adapt import Loader

    class Bytes(Loader):
        """Text as the server sent it."""

        def load(self, data: Any) -> bytes:
            return bytes(data)

    connection: Any = psycopg.connect(_DATABASE, autocommit=True, cursor_factory=psycopg.RawCursor)
    connection.adapters.register_loader("text", Bytes)

    def fetch(sql: str, values: list[Any]) -> bytes:
        result: bytes = connection.execute(sql, values, prepare=True).fetchone()[0]
        return result

    return fetch


def _sqlite() -> Fetch:
    connection = sqlite3.connect(_DATABASE.removeprefix("sqlite:///"), isolation_level=None)

    def fetch(sql: str, values: list[Any]) -> bytes:
        result: str = connection.execute(sql, values).fetchone()[0]
        return result.encode()

    return fetch


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """POST /Q1 with the parameters as JSON."""
    global _fetch  # one connection per worker process, made after the fork
    if _fetch is None:
        _fetch = _sqlite() if _SQLITE else _postgresql()
    data = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    sql, names = _STATEMENTS[environ["PATH_INFO"].strip("/")]
    body = _fetch(sql, [data[name] for name in names])
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
