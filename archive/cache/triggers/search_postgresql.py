"""Triggers that keep the index on PostgreSQL.

Those of insertions and deletions are statement-level, so that a COPY of a million rows runs them once.
A bulk load only queues the records; ``flush`` indexes them once, with all their parts.

GIN collects new entries in a list, which each search reads as a whole, and merges it when it is longer than a limit. A
long list is merged in less time per entry, so the limit is low for single writes, and high for a load, which ends with
an empty list.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Callable

from archive.cache.triggers.moments import BULK_MOMENT
from archive.search_index.postgresql_functions import LANGUAGES_TABLE, functions
from archive.search_index.record_text import ENTRIES, QUEUE, PartTexts, RecordText, record_texts, with_spellings

PREFIX = "archive_search_"
FLUSH = f"{PREFIX}flush"
_LINE = "'\n'"
#: The limits of the list of pending entries, in kilobytes: for single writes, and for loads.
_PENDING, _PENDING_BULK = 256, 4_096
#: Memory to merge the list of a load in one go.
_BULK_MEMORY = "64MB"
#: Only the owner of an index may merge its list; otherwise the next save or vacuum does.
_MERGE = (
    "PERFORM gin_clean_pending_list(i.oid) FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid "
    "JOIN pg_am ON pg_am.oid = i.relam "
    f"WHERE indrelid = '{ENTRIES}'::regclass AND amname = 'gin' AND pg_has_role(i.relowner, 'USAGE');"
)


def create_statements() -> list[str]:
    """The SQL statements that create all functions and triggers."""
    records = record_texts()
    triggers = [sql for record in records for sql in _triggers(record)]
    return [*functions(), *map(_index_function, records), _flush(records), *triggers]


def rebuild_statements() -> list[str]:
    """The SQL statements that rebuild the index."""
    return [
        f"DELETE FROM {QUEUE}",
        f"DELETE FROM {ENTRIES}",
        *(f"INSERT INTO {QUEUE} SELECT '{record.kind}', id FROM \"{record.table}\"" for record in record_texts()),
        f"SELECT {FLUSH}()",
    ]


def vectors(record: RecordText) -> str:
    """SQL of the call that makes the vectors of a row ``r``."""
    text = record.text
    names = _joined(record, (*text.name, *text.other_names), "r", with_spellings if text.other_names else list)
    groups = [_joined(record, paths, "r") for paths in (text.summary, text.original, text.text)]
    return f"{PREFIX}vectors({names}, {record.language('r')}, {', '.join(groups)})"


def _joined(
    record: RecordText, paths: tuple[str, ...], row: str, spell: Callable[[list[str]], list[str]] = list
) -> str:
    """SQL of the texts at the paths, one per line."""
    pieces = spell(record.pieces(paths, row))
    for part, columns in record.part_pieces(paths):
        text = f" || {_LINE} || ".join(spell(columns))
        pieces.append(
            f"coalesce((SELECT string_agg({text}, {_LINE} ORDER BY part.id) "
            f'FROM "{part.table}" AS part WHERE part."{part.key}" = {row}.id), \'\')'
        )
    return f" || {_LINE} || ".join(pieces) or "''"


def _index_name(record: RecordText) -> str:
    return f"{PREFIX}index_{_short(record.table)}"


def _short(table: str) -> str:
    """A table's name for the names of functions, which have at most 63 characters."""
    return table.removeprefix("archive_")


def _index_function(record: RecordText) -> str:
    """The function that writes the entries of records by id.

    It locks the entries first: of two transactions that each add a part, the second sees the part of the first.
    """
    kind, language = record.kind, ""
    if record.text.language:
        used = (
            f"SELECT lower(split_part({record.language('r')}, '-', 1)) FROM \"{record.table}\" AS r WHERE id = ANY(ids)"
        )
        language = f"UPDATE {LANGUAGES_TABLE} SET is_used = true WHERE NOT is_used AND tag IN ({used});"
    return f"""
CREATE OR REPLACE FUNCTION {_index_name(record)}(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {language}
    PERFORM 1 FROM {ENTRIES} WHERE kind = '{kind}' AND record_id = ANY(ids) ORDER BY id FOR UPDATE;
    INSERT INTO {ENTRIES} AS entry (kind, record_id, date_sort, name_vector, vector)
        SELECT '{kind}', r.id, {record.date("r")}, made.name_vector, made.vector
        FROM "{record.table}" AS r CROSS JOIN LATERAL {vectors(record)} AS made WHERE r.id = ANY(ids)
        ON CONFLICT (kind, record_id) DO UPDATE SET
            date_sort = excluded.date_sort, name_vector = excluded.name_vector, vector = excluded.vector;
END $$
"""


