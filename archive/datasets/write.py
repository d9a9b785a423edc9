"""Writing of new and changed records and their revisions, one SQL statement per table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from simple_history.models import HistoricalRecords

from archive import models
from archive.appointment_conditions import may_run_on
from archive.datasets.database import Database
from archive.datasets.diff import Diff, TypeDiff
from archive.datasets.resolve import Rows
from archive.datasets.schema import m2m_columns, type_name
from archive.datasets.stage import stored_fields
from archive.models.base import Tracked
from archive.models.fields import DERIVED

#: From this number of new records of a type on, statistics of its tables are updated.
_MIN_ANALYZED_RECORDS = 1_000
#: Columns with an order in which records may swap places: while they do, they count down from this number.
_ORDER_COLUMNS = {"speech_acts": {"ordinal": 32_000}, "dossier_entries": {"position": 2_000_000_000}}


@dataclass(frozen=True, slots=True)
class Origin:
    """The change reason of a load's revisions, and their user (an id or None)."""

    reason: str
    user_id: int | None = None


class RevisionWriter:
    """Writes the revisions that saving or deleting each record would have written."""

    def __init__(self, database: Database, origin: Origin, timestamp: Any) -> None:
        self.database, self.origin, self.timestamp = database, origin, timestamp

    def write(self, diff: TypeDiff, new_ids: list[int] | None) -> None:
        """One revision for each new record (ids from the first to before the second) and each changed one.

        The records and links are written before.
        """
        model: Any = diff.rows.record_type.model
        history = self.database.quote(model.history.model._meta.db_table)
        last = self.database.scalar(f"SELECT max(history_id) FROM {history}") or 0
        if new_ids:
            self._insert(model, "+", "stored.id >= %s AND stored.id < %s", new_ids)
        if diff.changed:
            self._insert(model, "~", f"stored.id IN (SELECT id FROM {diff.table})", [])
        if new_ids or diff.changed:
            for name in diff.rows.links:
                self._insert_links(model, model._meta.get_field(name), last)

    def write_deletions(self, model: type[Tracked], ids: str) -> None:
        """One revision for each record of a query for ids, before they are deleted."""
        self._insert(model, "-", f"stored.id IN ({ids})", [])

    def _insert(self, model: type[Tracked], history_type: str, condition: str, params: list[Any]) -> None:
        columns = [self.database.quote(str(field.column)) for field in model._meta.concrete_fields]
        values = ", ".join(f"stored.{column}" for column in columns)
        self.database.execute(
            f"""INSERT INTO {self.database.quote(model.history.model._meta.db_table)}
                ({", ".join(columns)}, history_date, history_type, history_change_reason, history_user_id)
                SELECT {values}, %s, '{history_type}', %s, {self.origin.user_id or "NULL"}
                FROM {self.database.table(model)} AS stored WHERE {condition} ORDER BY stored.id""",
            [self.timestamp, self.origin.reason, *params],
        )

    def _insert_links(self, model: type[Tracked], field: Field[Any, Any], last: int) -> None:
        """Insert the links of the revisions after ``last``."""
        through, owner, _ = m2m_columns(field)
        quote = self.database.quote
        columns = [quote(column.column) for column in through._meta.concrete_fields]
        values = ", ".join(f"stored.{column}" for column in columns)
        self.database.execute(
            f"""INSERT INTO {quote(HistoricalRecords.m2m_models[field]._meta.db_table)}
                ({", ".join(columns)}, history_id)
                SELECT {values}, revision.history_id FROM {quote(through._meta.db_table)} AS stored
                JOIN {quote(model.history.model._meta.db_table)} AS revision ON revision.id = stored.{quote(owner)}
                WHERE revision.history_id > %s""",
            [last],
        )


