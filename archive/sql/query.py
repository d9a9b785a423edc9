"""A compiled SQL query and its execution, within the statement timeout, which returns the JSON as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from archive.bind_parameters import Parameter

#: SQLite virtual machine steps between two checks of the time: about a millisecond.
_STEPS = 50_000


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """SQL with its parameters, of which those of type ``Parameter`` are bound at execution."""

    sql: str
    params: tuple[Any, ...]

    def run(self, values: Mapping[str, Any], using: str = "default") -> bytes | None:
        """The JSON text (UTF-8), or None for no row or NULL. ``values`` binds parameters. Raises django.db.Error."""
        connection = connections[using]
        params = [values[param.key] if type(param) is Parameter else param for param in self.params]
        if connection.vendor == "postgresql":
            from archive.sql.postgresql import fetch  # SQLite needs no psycopg

            return fetch(connection, self.sql, params)
        params = [param if type(param) is str else _adapt(connection, param) for param in params]
        with statement_timeout(connection):  # opens the connection too
            row = _fetch_row(connection, self.sql, params)
        return None if row is None else row[0]


def sql_length(compiled: CompiledQuery) -> int:
    """The weight of a compiled query in a cache: the characters of its SQL."""
    return len(compiled.sql)


def is_too_deep(error: Exception) -> bool:
    """Whether SQLite's parser refused a query because of its nesting depth."""
    return str(error) == "parser stack overflow"


class statement_timeout:  # noqa: N801 (called as a function)
    """Context manager that stops SQLite statements after STATEMENT_TIMEOUT seconds, with an OperationalError.

    It opens the connection. On PostgreSQL it does nothing: the server limits the statements of each serving process's
    connections (``archive.middleware.database_errors``).
    """

    __slots__ = ("connection", "deadline", "deadlines")

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.deadlines: list[float] | None = None

    def __enter__(self) -> None:
        if self.connection.vendor != "sqlite":
            return
        self.connection.ensure_connection()
        if limit := settings.STATEMENT_TIMEOUT:
            self.deadlines, self.deadline = _deadlines(self.connection), monotonic() + limit
            self.deadlines.append(self.deadline)

    def __exit__(self, *_: object) -> None:
        if self.deadlines is not None:
            self.deadlines.remove(self.deadline)


def _deadlines(connection: Any) -> list[float]:
    """The deadlines of a connection's running statements; threads that share a connection end in any order.

    One progress handler per connection: setting one per statement took longer than all else around a statement.
    """
    raw, deadlines = getattr(connection, "chancery_deadlines", (None, []))
    if raw is not connection.connection:
        raw, deadlines = connection.chancery_deadlines = connection.connection, []
        raw.set_progress_handler(lambda: monotonic() > min(deadlines, default=inf), _STEPS)
    return deadlines


def _fetch_row(connection: BaseDatabaseWrapper, sql: str, params: list[Any]) -> Any:
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone()
    with connection.wrap_database_errors:
        return connection.connection.execute(_qmark(sql), params).fetchone()


@lru_cache(maxsize=256)
def _qmark(sql: str) -> str:
    """The SQL with SQLite's placeholders, cached: Django's cursor converts them at each execution."""
    return "%".join(piece.replace("%s", "?") for piece in sql.split("%%"))


def _adapt(connection: BaseDatabaseWrapper, value: object) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value