def _flush(records: list[RecordText]) -> str:
    """The function that indexes the queued records."""
    runs = "\n".join(
        f"    PERFORM {_index_name(record)}(ARRAY(SELECT record_id FROM {QUEUE} WHERE kind = '{record.kind}'));"
        for record in records
    )
    return f"""
CREATE OR REPLACE FUNCTION {FLUSH}() RETURNS void LANGUAGE plpgsql
SET gin_pending_list_limit = {_PENDING_BULK} SET work_mem = '{_BULK_MEMORY}' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM {QUEUE}) THEN RETURN; END IF;
{runs}
    DELETE FROM {QUEUE};
    {_MERGE}
END $$
"""


def _run(record: RecordText, ids: str) -> str:
    """Commands that index or queue the records of a query for ids."""
    return (
        f"IF current_setting('{BULK_MOMENT}', true) <> '' THEN\n"
        f"        INSERT INTO {QUEUE} (kind, record_id) SELECT '{record.kind}', id FROM ({ids}) AS changed(id) "
        f"ON CONFLICT DO NOTHING;\n    ELSE\n        PERFORM {_index_name(record)}(ARRAY({ids}));\n    END IF"
    )


def _triggers(record: RecordText) -> list[str]:
    table, kind = record.table, record.kind
    columns = [f'"{column}"' for column in record.columns]
    remove = "\n    ".join(
        f"DELETE FROM {name} WHERE kind = '{kind}' AND record_id IN (SELECT id FROM removed);"
        for name in (ENTRIES, QUEUE)
    )
    remove_all = "\n    ".join(f"DELETE FROM {name} WHERE kind = '{kind}';" for name in (ENTRIES, QUEUE))
    return [
        *_trigger("insert", record, table, "INSERT", "REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
                  _run(record, "SELECT id FROM added") + ";"),
        *_trigger("delete", record, table, "DELETE", "REFERENCING OLD TABLE AS removed FOR EACH STATEMENT", remove),
        *_trigger("update", record, table, f"UPDATE OF {', '.join(columns)}", _changed(columns),
                  _run(record, "SELECT NEW.id") + ";"),
        *_trigger("truncate", record, table, "TRUNCATE", "FOR EACH STATEMENT", remove_all),
        *(sql for part in record.parts().values() for sql in _part_triggers(record, part)),
    ]  # fmt: skip


def _part_triggers(record: RecordText, part: PartTexts) -> list[str]:
    key = f'"{part.key}"'
    columns = [key, *(f'"{column}"' for column in part.columns)]
    owners = f"SELECT DISTINCT {key} FROM {{}} WHERE {key} IS NOT NULL"
    return [
        *_trigger("insert", record, part.table, "INSERT", "REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
                  _run(record, owners.format("added")) + ";"),
        *_trigger("delete", record, part.table, "DELETE", "REFERENCING OLD TABLE AS removed FOR EACH STATEMENT",
                  _run(record, owners.format("removed")) + ";"),
        *_trigger("update", record, part.table, f"UPDATE OF {', '.join(columns)}", _changed(columns),
                  _run(record, f"SELECT id FROM (VALUES (OLD.{key}), (NEW.{key})) AS ends(id) WHERE id IS NOT NULL "
                               "GROUP BY id") + ";"),
        *_trigger("truncate", record, part.table, "TRUNCATE", "FOR EACH STATEMENT",
                  _run(record, f'SELECT id FROM "{record.table}"') + ";"),
    ]  # fmt: skip


def _changed(columns: list[str]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"FOR EACH ROW WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"


def _trigger(event: str, record: RecordText, table: str, on: str, clauses: str, run: str) -> list[str]:
    name = f"{PREFIX}{event}_{_short(table)}" + (f"_of_{_short(record.table)}" if table != record.table else "")
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET gin_pending_list_limit = {_PENDING} AS $$\n"
        f"BEGIN\n    {run}\n    RETURN NULL;\nEND $$",
        f'CREATE TRIGGER {name} AFTER {on} ON "{table}" {clauses} EXECUTE FUNCTION {name}()',
    ]
