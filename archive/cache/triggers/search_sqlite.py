"""Triggers that keep the index on SQLite: two FTS5 tables, one of words and one of the substrings of CJK texts.

Neither table stores the texts. FTS5 then removes a record's words if it gets exactly the texts with which they were
inserted, so each trigger computes the texts as they were before: without the part that is new, with the old one.
A bulk load removes a record once, queues it, and inserts it at its end (``flush_statements``).

The triggers fold texts by functions of ``archive.search_index.folding``, which each connection of the program has.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass

from archive.models import PublicVersion
from archive.search_index.folding import FOLD, NAMES, VERSION
from archive.search_index.folding import WORDS as FOLD_WORDS
from archive.search_index.record_text import (
    ENTRIES,
    NAME_BOUNDARY,
    QUEUE,
    PartTexts,
    RecordText,
    record_texts,
    with_spellings,
)
from archive.search_syntax import CJK

PREFIX = "archive_search_"
WORDS, SUBSTRINGS = "archive_search_words", "archive_search_substrings"
#: A view without rows; what is inserted into it is written to both tables.
TEXTS = "archive_search_texts"
_COLUMNS = ("name", "other_names", "summary", "text")
_IS_BULK = f"(SELECT is_bulk FROM {PublicVersion._meta.db_table})"
_LINE = "'\n'"
_BOUNDARY = f"' {NAME_BOUNDARY} '"
#: Ranges that have all of ``CJK``, all that folds into it, and little else. GLOB compares every letter of a text with
#: every range: most texts have no letter of these three, and are not folded to be compared with those of ``CJK``.
_CJK_AND_OTHERS = "\u1100-\u11ff\u2e80-\ud7ff\uf900-\U0003ffff"


@dataclass(frozen=True, slots=True)
class _Change:
    """A changed part, as seen from a record: ``skipped`` is the row to leave out, ``added`` the row to add instead."""

    part: PartTexts
    skipped: str = ""
    added: str = ""


def create_statements() -> list[str]:
    """The SQL statements that create all triggers."""
    return [_write_trigger(), *(sql for record in record_texts() for sql in _triggers(record))]


def rebuild_statements() -> list[str]:
    """The SQL statements that rebuild the index."""
    statements = [
        *(f"INSERT INTO {table}({table}) VALUES ('delete-all')" for table in (WORDS, SUBSTRINGS)),
        f"DELETE FROM {QUEUE}",
        f"DELETE FROM {ENTRIES}",
    ]
    for record in record_texts():
        statements.append(
            f"INSERT INTO {ENTRIES} (kind, record_id, date_sort) "
            f"SELECT '{record.kind}', r.id, {record.date('r')} FROM \"{record.table}\" AS r"
        )
        statements += insert_statements(record, f"e.kind = '{record.kind}'")
    return statements


def flush_statements() -> list[str]:
    """The SQL statements that index the queued records."""
    queued = f"e.id IN (SELECT entry_id FROM {QUEUE})"
    inserts = [
        sql for record in record_texts() for sql in insert_statements(record, f"e.kind = '{record.kind}' AND {queued}")
    ]
    return [*inserts, f"DELETE FROM {QUEUE}"]


def insert_statements(record: RecordText, condition: str) -> list[str]:
    """The INSERT of the texts of records; ``e`` is an entry and ``r`` its record."""
    return [f"INSERT INTO {TEXTS} {texts_query(record, condition)}"]


def texts_query(record: RecordText, condition: str) -> str:
    """The query of the rows of ``TEXTS`` for records."""
    return _rows(record, "r", condition, "NULL")


def _delete_statements(record: RecordText, row: str, condition: str, change: _Change | None = None) -> list[str]:
    """The removal of a record's texts, of which ``row`` is a table or a trigger's row."""
    condition += f" AND e.id NOT IN (SELECT entry_id FROM {QUEUE})"
    return [f"INSERT INTO {TEXTS} {_rows(record, row, condition, chr(39) + 'delete' + chr(39), change)}"]


def _rows(record: RecordText, row: str, condition: str, command: str, change: _Change | None = None) -> str:
    join = f' JOIN "{record.table}" AS r ON r.id = e.record_id' if row == "r" else ""
    texts = ", ".join(_texts(record, row, change))
    return f"SELECT {command}, e.id, {texts} FROM {ENTRIES} AS e{join} WHERE {condition}"


def write_statements(words_table: str, substrings: str, row: str, source: str = "") -> list[str]:
    """The INSERTs of a trigger's row of ``TEXTS``, or of those of ``source``: words, and substrings of CJK texts.

    FTS5's commands are values of a column that is called as the table; NULL is none.
    """
    columns = [f"{row}.{column}" for column in _COLUMNS]
    # A trigram begins at each of the last two characters too, so that the range of terms has all substrings.
    padded = ", ".join(f"{_folded(column, FOLD)} || '  '" for column in columns)
    names = ", ".join(("rowid", *_COLUMNS))
    name, other_names, *texts = columns
    words = [_folded(text, FOLD_WORDS) for text in texts]
    folded = ", ".join([f"{NAMES}({name})", f"{NAMES}({other_names})", *words])
    return [
        f"INSERT INTO {words_table} ({words_table.rpartition('.')[2]}, {names}) "
        f"SELECT {row}.command, {row}.entry_id, {folded}{source}",
        f"INSERT INTO {substrings} ({substrings.rpartition('.')[2]}, {names}) "
        f"SELECT {row}.command, {row}.entry_id, {padded}{source} WHERE {' OR '.join(map(_has_cjk, columns))}",
    ]


def _write_trigger() -> str:
    run = "; ".join(write_statements(WORDS, SUBSTRINGS, "NEW"))
    return f"CREATE TRIGGER {PREFIX}write INSTEAD OF INSERT ON {TEXTS} BEGIN /* Folding {VERSION} */ {run}; END"


def _folded(column: str, function: str) -> str:
    """SQL of a column's text for the tokenizers, which fold the case of ASCII themselves."""
    return f"CASE WHEN {_is_ascii(column)} THEN {column} ELSE {function}({column}) END"


