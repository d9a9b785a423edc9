"""The database as a load uses it: temporary tables, bulk inserts and transactions on PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections, models, transaction
from django.db.models import Model

from archive.cache import search_index, timeline_summary
from archive.cache.triggers.moments import BULK_MOMENT, LAST_MOMENT, MOMENT, tick
from archive.cache.triggers.public_version import ADVISORY_LOCK, HISTORY_DAYS, RAISED
from archive.datasets.problems import ConcurrentLoadError, Location, Problem
from archive.models import PublicChange, PublicVersion
from archive.models.public_version import raise_public_version
from archive.planner_statistics import analyze_outdated

#: Advisory lock of a load: two at a time would each add the records that are missing.
_LOCK = 0x43_48_41_4E_4C_4F_41_44  # "CHANLOAD"
#: How often the server checks during a statement that its client is still connected.
_CONNECTION_CHECK = "client_connection_check_interval", "2s"
_TABLE_PREFIX = "load_"
#: Temporary tables with more rows are analyzed.
_MIN_ANALYZED_ROWS = 500
_FETCH_ROWS = 2_000


class Database:
    """A database connection with helpers for SQL, and the temporary tables of one load."""

    def __init__(self, using: str) -> None:
        self.using, self.connection = using, connections[using]
        self.is_postgresql = self.connection.vendor == "postgresql"
        self._tables: list[str] = []

    def quote(self, name: str) -> str:
        return str(self.connection.ops.quote_name(name))

    def table(self, model: type[Model]) -> str:
        """The quoted name of a model's table."""
        return self.quote(model._meta.db_table)

    def has_public(self, model: Any, ids: str) -> bool:
        """Whether the public can see any of the model's records with the ids that a query has."""
        visible = model.objects.using(self.using).visible_to(None)
        return bool(visible.extra(where=[f"{self.table(model)}.id IN ({ids})"]).exists())  # noqa: S610

    def execute(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement; return the number of affected rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return int(cursor.rowcount)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched in chunks."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, params or None)
            while chunk := cursor.fetchmany(_FETCH_ROWS):
                yield from chunk

    def scalar(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first value of the first row, or None."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            row = cursor.fetchone()
        return row[0] if row else None

    # Temporary tables

    def create_table(self, name: str, types: dict[str, str]) -> str:
        """Create a temporary table from column names and types; return its quoted name."""
        table = self._register(name)
        columns = ", ".join(f"{self.quote(column)} {sql_type}" for column, sql_type in types.items())
        self.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
        return table

    def create_table_as(self, name: str, query: str, params: Sequence[Any] = ()) -> str:
        """Create a temporary table from a query; return its quoted name."""
        table = self._register(name)
        rows = self.execute(f"CREATE TEMPORARY TABLE {table} AS {query}", params)
        self.analyze(table, rows)
        return table

    def analyze(self, table: str, rows: int) -> None:
        """Collect PostgreSQL's statistics of a temporary table unless it is small."""
        if self.is_postgresql and rows > _MIN_ANALYZED_ROWS:
            self.execute(f"ANALYZE {table}")

    def update_statistics(self, models: Sequence[type[Model]]) -> None:
        """Collect the planner's statistics of models' tables that have grown, and of what triggers filled from them."""
        if self.is_postgresql:
            analyze_outdated(apps.get_app_config("archive"), self.using, models)
            return
        self.execute("PRAGMA analysis_limit = 1000")
        for model in models:
            self.execute(f"ANALYZE {self.table(model)}")

    def has_grown(self, model: type[Model], added: int) -> bool:
        """Whether PostgreSQL should plan anew: more than a hundredth of the rows that it plans with were added.

        Autovacuum notices a tenth, within a minute, where it is on. The bodies of the first dossier are a fourteenth of
        the seeded states, and the first that have a parent.
        """
        if not self.is_postgresql or not added:
            return False
        sql = "SELECT reltuples < %s FROM pg_class WHERE oid = %s::regclass"
        return bool(self.scalar(sql, [100 * added, self.table(model)]))

    def create_index(self, table: str, *columns: str) -> None:
        """Index a temporary table on SQLite; PostgreSQL uses hash joins."""
        if not self.is_postgresql:
            name = self.quote(f"{table.strip(chr(34))}_{'_'.join(columns)}")
            self.execute(f"CREATE INDEX temp.{name} ON {table} ({', '.join(map(self.quote, columns))})")

    def _register(self, name: str) -> str:
        table = self.quote(f"{_TABLE_PREFIX}{name}")
        self._tables.append(table)
        return table

    def drop(self, *tables: str) -> None:
        """Drop these temporary tables, or all of them."""
        names = [f"{'pg_temp' if self.is_postgresql else 'temp'}.{table}" for table in tables or self._tables]
        self._tables = [table for table in self._tables if tables and table not in tables]
        if self.is_postgresql:
            if names:
                self.execute(f"DROP TABLE IF EXISTS {', '.join(names)}")
            return
        for name in names:
            self.execute(f"DROP TABLE IF EXISTS {name}")

    def drop_leftovers(self) -> None:
        """Drop the temporary tables that a failed load left on this connection."""
        query = "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'"
        if not self.is_postgresql:
            query = "SELECT name FROM sqlite_temp_master WHERE type = 'table'"
        tables = [self.quote(name) for (name,) in list(self.rows(query)) if name.startswith(_TABLE_PREFIX)]
        if tables:
            self.drop(*tables)

    def bigint(self, expression: str) -> str:
        """SQL that casts to bigint: SQLite uses no index on a column that a query created without a type."""
        return f"CAST({expression} AS bigint)"

    @property
    def text_type(self) -> str:
        # Slugs are compared byte by byte: a language's collation is several times slower.
        return 'text COLLATE "C"' if self.is_postgresql else "text"

    def column_type(self, field: models.Field[Any, Any]) -> str:
        if isinstance(field, (models.CharField, models.TextField)):
            return self.text_type
        if isinstance(field, models.IntegerField):
            return "bigint"
        return str(field.db_type(self.connection))

    def bulk_insert(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
        """Insert rows into a temporary table; ``values`` has a sequence per column."""
        if not values or not values[0]:
            return
        names = ", ".join(map(self.quote, columns))
        with self.connection.cursor() as cursor:
            if self.is_postgresql:
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write("\n".join(map("\t".join, zip(*map(_copy_column, values), strict=True))) + "\n")
                return
            placeholders = ", ".join(["?"] * len(columns))
            # The driver's cursor: Django's would rewrite the placeholders of the statement for each row.
            self.connection.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({placeholders})", zip(*values, strict=True)
            )

    # Transactions

    @contextmanager
    def staging_transaction(self) -> Iterator[None]:
        """A transaction that blocks no other writer while files are read into temporary tables."""
        if self.is_postgresql:
            self._check_connection()
            self.execute("SET LOCAL work_mem = '64MB'")
            # Each statement runs once: compiling it to machine code costs more than it saves.
            self.execute("SET LOCAL jit = off")
            # Of temporary tables the planner needs the size and little else.
            self.execute("SET LOCAL default_statistics_target = 10")
        if self.is_postgresql or self.connection.in_atomic_block:
            yield
            return
        self.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.execute("COMMIT")

    def _check_connection(self) -> None:
        """Make PostgreSQL cancel a statement, and release its lock, soon after the load's process was killed.

        Otherwise the statement runs to its end and other loads are refused until then. Servers on systems that cannot
        detect a lost client (Windows) refuse the setting; they run without it.
        """
        with suppress(DatabaseError), transaction.atomic(using=self.using):
            self.execute("SELECT set_config(%s, %s, true)", _CONNECTION_CHECK)

    @contextmanager
    def exclusive_transaction(self) -> Iterator[None]:
        """The transaction that compares and writes. Raises ConcurrentLoadError where another load is running."""
        with transaction.atomic(using=self.using):
            if self.is_postgresql and not self.scalar("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]):
                got = "a load that is still running"
                raise ConcurrentLoadError(Problem(Location("archive"), "", got, "none: try again when it has ended"))
            yield

    @contextmanager
    def bulk_write(self) -> Iterator[Any]:
        """Yield the timestamp of everything that is written in the block.

        In it triggers do not raise the public version row by row, foreign keys are checked at once, and the records are
        indexed at its end.
        """
        if not self.is_postgresql:
            with self._sqlite_bulk_write() as timestamp:
                yield timestamp
            return
        before = self.scalar(f"SELECT current_setting('{RAISED}', true)") or ""
        timestamp = self.scalar("SELECT clock_timestamp()")
        self.execute(f"SELECT set_config('{RAISED}', 'yes', true)")
        for name in (BULK_MOMENT, LAST_MOMENT):
            self.execute(f"SELECT set_config('{name}', %s::timestamptz::text, true)", [timestamp])
        self.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield timestamp
        search_index.flush(self.using)
        timeline_summary.flush(self.using)
        self.execute("SET CONSTRAINTS ALL DEFERRED")
        self.execute(f"SELECT set_config('{BULK_MOMENT}', '', true)")
        self.execute(f"SELECT set_config('{RAISED}', %s, true)", [before])

    @contextmanager
    def _sqlite_bulk_write(self) -> Iterator[Any]:
        """Record the period of the bulk write: readers in it get its changes later, though their timestamp is past."""
        version, changes = (self.quote(model._meta.db_table) for model in (PublicVersion, PublicChange))
        began = self.scalar(f"SELECT {MOMENT}")
        self.execute(tick())
        self.execute(f"UPDATE {version} SET is_bulk = 1")
        timestamp = self.scalar(f"SELECT {MOMENT}")
        yield timestamp
        search_index.flush(self.using)
        timeline_summary.flush(self.using)
        self.execute(f"UPDATE {version} SET is_bulk = 0")
        self.execute(tick())
        ended = self.scalar(f"SELECT {MOMENT}")
        self.execute(
            f"INSERT INTO {changes} (began_at, last_at, ended_at) VALUES (%s, %s, %s)", [began, timestamp, ended]
        )
        self.execute(f"DELETE FROM {changes} WHERE ended_at < datetime('now', '-{HISTORY_DAYS} days')")

    def defer_foreign_keys(self) -> None:
        """Check foreign keys later, within :meth:`bulk_write`; SQLite checks them when the transaction ends."""
        if self.is_postgresql:
            self.execute("SET CONSTRAINTS ALL DEFERRED")

    def check_foreign_keys(self, table: str) -> None:
        """Check the foreign keys that refer to a table. Raises django.db.IntegrityError."""
        if self.is_postgresql:
            query = """SELECT quote_ident(conname) FROM pg_constraint
                WHERE contype = 'f' AND confrelid = %s::regclass ORDER BY conname"""
            names = [name for (name,) in self.rows(query, [table])]
            if names:
                self.execute(f"SET CONSTRAINTS {', '.join(names)} IMMEDIATE")

    def raise_public_version(self) -> None:
        """Raise the public version on PostgreSQL; SQLite's triggers have done so."""
        if self.is_postgresql:
            raise_public_version(self.using)

    def lock_public_version(self) -> bool:
        """Wait for, and block, transactions that raise the public version; False on SQLite, which needs no lock."""
        if self.is_postgresql:
            self.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ADVISORY_LOCK])
        return self.is_postgresql

    def reserve_ids(self, model: type[Model], count: int) -> int:
        """Reserve consecutive ids for new rows; return the first."""
        table = model._meta.db_table
        if not self.is_postgresql:
            last = self.scalar(f"SELECT max(id) FROM {self.quote(table)}") or 0
            sequence = self.scalar("SELECT seq FROM sqlite_sequence WHERE name = %s", [table]) or 0
            return int(max(last, sequence)) + 1
        while True:
            first, last = next(
                self.rows(
                    "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id "
                    "FROM generate_series(1, %s)) AS taken",
                    [table, count],
                )
            )
            # Another session may have reserved some of them in between.
            if last - first + 1 == count:
                return int(first)


def _copy_column(values: Sequence[Any]) -> Sequence[str]:
    """A column in the text format of COPY."""
    try:
        joined = "".join(values)
    except TypeError:
        return [
            r"\N" if value is None else _copy_escape(value) if isinstance(value, str) else str(value)
            for value in values
        ]
    if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
        return [_copy_escape(value) for value in values]
    return values


def _copy_escape(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text
