"""The triggers' SQL on each database.

A write raises the version when the row was public before it or is public after it. Before an update or a deletion the
table still holds the old row, with all that it belongs to; after an insertion or an update the new one.

PostgreSQL lets two writers pass each other: one publishes a statement while another adds a name to it, which sees a
draft. So who raises holds a lock alone, and who does not shares it and looks again: whoever of the two commits last has
seen the other's work. SQLite has one writer at a time.
"""

from __future__ import annotations

from typing import Any

from archive.models import PublicVersion
from archive.public_version.conditions import public, watched

VERSION = PublicVersion._meta.db_table
PREFIX = "archive_public_"
#: PostgreSQL: 'yes' within a transaction that has raised the version, or that raises it by itself after writing all.
#: A rollback, also one to a savepoint, takes it back together with what it stands for.
RAISED = "archive.raised"


def statements(vendor: str, using: str) -> list[str]:
    """What creates all triggers."""
    if vendor == "postgresql":
        return [_RAISE, _TRUNCATED, *(sql for model in watched() for sql in _postgresql(model, using))]
    return [sql for model in watched() for sql in _sqlite(model, using)]


LOCK = 0x43_48_41_4E_43_52_59  # "CHANCRY"
_RAISE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}raise() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    UPDATE {VERSION} SET stamp = gen_random_uuid()::text, number = number + 1;
    PERFORM set_config('{RAISED}', 'yes', true);
END $$
"""  # noqa: S608 (constants)
_TRUNCATED = f"""
CREATE OR REPLACE FUNCTION {PREFIX}truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM {PREFIX}raise();
    RETURN NULL;
END $$
"""
#: What a trigger of PostgreSQL returns before a write: the row as it shall be.
_GO_ON = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"


def _postgresql(model: Any, using: str) -> list[str]:
    table = model._meta.db_table
    made = [
        f'CREATE TRIGGER {PREFIX}truncate_{table} AFTER TRUNCATE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}truncated()"
    ]
    for when, row, events in (("before", "OLD", "UPDATE OR DELETE"), ("after", "NEW", "INSERT OR UPDATE")):
        name, seen = f"{PREFIX}{when}_{table}", public(model, row, using)
        made.append(f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('{RAISED}', true) IS DISTINCT FROM 'yes' THEN
        IF {seen} THEN
            PERFORM {PREFIX}raise();
        ELSE
            PERFORM pg_advisory_xact_lock_shared({LOCK});
            IF {seen} THEN PERFORM {PREFIX}raise(); END IF;
        END IF;
    END IF;
    {_GO_ON if when == "before" else "RETURN NULL;"}
END $$
""")
        made.append(
            f'CREATE TRIGGER {name} {when.upper()} {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
        )
    return made


def _sqlite(model: Any, using: str) -> list[str]:
    table = model._meta.db_table
    raised = f"UPDATE {VERSION} SET stamp = lower(hex(randomblob(16))), number = number + 1"  # noqa: S608 (constants)
    return [
        f'CREATE TRIGGER {PREFIX}{when.lower()}_{event.lower()}_{table} {when} {event} ON "{table}" '
        f"WHEN {public(model, row, using)} BEGIN {raised}; END"
        for when, event, row in (
            ("BEFORE", "UPDATE", "OLD"),
            ("BEFORE", "DELETE", "OLD"),
            ("AFTER", "INSERT", "NEW"),
            ("AFTER", "UPDATE", "NEW"),
        )
    ]