def _is_ascii(text: str) -> str:
    return f"length(CAST({text} AS BLOB)) = length({text})"


def _has_cjk(text: str) -> str:
    return f"NOT {_is_ascii(text)} AND {text} GLOB '*[{_CJK_AND_OTHERS}]*' AND {FOLD}({text}) GLOB '*[{CJK}]*'"


def _texts(record: RecordText, row: str, change: _Change | None = None) -> list[str]:
    """SQL of the text of each column of the tables."""
    text = record.text
    names = [_names(record, text.name, row, change, []), ""]
    if text.other_names:
        own = with_spellings(record.pieces(text.name, row))[1::2]
        names[1] = _names(record, text.other_names, row, change, own)
    summary = _lines(record, text.summary, row, change)
    return [name or "''" for name in names] + [summary, _lines(record, (*text.original, *text.text), row, change)]


def _names(record: RecordText, paths: tuple[str, ...], row: str, change: _Change | None, first: list[str]) -> str:
    """SQL of the names at the paths, each after a boundary, and a boundary after the last."""
    pieces = [*first, *with_spellings(record.pieces(paths, row))] if first else record.pieces(paths, row)
    texts = [f"{_BOUNDARY} || {_one_name(piece)}" for piece in pieces]
    for part, columns in record.part_pieces(paths):
        spelled = with_spellings(columns) if first else columns
        texts.append(_of_parts(part, [f"{_BOUNDARY} || {_one_name(piece)}" for piece in spelled], "", row, change))
    return " || ".join([*texts, _BOUNDARY]) if texts else ""


def _one_name(piece: str) -> str:
    return f"replace({piece}, {_LINE}, {_BOUNDARY})" if '"folded"' in piece else piece


def _lines(record: RecordText, paths: tuple[str, ...], row: str, change: _Change | None) -> str:
    texts = record.pieces(paths, row)
    for part, columns in record.part_pieces(paths):
        texts.append(_of_parts(part, columns, _LINE, row, change))
    return f" || {_LINE} || ".join(texts) or "''"


