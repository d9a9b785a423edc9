"""Rows into PostgreSQL, by COPY; indexes and foreign keys are built when all rows are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from archive.cache import search_index, timeline_summary
from archive.cache.triggers.moments import BULK_MOMENT
from bench.world.tables import Table

_FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
#: What no constraint rests on: keys stay, so that no foreign key loses what it points to.
_INDEXES = """
    SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def loading() -> Iterator[None]:
    """Without secondary indexes and foreign keys; both are made again, and checked, at the end."""
    with connection.cursor() as cursor:
        # A crash would lose the last chunk: here that costs a fresh start and nothing else.
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(f"{_FOREIGN_KEYS} UNION ALL {_INDEXES}")
        result = cursor.fetchall()
        for drop, _ in result:
            cursor.execute(drop)
        yield
        for _, make in reversed(result):  # indexes first: they help to check the keys
            cursor.execute(make)
        cursor.execute("VACUUM ANALYZE")
        # From rows with indexes and statistics: without them, each record's parts would be searched in whole tables.
        search_index.flush("default")
        timeline_summary.flush("default")
        # The indexes' own tables: where autovacuum is off, a save is planned as if they were empty.
        cursor.execute("ANALYZE")


@contextmanager
def chunk() -> Iterator[None]:
    """A transaction as in ``load``: its rows share one ``updated_at``, and its records are queued for the indexes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('{BULK_MOMENT}', clock_timestamp()::text, true)")
        yield


def write(table: Table, rows: list[list[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(column) for column in table.columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
