"""Triggers that raise the public version when a write changes rows that are public before or after it.

The condition is checked before an update or deletion, while the table has the old row and its parents, and after an
insertion or update. An update of bookkeeping columns only (a save that adds a link to a draft) does not raise the
version.

On PostgreSQL writers are concurrent: one publishes a statement while another adds a name to it and still sees a draft.
So raising takes an exclusive advisory lock; a writer that does not raise takes a shared lock and checks the condition
again: the later of the two sees the other's changes. SQLite has one writer at a time.
"""

from __future__ import annotations

from django.db.models import Model

from archive.cache.triggers.conditions import content_changed, is_public, tracked_models
from archive.cache.triggers.moments import LAST_MOMENT
from archive.models import PublicChange, PublicVersion

VERSION = PublicVersion._meta.db_table
CHANGES = PublicChange._meta.db_table
#: How long the start and end of transactions are stored.
HISTORY_DAYS = 90
PREFIX = "archive_public_"
#: PostgreSQL: 'yes' in a transaction that has raised the version, or that raises it explicitly at its end. A rollback,
#: also to a savepoint, resets it.
RAISED = "archive.raised"


def create_statements(vendor: str, using: str) -> list[str]:
    """The SQL statements that create all triggers."""
    if vendor == "postgresql":
        return [
            _RAISE,
            _TRUNCATED,
            _ENDED,
            _AT_COMMIT,
            *(sql for model in tracked_models() for sql in _postgresql(model, using)),
        ]
    return [sql for model in tracked_models() for sql in _sqlite(model, using)]


#: Runs at commit, or earlier when deferred constraints are checked.
_ENDED = f"""
CREATE OR REPLACE FUNCTION {PREFIX}ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {CHANGES} SET ended_at = clock_timestamp(),
        last_at = coalesce(nullif(current_setting('{LAST_MOMENT}', true), '')::timestamptz, last_at) WHERE id = NEW.id;
    DELETE FROM {CHANGES} WHERE ended_at < clock_timestamp() - interval '{HISTORY_DAYS} days';
    RETURN NULL;
END $$
"""  # noqa: S608 (constants)
_AT_COMMIT = (
    f"CREATE CONSTRAINT TRIGGER {PREFIX}ended AFTER INSERT ON {CHANGES} DEFERRABLE INITIALLY DEFERRED "
    f"FOR EACH ROW EXECUTE FUNCTION {PREFIX}ended()"
)
ADVISORY_LOCK = 0x43_48_41_4E_43_52_59  # "CHANCRY"
_RAISE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}raise() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({ADVISORY_LOCK});
    UPDATE {VERSION} SET stamp = gen_random_uuid()::text, number = number + 1;
    INSERT INTO {CHANGES} (began_at, last_at, ended_at) SELECT began, began, began
        FROM (SELECT transaction_timestamp() - interval '1 microsecond' AS began) AS own;
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
#: The return value of a BEFORE trigger on PostgreSQL: the row to write.
_RETURN_ROW = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"


def _postgresql(model: type[Model], using: str) -> list[str]:
    table = model._meta.db_table
    statements = [
        f'CREATE TRIGGER {PREFIX}truncate_{table} AFTER TRUNCATE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}truncated()"
    ]
    for when, row, events in (("before", "OLD", "UPDATE OR DELETE"), ("after", "NEW", "INSERT OR UPDATE")):
        name, is_row_public = f"{PREFIX}{when}_{table}", is_public(model, row, using)
        return_early = "RETURN NEW;" if when == "before" else "RETURN NULL;"
        statements.append(f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NOT {content_changed(model, using)} THEN {return_early} END IF;
    END IF;
    IF current_setting('{RAISED}', true) IS DISTINCT FROM 'yes' THEN
        IF {is_row_public} THEN
            PERFORM {PREFIX}raise();
        ELSE
            PERFORM pg_advisory_xact_lock_shared({ADVISORY_LOCK});
            IF {is_row_public} THEN PERFORM {PREFIX}raise(); END IF;
        END IF;
    END IF;
    {_RETURN_ROW if when == "before" else "RETURN NULL;"}
END $$
""")
        statements.append(
            f'CREATE TRIGGER {name} {when.upper()} {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
        )
    return statements


def _sqlite(model: type[Model], using: str) -> list[str]:
    table = model._meta.db_table
    raised = f"UPDATE {VERSION} SET stamp = lower(hex(randomblob(16))), number = number + 1"  # noqa: S608 (constants)
    return [
        f'CREATE TRIGGER {PREFIX}{when.lower()}_{event.lower()}_{table} {when} {event} ON "{table}" '
        f"WHEN {is_public(model, row, using)}{f' AND {content_changed(model, using)}' if event == 'UPDATE' else ''} "
        f"BEGIN {raised}; END"
        for when, event, row in (
            ("BEFORE", "UPDATE", "OLD"),
            ("BEFORE", "DELETE", "OLD"),
            ("AFTER", "INSERT", "NEW"),
            ("AFTER", "UPDATE", "NEW"),
        )
    ]
