"""Installs the triggers after every ``migrate``, and removes them before one that changes tables.

SQLite alters a table by creating a copy, which fails if a trigger names the table, or loses its triggers.
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from django.db import connections, transaction

from archive.cache.triggers import (
    addressees,
    names_sqlite,
    search_postgresql,
    search_sqlite,
    sequences,
    timeline,
    timestamps,
)
from archive.cache.triggers import public_version as public_version
from archive.models import PublicVersion
from archive.search_index.record_text import ENTRIES
from archive.sql.timeline_summary import CELLS

#: Prefixes of the triggers' names. On PostgreSQL the comment of a function has a digest of the installed triggers.
_PREFIXES = (
    public_version.PREFIX, addressees.PREFIX, timestamps.PREFIX, sequences.PREFIX, search_sqlite.PREFIX,
    timeline.PREFIX,
)  # fmt: skip
_DIGEST_FUNCTION = f"{public_version.PREFIX}raise"


def remove_before_migrate(using: str = "default", plan: object = (), **kwargs: object) -> None:
    if plan:
        remove(using)


def install_after_migrate(using: str = "default", **kwargs: object) -> None:
    """Create the row of the public version, and the triggers if they differ from the code."""
    tables = connections[using].introspection.table_names()
    if not {public_version.VERSION, addressees.TABLE, ENTRIES, CELLS} <= set(tables):
        return
    vendor = connections[using].vendor
    statements = [
        *public_version.create_statements(vendor, using),
        *addressees.create_statements(vendor),
        *timestamps.create_statements(vendor, using),
        *sequences.create_statements(vendor),
        *(sql for module in _search(vendor) for sql in module.create_statements()),
        *timeline.create_statements(vendor),
    ]
    with transaction.atomic(using=using):
        rows = PublicVersion.objects.using(using)
        if not rows.exists():
            rows.create(pk=1, stamp=str(uuid.uuid4()))
        if not _installed(using, statements):
            _install(using, statements)


def _install(using: str, statements: list[str]) -> None:
    remove(using)
    with connections[using].cursor() as cursor:
        # Rebuilds what the triggers would have written while they were missing.
        vendor = connections[using].vendor
        rebuilt = [sql for module in (addressees, sequences, *_search(vendor)) for sql in module.rebuild_statements()]
        for sql in (*statements, *rebuilt, *timeline.rebuild_statements(vendor)):
            cursor.execute(sql)
        if vendor == "postgresql":
            cursor.execute(f"COMMENT ON FUNCTION {_DIGEST_FUNCTION}() IS '{_digest(statements)}'")


def _search(vendor: str) -> tuple[Any, ...]:
    return (search_postgresql,) if vendor == "postgresql" else (search_sqlite, names_sqlite)


def _installed(using: str, statements: list[str]) -> bool:
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(
                f"SELECT obj_description(to_regproc('{_DIGEST_FUNCTION}')), count(*) FROM pg_trigger {_ON_POSTGRESQL}"  # noqa: S608
            )
            digest, count = cursor.fetchone()
            expected = sum(sql.startswith(("CREATE TRIGGER", "CREATE CONSTRAINT TRIGGER")) for sql in statements)
            return bool(digest == _digest(statements) and count == expected)
        cursor.execute(f"SELECT sql FROM sqlite_master {_ON_SQLITE}")  # noqa: S608
        return {row[0] for row in cursor.fetchall()} == set(statements)


def _name_condition(column: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE '{prefix}%'" for prefix in _PREFIXES) + ")"


_ON_POSTGRESQL = f"WHERE {_name_condition('tgname')} AND NOT tgisinternal"
_ON_SQLITE = f"WHERE type = 'trigger' AND {_name_condition('name')}"


def _digest(statements: list[str]) -> str:
    return sha256("\n".join(statements).encode()).hexdigest()


def remove(using: str = "default") -> None:
    """Drop all triggers."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"SELECT tgname, tgrelid::regclass::text FROM pg_trigger {_ON_POSTGRESQL}")  # noqa: S608
            for name, table in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
        else:
            cursor.execute(f"SELECT name FROM sqlite_master {_ON_SQLITE}")  # noqa: S608
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
