"""Triggers that keep the trigrams of folded names on SQLite: FTS5 tables that read the names from their own tables.

PostgreSQL keeps its trigram indexes by itself.
"""

# All names in this module's SQL come from the code.
# ruff: noqa: S608

from __future__ import annotations

from archive.sql.name_conditions import TRIGRAM_TABLES

PREFIX = "archive_search_names_"


def create_statements() -> list[str]:
    """The SQL statements that create all triggers."""
    return [sql for table, trigrams in TRIGRAM_TABLES.items() for sql in _triggers(table, trigrams)]


def rebuild_statements() -> list[str]:
    """The SQL statements that rebuild the tables of trigrams."""
    return [f"INSERT INTO {trigrams}({trigrams}) VALUES ('rebuild')" for trigrams in TRIGRAM_TABLES.values()]


def _triggers(table: str, trigrams: str) -> list[str]:
    insert = f"INSERT INTO {trigrams}(rowid, folded) VALUES (NEW.id, NEW.folded)"
    delete = f"INSERT INTO {trigrams}({trigrams}, rowid, folded) VALUES ('delete', OLD.id, OLD.folded)"
    return [
        f"CREATE TRIGGER {PREFIX}insert_{table} AFTER INSERT ON {table} BEGIN {insert}; END",
        f"CREATE TRIGGER {PREFIX}delete_{table} AFTER DELETE ON {table} BEGIN {delete}; END",
        f"CREATE TRIGGER {PREFIX}update_{table} AFTER UPDATE OF folded ON {table} "
        f"WHEN OLD.folded IS NOT NEW.folded BEGIN {delete}; {insert}; END",
    ]
