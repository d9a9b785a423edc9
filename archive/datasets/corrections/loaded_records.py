"""Writer of LoadedRecords: base states that the last revision by the dataset does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from archive.datasets.corrections.base_states import BaseStates
from archive.datasets.corrections.three_way import Corrections, TypeCorrections
from archive.datasets.database import Database
from archive.datasets.resolve import Rows
from archive.datasets.schema import m2m_columns, type_name
from archive.datasets.stage import stored_fields
from archive.datasets.write import Writer
from archive.models import LoadedRecord


@dataclass(slots=True)
class LoadedRecordWriter:
    """:meth:`prepare` finds the records before the load writes, :meth:`write` stores their base states afterwards."""

    corrections: Corrections
    #: Record type -> table of the ``id`` of records that may need a LoadedRecord, or have an obsolete one.
    _candidates: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.corrections.database

    @property
    def base_states(self) -> BaseStates:
        return self.corrections.base_states

    def prepare(self) -> None:
        for name, diff in self.corrections.diff.types.items():
            if diff.rows.existing:
                table = self._find_candidates(diff.rows, diff.table)
                if self.database.scalar(f"SELECT count(*) FROM {table}"):
                    self.database.create_index(table, "id")
                    self._candidates[name] = table

    def _find_candidates(self, rows: Rows, changed: str) -> str:
        """Records without a base, revised since or corrected, or whose LoadedRecord may be obsolete."""
        base, history = self.base_states.table(rows.record_type), self.base_states.history_table(rows.record_type)
        corrections = self.corrections.types.get(rows.record_type.name)
        queries = [f"SELECT id FROM {corrections.table}"] if corrections and corrections.table else []
        queries += [f"SELECT owner FROM {table}" for table in (corrections.links.values() if corrections else ())]
        return self.database.create_table_as(
            f"candidates_{rows.record_type.name}",
            f"""SELECT own.id FROM {rows.table} AS own LEFT JOIN {base} AS base ON base.id = own.id
                WHERE own.id > 0 AND (base.id IS NULL
                OR EXISTS (SELECT 1 FROM {history} AS later WHERE later.id = own.id
                    AND later.history_id > base.revision)
                OR (base.listed = 1 AND (base.overrides IS NOT NULL OR own.id IN (SELECT id FROM {changed})))
                {f"OR own.id IN ({' UNION '.join(queries)})" if queries else ""})""",
        )

    def write(self, writer: Writer) -> None:
        """Replace the LoadedRecords of the candidates."""
        loaded = self.database.quote(LoadedRecord._meta.db_table)
        for name, candidates in self._candidates.items():
            rows = self.corrections.diff.types[name].rows
            states = self._create_states(rows, candidates)
            overrides = self._create_overrides(rows, states, writer)
            self.database.execute(
                f"""DELETE FROM {loaded} WHERE dataset = %s AND kind = %s
                    AND record IN (SELECT id FROM {candidates})""",
                [self.base_states.dataset_hash, name],
            )
            # A state that the last revision by the dataset holds needs no row.
            by_load, params = self.base_states.by_load("revision")
            self.database.execute(
                f"""INSERT INTO {loaded} (dataset, kind, record, revision, overrides)
                    SELECT %s, %s, state.id, COALESCE(state.revision, 0), overrides.fields
                    FROM {states} AS state LEFT JOIN {overrides} AS overrides ON overrides.id = state.id
                    LEFT JOIN {self.base_states.history_table(rows.record_type)} AS revision
                    ON revision.history_id = state.latest
                    WHERE overrides.id IS NOT NULL OR state.revision IS NULL OR state.revision <> state.latest
                    OR NOT {by_load}""",
                [self.base_states.dataset_hash, name, *params],
            )

    def _create_states(self, rows: Rows, candidates: str) -> str:
        """A table of the revision that holds the state: the last one, or the base's if the record was renamed."""
        history, bigint = self.base_states.history_table(rows.record_type), self.database.bigint
        latest = f"(SELECT max(history_id) FROM {history} AS revision WHERE revision.id = own.id)"
        revision, join = "latest", ""
        if rows.renamed:
            past = self.corrections.diff.resolver.past_keys[rows.record_type.name]
            revision = "CASE WHEN past.id IS NULL THEN latest ELSE base.revision END"
            join = f"""LEFT JOIN {past} AS past ON past.id = own.id
                LEFT JOIN {self.base_states.table(rows.record_type)} AS base ON base.id = own.id"""
        table = self.database.create_table_as(
            f"states_{rows.record_type.name}",
            f"""SELECT own.id, {bigint("latest")} AS latest, {bigint(revision)} AS revision
                FROM (SELECT own.id, {latest} AS latest FROM {candidates} AS own) AS own {join}""",
        )
        self.database.create_index(table, "id")
        return table

    # Values that the revision does not hold

    def _create_overrides(self, rows: Rows, states: str, writer: Writer) -> str:
        """A table of ``id`` and ``fields``, a JSON object of field names and base values."""
        name, key = rows.record_type.name, rows.record_type.key
        json_type = "jsonb" if self.database.is_postgresql else "text"
        values = self.database.create_table(f"values_{name}", {"id": "bigint", "field": "text", "value": json_type})
        for stored in stored_fields(rows.record_type):
            if stored.editable or stored.name in key:
                self._add_field(rows, states, values, stored, writer)
        for field_name in rows.links:
            self._add_links(rows, states, values, field_name, writer)
        aggregate = "json_group_object(field, json(value))"
        if self.database.is_postgresql:
            aggregate = "jsonb_object_agg(field, value)"
        table = self.database.create_table_as(
            f"overrides_{name}", f"SELECT id, {aggregate} AS fields FROM {values} GROUP BY id"
        )
        self.database.create_index(table, "id")
        return table

    def _add_field(self, rows: Rows, states: str, values: str, stored: Any, writer: Writer) -> None:
        """Insert the base values of a field that differ from the revision's."""
        record_type, quote = rows.record_type, self.database.quote
        column, history = quote(stored.column), self.base_states.history_table(record_type)
        corrections = self.corrections.types.get(record_type.name)
        joins = f"JOIN {quote(record_type.model._meta.db_table)} AS stored ON stored.id = state.id"
        if stored.name in rows.staged.file_columns or stored.name in record_type.key:
            base = f"stored.{column}"
            positions = {field.name: position for position, field in corrections.fields.items()} if corrections else {}
            if corrections and stored.name in positions and not self.corrections.overwrite:
                position = positions[stored.name]
                own = f"corrected.own_{position}"
                own = writer.id_sql(type_name(stored.related_model), own) if stored.is_relation else own
                base = f"CASE WHEN corrected.is_{position} = 1 THEN {own} ELSE {base} END"
                joins += f" LEFT JOIN {corrections.table} AS corrected ON corrected.id = state.id"
            elif not rows.renamed:
                return
        else:
            base = self.base_states.value(stored)
            joins += f""" JOIN {self.base_states.table(record_type)} AS base ON base.id = state.id
                LEFT JOIN {history} AS past ON past.history_id = base.revision"""
        in_revision = f"CASE WHEN holding.history_id IS NULL THEN stored.{column} ELSE holding.{column} END"
        self.database.execute(
            f"""INSERT INTO {values} (id, field, value)
                SELECT state.id, '{stored.name}', {self.base_states.as_json(stored, base)}
                FROM {states} AS state {joins} LEFT JOIN {history} AS holding ON holding.history_id = state.revision
                WHERE ({base}) IS DISTINCT FROM ({in_revision})"""
        )

    def _add_links(self, rows: Rows, states: str, values: str, name: str, writer: Writer) -> None:
        """Insert the base links of a many-to-many field, as lists of ids, of records that have others now."""
        corrections = self.corrections.types.get(rows.record_type.name)
        if name in rows.staged.file_columns:
            if self.corrections.overwrite or not corrections or name not in corrections.links:
                return
            owners, links = self._corrected_links(corrections, name, writer)
        else:
            owners, links = self._absent_links(rows, states, name)
        aggregate, empty = "json_group_array(former.target)", "'[]'"
        if self.database.is_postgresql:
            aggregate, empty = "jsonb_agg(former.target)", "'[]'::jsonb"
        self.database.execute(
            f"""INSERT INTO {values} (id, field, value)
                SELECT owning.owner, '{name}', CASE WHEN count(former.target) = 0 THEN {empty} ELSE {aggregate} END
                FROM ({owners}) AS owning
                LEFT JOIN (SELECT owner, {self.database.bigint("target")} AS target FROM ({links}) AS former) AS former
                ON former.owner = owning.owner GROUP BY owning.owner"""
        )

    def _corrected_links(self, corrections: TypeCorrections, name: str, writer: Writer) -> tuple[str, str]:
        """Queries for the records with a corrected link, and for the links that the dataset has for them."""
        rows, table = corrections.rows, corrections.links[name]
        target = writer.id_sql(rows.record_type.column(name).target, "link.target")
        links = f"""SELECT link.owner, {target} AS target FROM {rows.links[name]} AS link
            WHERE link.owner IN (SELECT owner FROM {table}) AND NOT EXISTS (SELECT 1 FROM {table} AS added
                WHERE added.was_removed = 0 AND added.owner = link.owner AND added.target = link.target)
            UNION ALL SELECT owner, target FROM {table} WHERE was_removed = 1"""
        return f"SELECT DISTINCT owner FROM {table}", links

    def _absent_links(self, rows: Rows, states: str, name: str) -> tuple[str, str]:
        """Queries for the records and base links of a field whose column the dataset does not have now."""
        field = rows.record_type.column(name).field
        through, owner, target = m2m_columns(field)
        table, owner, target = map(self.database.quote, (through._meta.db_table, owner, target))
        base_links = self.database.create_table_as(
            f"absent_base_links_{rows.record_type.name}__{name}",
            self.base_states.links(field, f"SELECT state.id AS owner FROM {states} AS state"),
        )
        same = f"link.{owner} = former.owner AND link.{target} = former.target"
        owners = f"""SELECT base.id AS owner FROM {self.base_states.table(rows.record_type)} AS base
            WHERE {self.base_states.has_links(name)} AND base.id IN (SELECT id FROM {states}) AND (
            EXISTS (SELECT 1 FROM {base_links} AS former WHERE former.owner = base.id
                AND NOT EXISTS (SELECT 1 FROM {table} AS link WHERE {same}))
            OR EXISTS (SELECT 1 FROM {table} AS link WHERE link.{owner} = base.id
                AND NOT EXISTS (SELECT 1 FROM {base_links} AS former WHERE {same})))"""
        return owners, f"SELECT owner, target FROM {base_links}"
