"""The limit: nothing between the socket and the statement but the reading of its parameters."""

from __future__ import annotations

import json
import os
from typing import Any

import psycopg
from psycopg.adapt import Loader

from bench.peers.limit.statements import STATEMENTS


class _Bytes(Loader):
    """Text as the server sent it."""

    def load(self, data: Any) -> bytes:
        return bytes(data)


_connection: Any = None


def _cursor() -> Any:
    global _connection  # one per worker process, made after the fork
    if _connection is None:
        _connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.RawCursor)
        _connection.adapters.register_loader("text", _Bytes)
    return _connection.cursor()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """POST /Q1 with the parameters as JSON."""
    asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    sql, names = STATEMENTS[environ["PATH_INFO"].strip("/")]
    with _cursor() as cursor:
        body: bytes = cursor.execute(sql, [asked[name] for name in names], prepare=True).fetchone()[0]
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