def _of_parts(part: PartTexts, pieces: list[str], separator: str, row: str, change: _Change | None) -> str:
    """SQL of the texts of a record's parts, before the change; the same text, to the letter, as was inserted."""
    line = f" || {separator} || ".join(pieces) if separator else " || ".join(pieces)
    condition, added = f'part."{part.key}" = {row}.id', ""
    if change is not None and change.part.table == part.table:
        condition += f" AND part.id <> {change.skipped}" if change.skipped else ""
        if change.added:
            added = f" UNION ALL SELECT {change.added}.id, {line.replace('part.', f'{change.added}.')}"
    lines = f'SELECT part.id AS id, {line} AS line FROM "{part.table}" AS part WHERE {condition}{added}'
    return f"coalesce((SELECT group_concat(line, {_LINE}) FROM (SELECT line FROM ({lines}) ORDER BY id)), '')"


def _triggers(record: RecordText) -> list[str]:
    table, kind = record.table, record.kind
    new, old = (f"e.kind = '{kind}' AND e.record_id = {row}.id" for row in ("NEW", "OLD"))
    columns = [f'"{column}"' for column in record.columns]
    entry = f"kind = '{kind}' AND record_id = OLD.id"
    statements = {
        "INSERT": [
            f"INSERT INTO {ENTRIES} (kind, record_id, date_sort) VALUES ('{kind}', NEW.id, {record.date('NEW')})",
            *_index(record, new),
        ],
        f"UPDATE OF {', '.join(columns)}": [
            *_delete_statements(record, "OLD", old),
            f"UPDATE {ENTRIES} SET date_sort = {record.date('NEW')} WHERE {entry}",
            *_index(record, new),
        ],
        "DELETE": [
            *_delete_statements(record, "OLD", old),
            f"DELETE FROM {QUEUE} WHERE entry_id IN (SELECT id FROM {ENTRIES} WHERE {entry})",
            f"DELETE FROM {ENTRIES} WHERE {entry}",
        ],
    }
    return [
        *(
            _trigger(record, table, event, _changed(columns) if event.startswith("UPDATE") else "", run)
            for event, run in statements.items()
        ),
        *(sql for part in record.parts().values() for sql in _part_triggers(record, part)),
    ]


def _part_triggers(record: RecordText, part: PartTexts) -> list[str]:
    key = f'"{part.key}"'
    columns = [key, *(f'"{column}"' for column in part.columns)]
    new, old = (f"e.kind = '{record.kind}' AND e.record_id = {row}.{key}" for row in ("NEW", "OLD"))
    moved = f"{new} AND NEW.{key} IS NOT OLD.{key}"
    without_new = _Change(part, skipped="NEW.id")
    before_update = _Change(part, skipped="NEW.id", added="OLD")
    return [
        _trigger(record, part.table, "INSERT", "", [
            *_delete_statements(record, "r", new, without_new), *_index(record, new),
        ]),
        _trigger(record, part.table, "DELETE", "", [
            *_delete_statements(record, "r", old, _Change(part, added="OLD")), *_index(record, old),
        ]),
        _trigger(record, part.table, f"UPDATE OF {', '.join(columns)}", _changed(columns), [
            *_delete_statements(record, "r", old, before_update), *_index(record, old),
            *_delete_statements(record, "r", moved, without_new), *_index(record, moved),
        ]),
    ]  # fmt: skip


def _index(record: RecordText, condition: str) -> list[str]:
    """Statements that insert the texts of a record, or queue it during a bulk load."""
    queue = (
        f"INSERT INTO {QUEUE} (entry_id) SELECT e.id FROM {ENTRIES} AS e WHERE {condition} AND {_IS_BULK} "
        f"AND e.id NOT IN (SELECT entry_id FROM {QUEUE})"
    )
    return [queue, *insert_statements(record, f"{condition} AND NOT {_IS_BULK}")]


def _changed(columns: list[str]) -> str:
    return "WHEN " + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns) + " "


def _trigger(record: RecordText, table: str, event: str, when: str, run: list[str]) -> str:
    name = f"{PREFIX}{event.split()[0].lower()}_{table}" + (f"_of_{record.table}" if table != record.table else "")
    return f'CREATE TRIGGER {name} AFTER {event} ON "{table}" {when}BEGIN {"; ".join(run)}; END'
