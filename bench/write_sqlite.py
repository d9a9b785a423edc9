"""Rows into SQLite, by one prepared INSERT a table; indexes are built when all rows are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from bench.world.tables import Table


@contextmanager
def loading() -> Iterator[None]:
    """Without secondary indexes and checks of foreign keys; both are made up for at the end."""
    with connection.cursor() as cursor:
        # A crash would lose the file: here that costs a fresh start and nothing else.
        for pragma in ("synchronous = OFF", "cache_size = -200000", "foreign_keys = OFF"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        result = cursor.fetchall()
        for name, _ in result:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, make in result:
            cursor.execute(make)
        connection.check_constraints()
        for pragma in ("foreign_keys = ON", "wal_checkpoint(TRUNCATE)"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("ANALYZE")


@contextmanager
def chunk() -> Iterator[None]:
    """A transaction; the triggers stamp each of its rows."""
    with transaction.atomic():
        yield


def write(table: Table, rows: list[list[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in table.columns)
    places = ", ".join(["%s"] * len(table.columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})", [_adapted(row) for row in rows]
        )


def _adapted(row: list[Any]) -> list[Any]:
    """As Django writes them: days in ISO form, moments in UTC without a zone."""
    return [
        value if not isinstance(value, date)
        else str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value.isoformat()
        for value in row
    ]  # fmt: skip
