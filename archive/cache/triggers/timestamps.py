"""Triggers that update a record's ``updated_at`` and ``public_version`` when its public content changes.

Four causes: a change of the record's own columns; a write of a part or link that is public before or after it; the
publication or withdrawal of a record that is shown within others; and an insertion. Other saves change neither column,
so that a link to a draft leaves no trace. A draft's columns are updated for changes of its own columns, for users who
see drafts.

The timestamp is taken while the public version is locked, so of two changes the one that becomes visible later has the
later timestamp (see ``archive.cache.triggers.public_version`` for long transactions).
"""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Model

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
#: The owner path of the record itself, whose columns have a trigger of their own.
_SELF = "pk"

# All names in this module's SQL come from the code.


def create_statements(vendor: str, using: str) -> list[str]:
    """The SQL statements that create all triggers."""
    statements = [CREATE_ON_POSTGRESQL] if vendor == "postgresql" else []
    for model in tracked_models():
        if vendor == "postgresql":
            statements += _own_on_postgresql(model, using) if addressed(model) else []
            statements += _pieces_on_postgresql(model, using)
        else:
            statements += _own_on_sqlite(model, using) if addressed(model) else []
            statements += _pieces_on_sqlite(model, using)
        if not model._meta.auto_created and issubclass(model, Record):
            statements += _publication(model, using, vendor)
    return statements


def update_stamps(owner: type[Model], keys: str, moment: str, extra_condition: str = "") -> str:
    """The UPDATE of the records whose ids the query ``keys`` returns, except those that have the timestamp already.

    SQLite runs it for each row of a statement; ``public_version`` is raised once.
    """
    count = f"(updated_at < {STATEMENT_MOMENT})" if moment == MOMENT else "1"
    return (
        f'UPDATE "{owner._meta.db_table}" SET public_version = public_version + {count}, updated_at = {moment} '  # noqa: S608
        f"WHERE id IN ({keys}) AND updated_at <> {moment}{extra_condition}"
    )


# The record's own columns


def _own_on_postgresql(model: type[Model], using: str) -> list[str]:
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


def _own_on_sqlite(model: type[Model], using: str) -> list[str]:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    listed = ", ".join(f'"{column}"' for column in columns if column not in ("updated_at", "public_version"))
    stamp = f'UPDATE "{table}" SET updated_at = {MOMENT}'  # noqa: S608
    restored = f'UPDATE "{table}" SET updated_at = OLD.updated_at, public_version = OLD.public_version'  # noqa: S608
    where, set_clock = "WHERE id = NEW.id", tick(plausible_moment("NEW.updated_at"))
    is_changed = content_changed(model, using)
    is_saved = "OLD.version IS NOT NEW.version"
    return [
        f'CREATE TRIGGER {PREFIX}insert_{table} AFTER INSERT ON "{table}" WHEN NOT {is_bulk()} '
        f"BEGIN {set_clock}; {stamp} {where}; END",
        f'CREATE TRIGGER {PREFIX}update_{table} AFTER UPDATE OF {listed} ON "{table}" WHEN {is_changed} '
        f"BEGIN {set_clock}; {stamp}, public_version = OLD.public_version + 1 {where}; END",
        f'CREATE TRIGGER {PREFIX}save_{table} AFTER UPDATE OF {listed} ON "{table}" '
        f"WHEN {is_saved} AND NOT {is_changed} BEGIN {restored} {where}; END",
    ]


# Parts and links of a record


def _owned(model: type[Model]) -> list[VisibleRows]:
    """One entry per owner path of the model; the visibility of linked records is ignored."""
    by_owner = {rows.owner: rows for rows in reversed(list(pieces(model))) if rows.owner != _SELF}
    return list(by_owner.values())


def _pieces_on_postgresql(model: type[Model], using: str) -> list[str]:
    """Statement-level triggers, which run once for a COPY of a million rows."""
    if not _owned(model):
        return []
    table = model._meta.db_table
    changed = (
        f"SELECT NEW.id FROM removed AS OLD JOIN added AS NEW ON NEW.id = OLD.id WHERE {content_changed(model, using)}"  # noqa: S608
    )
    transitions = {
        "insert": ("NEW TABLE AS added", [("added", "")]),
        "delete": ("OLD TABLE AS removed", [("removed", "")]),
        "update": ("OLD TABLE AS removed NEW TABLE AS added", [("removed", changed), ("added", changed)]),
    }
    statements = []
    for event, (tables, rows) in transitions.items():
        run = "\n".join(sql for name, ids in rows for sql in _update_owners(model, using, name, ids))
        statements += [
            f"CREATE OR REPLACE FUNCTION {PREFIX}{event}_{table}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            f"DECLARE moment timestamptz := {ON_POSTGRESQL};\nBEGIN\n{run}\n    RETURN NULL;\nEND $$",
            f'CREATE TRIGGER {PREFIX}{event}_{table} AFTER {event.upper()} ON "{table}" '
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}{event}_{table}()",
        ]
    return statements


