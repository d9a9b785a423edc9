"""Moves ``updated_at`` and ``public_version`` of a record when what the public sees of it moves, whatever wrote it.

Four causes: the record's own columns; a piece of it (a part, a link) that the public sees before or after the write; a
record that comes into sight or goes, and with it pieces of others; and a record that is new. A save that changes
nothing of this leaves both as they were, so that a link to a draft leaves no trace. Of a draft its own columns move
them, for those who see drafts.

The moment is taken while the public version is locked, so of two changes the one that others see later has the later
moment (see ``archive.cache.triggers.public_version`` for transactions that are long).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from archive.cache.triggers.conditions import content_changed, is_public, tracked_models
from archive.cache.triggers.moments import (
    CREATE_ON_POSTGRESQL,
    MOMENT,
    ON_POSTGRESQL,
    STATEMENT_MOMENT,
    is_bulk,
    plausible_moment,
    tick,
)
from archive.cache.triggers.visible_rows import VisibleRows, addressed, depending, pieces
from archive.choices import Status
from archive.models.base import Record

PREFIX = "archive_stamp_"
#: Not the record itself, whose own trigger has its columns.
_SELF = "pk"

# All names in this file's SQL are the program's own.


def create_statements(vendor: str, using: str) -> list[str]:
    """What creates all triggers."""
    made = [CREATE_ON_POSTGRESQL] if vendor == "postgresql" else []
    for model in tracked_models():
        if vendor == "postgresql":
            made += _own_on_postgresql(model, using) if addressed(model) else []
            made += _pieces_on_postgresql(model, using)
        else:
            made += _own_on_sqlite(model, using) if addressed(model) else []
            made += _pieces_on_sqlite(model, using)
        if not model._meta.auto_created and issubclass(model, Record):
            made += _publication(model, using, vendor)
    return made


def move(owner: Any, keys: str, moment: str, but: str = "") -> str:
    """The statement that moves the records whose keys the query gives; those that have the moment already stay.

    SQLite runs it for each row that a statement writes; the record is counted once.
    """
    count = f"(updated_at < {STATEMENT_MOMENT})" if moment == MOMENT else "1"
    return (
        f'UPDATE "{owner._meta.db_table}" SET public_version = public_version + {count}, updated_at = {moment} '  # noqa: S608
        f"WHERE id IN ({keys}) AND updated_at <> {moment}{but}"
    )


# The record's own columns


def _own_on_postgresql(model: Any, using: str) -> list[str]:
    table = model._meta.db_table
    name = f"{PREFIX}own_{table}"
    return [
        f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.updated_at := {ON_POSTGRESQL};
    ELSIF {content_changed(model, using)} THEN
        NEW.updated_at := {ON_POSTGRESQL};
        NEW.public_version := OLD.public_version + 1;
    ELSIF NEW.version IS DISTINCT FROM OLD.version THEN
        NEW.updated_at := OLD.updated_at;
        NEW.public_version := OLD.public_version;
    END IF;
    RETURN NEW;
END $$
""",
        f'CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()',
    ]


def _own_on_sqlite(model: Any, using: str) -> list[str]:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    listed = ", ".join(f'"{column}"' for column in columns if column not in ("updated_at", "public_version"))
    stamp = f'UPDATE "{table}" SET updated_at = {MOMENT}'  # noqa: S608
    restored = f'UPDATE "{table}" SET updated_at = OLD.updated_at, public_version = OLD.public_version'  # noqa: S608
    here, given, is_changed = (
        "WHERE id = NEW.id",
        tick(plausible_moment("NEW.updated_at")),
        content_changed(model, using),
    )
    is_saved = "OLD.version IS NOT NEW.version"
    return [
        f'CREATE TRIGGER {PREFIX}insert_{table} AFTER INSERT ON "{table}" WHEN NOT {is_bulk()} '
        f"BEGIN {given}; {stamp} {here}; END",
        f'CREATE TRIGGER {PREFIX}update_{table} AFTER UPDATE OF {listed} ON "{table}" WHEN {is_changed} '
        f"BEGIN {given}; {stamp}, public_version = OLD.public_version + 1 {here}; END",
        f'CREATE TRIGGER {PREFIX}save_{table} AFTER UPDATE OF {listed} ON "{table}" '
        f"WHEN {is_saved} AND NOT {is_changed} BEGIN {restored} {here}; END",
    ]


# Pieces of a record


def _owned(model: Any) -> list[VisibleRows]:
    """Each record that shows a row of the table, once: whether what the row links to is seen too does not matter."""
    found = {shown.owner: shown for shown in reversed(list(pieces(model))) if shown.owner != _SELF}
    return list(found.values())