class Writer:
    """Writes a diff, in the caller's transaction. ``pruned_appointments`` is the table of those removed next."""

    def __init__(self, diff: Diff, origin: Origin, pruned_appointments: str = "") -> None:
        self.diff, self.origin, self.pruned_appointments = diff, origin, pruned_appointments
        self.database = diff.database
        self.timestamp: Any = None
        #: Record type -> id of its first new row: the row with id -1 gets it, -2 the next.
        self.first_ids: dict[str, int] = {}

    def write(self) -> None:
        """Raises django.db.Error where the database refuses a row that the validators accepted."""
        diffs = self.diff.types.values()
        with self.database.bulk_write() as self.timestamp:
            was_public = self._is_public()
            for diff in diffs:
                if diff.added:
                    record_type = diff.rows.record_type
                    self.first_ids[record_type.name] = self.database.reserve_ids(
                        record_type.model, diff.rows.staged.last_number
                    )
            for diff in diffs:
                self._insert(diff.rows)
                self._update(diff)
            for diff in diffs:
                self._write_links(diff)
            self._add_capacities()
            revisions = RevisionWriter(self.database, self.origin, self.timestamp)
            for diff in diffs:
                revisions.write(diff, self._new_ids(diff.rows) if diff.added else None)
            self._update_statistics()
            # Once more with the version locked, so that nobody can publish: archive.cache.triggers.public_version.
            if was_public or self._is_public() or (self.database.lock_public_version() and self._is_public()):
                self.database.raise_public_version()

    def id_sql(self, name: str, expression: str) -> str:
        """SQL for the id that a row of the record type has once it is written."""
        if name not in self.first_ids:
            return expression
        return f"CASE WHEN {expression} < 0 THEN {self.first_ids[name] - 1} - {expression} ELSE {expression} END"

    def _new_ids(self, rows: Rows) -> list[int]:
        """The first id reserved for new rows, and the one after the last; not all of them are used."""
        first = self.first_ids[rows.record_type.name]
        return [first, first + rows.staged.last_number]

    def _quote(self, name: str) -> str:
        return self.database.quote(name)

    def _value(self, stored: Any) -> str:
        value = f"own.{self._quote(stored.column)}"
        return self.id_sql(type_name(stored.related_model), value) if stored.is_relation else value

    # Records

    def _insert(self, rows: Rows) -> None:
        if not rows.new:
            return
        fields = stored_fields(rows.record_type)
        columns = ", ".join(self._quote(stored.column) for stored in fields)
        table = self.database.table(rows.record_type.model)
        self.database.execute(
            f"""INSERT INTO {table} (id, version, created_at, updated_at, {columns})
                SELECT {self.id_sql(rows.record_type.name, "own.id")}, 1, %s, %s, {", ".join(map(self._value, fields))}
                FROM {rows.table} AS own WHERE own.id < 0 ORDER BY own.n""",
            [self.timestamp, self.timestamp],
        )

    def _update(self, diff: TypeDiff) -> None:
        if not diff.changed:
            return
        rows, table = diff.rows, self.database.table(diff.rows.record_type.model)
        key = () if rows.renamed else rows.record_type.key
        fields = [
            stored
            for stored in stored_fields(rows.record_type)
            if stored.name not in key or isinstance(stored, DERIVED)
        ]
        assignments = "".join(f", {self._quote(stored.column)} = {self._value(stored)}" for stored in fields)
        self._move_order_columns(rows)
        self.database.execute(
            f"""UPDATE {table} SET version = version + 1, updated_at = %s{assignments} FROM {rows.table} AS own
                WHERE own.id = {table}.id AND own.id IN (SELECT id FROM {diff.table})""",
            [self.timestamp],
        )

    def _move_order_columns(self, rows: Rows) -> None:
        """Move the numbers of records that are reordered out of the way: they are unique at every moment."""
        table = self.database.table(rows.record_type.model)
        for name, offset in _ORDER_COLUMNS.get(rows.record_type.name, {}).items():
            column = self._quote(name)
            self.database.execute(
                f"""UPDATE {table} SET {column} = {offset} - {column} WHERE id IN (
                    SELECT own.id FROM {rows.table} AS own JOIN {table} AS stored ON stored.id = own.id
                    WHERE stored.{column} <> own.{column})""",
            )

    # Links

    def _write_links(self, diff: TypeDiff) -> None:
        record_type = diff.rows.record_type
        for name, links in diff.rows.links.items():
            if name not in diff.rows.staged.file_columns:
                continue
            column = record_type.column(name)
            through, owner, target = m2m_columns(column.field)
            table = self._quote(through._meta.db_table)
            if name in diff.removed_links:
                self.database.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {diff.removed_links[name]})")
            added = f"SELECT owner, target FROM {links} WHERE owner < 0"
            if name in diff.added_links:
                added += f" UNION ALL SELECT owner, target FROM {diff.added_links[name]}"
            owner_id, target_id = self.id_sql(record_type.name, "own.owner"), self.id_sql(column.target, "own.target")
            self.database.execute(
                f"""INSERT INTO {table} ({self._quote(owner)}, {self._quote(target)})
                    SELECT {owner_id}, {target_id} FROM ({added}) AS own"""
            )

    def _add_capacities(self) -> None:
        """Link new statements, where no file has capacities, to the speaker's appointments in force on the date."""
        diff = self.diff.types.get("statements")
        if diff is None or not diff.added or "capacities" in diff.rows.staged.file_columns:
            return
        through, owner, target = m2m_columns(models.Statement._meta.get_field("capacities"))
        first, end = self._new_ids(diff.rows)
        # One filter(), so that all conditions are about the same statement.
        in_force = models.Appointment.objects.using(self.database.using).filter(
            may_run_on("official__statements__date"),
            official__statements__pk__gte=first, official__statements__pk__lt=end,
        )  # fmt: skip
        in_force = in_force.order_by().values_list("official__statements__pk", "pk")
        pairs, params = in_force.query.get_compiler(self.database.using).as_sql()
        pruned = self.pruned_appointments
        not_pruned = f"WHERE appointment NOT IN (SELECT id FROM {pruned})" if pruned else ""
        self.database.execute(
            f"""INSERT INTO {self._quote(through._meta.db_table)} ({self._quote(owner)}, {self._quote(target)})
                WITH in_force (statement, appointment) AS ({pairs})
                SELECT statement, appointment FROM in_force {not_pruned}""",
            params,
        )

    def _update_statistics(self) -> None:
        """Update the planner's statistics of tables that have grown much: of records, links and revisions."""
        grown: list[Any] = []
        for diff in self.diff.types.values():
            model: Any = diff.rows.record_type.model
            if diff.added >= _MIN_ANALYZED_RECORDS or self.database.has_grown(model, diff.added):
                links = [m2m_columns(model._meta.get_field(name))[0] for name in diff.rows.links]
                grown += [model, model.history.model, *links]
        if grown:
            self.database.update_statistics(grown)

    def _is_public(self) -> bool:
        """Whether the public can see any of the records, as they are now."""
        for name, diff in self.diff.types.items():
            model: Any = diff.rows.record_type.model
            if name in self.first_ids and diff.added:
                first, end = self._new_ids(diff.rows)
                visible = model.objects.using(self.database.using).visible_to(None)
                if visible.filter(pk__gte=first, pk__lt=end).exists():
                    return True
            if diff.changed and self.database.has_public(model, f"SELECT id FROM {diff.table}"):
                return True
        return False
