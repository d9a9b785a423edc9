"""Primary keys in a fixture: numbers that mean something within their file only, and become natural keys here.

``dumpdata`` writes them unless it is told otherwise. A record may refer to one that comes later, so what refers by
number waits until the file has been read: on the disk, since a file of a million records is not held in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

from archive.datasets import schema
from archive.datasets.problems import DatasetError, Place, Problem, Problems

#: A record of a fixture: its kind, its line, its primary key (None where it gives none), its fields.
Read = tuple[schema.Kind, int, Any, dict[str, Any]]
_TABLES = """
    CREATE TABLE keys (kind TEXT, pk INTEGER, line INTEGER, key TEXT, PRIMARY KEY (kind, pk)) WITHOUT ROWID;
    CREATE TABLE waiting (n INTEGER PRIMARY KEY, kind TEXT, line INTEGER, fields TEXT);
"""
#: Half characters, which JSON can write and no database can hold, are reported later, as of every other record.
_encode = partial(json.dumps, default=str)


def resolved(
    records: Iterator[Read], file: str, problems: Problems
) -> Iterator[tuple[schema.Kind, int, dict[str, Any]]]:
    """The records, each kind's in the order of the file; numbers that stand for no record of the file are left.

    Raises DatasetError where there is no room on the disk.
    """
    # SQLite keeps a database without a name in a file of its own, which is gone with the connection.
    store = sqlite3.connect("", isolation_level=None)
    try:
        store.executescript(f"PRAGMA journal_mode = OFF; {_TABLES}")
        yield from _Keys(store, file, problems).resolve(records)
    except sqlite3.Error as error:
        expected = "room for the keys of the fixture in the directory for temporary files"
        raise DatasetError(Problem(Place(file), "", str(error), expected)) from error
    finally:
        store.close()


class _Keys:
    def __init__(self, store: sqlite3.Connection, file: str, problems: Problems) -> None:
        self.store, self.file, self.problems = store, file, problems

    def resolve(self, records: Iterator[Read]) -> Iterator[tuple[schema.Kind, int, dict[str, Any]]]:
        waiting: set[str] = set()
        for kind, line, pk, fields in records:
            self._keep(kind, line, pk, fields)
            # What comes after one that waits waits too: the order of a kind's records means something.
            if kind.name not in waiting and not any(_numbers(fields.get(one.name)) for one in _references(kind)):
                yield kind, line, fields
                continue
            waiting.add(kind.name)
            self.store.execute(
                "INSERT INTO waiting (kind, line, fields) VALUES (?, ?, ?)", (kind.name, line, _encode(fields))
            )
        kinds = schema.kinds()
        for name, line, fields in self.store.execute("SELECT kind, line, fields FROM waiting ORDER BY n"):
            yield kinds[name], line, self._named(kinds[name], json.loads(fields))

    def _keep(self, kind: schema.Kind, line: int, pk: Any, fields: dict[str, Any]) -> None:
        """Remember which natural key the record's number stands for."""
        if not _is_number(pk):
            return
        names = _key_of(kind, fields)
        key = _encode({name: fields.get(name) for name in names})
        kept = self.store.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)", (kind.name, pk, line, key))
        if not kept.rowcount:
            query = "SELECT line FROM keys WHERE kind = ? AND pk = ?"
            [(first,)] = self.store.execute(query, (kind.name, pk))
            got, expected = f"{pk} for one more of {kind.name}", f"it once: {Place(self.file, first)} has it already"
            self.problems.add(Problem(Place(self.file, line), "pk", got, expected, sort="duplicate"))

    def _named(self, kind: schema.Kind, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields with keys in place of numbers."""
        for column in _references(kind):
            value: Any = fields.get(column.name)
            if _numbers(value):
                target = schema.kinds()[column.target]
                several = isinstance(value, list)
                found = [self._key(target, one) if _is_number(one) else one for one in (value if several else [value])]
                fields[column.name] = found if several else found[0]
        return fields

    def _key(self, target: schema.Kind, pk: int) -> Any:
        """A slug, or the pieces of a key; the number itself where the file has no such record."""
        row = self.store.execute("SELECT key FROM keys WHERE kind = ? AND pk = ?", (target.name, pk)).fetchone()
        if row is None:
            return pk
        key = self._named(target, json.loads(row[0]))
        pieces = [_piece(value) for value in key.values()]
        if any(_is_number(key[one.name]) for one in _references(target) if one.name in key):
            return pk  # it refers to a record that the file lacks, and is reported for that
        if target.has_slug:
            return "-".join(map(str, pieces))
        return pieces


def _key_of(kind: schema.Kind, fields: dict[str, Any]) -> tuple[str, ...]:
    """The fields that name the record: a speech act without a slug has one made of two of them."""
    return ("statement", "ordinal") if kind.name == "speech_acts" and not fields.get("slug") else kind.key


def _references(kind: schema.Kind) -> Iterator[schema.Column]:
    return (column for column in kind.columns if column.target)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _numbers(value: Any) -> bool:
    """Whether records are referred to by number."""
    return any(map(_is_number, value)) if isinstance(value, list) else _is_number(value)


def _piece(value: Any) -> Any:
    """A piece of a key as text; that of a record by its slug alone."""
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return value if value is None else str(value)