def _pieces_on_postgresql(model: Any, using: str) -> list[str]:
    """Statement by statement, so that a million rows by COPY are one."""
    if not _owned(model):
        return []
    table = model._meta.db_table
    both = (
        f"SELECT NEW.id FROM removed AS OLD JOIN added AS NEW ON NEW.id = OLD.id WHERE {content_changed(model, using)}"  # noqa: S608
    )
    written = {
        "insert": ("NEW TABLE AS added", [("added", "")]),
        "delete": ("OLD TABLE AS removed", [("removed", "")]),
        "update": ("OLD TABLE AS removed NEW TABLE AS added", [("removed", both), ("added", both)]),
    }
    made = []
    for event, (tables, rows) in written.items():
        run = "\n".join(sql for name, among in rows for sql in _moved_by(model, using, name, among))
        made += [
            f"CREATE OR REPLACE FUNCTION {PREFIX}{event}_{table}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"DECLARE moment timestamptz := {ON_POSTGRESQL};\nBEGIN\n{run}\n    RETURN NULL;\nEND $$",
            f'CREATE TRIGGER {PREFIX}{event}_{table} AFTER {event.upper()} ON "{table}" '
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}{event}_{table}()",
        ]
    return made


def _moved_by(model: Any, using: str, rows: str, among: str) -> list[str]:
    """Commands of a trigger's function that move the records that show the rows of a transition table."""
    table = model._meta.db_table
    moved: dict[str, list[str]] = defaultdict(list)
    for shown in _owned(model):
        keys = shown.owners(using, shown.condition())
        keys = keys.replace(f'FROM "{table}"', f'FROM {rows} AS "{table}"', 1)
        if among:
            keys += f' AND "{table}".id IN ({among})'
        # A plan that was kept from a load of a million rows would hash whole tables for each single one after it.
        run = f"EXECUTE $sql${move(shown.owner_model, keys, '$1')}$sql$ USING moment;"
        moved[shown.subject].append(run)
    made = []
    for subject, runs in moved.items():
        if subject:
            column = model._meta.get_field(subject).column
            runs = [f'IF EXISTS (SELECT 1 FROM {rows} WHERE "{column}" IS NOT NULL) THEN', *runs, "END IF;"]  # noqa: S608
        made += runs
    return made


def _pieces_on_sqlite(model: Any, using: str) -> list[str]:
    table = model._meta.db_table
    owned = _owned(model)
    if not owned:
        return []
    made = []
    for when, event, row in (
        ("BEFORE", "UPDATE", "OLD"), ("BEFORE", "DELETE", "OLD"), ("AFTER", "INSERT", "NEW"), ("AFTER", "UPDATE", "NEW")
    ):  # fmt: skip
        condition = is_public(model, row, using)
        if event == "UPDATE":
            condition += f" AND {content_changed(model, using)}"
        runs = [tick(), *(_moved_on_sqlite(shown, row) for shown in owned)]
        made.append(
            f'CREATE TRIGGER {PREFIX}{when.lower()}_{event.lower()}_{table} {when} {event} ON "{table}" '
            f"WHEN {condition} BEGIN {'; '.join(runs)}; END"
        )
    return made


def _moved_on_sqlite(shown: VisibleRows, row: str) -> str:
    """The row is seen already; what remains is the way to the record."""
    first, *steps = shown.owner.split("__")
    field = shown.model._meta.get_field(first)
    keys = f'{row}."{field.column}"'
    for step in steps:
        field_there = field.related_model._meta.get_field(step)
        keys = f'(SELECT "{field_there.column}" FROM "{field.related_model._meta.db_table}" WHERE id = {keys})'  # noqa: S608
        field = field_there
    return move(shown.owner_model, keys if steps else f"SELECT {keys}", MOMENT)


# Records that come into sight, or go


def _publication(record: Any, using: str, vendor: str) -> list[str]:
    """After it: what hangs on the record counts as it was seen, or is seen now, but for the record itself."""
    table, name = record._meta.db_table, f"{PREFIX}status_{record._meta.db_table}"
    moment = "moment" if vendor == "postgresql" else MOMENT
    moves = []
    for shown, parent in depending(record):
        # Its own columns have moved it, and nothing shows that it is a piece of itself.
        but = " AND id <> NEW.id" if shown.owner_model is record else ""
        moves.append(move(shown.owner_model, shown.owners_by(using, parent, "NEW"), moment, but))
    moves = list(dict.fromkeys(moves))
    if not moves:
        return []
    is_one = f"(OLD.status = '{Status.PUBLISHED}') <> (NEW.status = '{Status.PUBLISHED}')"
    if vendor != "postgresql":
        return [
            f'CREATE TRIGGER {name} AFTER UPDATE OF status ON "{table}" WHEN {is_one} '
            f"BEGIN {'; '.join([tick(), *moves])}; END"
        ]
    run = ";\n    ".join(moves)
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"DECLARE moment timestamptz := {ON_POSTGRESQL};\nBEGIN\n    {run};\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {name} AFTER UPDATE OF status ON "{table}" FOR EACH ROW WHEN ({is_one}) '
        f"EXECUTE FUNCTION {name}()",
    ]
