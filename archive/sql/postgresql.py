"""Execution on PostgreSQL by server-side prepared statements, with results as bytes.

A query is prepared once per connection and executed through libpq: a cursor would scan its text at each execution.
Prepared statements belong to a server connection; behind a transaction pooler set ``PREPARED_STATEMENTS=false``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.adapt import Loader
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus

#: Prepared statements per connection; the least recently used is deallocated.
_MAX_PREPARED = 100
#: Connection -> SQL -> name of its prepared statement.
_NAME_NUMBERS = count()
_NAMES: WeakKeyDictionary[Any, OrderedDict[str, bytes]] = WeakKeyDictionary()


class _Bytes(Loader):
    """Loads text as bytes."""

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        return bytes(data)


def fetch(connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> bytes | None:
    """The query's single value as bytes, None for no row. Raises django.db.Error."""
    connection.ensure_connection()
    observed = connection.execute_wrappers or connection.queries_logged
    if observed or not settings.PREPARED_STATEMENTS or not connection.connection.autocommit:
        return _by_cursor(connection, sql, params)
    with connection.wrap_database_errors:
        try:
            return _execute_prepared(connection.connection, sql, params)
        except (FeatureNotSupported, InvalidSqlStatementName):
            _deallocate(connection.connection, sql)  # a table changed, or the server dropped the statement
        except psycopg.Error:
            # An idle connection may have been closed; a read can be repeated.
            if connection.connection.pgconn.status == ConnStatus.OK:
                raise
            connection.close()
            connection.ensure_connection()
        return _execute_prepared(connection.connection, sql, params)


def _by_cursor(connection: Any, sql: str, params: Sequence[Any]) -> bytes | None:
    """Execute through Django's cursor wrapper, for transactions, execute wrappers and the query log."""
    cursor = psycopg.Cursor(connection.connection)
    cursor.adapters.register_loader("text", _Bytes)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cursor) as wrapped:
        wrapped.execute(sql, params)
        row = wrapped.fetchone()
    return None if row is None else row[0]


def _execute_prepared(raw: Any, sql: str, params: Sequence[Any]) -> bytes | None:
    names = _NAMES.setdefault(raw, OrderedDict())
    if (name := names.get(sql)) is None:
        name = _prepare(raw, names, sql)
    names.move_to_end(sql)
    result = raw.pgconn.exec_prepared(name, [_parameter_text(param) for param in params])
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result, encoding="utf-8")
    return None if result.ntuples == 0 else result.get_value(0, 0)  # type: ignore[no-any-return]


def _deallocate(raw: psycopg.Connection[Any], sql: str) -> None:
    if (name := _NAMES[raw].pop(sql, None)) is not None:
        raw.pgconn.exec_(b"DEALLOCATE " + name)


def _prepare(raw: psycopg.Connection[Any], names: OrderedDict[str, bytes], sql: str) -> bytes:
    if len(names) >= _MAX_PREPARED:
        _, name = names.popitem(last=False)
        raw.pgconn.exec_(b"DEALLOCATE " + name)
    name = b"chancery_%d" % next(_NAME_NUMBERS)
    result = raw.pgconn.prepare(name, _numbered(sql).encode())
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result, encoding="utf-8")
    names[sql] = name
    return name


def _numbered(sql: str) -> str:
    """The SQL with PostgreSQL's placeholders $1, $2, ..."""
    pieces = sql.replace("%%", "\0").split("%s")
    numbered = "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], start=1)) + pieces[-1]
    return numbered.replace("\0", "%")


def _parameter_text(value: object) -> bytes | None:
    """A parameter in PostgreSQL's text format; the SQL casts every parameter to its type."""
    if value is None:
        return None
    return (value.isoformat() if isinstance(value, date) else str(value)).encode()
