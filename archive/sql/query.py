"""A compiled SQL query and its execution, which returns the JSON as bytes from the driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from archive.bind_parameters import Parameter
from archive.database import statement_timeout


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
