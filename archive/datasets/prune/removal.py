"""Removal of the selected records, in chunks, with their revisions and links; refused where others refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from archive.datasets.problems import Location, Problem, Problems, quote_value
from archive.datasets.prune.selection import Selection
from archive.datasets.resolve import Rows
from archive.datasets.schema import RecordType, m2m_columns, record_types, type_name
from archive.datasets.stage import stored_fields
from archive.datasets.write import Origin, RevisionWriter
from archive.permissions import PARENT_PATHS

#: Records removed by one statement: few enough for progress to show, many enough that statements cost little.
_CHUNK = 20_000


class Progress(Protocol):
    """Receives the progress of a removal."""

    def on_phase(self, name: str) -> None: ...

    def on_removed(self, done: int, total: int) -> None: ...


class ReferrerValidator:
    """Reports records that would refer to a removed one.

    It reads only, before anything is written, so that a plan reports the same as a load. Records count as the load
    leaves them: a row of the dataset with the dataset's references, any other record with the stored ones. It does not
    matter what the foreign key does on deletion: records that the dataset did not add are not changed.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection, self.resolver, self.database = selection, selection.resolver, selection.database

    def validate(self, problems: Problems) -> None:
        """Add an error for each such record and each record type that it refers to."""
        for record_type in record_types().values():
            for target in dict.fromkeys(column.target for column in record_type.columns if column.target):
                if not self.selection.counts[target]:
                    continue
                query = " UNION ".join(self._referrers(record_type, target))
                expected = f"no reference to {target} that would be removed"
                for (pk,) in self.database.rows(f"{query} ORDER BY id"):
                    got = quote_value(self.resolver.record_keys.key_of(record_type.name, pk))
                    problems.add(Problem(Location("archive"), record_type.name, got, expected, code="prune"))

    def _referrers(self, record_type: RecordType, target: str) -> Iterator[str]:
        """Queries for the ids of records of a type that refer to removed records of another."""
        removed = self.selection.tables[target]
        rows = self.resolver.rows.get(record_type.name)
        for field in stored_fields(record_type):
            if field.is_relation and type_name(field.related_model) == target:
                column = self.database.quote(field.column)
                if rows is not None:
                    yield f"SELECT id FROM {rows.table} WHERE {column} IN (SELECT id FROM {removed})"
                yield f"""SELECT stored.id AS id FROM {self.database.table(record_type.model)} AS stored
                    WHERE stored.{column} IN (SELECT id FROM {removed})
                    {self._staying(record_type, "stored.id", rows)}"""
        for field in record_type.model._meta.many_to_many:
            if type_name(field.related_model) == target:
                through, owner, target_column = m2m_columns(field)
                owner, target_column = self.database.quote(owner), self.database.quote(target_column)
                linked = rows if rows is not None and field.name in rows.staged.file_columns else None
                if linked is not None:
                    yield f"""SELECT link.owner AS id FROM {linked.links[field.name]} AS link
                        WHERE link.target IN (SELECT id FROM {removed})"""
                yield f"""SELECT link.{owner} AS id FROM {self.database.table(through)} AS link
                    WHERE link.{target_column} IN (SELECT id FROM {removed})
                    {self._staying(record_type, f"link.{owner}", linked)}"""

    def _staying(self, record_type: RecordType, pk: str, rows: Rows | None) -> str:
        """SQL for the condition that a record is not removed, and that the dataset has no row of it."""
        selected = self.selection.tables[record_type.name]
        condition = f"AND NOT EXISTS (SELECT 1 FROM {selected} AS gone WHERE gone.id = {pk})"
        if rows is not None:
            condition += f" AND NOT EXISTS (SELECT 1 FROM {rows.table} AS own WHERE own.id = {pk})"
        return condition


