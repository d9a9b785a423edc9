"""The full-text index as a whole: indexing what a bulk load queued, rebuilding, and comparing with the records."""

# All names in this module's SQL come from the code.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from archive.cache.triggers import names_sqlite, search_postgresql, search_sqlite
from archive.search_index.record_text import ENTRIES, RecordText, record_texts
from archive.sql.name_conditions import NAMES, OFFICIALS, TRIGRAM_TABLES

_CHECK_TABLES = ("temp.archive_check_words", "temp.archive_check_substrings")
#: Names the columns of a query for texts.
_TEXTS = "SELECT * FROM archive_search_texts UNION ALL"
_DEFINITION = "SELECT sql FROM sqlite_master WHERE name = %s"


def flush(using: str) -> None:
    """Index the records that a bulk load has queued, in its transaction."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"SELECT {search_postgresql.FLUSH}()")
            return
        for sql in search_sqlite.flush_statements():
            cursor.execute(sql)


def rebuild(using: str) -> None:
    """Index all records again."""
    is_postgresql = connections[using].vendor == "postgresql"
    modules: tuple[Any, ...] = (search_postgresql,) if is_postgresql else (search_sqlite, names_sqlite)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for sql in (sql for module in modules for sql in module.rebuild_statements()):
            cursor.execute(sql)


def differences(using: str) -> dict[str, list[int]]:
    """The ids of records whose entry is missing, wrong or of no record, by collection; without those that have none."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        find = _on_postgresql if connections[using].vendor == "postgresql" else _on_sqlite
        wrong: dict[str, set[int]] = {}
        for kind, record_id in find(cursor):
            wrong.setdefault(kind, set()).add(record_id)
    return {kind: sorted(ids) for kind, ids in wrong.items()}


def _on_postgresql(cursor: CursorWrapper) -> Iterator[tuple[str, int]]:
    for record in record_texts():
        cursor.execute(
            f'SELECT r.id FROM "{record.table}" AS r '
            f"CROSS JOIN LATERAL {search_postgresql.vectors(record)} AS made "
            f"LEFT JOIN {ENTRIES} AS e ON e.kind = '{record.kind}' AND e.record_id = r.id "
            "WHERE (e.date_sort, e.name_vector, e.vector) IS DISTINCT FROM "
            f"({record.date('r')}::bigint, made.name_vector, made.vector) UNION {_without_record(record)}"
        )
        yield from ((record.kind, row[0]) for row in cursor.fetchall())


def _on_sqlite(cursor: CursorWrapper) -> Iterator[tuple[str, int]]:
    for record in record_texts():
        cursor.execute(
            f'SELECT r.id FROM "{record.table}" AS r '
            f"LEFT JOIN {ENTRIES} AS e ON e.kind = '{record.kind}' AND e.record_id = r.id "
            f"WHERE e.date_sort IS NOT {record.date('r')} UNION {_without_record(record)}"
        )
        yield from ((record.kind, row[0]) for row in cursor.fetchall())
    yield from _with_wrong_words(cursor)
    yield from _with_wrong_trigrams(cursor)


def _with_wrong_words(cursor: CursorWrapper) -> Iterator[tuple[str, int]]:
    """SQLite: compares the terms of both tables with those of temporary ones, which have the texts of now."""
    names = (search_sqlite.WORDS, search_sqlite.SUBSTRINGS)
    for name, copy in zip(names, _CHECK_TABLES, strict=True):
        cursor.execute(_DEFINITION, [name])
        cursor.execute(cursor.fetchone()[0].replace(name, copy, 1))
        for schema, table in (("main", name), ("temp", copy.removeprefix("temp."))):
            cursor.execute(f"CREATE VIRTUAL TABLE temp.{schema}_{name} USING fts5vocab({schema}, {table}, instance)")
    for record in record_texts():
        texts = search_sqlite.texts_query(record, f"e.kind = '{record.kind}'")
        source = f" FROM ({_TEXTS} {texts}) AS t"
        for sql in search_sqlite.write_statements(*_CHECK_TABLES, "t", source):
            cursor.execute(sql)
    for name, copy in zip(names, _CHECK_TABLES, strict=True):
        stored, current = (f'SELECT doc, term, col, "offset" FROM temp.{schema}_{name}' for schema in ("main", "temp"))
        either = f"SELECT * FROM ({stored} EXCEPT {current}) UNION SELECT * FROM ({current} EXCEPT {stored})"
        cursor.execute(
            f"SELECT DISTINCT coalesce(e.kind, ''), coalesce(e.record_id, doc) FROM ({either}) "
            f"LEFT JOIN {ENTRIES} AS e ON e.id = doc"
        )
        yield from cursor.fetchall()
        for table in (f"temp.main_{name}", f"temp.temp_{name}", copy):
            cursor.execute(f"DROP TABLE {table}")


def _with_wrong_trigrams(cursor: CursorWrapper) -> Iterator[tuple[str, int]]:
    """SQLite: compares the trigrams of names with those of a temporary table."""
    kind = "CASE WHEN body_id IS NULL THEN 'officials' ELSE 'bodies' END"
    bearers = f"SELECT {kind}, coalesce(official_id, body_id) FROM {NAMES}"
    for table, trigrams in TRIGRAM_TABLES.items():
        cursor.execute("CREATE VIRTUAL TABLE temp.archive_check USING fts5(folded, content='', tokenize='trigram')")
        cursor.execute(f"INSERT INTO temp.archive_check (rowid, folded) SELECT id, folded FROM {table}")
        for name, schema, source in (("stored", "main", trigrams), ("current", "temp", "archive_check")):
            cursor.execute(f"CREATE VIRTUAL TABLE temp.{name} USING fts5vocab({schema}, {source}, instance)")
        stored, current = (f'SELECT doc, term, "offset" FROM temp.{name}' for name in ("stored", "current"))
        wrong = f"SELECT doc FROM ({stored} EXCEPT {current}) UNION SELECT doc FROM ({current} EXCEPT {stored})"
        if table == NAMES:
            cursor.execute(f"{bearers} WHERE id IN ({wrong})")
        else:
            kind = "officials" if table == OFFICIALS else "bodies"
            cursor.execute(f"SELECT '{kind}', doc FROM ({wrong})")
        yield from cursor.fetchall()
        for name in ("stored", "current", "archive_check"):
            cursor.execute(f"DROP TABLE temp.{name}")


def _without_record(record: RecordText) -> str:
    return (
        f"SELECT record_id FROM {ENTRIES} WHERE kind = '{record.kind}' "
        f'AND record_id NOT IN (SELECT id FROM "{record.table}")'
    )
