"""The timeline's summary as a whole: adding what a bulk load queued, rebuilding, and comparing with the records."""

# All names in this module's SQL come from the code.
# ruff: noqa: S608

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from archive.cache.triggers.timeline import (
    KEY_COLUMNS,
    QUEUE,
    REFRESH,
    all_entries,
    cells_of_entries,
    rebuild_statements,
    refresh_statements,
)
from archive.sql.timeline_summary import CELLS, ENTRIES, LEVELS

#: A rebuild is quicker if at least one record in so many is queued.
_REBUILT_SHARE = 10


def flush(using: str) -> None:
    """Summarize the records that a bulk load has queued, in its transaction."""
    vendor = connections[using].vendor
    with connections[using].cursor() as cursor:
        queued, entries = (_count(cursor, table) for table in (QUEUE, ENTRIES))
        if not queued:
            return
        if queued * _REBUILT_SHARE > entries:
            statements = rebuild_statements(vendor)
        elif vendor == "postgresql":
            statements = [f"SELECT {REFRESH}(ARRAY(SELECT r FROM {QUEUE}))", f"DELETE FROM {QUEUE}"]
        else:
            statements = refresh_statements()
        for sql in statements:
            cursor.execute(sql)


def rebuild(using: str) -> None:
    """Summarize all records again."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for sql in rebuild_statements(connections[using].vendor):
            cursor.execute(sql)


def differences(using: str) -> tuple[int, int]:
    """The number of wrong or missing entries, and of cells that differ from the entries."""
    columns = f"{KEY_COLUMNS}, n, first, last, best"
    cells = " UNION ALL ".join(f"SELECT * FROM ({cells_of_entries(level)}) AS cells{level}" for level in LEVELS)
    stored = f"SELECT r, k, width, first, last, class, links, best, countries FROM {ENTRIES}"
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        return (
            _differing(cursor, stored, f"SELECT * FROM ({all_entries(connections[using].vendor)}) AS current", "r"),
            _differing(cursor, f"SELECT {columns} FROM {CELLS}", f"SELECT * FROM ({cells}) AS cells", KEY_COLUMNS),
        )


def _differing(cursor: CursorWrapper, stored: str, expected: str, key: str) -> int:
    """The number of keys with different rows."""
    either = f"SELECT * FROM ({stored} EXCEPT {expected}) AS extra UNION ALL SELECT * FROM ({expected} EXCEPT {stored})"
    return _count(cursor, f"(SELECT DISTINCT {key} FROM ({either} AS missing) AS differing)")


def _count(cursor: CursorWrapper, rows: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {rows} AS counted")
    return int(cursor.fetchone()[0])
