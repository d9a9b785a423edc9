"""What PostgreSQL and SQLite do differently when many rows are written at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, connections, models, transaction

from archive.cache.triggers.moments import BULK_MOMENT, LAST_MOMENT, MOMENT, tick
from archive.cache.triggers.public_version import ADVISORY_LOCK, HISTORY_DAYS, PREFIX, RAISED
from archive.datasets.problems import Busy, Place, Problem
from archive.models import PublicChange, PublicVersion

#: One load at a time: two would each find the same records missing, and add them twice.
_LOCK = 0x43_48_41_4E_4C_4F_41_44  # "CHANLOAD"
#: How often the server looks whether the load's process is still there while a statement runs.
_CHECKED_EVERY = "client_connection_check_interval", "2s"
_PREFIX = "load_"
_SMALL = 500


class Database:
    """One connection, and the temporary tables that a load keeps in it."""

    def __init__(self, using: str) -> None:
        self.using, self.connection = using, connections[using]
        self.is_postgresql = self.connection.vendor == "postgresql"
        self._tables: list[str] = []

    def quote(self, name: str) -> str:
        return str(self.connection.ops.quote_name(name))

    def execute(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it touched."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return int(cursor.rowcount)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query, a few thousand at a time."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, params or None)
            while found := cursor.fetchmany(2_000):
                yield from found

    def one(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first value of the first row, or None."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            row = cursor.fetchone()
        return row[0] if row else None

    # Temporary tables

    def create(self, name: str, columns: dict[str, str]) -> str:
        """A temporary table of these columns and types; its quoted name."""
        table = self._new(name)
        told = ", ".join(f"{self.quote(column)} {kind}" for column, kind in columns.items())
        self.execute(f"CREATE TEMPORARY TABLE {table} ({told})")
        return table

    def create_as(self, name: str, query: str, params: Sequence[Any] = ()) -> str:
        table = self._new(name)
        rows = self.execute(f"CREATE TEMPORARY TABLE {table} AS {query}", params)
        self.analyze(table, rows)
        return table

    def analyze(self, table: str, rows: int) -> None:
        """Let PostgreSQL know how large a table is, where guessing wrong would cost something."""
        if self.is_postgresql and rows > _SMALL:
            self.execute(f"ANALYZE {table}")

    def counted_anew(self, tables: Sequence[str]) -> None:
        """Let the database know how large tables have become: until it does, it reads them as if they were empty."""
        if self.is_postgresql:
            self.execute(f"ANALYZE {', '.join(tables)}")
            return
        self.execute("PRAGMA analysis_limit = 1000")
        for table in tables:
            self.execute(f"ANALYZE {table}")

    def index(self, table: str, *columns: str) -> None:
        """PostgreSQL joins large tables by hashing them; SQLite needs an index. Small tables need none."""
        if not self.is_postgresql:
            name = self.quote(f"{table.strip(chr(34))}_{'_'.join(columns)}")
            self.execute(f"CREATE INDEX temp.{name} ON {table} ({', '.join(map(self.quote, columns))})")

    def _new(self, name: str) -> str:
        table = self.quote(f"{_PREFIX}{name}")
        self._tables.append(table)
        return table

    def drop(self, *tables: str) -> None:
        """Drop these tables, or all that were made."""
        names = [f"{'pg_temp' if self.is_postgresql else 'temp'}.{table}" for table in tables or self._tables]
        self._tables = [table for table in self._tables if tables and table not in tables]
        if self.is_postgresql:
            if names:
                self.execute(f"DROP TABLE IF EXISTS {', '.join(names)}")
            return
        for name in names:
            self.execute(f"DROP TABLE IF EXISTS {name}")

    def tidy(self) -> None:
        """Drop what a load before this one left on the same connection when it failed."""
        listed = "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'"
        if not self.is_postgresql:
            listed = "SELECT name FROM sqlite_temp_master WHERE type = 'table'"
        left = [self.quote(name) for (name,) in list(self.rows(listed)) if name.startswith(_PREFIX)]
        if left:
            self.drop(*left)

    def number(self, expression: str) -> str:
        """SQL for a number in a table made by a query: of a column without a type SQLite uses no index."""
        return f"CAST({expression} AS bigint)"

    def text_type(self) -> str:
        # Byte by byte, as slugs are: comparing by the rules of a language is several times slower.
        return 'text COLLATE "C"' if self.is_postgresql else "text"

    def type_of(self, field: models.Field[Any, Any]) -> str:
        if isinstance(field, (models.CharField, models.TextField)):
            return self.text_type()
        if isinstance(field, models.IntegerField):
            return "bigint"
        return str(field.db_type(self.connection))

    def fill(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
        """Rows into a temporary table, given column by column."""
        if not values or not values[0]:
            return
        names = ", ".join(map(self.quote, columns))
        with self.connection.cursor() as cursor:
            if self.is_postgresql:
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write("\n".join(map("\t".join, zip(*map(_encoded, values), strict=True))) + "\n")
                return
            places = ", ".join(["?"] * len(columns))
            # Past Django's cursor, which would rewrite the statement for each row.
            self.connection.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})", zip(*values, strict=True)
            )

    # Transactions

    @contextmanager
    def staging(self) -> Iterator[None]:
        """A transaction that keeps no other writer waiting while files are read."""
        if self.is_postgresql:
            self._stop_when_left()
            self.execute("SET LOCAL work_mem = '64MB'")
            # Each statement runs once: compiling it costs more than it saves.
            self.execute("SET LOCAL jit = off")
            # Of temporary tables the planner must know how large they are, and little else.
            self.execute("SET LOCAL default_statistics_target = 10")
        if self.is_postgresql or self.connection.in_atomic_block:
            yield
            return
        self.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.execute("COMMIT")

    def _stop_when_left(self) -> None:
        """Let the server stop the load's statements soon after its process was killed, and give up its lock.

        Else it would notice when the statement ends, and refuse other loads until then. Servers on systems that can't
        see that a client has gone (Windows) refuse the setting, and are left as they are.
        """
        with suppress(DatabaseError), transaction.atomic(using=self.using):
            self.execute("SELECT set_config(%s, %s, true)", _CHECKED_EVERY)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The transaction that compares and writes. Raises Busy where another load is at work."""
        with transaction.atomic(using=self.using):
            if self.is_postgresql and not self.one("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]):
                got = "a load that is still running"
                raise Busy(Problem(Place("archive"), "", got, "none: try again when it has ended"))
            yield

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Give the moment with which all that is written is stamped.

        Triggers do not raise the public version row by row, and keys are checked as they come.
        """
        if not self.is_postgresql:
            with self._stamping_at_once() as moment:
                yield moment
            return
        before = self.one(f"SELECT current_setting('{RAISED}', true)") or ""
        moment = self.one("SELECT clock_timestamp()")
        self.execute(f"SELECT set_config('{RAISED}', 'yes', true)")
        for name in (BULK_MOMENT, LAST_MOMENT):
            self.execute(f"SELECT set_config('{name}', %s::timestamptz::text, true)", [moment])
        self.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield moment
        self.execute("SET CONSTRAINTS ALL DEFERRED")
        self.execute(f"SELECT set_config('{BULK_MOMENT}', '', true)")
        self.execute(f"SELECT set_config('{RAISED}', %s, true)", [before])

    @contextmanager
    def _stamping_at_once(self) -> Iterator[Any]:
        """SQLite: readers who look while it is written will be given it later, though its moment is past."""
        version, changes = (self.quote(model._meta.db_table) for model in (PublicVersion, PublicChange))
        began = self.one(f"SELECT {MOMENT}")
        self.execute(tick())
        self.execute(f"UPDATE {version} SET is_bulk = 1")
        moment = self.one(f"SELECT {MOMENT}")
        yield moment
        self.execute(f"UPDATE {version} SET is_bulk = 0")
        self.execute(tick())
        ended = self.one(f"SELECT {MOMENT}")
        self.execute(f"INSERT INTO {changes} (began_at, last_at, ended_at) VALUES (%s, %s, %s)", [began, moment, ended])
        self.execute(f"DELETE FROM {changes} WHERE ended_at < datetime('now', '-{HISTORY_DAYS} days')")

    def defer_keys(self) -> None:
        """Check keys later, within :meth:`writing`; SQLite checks them when the transaction ends."""
        if self.is_postgresql:
            self.execute("SET CONSTRAINTS ALL DEFERRED")

    def check_keys(self, table: str) -> None:
        """Check the keys that lead to a table. Raises django.db.IntegrityError."""
        if self.is_postgresql:
            listed = """SELECT quote_ident(conname) FROM pg_constraint
                WHERE contype = 'f' AND confrelid = %s::regclass ORDER BY conname"""
            names = [name for (name,) in self.rows(listed, [table])]
            if names:
                self.execute(f"SET CONSTRAINTS {', '.join(names)} IMMEDIATE")

    def raise_version(self) -> None:
        """Say that public answers have changed; SQLite's triggers have done so."""
        if self.is_postgresql:
            self.execute(f"SELECT {PREFIX}raise()")

    def share_version(self) -> bool:
        """Hold off all who would raise the version; whether that says anything new."""
        if self.is_postgresql:
            self.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ADVISORY_LOCK])
        return self.is_postgresql

    def reserve(self, model: Any, count: int) -> int:
        """Ids for new rows: they are the returned number and those that follow it."""
        table = model._meta.db_table
        if not self.is_postgresql:
            last = self.one(f"SELECT max(id) FROM {self.quote(table)}") or 0
            counted = self.one("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]) or 0
            return int(max(last, counted)) + 1
        while True:
            first, last = next(
                self.rows(
                    "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id "
                    "FROM generate_series(1, %s)) AS taken",
                    [table, count],
                )
            )
            # Another session may have taken some of them in between.
            if last - first + 1 == count:
                return int(first)


def _encoded(values: Sequence[Any]) -> Sequence[str]:
    """A column as COPY's text format has it."""
    try:
        joined = "".join(values)
    except TypeError:
        return [
            r"\N" if value is None else _escaped(value) if isinstance(value, str) else str(value) for value in values
        ]
    if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
        return [_escaped(value) for value in values]
    return values


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text
