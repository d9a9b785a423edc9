"""The timestamps of changes, as SQL inside a trigger.

PostgreSQL: the clock, to the microsecond. SQLite's clock has milliseconds, which several changes may share; so the
public version's row stores the timestamp of the last change, and the next is later by at least a microsecond. It rounds
up: a client that polled in the same millisecond gets a change twice rather than never.

A bulk load stamps all changes with one timestamp, so a record is not stamped again for each of its parts.
"""

from __future__ import annotations

from archive.models import PublicVersion

_TABLE = PublicVersion._meta.db_table
#: PostgreSQL: the timestamp of a transaction that loads in bulk.
BULK_MOMENT = "archive.bulk_moment"
#: SQLite: the timestamp of the last change, in Django's format.
MOMENT = (
    f"(SELECT strftime('%Y-%m-%d %H:%M:%S', clock / 1000000, 'unixepoch') "  # noqa: S608 (constants, here and below)
    f"|| CASE WHEN clock % 1000000 THEN printf('.%06d', clock % 1000000) ELSE '' END FROM {_TABLE})"
)
_SECOND = "CAST(strftime('%s', 'now') AS INTEGER)"
_NOW = f"({_SECOND} * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000 + 999)"


#: PostgreSQL: the last timestamp that the transaction has used.
LAST_MOMENT = "archive.last_moment"
_FUNCTION = "archive_stamp_moment"
#: PostgreSQL: the function that returns the timestamp, and its definition.
ON_POSTGRESQL = f"{_FUNCTION}()"
CREATE_ON_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    bulk text := current_setting('{BULK_MOMENT}', true);
    moment timestamptz := clock_timestamp();
BEGIN
    IF bulk <> '' THEN RETURN bulk; END IF;
    PERFORM set_config('{LAST_MOMENT}', moment::text, true);
    RETURN moment;
END $$
"""


#: SQLite: the start of the current statement, to the millisecond; the same for all rows that it writes.
STATEMENT_MOMENT = "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"


def is_bulk() -> str:
    """SQLite: whether the open transaction loads in bulk."""
    return f"(SELECT is_bulk FROM {_TABLE})"  # noqa: S608


def plausible_moment(column: str) -> str:
    """SQLite: a column's timestamp in microseconds if it is of the last second, as a save sets it, else now."""
    value = (
        f"(CAST(strftime('%s', {column}) AS INTEGER) * 1000000 + CAST(substr({column} || '000000', 21, 6) AS INTEGER))"
    )
    return (
        f"CASE WHEN length({column}) = 26 AND {value} BETWEEN {_NOW} - 1000000 AND {_NOW} THEN {value} ELSE {_NOW} END"
    )


def tick(moment: str = _NOW) -> str:
    """SQLite: the UPDATE that sets the clock to the timestamp, or past the last one."""
    return f"UPDATE {_TABLE} SET clock = max(clock + 1, {moment}) WHERE NOT is_bulk"  # noqa: S608
