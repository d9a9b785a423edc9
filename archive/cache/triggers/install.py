"""Puts the triggers in place after every ``migrate``, and takes them away before one that changes tables.

SQLite changes a table by making it anew, which a trigger that names it would hinder or would not survive.
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from django.db import connections, transaction

from archive.cache.triggers import addressees, sequences, timestamps
from archive.cache.triggers import public_version as public_version
from archive.models import PublicVersion

#: Names of triggers begin with one of these; on PostgreSQL a function of ours says which triggers were made.
_PREFIXES = (public_version.PREFIX, addressees.PREFIX, timestamps.PREFIX, sequences.PREFIX)
_DIGEST_FUNCTION = f"{public_version.PREFIX}raise"


def remove_before_migrate(using: str = "default", plan: Any = (), **kwargs: Any) -> None:
    if plan:
        remove(using)


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Make the public version's row, and the triggers where they are not what the code says."""
    tables = connections[using].introspection.table_names()
    if not {public_version.VERSION, addressees.TABLE} <= set(tables):
        return
    vendor = connections[using].vendor
    made = [
        *public_version.create_statements(vendor, using),
        *addressees.create_statements(vendor),
        *timestamps.create_statements(vendor, using),
        *sequences.create_statements(vendor),
    ]
    with transaction.atomic(using=using):
        rows = PublicVersion.objects.using(using)
        if not rows.exists():
            rows.create(pk=1, stamp=str(uuid.uuid4()))
        if not _installed(using, made):
            _install(using, made)


def _install(using: str, made: list[str]) -> None:
    remove(using)
    with connections[using].cursor() as cursor:
        # Without its triggers what they write may have fallen behind.
        for sql in (*made, *addressees.rebuild_statements(), *sequences.rebuild_statements()):
            cursor.execute(sql)
        if connections[using].vendor == "postgresql":
            cursor.execute(f"COMMENT ON FUNCTION {_DIGEST_FUNCTION}() IS '{_digest(made)}'")


def _installed(using: str, made: list[str]) -> bool:
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(
                f"SELECT obj_description(to_regproc('{_DIGEST_FUNCTION}')), count(*) FROM pg_trigger {_ON_POSTGRESQL}"  # noqa: S608
            )
            digest, found = cursor.fetchone()
            return bool(digest == _digest(made) and found == sum("CREATE TRIGGER" in sql for sql in made))
        cursor.execute(f"SELECT sql FROM sqlite_master {_ON_SQLITE}")  # noqa: S608
        return {row[0] for row in cursor.fetchall()} == set(made)


def _name_condition(column: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE '{prefix}%'" for prefix in _PREFIXES) + ")"


_ON_POSTGRESQL = f"WHERE {_name_condition('tgname')} AND NOT tgisinternal"
_ON_SQLITE = f"WHERE type = 'trigger' AND {_name_condition('name')}"


def _digest(made: list[str]) -> str:
    return sha256("\n".join(made).encode()).hexdigest()


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
