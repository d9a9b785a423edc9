"""Triggers that keep ``AddresseeIndex`` equal to speech acts, their addressees and their statements' dates.

The list of the acts addressed to somebody is ordered by the statements' dates, and no index spans tables. So the table
repeats kind and date for each addressee.
"""

from __future__ import annotations

from archive.models import AddresseeIndex, SpeechAct, Statement

PREFIX = "archive_addressed_"
TABLE, _ACT, _STATEMENT = (model._meta.db_table for model in (AddresseeIndex, SpeechAct, Statement))
#: Column of an addressee -> its many-to-many table, which has a column of the same name.
_LINKS = {
    "body_id": SpeechAct.addressee_bodies.through._meta.db_table,
    "official_id": SpeechAct.addressee_officials.through._meta.db_table,
}


def rebuild_statements() -> list[str]:
    """The SQL statements that rebuild the table."""
    return [f"DELETE FROM {TABLE}", *(_insert(column, table) for column, table in _LINKS.items())]  # noqa: S608


def create_statements(vendor: str) -> list[str]:
    """The SQL statements that create all triggers."""
    if vendor == "postgresql":
        links = [sql for column, table in _LINKS.items() for sql in _links_on_postgresql(column, table)]
        return [*links, *_changes_on_postgresql()]
    return [
        *(sql for column, table in _LINKS.items() for sql in _links_on_sqlite(column, table)),
        *_changes_on_sqlite(),
    ]


# All names in this module's SQL come from the code.


def _insert(column: str, links: str) -> str:
    """Insert the rows for ``links``, a many-to-many table or a transition table of it."""
    return (
        f"INSERT INTO {TABLE} (act_id, {column}, kind, date_sort) "  # noqa: S608
        f"SELECT l.speechact_id, l.{column}, a.kind, s.date_sort FROM {links} l "
        f"JOIN {_ACT} a ON a.id = l.speechact_id JOIN {_STATEMENT} s ON s.id = a.statement_id"
    )


def _delete(column: str, links: str) -> str:
    return (
        f"DELETE FROM {TABLE} WHERE EXISTS (SELECT 1 FROM {links} l "  # noqa: S608
        f"WHERE l.speechact_id = {TABLE}.act_id AND l.{column} = {TABLE}.{column})"
    )


_UPDATE_ACT = (
    f"UPDATE {TABLE} SET kind = NEW.kind, "  # noqa: S608
    f"date_sort = (SELECT date_sort FROM {_STATEMENT} WHERE id = NEW.statement_id) WHERE act_id = NEW.id"
)
_UPDATE_DATE = (
    f"UPDATE {TABLE} SET date_sort = NEW.date_sort "  # noqa: S608
    f"WHERE act_id IN (SELECT id FROM {_ACT} WHERE statement_id = NEW.id)"
)


def _links_on_postgresql(column: str, table: str) -> list[str]:
    """Statement-level triggers, which run once for a COPY of a million rows."""
    new, old = "NEW TABLE AS added", "OLD TABLE AS removed"
    delete_all = f"DELETE FROM {TABLE} WHERE {column} IS NOT NULL"  # noqa: S608
    add, remove = _insert(column, "added"), _delete(column, "removed")
    return [
        *_trigger(f"insert_{table}", "INSERT", table, f"REFERENCING {new} FOR EACH STATEMENT", add),
        *_trigger(f"delete_{table}", "DELETE", table, f"REFERENCING {old} FOR EACH STATEMENT", remove),
        *_trigger(f"update_{table}", "UPDATE", table, f"REFERENCING {old} {new} FOR EACH STATEMENT", remove, add),
        *_trigger(f"truncate_{table}", "TRUNCATE", table, "FOR EACH STATEMENT", delete_all),
    ]


def _changes_on_postgresql() -> list[str]:
    moved = "FOR EACH ROW WHEN (OLD.kind <> NEW.kind OR OLD.statement_id <> NEW.statement_id)"
    dated = "FOR EACH ROW WHEN (OLD.date_sort <> NEW.date_sort)"
    return [
        *_trigger("act", "UPDATE OF kind, statement_id", _ACT, moved, _UPDATE_ACT),
        *_trigger("statement", "UPDATE OF date_sort", _STATEMENT, dated, _UPDATE_DATE),
    ]


def _trigger(name: str, event: str, table: str, clauses: str, *sql: str) -> list[str]:
    # EXECUTE plans each time: a plan cached during a bulk load would hash whole tables for a single row.
    run = ";\n    ".join(
        f"EXECUTE $sql${statement}$sql$" if "REFERENCING" in clauses else statement for statement in sql
    )
    return [
        f"CREATE OR REPLACE FUNCTION {PREFIX}{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n    {run};\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {PREFIX}{name} AFTER {event} ON "{table}" {clauses} EXECUTE FUNCTION {PREFIX}{name}()',
    ]


def _links_on_sqlite(column: str, table: str) -> list[str]:
    add = f"{_insert(column, table)} WHERE l.id = NEW.id"
    remove = f"DELETE FROM {TABLE} WHERE act_id = OLD.speechact_id AND {column} = OLD.{column}"  # noqa: S608
    return [
        f'CREATE TRIGGER {PREFIX}{event.lower()}_{table} AFTER {event} ON "{table}" BEGIN {sql}; END'
        for event, sql in (("INSERT", add), ("DELETE", remove), ("UPDATE", f"{remove}; {add}"))
    ]


def _changes_on_sqlite() -> list[str]:
    return [
        f'CREATE TRIGGER {PREFIX}act AFTER UPDATE OF kind, statement_id ON "{_ACT}" '
        f"WHEN OLD.kind <> NEW.kind OR OLD.statement_id <> NEW.statement_id BEGIN {_UPDATE_ACT}; END",
        f'CREATE TRIGGER {PREFIX}statement AFTER UPDATE OF date_sort ON "{_STATEMENT}" '
        f"WHEN OLD.date_sort <> NEW.date_sort BEGIN {_UPDATE_DATE}; END",
    ]
