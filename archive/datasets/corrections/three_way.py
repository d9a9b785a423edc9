"""Three-way comparison of a record: its base state, the archive's state, and the dataset's.

A field that was changed in the archive since the last load is a correction, also a link that was added or removed, and
a record that was deleted. Corrections are kept unless the user overwrites them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from archive.datasets.corrections.base_states import BaseStates
from archive.datasets.database import Database
from archive.datasets.diff import Diff, TypeDiff, compared_fields
from archive.datasets.resolve import Resolver, Rows
from archive.datasets.schema import type_name
from archive.datasets.stage import folded_fields, has_derive_method, stored_fields
from archive.models.fields import PartialDateField


@dataclass(slots=True)
class TypeCorrections:
    """The corrections of one record type that differ from the dataset.

    ``table`` has a row per record: ``id``, ``n``, ``revision``, and for each field by its number in ``fields`` ``is_N``
    (1 if it was corrected), ``base_N``, ``stored_N``, ``own_N`` (the dataset's value). Tables of ``links`` have
    ``owner``, ``target`` and ``was_removed``: 1 for a link that was removed in the archive, 0 for one that was added.
    """

    rows: Rows
    #: The fields that were corrected in any record.
    fields: dict[int, Any] = field(default_factory=dict)
    table: str = ""
    links: dict[str, str] = field(default_factory=dict)
    records: int = 0
    conflicts: int = 0


@dataclass(slots=True)
class Corrections:
    """Finds the corrections among the differences of a load. With ``overwrite`` they are reported and not kept."""

    diff: Diff
    overwrite: bool
    types: dict[str, TypeCorrections] = field(default_factory=dict)
    #: Number of changed records that no earlier load of the dataset is known to have written.
    without_base: int = 0

    @property
    def database(self) -> Database:
        return self.diff.database

    @property
    def base_states(self) -> BaseStates:
        return self.diff.resolver.base_states

    def find(self) -> None:
        """Find corrections; where they are kept, rows get the archive's values and are compared again."""
        for name, diff in list(self.diff.types.items()):
            if not diff.changed:
                continue
            base = self.base_states.table(diff.rows.record_type)
            self.without_base += self.database.scalar(
                f"""SELECT count(*) FROM {diff.table} AS changed
                    WHERE NOT EXISTS (SELECT 1 FROM {base} AS base WHERE base.id = changed.id)"""
            )
            if self.base_states.is_empty(diff.rows.record_type):
                continue
            corrections = self._find(diff)
            if corrections.records:
                self.types[name] = corrections
                if self._apply(corrections):
                    self.diff.refresh(name)

    def _find(self, diff: TypeDiff) -> TypeCorrections:
        rows = diff.rows
        corrections = TypeCorrections(rows)
        fields = [
            stored
            for stored in compared_fields(rows)
            if stored.name in rows.staged.file_columns or stored.name in rows.record_type.key
        ]
        if fields:
            self._find_fields(diff, corrections, fields)
        for name in diff.added_links:
            self._find_links(diff, corrections, name)
        queries = [f"SELECT id FROM {corrections.table}"] if corrections.table else []
        queries += [f"SELECT owner AS id FROM {table}" for table in corrections.links.values()]
        if queries:
            ids = " UNION ".join(queries)
            corrections.records = self.database.scalar(f"SELECT count(DISTINCT id) FROM ({ids}) AS corrected")
        return corrections

    def _find_fields(self, diff: TypeDiff, corrections: TypeCorrections, fields: list[Any]) -> None:
        rows, record_type = diff.rows, diff.rows.record_type
        columns, conditions, conflicts = [], [], []
        for position, stored in enumerate(fields):
            column, base = self.database.quote(stored.column), self.base_states.value(stored)
            is_changed = self.base_states.differs(stored, base, f"stored.{column}")
            condition = f"(stored.{column} IS DISTINCT FROM own.{column} AND {is_changed})"
            conditions.append(condition)
            columns.append(f"CASE WHEN {condition} THEN 1 ELSE 0 END AS is_{position}, {base} AS base_{position}")
            columns.append(f"stored.{column} AS stored_{position}, own.{column} AS own_{position}")
            differs = self.base_states.differs(stored, f"base_{position}", f"own_{position}")
            conflicts.append(f"(is_{position} = 1 AND {differs})")
        table = self.database.create_table_as(
            f"corrected_{record_type.name}",
            f"""SELECT own.id, own.n, base.revision, {", ".join(columns)} FROM {diff.table} AS changed
                JOIN {rows.table} AS own ON own.id = changed.id
                JOIN {self.database.table(record_type.model)} AS stored ON stored.id = own.id
                JOIN {self.base_states.table(record_type)} AS base ON base.id = own.id
                LEFT JOIN {self.base_states.history_table(record_type)} AS past ON past.history_id = base.revision
                WHERE {" OR ".join(conditions)}""",
        )
        self.database.create_index(table, "id")
        flags = ", ".join(f"max(is_{position})" for position in range(len(fields)))
        [is_corrected] = self.database.rows(f"SELECT {flags} FROM {table}")
        corrections.fields = {position: stored for position, stored in enumerate(fields) if is_corrected[position]}
        if corrections.fields:
            corrections.table = table
            condition = " OR ".join(conflicts)
            corrections.conflicts = self.database.scalar(f"SELECT count(*) FROM {table} WHERE {condition}")

    def _find_links(self, diff: TypeDiff, corrections: TypeCorrections, name: str) -> None:
        added, removed = diff.added_links[name], diff.removed_links[name]
        owners = f"SELECT owner FROM {added} UNION SELECT owner FROM {removed}"
        if not self.database.scalar(f"SELECT count(*) FROM ({owners}) AS owning"):
            return
        record_type = diff.rows.record_type
        base_links = self.database.create_table_as(
            f"base_links_{record_type.name}__{name}", self.base_states.links(record_type.column(name).field, owners)
        )
        self.database.create_index(base_links, "owner", "target")
        same = "former.owner = link.owner AND former.target = link.target"
        table = self.database.create_table_as(
            f"corrected_{record_type.name}__{name}",
            f"""SELECT link.owner, link.target, 1 AS was_removed FROM {added} AS link
                JOIN {base_links} AS former ON {same}
                UNION ALL SELECT link.owner, link.target, 0 FROM {removed} AS link
                JOIN {self.base_states.table(record_type)} AS base ON base.id = link.owner
                WHERE {self.base_states.has_links(name)}
                AND NOT EXISTS (SELECT 1 FROM {base_links} AS former WHERE {same})""",
        )
        if self.database.scalar(f"SELECT count(*) FROM {table}"):
            self.database.create_index(table, "owner")
            corrections.links[name] = table

    # Keeping

    def _apply(self, corrections: TypeCorrections) -> bool:
        """Give the rows the archive's values; whether any were changed. A saved slug is always kept."""
        rows, record_type = corrections.rows, corrections.rows.record_type
        for position, stored in corrections.fields.items() if corrections.table else ():
            if not self.overwrite or stored.name == "slug":
                self._keep_field(corrections, position, stored)
        if self.overwrite:
            return rows.renamed > 0
        names = {stored.name for stored in corrections.fields.values()}
        is_source = any(names & set(folded.source) for folded in folded_fields(record_type))
        if corrections.table and (has_derive_method(record_type) or is_source):
            self.diff.resolver.derive_columns(rows, f"id IN (SELECT id FROM {corrections.table})")
        for name, table in corrections.links.items():
            self._keep_links(rows, name, table)
        return True

    def _keep_field(self, corrections: TypeCorrections, position: int, stored: Any) -> None:
        rows, quote = corrections.rows, self.database.quote
        names = [stored.column]
        if isinstance(stored, PartialDateField):
            names += [f"{stored.name}_{companion}" for companion in stored.companions]
        columns = {other.column for other in stored_fields(rows.record_type)}
        assignments = ", ".join(f"{quote(name)} = stored.{quote(name)}" for name in names if name in columns)
        self.database.execute(
            f"""UPDATE {rows.table} SET {assignments}
                FROM {quote(rows.record_type.model._meta.db_table)} AS stored WHERE stored.id = {rows.table}.id
                AND {rows.table}.id IN (SELECT id FROM {corrections.table} WHERE is_{position} = 1)"""
        )

    def _keep_links(self, rows: Rows, name: str, table: str) -> None:
        links = rows.links[name]
        self.database.execute(
            f"""DELETE FROM {links} WHERE EXISTS (SELECT 1 FROM {table} AS removed WHERE removed.was_removed = 1
                AND removed.owner = {links}.owner AND removed.target = {links}.target)"""
        )
        self.database.execute(
            f"""INSERT INTO {links} (n, owner, target) SELECT own.n, added.owner, added.target FROM {table} AS added
                JOIN {rows.table} AS own ON own.id = added.owner WHERE added.was_removed = 0"""
        )


@dataclass(slots=True)
class TypeDeletions:
    """Rows of one record type whose record was deleted in the archive, and rows that refer to such."""

    rows: Rows
    #: Table of the rows (``n``) and the deleted record's id (``record``).
    table: str = ""
    #: Table of all rows that were left out, referring ones too.
    left_out: str = ""
    deleted: int = 0
    referring: int = 0


@dataclass(slots=True)
class Deletions:
    """Finds rows of records that were deleted since the last load, and takes them out of the rows."""

    resolver: Resolver
    types: dict[str, TypeDeletions] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.resolver.database

    def find(self) -> None:
        for name, past_keys in self.resolver.past_keys.items():
            rows = self.resolver.rows[name]
            deletions = TypeDeletions(rows, self._find(rows, past_keys))
            deletions.deleted = self.database.scalar(f"SELECT count(*) FROM {deletions.table}")
            if deletions.deleted:
                self.types[name] = deletions

    def _find(self, rows: Rows, past_keys: str) -> str:
        record_type = rows.record_type
        same = "own.slug = past.key" if record_type.has_slug else "own.n = past.n"
        # A record that a load of the dataset pruned comes back with the next load that has it.
        pruned, params = self.resolver.base_states.by_load("gone", prefix="No longer in the dataset. ")
        return self.database.create_table_as(
            f"deleted_{record_type.name}",
            f"""SELECT own.n, past.id AS record FROM {rows.table} AS own JOIN {past_keys} AS past ON {same}
                WHERE own.id < 0
                AND NOT EXISTS (
                    SELECT 1 FROM {self.database.table(record_type.model)} AS stored WHERE stored.id = past.id
                )
                AND NOT EXISTS (SELECT 1 FROM {self.resolver.base_states.history_table(record_type)} AS gone
                    WHERE gone.id = past.id AND gone.history_type = '-' AND {pruned})""",
            params,
        )

    def leave_out(self) -> None:
        """Take the rows, and new rows that refer to them, out of the tables of rows and links."""
        for name, deletions in list(self.types.items()):
            self._move(name, f"n IN (SELECT n FROM {deletions.table})")
        while self.types and sum(self._move_referring(name) for name in self.resolver.rows):
            pass
        for rows in self.resolver.rows.values() if self.types else ():
            self._drop_references(rows)
        for deletions in self.types.values():
            left_out = int(self.database.scalar(f"SELECT count(*) FROM {deletions.left_out}"))
            deletions.referring = left_out - deletions.deleted
            deletions.rows.left_out = left_out
            deletions.rows.new -= left_out

    def _move(self, name: str, condition: str) -> bool:
        """Move new rows to the table of those left out; whether there were any."""
        rows = self.resolver.rows[name]
        condition = f"id < 0 AND ({condition})"
        if not self.database.scalar(f"SELECT count(*) FROM {rows.table} WHERE {condition}"):
            return False
        deletions = self.types.setdefault(name, TypeDeletions(rows))
        query = f"SELECT * FROM {rows.table} WHERE {condition}"
        if deletions.left_out:
            self.database.execute(f"INSERT INTO {deletions.left_out} {query}")
        else:
            deletions.left_out = self.database.create_table_as(f"left_out_{name}", query)
            self.database.create_index(deletions.left_out, "id")
        self.database.execute(f"DELETE FROM {rows.table} WHERE {condition}")
        return True

    def _move_referring(self, name: str) -> bool:
        conditions = [
            f"{self.database.quote(key.column)} IN (SELECT id FROM {left_out})"
            for key, left_out in self._foreign_keys(self.resolver.rows[name])
        ]
        return bool(conditions) and self._move(name, " OR ".join(conditions))

    def _foreign_keys(self, rows: Rows) -> list[tuple[Any, str]]:
        """The foreign keys to record types of which rows are left out, with the table of those."""
        keys = [stored for stored in stored_fields(rows.record_type) if stored.is_relation]
        deletions = [(key, self.types.get(type_name(key.related_model))) for key in keys]
        return [(key, target.left_out) for key, target in deletions if target is not None and target.left_out]

    def _drop_references(self, rows: Rows) -> None:
        """Give remaining rows the archive's reference instead of one to a row that is left out; drop such links."""
        stored = self.database.table(rows.record_type.model)
        for key, left_out in self._foreign_keys(rows):
            column = self.database.quote(key.column)
            self.database.execute(
                f"""UPDATE {rows.table} SET {column} = stored.{column} FROM {stored} AS stored
                    WHERE stored.id = {rows.table}.id AND {rows.table}.{column} IN (SELECT id FROM {left_out})"""
            )
        for name, links in rows.links.items():
            types = {"owner": rows.record_type.name, "target": rows.record_type.column(name).target}
            for column, linked_type in types.items():
                deletions = self.types.get(linked_type)
                if deletions is not None and deletions.left_out:
                    self.database.execute(
                        f"DELETE FROM {links} WHERE {column} IN (SELECT id FROM {deletions.left_out})"
                    )
