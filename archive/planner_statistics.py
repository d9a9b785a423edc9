"""Statistics of the archive's tables, by which PostgreSQL plans: after a fixture or a load, and after few changes.

By itself PostgreSQL analyzes a table after 50 changes and a tenth of its rows (``autovacuum_analyze_threshold``), where
autovacuum is on, and plans for a table that it has never analyzed as if it filled ten pages: with 45 speech acts typed
into a new archive the ledger took 4.7 s instead of 0.2, and with the first dossier loaded a search took a minute.
https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import AppConfig
from django.db import connections
from django.db.models import Model

#: Changed rows, besides a tenth of the table, after which its statistics are made again, within a minute.
_CHANGED_ROWS = 5

# Tables for which a database's administrator chose a number keep it.
_TABLES_WITHOUT_OPTION = """
SELECT relname FROM pg_class
WHERE oid = ANY(SELECT to_regclass(quote_ident(name)) FROM unnest(%s::text[]) AS name)
AND relkind = 'r' AND NOT coalesce(array_to_string(reloptions, ' ') LIKE '%%autovacuum_analyze_threshold%%', false)
"""
# The tables of an application, of models or not, that have twice as many pages as when they were analyzed, or were
# never, or that are among those that were written. Analyzed while it is empty, a table is planned worse than never.
_OUTDATED_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND pg_table_is_visible(oid) AND starts_with(relname, %s)
AND pg_relation_size(oid) > 0
AND (pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages OR relname = ANY(%s))
"""


def analyze_after_few_changes(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """Receiver of ``post_migrate`` that sets the threshold of all tables of the application that have none."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in sender.get_models(include_auto_created=True)]
        cursor.execute(_TABLES_WITHOUT_OPTION, [tables])
        for (table,) in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(f"ALTER TABLE {name} SET (autovacuum_analyze_threshold = {_CHANGED_ROWS})")


def analyze_outdated(application: AppConfig, using: str, written: Collection[type[Model]]) -> None:
    """Analyze the application's tables that were never analyzed or have doubled since, and those of written models.

    Part of the current transaction. SQLite plans small tables well without statistics.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    links = [field.m2m_db_table() for model in written for field in model._meta.many_to_many]
    tables = [*(model._meta.db_table for model in written), *links]
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED_TABLES, [f"{application.label}_", tables])
        if names := [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]:
            cursor.execute(f"ANALYZE {', '.join(names)}")
