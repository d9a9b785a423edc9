"""Writes LoadedRecords: as what a dataset loaded a record, where its last revision by the dataset does not say it."""

from __future__ import annotations

from typing import Any

from archive.datasets import schema
from archive.datasets.corrections.three_way import Corrected, Corrections
from archive.datasets.resolve import Rows
from archive.datasets.stage import stored
from archive.datasets.write import Writing
from archive.models import LoadedRecord


class Loaded:
    """Two steps around the writing: which records need it is known before, what to write down after."""

    def __init__(self, corrections: Corrections) -> None:
        self.corrections, self.database, self.bases = corrections, corrections.database, corrections.bases
        self._tables: dict[str, str] = {}

    def prepare(self) -> None:
        """Find the records that may need a LoadedRecord, or have one that is no longer true."""
        for name, found in self.corrections.comparison.differences.items():
            if found.rows.found:
                table = self._candidates(found.rows, found.table)
                if self.database.one(f"SELECT count(*) FROM {table}"):
                    self.database.index(table, "id")
                    self._tables[name] = table

    def _candidates(self, rows: Rows, changed: str) -> str:
        """Records without a base, with other revisions since or a correction, or whose LoadedRecord may be obsolete."""
        base, history = self.bases.of(rows.kind), self.bases.history(rows.kind)
        corrected = self.corrections.kinds.get(rows.kind.name)
        tables = [corrected.table] if corrected and corrected.table else []
        ids = [f"SELECT id FROM {table}" for table in tables]
        ids += [f"SELECT owner FROM {table}" for table in (corrected.links.values() if corrected else ())]
        return self.database.create_as(
            f"candidates_{rows.kind.name}",
            f"""SELECT own.id FROM {rows.table} AS own LEFT JOIN {base} AS base ON base.id = own.id
                WHERE own.id > 0 AND (base.id IS NULL
                OR EXISTS (SELECT 1 FROM {history} AS later WHERE later.id = own.id
                    AND later.history_id > base.revision)
                OR (base.listed = 1 AND (base.overrides IS NOT NULL OR own.id IN (SELECT id FROM {changed})))
                {f"OR own.id IN ({' UNION '.join(ids)})" if ids else ""})""",
        )

    def write(self, writing: Writing) -> None:
        """Replace the LoadedRecords of these records."""
        listed = self.database.quote(LoadedRecord._meta.db_table)
        for name, candidates in self._tables.items():
            rows = self.corrections.comparison.differences[name].rows
            states = self._states(rows, candidates)
            overrides = self._overrides(rows, states, writing)
            self.database.execute(
                f"""DELETE FROM {listed} WHERE dataset = %s AND kind = %s
                    AND record IN (SELECT id FROM {candidates})""",
                [self.bases.dataset, name],
            )
            # What the last revision by the dataset says needs no row.
            by_load, params = self.bases.by_load("revision")
            self.database.execute(
                f"""INSERT INTO {listed} (dataset, kind, record, revision, overrides)
                    SELECT %s, %s, state.id, COALESCE(state.revision, 0), overrides.fields
                    FROM {states} AS state LEFT JOIN {overrides} AS overrides ON overrides.id = state.id
                    LEFT JOIN {self.bases.history(rows.kind)} AS revision ON revision.history_id = state.latest
                    WHERE overrides.id IS NOT NULL OR state.revision IS NULL OR state.revision <> state.latest
                    OR NOT {by_load}""",
                [self.bases.dataset, name, *params],
            )

    def _states(self, rows: Rows, candidates: str) -> str:
        """The revision to go by: the last one, but the old one where the record's key was changed here."""
        history, number = self.bases.history(rows.kind), self.database.number
        latest = f"(SELECT max(history_id) FROM {history} AS revision WHERE revision.id = own.id)"
        renamed, join = "latest", ""
        if rows.renamed:
            past = self.corrections.comparison.references.past[rows.kind.name]
            renamed = "CASE WHEN past.id IS NULL THEN latest ELSE base.revision END"
            join = f"""LEFT JOIN {past} AS past ON past.id = own.id
                LEFT JOIN {self.bases.of(rows.kind)} AS base ON base.id = own.id"""
        table = self.database.create_as(
            f"states_{rows.kind.name}",
            f"""SELECT own.id, {number("latest")} AS latest, {number(renamed)} AS revision
                FROM (SELECT own.id, {latest} AS latest FROM {candidates} AS own) AS own {join}""",
        )
        self.database.index(table, "id")
        return table

    # What the revision does not hold

    def _overrides(self, rows: Rows, states: str, writing: Writing) -> str:
        kind = rows.kind
        json = "jsonb" if self.database.is_postgresql else "text"
        values = self.database.create(f"values_{kind.name}", {"id": "bigint", "field": "text", "value": json})
        for one in stored(kind):
            if one.editable or one.name in kind.key:
                self._fields(rows, states, values, one, writing)
        for name in rows.links:
            self._links(rows, states, values, name, writing)
        together = "json_group_object(field, json(value))"
        if self.database.is_postgresql:
            together = "jsonb_object_agg(field, value)"
        table = self.database.create_as(
            f"overrides_{kind.name}", f"SELECT id, {together} AS fields FROM {values} GROUP BY id"
        )
        self.database.index(table, "id")
        return table

    def _fields(self, rows: Rows, states: str, values: str, one: Any, writing: Writing) -> None:
        """The values that the dataset had and the revision does not hold, of a field that it gave or did not give."""
        kind, quote = rows.kind, self.database.quote
        column = quote(one.column)
        main, history, base = quote(kind.model._meta.db_table), self.bases.history(kind), self.bases.of(kind)
        corrected = self.corrections.kinds.get(kind.name)
        joins = f"JOIN {main} AS stored ON stored.id = state.id"
        if one.name in rows.staged.given or one.name in kind.key:
            had = f"stored.{column}"
            positions = {field.name: position for position, field in corrected.fields.items()} if corrected else {}
            if corrected and one.name in positions and not self.corrections.overwrite:
                position = positions[one.name]
                own = f"corrected.own_{position}"
                own = writing.id(schema.name(one.related_model), own) if one.is_relation else own
                had = f"CASE WHEN corrected.is_{position} = 1 THEN {own} ELSE {had} END"
                joins += f" LEFT JOIN {corrected.table} AS corrected ON corrected.id = state.id"
            elif not rows.renamed:
                return
        else:
            had = self.bases.value(one)
            joins += f""" JOIN {base} AS base ON base.id = state.id
                LEFT JOIN {history} AS past ON past.history_id = base.revision"""
        holds = f"CASE WHEN holding.history_id IS NULL THEN stored.{column} ELSE holding.{column} END"
        self.database.execute(
            f"""INSERT INTO {values} (id, field, value) SELECT state.id, '{one.name}', {self.bases.as_json(one, had)}
                FROM {states} AS state {joins} LEFT JOIN {history} AS holding ON holding.history_id = state.revision
                WHERE ({had}) IS DISTINCT FROM ({holds})"""
        )

    def _links(self, rows: Rows, states: str, values: str, name: str, writing: Writing) -> None:
        """The links that the dataset had, as a list, where the record has others."""
        kind = rows.kind
        corrected = self.corrections.kinds.get(kind.name)
        number = self.database.number
        if name in rows.staged.given:
            if self.corrections.overwrite or not corrected or name not in corrected.links:
                return
            owners, had = self._given_links(corrected, name, writing)
        else:
            owners, had = self._other_links(rows, states, name)
        together, empty = "json_group_array(had.target)", "'[]'"
        if self.database.is_postgresql:
            together, empty = "jsonb_agg(had.target)", "'[]'::jsonb"
        self.database.execute(
            f"""INSERT INTO {values} (id, field, value)
                SELECT owning.owner, '{name}', CASE WHEN count(had.target) = 0 THEN {empty} ELSE {together} END
                FROM ({owners}) AS owning
                LEFT JOIN (SELECT owner, {number("target")} AS target FROM ({had}) AS had) AS had
                ON had.owner = owning.owner GROUP BY owning.owner"""
        )

    def _given_links(self, corrected: Corrected, name: str, writing: Writing) -> tuple[str, str]:
        """Records with a link that was corrected, and the links that the dataset has for them."""
        rows, table = corrected.rows, corrected.links[name]
        target = writing.id(rows.kind.column(name).target, "link.target")
        had = f"""SELECT link.owner, {target} AS target FROM {rows.links[name]} AS link
            WHERE link.owner IN (SELECT owner FROM {table}) AND NOT EXISTS (SELECT 1 FROM {table} AS added
                WHERE added.is_coming = 0 AND added.owner = link.owner AND added.target = link.target)
            UNION ALL SELECT owner, target FROM {table} WHERE is_coming = 1"""
        return f"SELECT DISTINCT owner FROM {table}", had

    def _other_links(self, rows: Rows, states: str, name: str) -> tuple[str, str]:
        """Records whose links were corrected, which the dataset does not give this time, and the links that it had."""
        many = rows.kind.column(name).field
        through, owner, target = schema.link(many)
        main, owner, target = map(self.database.quote, (through._meta.db_table, owner, target))
        of_states = f"SELECT state.id AS owner FROM {states} AS state"
        had = self.database.create_as(
            f"before_{rows.kind.name}__{name}", " UNION ".join(self.bases.links(many, of_states))
        )
        known = f"(base.revision IS NOT NULL OR {self.bases.has_override(name)})"
        owners = f"""SELECT base.id AS owner FROM {self.bases.of(rows.kind)} AS base
            WHERE {known} AND base.id IN (SELECT id FROM {states}) AND (
            EXISTS (SELECT 1 FROM {had} AS had WHERE had.owner = base.id AND NOT EXISTS (
                SELECT 1 FROM {main} AS now WHERE now.{owner} = had.owner AND now.{target} = had.target))
            OR EXISTS (SELECT 1 FROM {main} AS now WHERE now.{owner} = base.id AND NOT EXISTS (
                SELECT 1 FROM {had} AS had WHERE now.{owner} = had.owner AND now.{target} = had.target)))"""
        return owners, f"SELECT owner, target FROM {had}"
