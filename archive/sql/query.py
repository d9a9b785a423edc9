"""Compiled SQL queries: their execution, within the statement timeout, to JSON as bytes, and their cache.

A cached query is executed again for requests that differ only in the values of its bind parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection as default_connection
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from archive.bind_parameters import Parameter
from archive.exceptions import ReadConflictError
from archive.lru import LRUCache
from archive.visibility import Viewer, sees_drafts

#: SQLite virtual machine steps between two checks of the time: about a millisecond.
_STEPS = 50_000
_REPLACES_MERGED = ContextVar("replaces_merged", default=False)


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


@contextmanager
def merged_slugs_replaced() -> Iterator[None]:
    """While it is entered, filters bind the slugs of the records that merged records' slugs lead to.

    Queries are run so once they found no record with a slug: where nothing was merged, no statement is added.
    """
    token = _REPLACES_MERGED.set(True)
    try:
        yield
    finally:
        _REPLACES_MERGED.reset(token)


def replaces_merged_slugs() -> bool:
    """Whether ``merged_slugs_replaced`` is entered."""
    return _REPLACES_MERGED.get()


class CompiledCache:
    """LRU cache of compiled queries, bounded by the total length of their SQL.

    A key is all of a request that decides its SQL and the keys of its bind parameters; the database and whether the
    user sees drafts are added here. ``build`` compiles the query for a key that is not cached.
    """

    def __init__(self, max_length: int) -> None:
        self._queries: LRUCache[CompiledQuery] = LRUCache(max_length)

    def run(
        self, key: Hashable, values: Mapping[str, Any], user: Viewer, build: Callable[[], CompiledQuery]
    ) -> bytes | None:
        """The JSON; None for no row, or if one of the groups has none. Raises ArchiveError of ``build``; db.Error."""
        full_key = default_connection.vendor, sees_drafts(user), key
        compiled = self._queries.get_or_set(full_key, build, sql_length)
        return compiled.run(values)

    def read(
        self,
        key: Hashable,
        bind: Callable[[], Mapping[str, Any]],
        user: Viewer,
        build: Callable[[], CompiledQuery],
        check: Callable[[], None],
    ) -> bytes:
        """The JSON of a query under filters; ``check`` raises the FilterError of one that names no visible record.

        ``bind`` returns the values of its parameters.

        Raises ReadConflictError if the archive changed between the query and the check; ArchiveError; django.db.Error.
        """
        content = self.run_filters(key, bind, user, build)
        if content is None:
            check()
            raise ReadConflictError()
        return content

    def run_filters(
        self, key: Hashable, bind: Callable[[], Mapping[str, Any]], user: Viewer, build: Callable[[], CompiledQuery]
    ) -> bytes | None:
        """As ``run``; where filters name no record, again with the slugs of merged records replaced."""
        values = bind()
        content = self.run(key, values, user, build)
        if content is None:
            with merged_slugs_replaced():
                replaced = bind()
            if replaced != values:
                content = self.run(key, replaced, user, build)
        return content


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