class Removal:
    """Removes the selected records. All revisions have one timestamp and reason, by which records are restored."""

    def __init__(self, selection: Selection, origin: Origin, progress: Progress) -> None:
        self.selection, self.database, self.progress = selection, selection.database, progress
        self.origin = Origin(f"No longer in the dataset. {origin.reason}", origin.user_id)
        self.types = selection.selected_types()
        self._done, self._total = 0, sum(selection.counts.values())

    def remove(self) -> None:
        """Raises django.db.Error where another transaction has referred to one of the records since."""
        with self.database.bulk_write() as timestamp:
            is_public = self._is_public() or (self.database.lock_public_version() and self._is_public())
            revisions = RevisionWriter(self.database, self.origin, timestamp)
            self.database.defer_foreign_keys()
            for record_type, table in self._ordered_tables():
                self._remove(record_type, table, revisions)
            for record_type in self.types:
                self._remove_links(record_type)
            for record_type in self.types:
                self.progress.on_phase(f"checking that nothing refers to {record_type.name} that were removed")
                self.database.check_foreign_keys(record_type.model._meta.db_table)
            if is_public:
                self.database.raise_public_version()

    def _ordered_tables(self) -> Iterator[tuple[RecordType, str]]:
        """Record types and tables of ids, in the order in which they are removed.

        Triggers stamp the records that show a part. Parts of records that stay are removed first, while everything is
        there that decides whether the public saw them; parts of removed records last, when no record is left to be
        stamped for nothing, which took more than half the time.
        """
        part_types = [record_type for record_type in self.types if record_type.model in PARENT_PATHS]
        owned = {record_type.name: self._parts_of_removed(record_type) for record_type in part_types}
        for record_type in reversed(part_types):
            table = self.database.create_table_as(
                f"stamping_{record_type.name}",
                f"""SELECT id FROM {self.selection.tables[record_type.name]}
                    WHERE id NOT IN (SELECT id FROM {owned[record_type.name]})""",
            )
            self.database.create_index(table, "id")
            yield record_type, table
        for record_type in reversed(self.types):
            if record_type not in part_types:
                yield record_type, self.selection.tables[record_type.name]
        for record_type in part_types:
            yield record_type, owned[record_type.name]

    def _parts_of_removed(self, record_type: RecordType) -> str:
        """A table of the removed parts whose parent is removed, too."""
        parents = []
        for name in dict.fromkeys(path.partition("__")[0] for path in PARENT_PATHS[record_type.model]):
            key: Any = record_type.model._meta.get_field(name)
            removed = self.selection.tables[type_name(key.related_model)]
            parents.append(f"stored.{self.database.quote(key.column)} IN (SELECT id FROM {removed})")
        table = self.database.create_table_as(
            f"owned_{record_type.name}",
            f"""SELECT stored.id FROM {self.database.table(record_type.model)} AS stored
                WHERE stored.id IN (SELECT id FROM {self.selection.tables[record_type.name]})
                AND ({" OR ".join(parents)})""",
        )
        self.database.create_index(table, "id")
        return table

    def _remove(self, record_type: RecordType, table: str, revisions: RevisionWriter) -> None:
        for ids in self._chunks(table):
            revisions.write_deletions(record_type.model, ids)
            self._done += self.database.execute(
                f"DELETE FROM {self.database.table(record_type.model)} WHERE id IN ({ids})"
            )
            self.progress.on_removed(self._done, self._total)

    def _remove_links(self, record_type: RecordType) -> None:
        for field in record_type.model._meta.many_to_many:
            through, owner, _ = m2m_columns(field)
            for ids in self._chunks(self.selection.tables[record_type.name]):
                self.database.execute(
                    f"DELETE FROM {self.database.table(through)} WHERE {self.database.quote(owner)} IN ({ids})"
                )

    def _chunks(self, table: str) -> Iterator[str]:
        """Queries for the ids of a table, chunk by chunk, in order."""
        last = 0
        while True:
            chunk = f"SELECT id FROM {table} WHERE id > {last} ORDER BY id LIMIT {_CHUNK}"
            end = self.database.scalar(f"SELECT max(id) FROM ({chunk}) AS chunk")
            if end is None:
                return
            yield f"SELECT id FROM {table} WHERE id > {last} AND id <= {end}"
            last = end

    def _is_public(self) -> bool:
        """Whether the public can see any of the records, as they are now."""
        tables = self.selection.tables
        return any(
            self.database.has_public(record_type.model, f"SELECT id FROM {tables[record_type.name]}")
            for record_type in self.types
        )