def _update_owners(model: type[Model], using: str, rows: str, ids: str) -> list[str]:
    """Commands of a trigger function that update the records which show the rows of a transition table."""
    table = model._meta.db_table
    by_subject: dict[str, list[str]] = defaultdict(list)
    for visible_rows in _owned(model):
        keys = visible_rows.owners(using, visible_rows.condition())
        keys = keys.replace(f'FROM "{table}"', f'FROM {rows} AS "{table}"', 1)
        if ids:
            keys += f' AND "{table}".id IN ({ids})'
        # EXECUTE plans each time: a plan cached during a bulk load would hash whole tables for a single row.
        run = f"EXECUTE $sql${update_stamps(visible_rows.owner_model, keys, '$1')}$sql$ USING moment;"
        by_subject[visible_rows.subject].append(run)
    statements = []
    for subject, runs in by_subject.items():
        if subject:
            column = next(key.column for key in model._meta.concrete_fields if key.name == subject)
            runs = [f'IF EXISTS (SELECT 1 FROM {rows} WHERE "{column}" IS NOT NULL) THEN', *runs, "END IF;"]  # noqa: S608
        statements += runs
    return statements


def _pieces_on_sqlite(model: type[Model], using: str) -> list[str]:
    table = model._meta.db_table
    owned = _owned(model)
    if not owned:
        return []
    statements = []
    for when, event, row in (
        ("BEFORE", "UPDATE", "OLD"), ("BEFORE", "DELETE", "OLD"), ("AFTER", "INSERT", "NEW"), ("AFTER", "UPDATE", "NEW")
    ):  # fmt: skip
        condition = is_public(model, row, using)
        if event == "UPDATE":
            condition += f" AND {content_changed(model, using)}"
        runs = [tick(), *(_update_owner_on_sqlite(visible_rows, row) for visible_rows in owned)]
        statements.append(
            f'CREATE TRIGGER {PREFIX}{when.lower()}_{event.lower()}_{table} {when} {event} ON "{table}" '
            f"WHEN {condition} BEGIN {'; '.join(runs)}; END"
        )
    return statements


def _update_owner_on_sqlite(visible_rows: VisibleRows, row: str) -> str:
    """The UPDATE of the record that shows a row which is known to be public."""
    first, *steps = visible_rows.owner.split("__")
    field = visible_rows.model._meta.get_field(first)
    keys = f'{row}."{field.column}"'
    for step in steps:
        next_field = field.related_model._meta.get_field(step)
        keys = f'(SELECT "{next_field.column}" FROM "{field.related_model._meta.db_table}" WHERE id = {keys})'  # noqa: S608
        field = next_field
    return update_stamps(visible_rows.owner_model, keys if steps else f"SELECT {keys}", MOMENT)


# Publication and withdrawal


def _publication(record: type[Model], using: str, vendor: str) -> list[str]:
    """The trigger after a change of status, which updates the records that show rows depending on the record."""
    table, name = record._meta.db_table, f"{PREFIX}status_{record._meta.db_table}"
    on_postgresql = vendor == "postgresql"
    changed, moment = ("SELECT unnest($2)", "$1") if on_postgresql else ('SELECT NEW."id"', MOMENT)
    updates = []
    for visible_rows, parent in depending(record):
        # The record itself is updated by the trigger of its own columns.
        extra_condition = f" AND id NOT IN ({changed})" if visible_rows.owner_model is record else ""
        owners = visible_rows.owners_by(using, parent, changed)
        updates.append(update_stamps(visible_rows.owner_model, owners, moment, extra_condition))
    updates = list(dict.fromkeys(updates))
    if not updates:
        return []
    old, new = ("old_row", "new_row") if on_postgresql else ("OLD", "NEW")
    is_publication = f"({old}.status = '{Status.PUBLISHED}') <> ({new}.status = '{Status.PUBLISHED}')"
    if not on_postgresql:
        return [
            f'CREATE TRIGGER {name} AFTER UPDATE OF status ON "{table}" WHEN {is_publication} '
            f"BEGIN {'; '.join([tick(), *updates])}; END"
        ]
    # Once for a statement that publishes a thousand records. EXECUTE plans for their number (see ``_update_owners``).
    run = "\n    ".join(f"EXECUTE $sql${update}$sql$ USING moment, changed;" for update in updates)
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"  # noqa: S608
        "DECLARE\n"
        f"    changed bigint[] := ARRAY(SELECT {new}.id FROM removed AS {old} "
        f"JOIN added AS {new} ON {new}.id = {old}.id WHERE {is_publication});\n"
        f"    moment timestamptz;\nBEGIN\n    IF cardinality(changed) = 0 THEN RETURN NULL; END IF;\n"
        f"    moment := {ON_POSTGRESQL};\n    {run}\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {name} AFTER UPDATE ON "{table}" REFERENCING OLD TABLE AS removed NEW TABLE AS added '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
