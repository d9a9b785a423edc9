"""Writes what is new and what differs, whole tables at a time, each row with its revision."""

from __future__ import annotations

from typing import Any

from archive import models
from archive.choices import AppointmentMode
from archive.datasets import schema
from archive.datasets.diff import Comparison, Difference
from archive.datasets.prune.selection import Pruning
from archive.datasets.resolve import Rows
from archive.datasets.revisions import Origin, Revisions
from archive.datasets.stage import stored
from archive.models.fields import DERIVED


class Writing:
    """One write. The comparison's tables are its input; the caller holds the transaction."""

    def __init__(self, comparison: Comparison, origin: Origin, pruning: Pruning | None = None) -> None:
        self.comparison, self.origin, self.pruning = comparison, origin, pruning
        self.database = comparison.database
        #: With which what is written is stamped.
        self.moment: Any = None
        #: For each kind the id of its first new row: a row with the id -1 gets it, and so on.
        self.first: dict[str, int] = {}

    def write(self) -> None:
        """Raises django.db.Error where the database refuses something after all."""
        with self.database.writing() as self.moment:
            public = self._public_now()
            for name, found in self.comparison.differences.items():
                if found.added:
                    self.first[name] = self.database.reserve(found.rows.kind.model, found.rows.staged.count)
            for found in self.comparison.differences.values():
                self._insert(found.rows)
                self._update(found)
            for found in self.comparison.differences.values():
                self._link(found)
            self._capacities()
            for found in self.comparison.differences.values():
                new = self._new_ids(found.rows) if found.added else None
                Revisions(self.database, self.origin, self.moment).write(found, new)
            self._count_anew()
            if public or self._public_now() or self._public_after_all():
                self.database.raise_version()

    def _count_anew(self) -> None:
        """Of kinds that have grown much: their tables, those of their links, and of their revisions."""
        models: list[Any] = []
        for found in self.comparison.differences.values():
            if found.added >= _MANY:
                model: Any = found.rows.kind.model
                models += [
                    model,
                    model.history.model,
                    *(schema.link(model._meta.get_field(one))[0] for one in found.rows.links),
                ]
        if models:
            self.database.counted_anew([self._q(one._meta.db_table) for one in models])

    def _q(self, name: str) -> str:
        return self.database.quote(name)

    def _main(self, kind: schema.Kind) -> str:
        return self._q(kind.model._meta.db_table)

    # Ids

    def id(self, name: str, expression: str) -> str:
        """SQL for the id that a row of the kind has once it is written."""
        if name not in self.first:
            return expression
        return f"CASE WHEN {expression} < 0 THEN {self.first[name] - 1} - {expression} ELSE {expression} END"

    def _value(self, one: Any, alias: str) -> str:
        expression = f"{alias}.{self._q(one.column)}"
        return self.id(schema.name(one.related_model), expression) if one.is_relation else expression

    # Rows

    def _insert(self, rows: Rows) -> None:
        if not rows.new:
            return
        fields = stored(rows.kind)
        columns = ", ".join(self._q(one.column) for one in fields)
        values = ", ".join(self._value(one, "own") for one in fields)
        self.database.execute(
            f"""INSERT INTO {self._main(rows.kind)} (id, version, created_at, updated_at, {columns})
                SELECT {self.id(rows.kind.name, "own.id")}, 1, %s, %s, {values} FROM {rows.table} AS own
                WHERE own.id < 0 ORDER BY own.n""",
            [self.moment, self.moment],
        )

    def _update(self, found: Difference) -> None:
        if not found.changed:
            return
        rows, main = found.rows, self._main(found.rows.kind)
        key = () if rows.renamed else rows.kind.key
        fields = [one for one in stored(rows.kind) if one.name not in key or isinstance(one, DERIVED)]
        told = "".join(f", {self._q(one.column)} = {self._value(one, 'own')}" for one in fields)
        self._make_room(found)
        self.database.execute(
            f"""UPDATE {main} SET version = version + 1, updated_at = %s{told} FROM {rows.table} AS own
                WHERE own.id = {main}.id AND own.id IN (SELECT id FROM {found.table})""",
            [self.moment],
        )

    def _make_room(self, found: Difference) -> None:
        """Records that change places with each other in a numbering: both are out of the way before either moves."""
        rows, main = found.rows, self._main(found.rows.kind)
        for name, most in _NUMBERED.get(rows.kind.name, {}).items():
            column = self._q(name)
            self.database.execute(
                f"""UPDATE {main} SET {column} = {most} - {column} WHERE id IN (
                    SELECT own.id FROM {rows.table} AS own JOIN {main} AS stored ON stored.id = own.id
                    WHERE stored.{column} <> own.{column})""",
            )

    # Links

    def _link(self, found: Difference) -> None:
        for name, table in found.rows.links.items():
            if name not in found.rows.staged.given:
                continue
            many = found.rows.kind.column(name).field
            through, owner, target = schema.link(many)
            main = self._q(through._meta.db_table)
            if name in found.going:
                self.database.execute(f"DELETE FROM {main} WHERE id IN (SELECT id FROM {found.going[name]})")
            source = f"SELECT owner, target FROM {table} WHERE owner < 0"
            if name in found.coming:
                source += f" UNION ALL SELECT owner, target FROM {found.coming[name]}"
            owner_id = self.id(found.rows.kind.name, "own.owner")
            target_id = self.id(schema.name(many.related_model), "own.target")
            self.database.execute(
                f"""INSERT INTO {main} ({self._q(owner)}, {self._q(target)})
                    SELECT {owner_id}, {target_id} FROM ({source}) AS own"""
            )

    def _capacities(self) -> None:
        """Where no file says in which capacity somebody spoke: the appointments in force on the date."""
        found = self.comparison.differences.get("statements")
        if found is None or not found.added or "capacities" in found.rows.staged.given:
            return
        through, owner, target = schema.link(models.Statement._meta.get_field("capacities"))
        statements, appointments = (self._q(one._meta.db_table) for one in (models.Statement, models.Appointment))
        gone = f"AND held.id NOT IN (SELECT id FROM {self.pruning.tables['appointments']})" if self.pruning else ""
        self.database.execute(
            f"""INSERT INTO {self._q(through._meta.db_table)} ({self._q(owner)}, {self._q(target)})
                SELECT made.id, held.id FROM {statements} AS made
                JOIN {appointments} AS held ON held.official_id = made.speaker_id
                WHERE made.id >= %s AND made.id < %s AND held.mode <> '{AppointmentMode.NOMINEE}' {gone}
                AND (made.date_latest IS NULL OR held.start_earliest IS NULL OR held.start_earliest <= made.date_latest)
                AND (made.date_earliest IS NULL OR held.end_latest IS NULL OR held.end_latest >= made.date_earliest)""",
            self._new_ids(found.rows),
        )

    def _new_ids(self, rows: Rows) -> list[int]:
        """From which id to before which the new rows are."""
        first = self.first[rows.kind.name]
        return [first, first + rows.staged.count]

    # The public version

    def _public_after_all(self) -> bool:
        """Look again when nobody else can publish: see ``archive.cache.triggers.public_version``."""
        return self.database.share_version() and self._public_now()

    def _public_now(self) -> bool:
        """Whether the public sees any of the records that are written, as they are now."""
        for name, found in self.comparison.differences.items():
            model: Any = found.rows.kind.model
            seen = model.objects.using(self.database.using).visible_to(None)
            if name in self.first and found.added:
                first, end = self._new_ids(found.rows)
                if seen.filter(pk__gte=first, pk__lt=end).exists():
                    return True
            if found.changed:
                ids = f"SELECT id FROM {found.table}"
                if seen.extra(where=[f"{self._main(found.rows.kind)}.id IN ({ids})"]).exists():  # noqa: S610
                    return True
        return False


#: From how many new records of a kind on its tables are counted anew.
_MANY = 1_000
#: Columns of a numbering in which records may change places: while they do, they count down from here.
_NUMBERED = {"speech_acts": {"ordinal": 32_000}, "dossier_entries": {"position": 2_000_000_000}}
