"""Primary keys in a fixture, which have a meaning in their file only, replaced by natural keys.

``dumpdata`` writes primary keys by default. A record may refer to a later one, so records that refer by primary key
are stored, on disk, until the file has been read: a file of a million records is not held in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

from archive.datasets.problems import DatasetError, Location, Problem, Problems
from archive.datasets.schema import Column, RecordType, record_types

#: Record type, line, primary key or None, fields.
FixtureRecord = tuple[RecordType, int, Any, dict[str, Any]]
#: The same with natural keys only.
ResolvedRecord = tuple[RecordType, int, dict[str, Any]]
_TABLES = """
    CREATE TABLE keys (type TEXT, pk INTEGER, line INTEGER, key TEXT, PRIMARY KEY (type, pk)) WITHOUT ROWID;
    CREATE TABLE pending (n INTEGER PRIMARY KEY, type TEXT, line INTEGER, fields TEXT);
"""
#: Keeps lone surrogates, which JSON can write and no database can hold: the parsers report them.
_encode = partial(json.dumps, default=str)


def resolve_keys(records: Iterator[FixtureRecord], file: str, problems: Problems) -> Iterator[ResolvedRecord]:
    """The records, each type's in the order of the file; primary keys that no record of the file has stay.

    Raises DatasetError where the disk is full.
    """
    # A temporary SQLite database without a name: a file that is deleted with the connection.
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(f"PRAGMA journal_mode = OFF; {_TABLES}")
        yield from _KeyResolver(connection, file, problems).resolve(records)
    except sqlite3.Error as error:
        expected = "room for the keys of the fixture in the directory for temporary files"
        raise DatasetError(Problem(Location(file), "", str(error), expected)) from error
    finally:
        connection.close()


class _KeyResolver:
    def __init__(self, connection: sqlite3.Connection, file: str, problems: Problems) -> None:
        self.connection, self.file, self.problems = connection, file, problems

    def resolve(self, records: Iterator[FixtureRecord]) -> Iterator[ResolvedRecord]:
        failure: DatasetError | None = None
        try:
            yield from self._stored(records)
        except DatasetError as error:
            # The records before it have mistakes of their own.
            failure = error
        types = record_types()
        for name, line, text in self.connection.execute("SELECT type, line, fields FROM pending ORDER BY n"):
            yield types[name], line, self._with_natural_keys(types[name], json.loads(text))
        if failure is not None:
            raise failure

    def _stored(self, records: Iterator[FixtureRecord]) -> Iterator[ResolvedRecord]:
        """The records that refer to none by primary key; the others, and all keys, are stored."""
        pending: set[str] = set()
        for record_type, line, pk, fields in records:
            self._store_key(record_type, line, pk, fields)
            # Once one record is pending, all later ones of its type are: their order is kept.
            has_pks = any(_has_pk(fields.get(column.name)) for column in _relations(record_type))
            if record_type.name not in pending and not has_pks:
                yield record_type, line, fields
                continue
            pending.add(record_type.name)
            self.connection.execute(
                "INSERT INTO pending (type, line, fields) VALUES (?, ?, ?)", (record_type.name, line, _encode(fields))
            )

    def _store_key(self, record_type: RecordType, line: int, pk: object, fields: dict[str, Any]) -> None:
        if not _is_pk(pk):
            return
        key = _encode({name: fields.get(name) for name in _key_fields(record_type, fields)})
        row = (record_type.name, pk, line, key)
        if not self.connection.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)", row).rowcount:
            query = "SELECT line FROM keys WHERE type = ? AND pk = ?"
            [(first,)] = self.connection.execute(query, (record_type.name, pk))
            got = f"{pk} for one more of {record_type.name}"
            expected = f"it once: {self.problems.locate(self.file, first)} has it already"
            self.problems.add(Problem(Location(self.file, line), "pk", got, expected, code="duplicate"))

    def _with_natural_keys(self, record_type: RecordType, fields: dict[str, Any]) -> dict[str, Any]:
        for column in _relations(record_type):
            value: Any = fields.get(column.name)
            if _has_pk(value):
                target = record_types()[column.target]
                if isinstance(value, list):
                    fields[column.name] = [self._natural_key(target, pk) if _is_pk(pk) else pk for pk in value]
                else:
                    fields[column.name] = self._natural_key(target, value)
        return fields

    def _natural_key(self, target: RecordType, pk: int) -> Any:
        """A slug, or a list of the parts of a key; the primary key itself where the file has no such record."""
        query = "SELECT key FROM keys WHERE type = ? AND pk = ?"
        row = self.connection.execute(query, (target.name, pk)).fetchone()
        if row is None:
            return pk
        key = self._with_natural_keys(target, json.loads(row[0]))
        if any(_is_pk(key[column.name]) for column in _relations(target) if column.name in key):
            return pk  # it refers to a record that the file lacks, and is reported for that
        parts = [_key_part(value) for value in key.values()]
        return "-".join(map(str, parts)) if target.has_slug else parts


def _key_fields(record_type: RecordType, fields: dict[str, Any]) -> tuple[str, ...]:
    """The fields of the natural key: a speech act without a slug gets one made of two fields."""
    is_act_without_slug = record_type.name == "speech_acts" and not fields.get("slug")
    return ("statement", "ordinal") if is_act_without_slug else record_type.key


def _relations(record_type: RecordType) -> Iterator[Column]:
    return (column for column in record_type.columns if column.target)


def _is_pk(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _has_pk(value: object) -> bool:
    return any(map(_is_pk, value)) if isinstance(value, list) else _is_pk(value)


def _key_part(value: object) -> Any:
    """A part of a key as text; a reference by the slug alone."""
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return value if value is None else str(value)
