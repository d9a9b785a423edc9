"""Selection of the records that a load with ``--prune`` removes, and of those that stay because of corrections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CASCADE, Field

from archive.datasets.corrections.authors import Authors, describe_author
from archive.datasets.resolve import Resolver
from archive.datasets.schema import RecordType, m2m_columns, record_types
from archive.datasets.stage import stored_fields
from archive.models.fields import DERIVED


class Selection:
    """The records to remove: for each record type a temporary table of ids, and their number.

    The tables alone decide what is removed. :class:`CorrectedRecords` takes ids out of them first; then
    :mod:`archive.datasets.prune.removal` checks that nothing else refers to the rest, and removes it.
    """

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.database = resolver, resolver.database
        self.tables = {name: self._create(record_type) for name, record_type in record_types().items()}
        self.counts = {
            name: self.database.scalar(f"SELECT count(*) FROM {table}") for name, table in self.tables.items()
        }

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    def selected_types(self) -> list[RecordType]:
        """The record types that lose records; each comes after those that its foreign keys refer to."""
        return [record_type for name, record_type in record_types().items() if self.counts[name]]

    def _create(self, record_type: RecordType) -> str:
        rows = self.resolver.rows.get(record_type.name)
        absent = f"AND NOT EXISTS (SELECT 1 FROM {rows.table} AS own WHERE own.id = stored.id)" if rows else ""
        # The first revision says which dataset added the record; anybody may have written later ones.
        by_load, params = self.resolver.base_states.by_load("revision")
        table = self.database.create_table_as(
            f"pruned_{record_type.name}",
            f"""SELECT DISTINCT stored.id FROM {self.database.table(record_type.model)} AS stored
                JOIN {self.resolver.base_states.history_table(record_type)} AS revision ON revision.id = stored.id
                WHERE revision.history_type = '+' {absent} AND {by_load}""",
            params,
        )
        self.database.create_index(table, "id")
        return table

    def keys(self, name: str, limit: int) -> list[str]:
        """The first keys of the records to remove."""
        rows = self.database.rows(f"SELECT id FROM {self.tables[name]} ORDER BY id LIMIT {limit}")
        return [self.resolver.record_keys.key_of(name, pk) for (pk,) in list(rows)]


class CorrectedRecords:
    """Selected records that stay because of corrections: tables of ids by record type, and their number.

    A record stays if a field (its status apart) or link of it was corrected, if it has a part that the dataset did not
    add, if a record that stays refers to it, or if it is part of one that stays.
    """

    def __init__(self, selection: Selection, authors: Authors) -> None:
        self.selection, self.authors, self.database = selection, authors, selection.database
        self.record_keys, self.base_states = selection.resolver.record_keys, selection.resolver.base_states
        self.tables: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def find(self) -> None:
        types = self.selection.selected_types()
        for record_type in types:
            self.tables[record_type.name] = self.database.create_table(f"staying_{record_type.name}", {"id": "bigint"})
            self._add(record_type, self._corrected(record_type))
        for record_type in types:
            for query in self._with_added_parts(record_type):
                self._add(record_type, query)
        while sum(self._add(record_type, query) for record_type in types for query in self._needed(record_type)):
            pass
        self.counts = {
            name: self.database.scalar(f"SELECT count(*) FROM {table}") for name, table in self.tables.items()
        }

    def deselect(self) -> None:
        """Take the records out of the selection."""
        for name, count in self.counts.items():
            if count:
                selected = self.selection.tables[name]
                self.database.execute(f"DELETE FROM {selected} WHERE id IN (SELECT id FROM {self.tables[name]})")
                self.selection.counts[name] -= count

    def reasons(self, name: str) -> Iterator[tuple[str, str]]:
        """The key of each record that stays, and the reason."""
        record_type = record_types()[name]
        history = self.base_states.history_table(record_type)
        by_load, params = self.base_states.by_load("revision")
        last = f"""SELECT max(history_id) FROM {history} AS revision WHERE revision.id = staying.id
            AND NOT {by_load} AND revision.history_id > COALESCE(base.revision, 0)"""
        rows = self.database.rows(
            f"""SELECT staying.id, {self.authors.author_columns()} FROM {self.tables[name]} AS staying
                JOIN {self.base_states.table(record_type)} AS base ON base.id = staying.id
                LEFT JOIN {history} AS revision ON revision.history_id = ({last})
                {self.authors.join_user()} ORDER BY staying.id""",
            params,
        )
        for pk, user, reason, timestamp in rows:
            corrected = f"corrected here {describe_author(user, reason, timestamp)}"
            needed = "what was corrected or added here needs it"
            yield self.record_keys.key_of(name, pk), corrected if timestamp else needed

    def _add(self, record_type: RecordType, query: str) -> bool:
        """Add the selected records of a query (``id``); whether there were any more."""
        table, selected = self.tables[record_type.name], self.selection.tables[record_type.name]
        return bool(
            self.database.execute(
                f"""INSERT INTO {table} (id) SELECT DISTINCT needed.id FROM ({query}) AS needed
                    JOIN {selected} AS selected ON selected.id = needed.id
                    WHERE needed.id NOT IN (SELECT id FROM {table})"""
            )
        )

    def _corrected(self, record_type: RecordType) -> str:
        differs = [
            self.base_states.differs(
                field, self.base_states.value(field), f"stored.{self.database.quote(field.column)}"
            )
            for field in stored_fields(record_type)
            if field.name != "status"
            and not isinstance(field, DERIVED)
            and (field.editable or field.name in record_type.key)
        ]
        owners = f"SELECT id AS owner FROM {self.selection.tables[record_type.name]}"
        for field in record_type.model._meta.many_to_many:
            differs.append(f"stored.id IN ({self._with_corrected_links(record_type, field, owners)})")
        return f"""SELECT stored.id FROM {self.database.table(record_type.model)} AS stored
            JOIN {self.base_states.table(record_type)} AS base ON base.id = stored.id
            LEFT JOIN {self.base_states.history_table(record_type)} AS past ON past.history_id = base.revision
            WHERE stored.id IN ({owners}) AND ({" OR ".join(differs)})"""

    def _with_corrected_links(self, record_type: RecordType, field: Field[Any, Any], owners: str) -> str:
        through, owner, target = m2m_columns(field)
        now = f"""SELECT {self.database.quote(owner)} AS owner, {self.database.quote(target)} AS target
            FROM {self.database.table(through)}"""
        base_links = self.database.create_table_as(
            f"pruned_base_links_{record_type.name}__{field.name}", self.base_states.links(field, owners)
        )
        return f"""SELECT former.owner FROM {base_links} AS former LEFT JOIN ({now}) AS now
                ON now.owner = former.owner AND now.target = former.target WHERE now.owner IS NULL
            UNION SELECT now.owner FROM ({now}) AS now
                JOIN {self.base_states.table(record_type)} AS base ON base.id = now.owner
                LEFT JOIN {base_links} AS former ON now.owner = former.owner AND now.target = former.target
                WHERE former.owner IS NULL AND {self.base_states.has_links(field.name)}"""

    def _with_added_parts(self, record_type: RecordType) -> Iterator[str]:
        """Queries for records whose removal would delete a part that the dataset did not add."""
        for part_type in record_types().values():
            for key in _foreign_keys(part_type, record_type):
                if key.remote_field.on_delete is CASCADE:
                    column = self.database.quote(key.column)
                    yield f"""SELECT part.{column} AS id FROM {self.database.table(part_type.model)} AS part
                        WHERE part.{column} IN (SELECT id FROM {self.selection.tables[record_type.name]})
                        AND NOT EXISTS (SELECT 1 FROM {self.base_states.table(part_type)} AS base
                            WHERE base.id = part.id)"""

    def _needed(self, record_type: RecordType) -> Iterator[str]:
        """Queries for records of the type that records that stay refer to, and for parts of such records."""
        for other in self.selection.selected_types():
            table, staying = self.database.table(other.model), f"SELECT id FROM {self.tables[other.name]}"
            for key in _foreign_keys(other, record_type):
                column = self.database.quote(key.column)
                yield f"SELECT other.{column} AS id FROM {table} AS other WHERE other.id IN ({staying})"
            for key in _foreign_keys(record_type, other):
                if key.remote_field.on_delete is CASCADE:
                    parts = f"{self.database.table(record_type.model)} AS part"
                    yield f"SELECT part.id FROM {parts} WHERE part.{self.database.quote(key.column)} IN ({staying})"
            for field in other.model._meta.many_to_many:
                if field.related_model is record_type.model:
                    through, owner, target = m2m_columns(field)
                    owner, target = self.database.quote(owner), self.database.quote(target)
                    yield f"SELECT {target} AS id FROM {self.database.table(through)} WHERE {owner} IN ({staying})"


def _foreign_keys(record_type: RecordType, target: RecordType) -> list[Any]:
    return [field for field in stored_fields(record_type) if field.is_relation and field.related_model is target.model]
