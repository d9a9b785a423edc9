"""The state in which a dataset last loaded each record: the base of the three-way comparison.

It is the record's last revision by a load of the same title, or else what a ``LoadedRecord`` says; see
docs/adr/0038. A temporary table per kind has one row for each record that the dataset has ever loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from archive.datasets import schema
from archive.datasets.database import Database
from archive.datasets.metadata import Description
from archive.models import LoadedRecord


class Bases:
    """The bases of one dataset's records, by kind; a table is made when it is first used.

    Columns of a table: ``id`` of the record, ``revision`` (NULL where the record has none), ``overrides`` (JSON or
    NULL), ``listed`` (1 where a LoadedRecord says it).
    """

    def __init__(self, database: Database, description: Description) -> None:
        self.database, self.mark = database, description.mark()
        self.dataset = hashlib.sha256(description.title.encode()).hexdigest()
        self._tables: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def of(self, kind: schema.Kind) -> str:
        """The table of the kind's bases."""
        if kind.name not in self._tables:
            self._tables[kind.name] = self._create(kind)
        return self._tables[kind.name]

    def is_empty(self, kind: schema.Kind) -> bool:
        """Whether the dataset has never loaded a record of the kind."""
        self.of(kind)
        return not self._counts[kind.name]

    def _create(self, kind: schema.Kind) -> str:
        history, number = self.history(kind), self.database.number
        listed = self.database.quote(LoadedRecord._meta.db_table)
        by_load, params = self.by_load("revision")
        nothing = "NULL::jsonb" if self.database.is_postgresql else "NULL"
        table = self.database.create_as(
            f"base_{kind.name}",
            f"""SELECT {number("listed.record")} AS id, {
                number(f'''CASE WHEN listed.revision = 0
                    THEN (SELECT min(history_id) FROM {history} AS first WHERE first.id = listed.record)
                    ELSE listed.revision END''')
            } AS revision, listed.overrides AS overrides, 1 AS listed
                FROM {listed} AS listed WHERE listed.dataset = %s AND listed.kind = %s
                UNION ALL
                SELECT {number("revision.id")}, {number("max(revision.history_id)")}, {nothing}, 0
                FROM {history} AS revision WHERE revision.history_type <> '-' AND {by_load}
                AND NOT EXISTS (SELECT 1 FROM {listed} AS listed WHERE listed.dataset = %s AND listed.kind = %s
                    AND listed.record = revision.id)
                GROUP BY revision.id""",
            [self.dataset, kind.name, *params, self.dataset, kind.name],
        )
        self.database.index(table, "id")
        self._counts[kind.name] = self.database.one(f"SELECT count(*) FROM {table}")
        return table

    def by_load(self, alias: str, before: str = "") -> tuple[str, list[str]]:
        """SQL for the condition that a revision is by a load of the dataset, with its parameters."""
        exact, beginning = before + self.mark, f"{before}{self.mark} ("
        reason = f"COALESCE({alias}.history_change_reason, '')"
        return f"({reason} = %s OR substr({reason}, 1, {len(beginning)}) = %s)", [exact, beginning]

    def history(self, kind: schema.Kind) -> str:
        model: Any = kind.model
        return self.database.quote(model.history.model._meta.db_table)

    def history_of_links(self, many: Any) -> tuple[str, str]:
        """The table that has the links of each revision, and its column for what is linked."""
        table = HistoricalRecords.m2m_models[many]._meta.db_table
        return self.database.quote(table), self.database.quote(schema.link(many)[2])

    # SQL for the values of a base, where "base" is its row, "past" its revision and "stored" the record

    def value(self, field: Any) -> str:
        """SQL for the value that a field had; the stored one where it isn't known."""
        column = self.database.quote(field.column)
        past = f"CASE WHEN past.history_id IS NULL THEN stored.{column} ELSE past.{column} END"
        return f"CASE WHEN {self.has_override(field.name)} THEN {self._override(field)} ELSE {past} END"

    def has_override(self, name: str) -> str:
        if self.database.is_postgresql:
            return f"(base.overrides IS NOT NULL AND jsonb_exists(base.overrides, '{name}'))"
        return f"json_type(base.overrides, '$.{name}') IS NOT NULL"

    def _override(self, field: Any) -> str:
        if self.database.is_postgresql:
            return f"(base.overrides->>'{field.name}')::{_type(field)}"
        return f"json_extract(base.overrides, '$.{field.name}')"

    def as_json(self, field: Any, value: str) -> str:
        """SQL for a value of the field in JSON."""
        if self.database.is_postgresql:
            return f"to_jsonb(({value})::{_type(field)})"
        return f"json_quote({value})"

    def links(self, many: Any, owners: str) -> Iterator[str]:
        """Queries for the links (``owner``, ``target``) that the records of a query (``owner``) had."""
        base = self.of(schema.kinds()[schema.name(many.model)])
        linked, target = self.history_of_links(many)
        end = self.database.number(f"linked.{target}")
        yield f"""SELECT base.id AS owner, {end} AS target FROM ({owners}) AS owning
            JOIN {base} AS base ON base.id = owning.owner JOIN {linked} AS linked ON linked.history_id = base.revision
            WHERE NOT {self.has_override(many.name)}"""
        each, value = f"json_each(base.overrides, '$.{many.name}') AS one", "one.value"
        if self.database.is_postgresql:
            each, value = f"jsonb_array_elements_text(base.overrides->'{many.name}') AS one(value)", "one.value::bigint"
        yield f"""SELECT base.id, {self.database.number(value)} FROM ({owners}) AS owning
            JOIN {base} AS base ON base.id = owning.owner CROSS JOIN {each} WHERE {self.has_override(many.name)}"""

    def differs(self, field: Any, one: str, other: str) -> str:
        """SQL for the condition that two values of a field differ; how lines of a text end does not count."""
        if isinstance(field, models.TextField):
            letter = "chr" if self.database.is_postgresql else "char"
            one, other = (f"replace({text}, {letter}(13) || {letter}(10), {letter}(10))" for text in (one, other))
        return f"({one}) IS DISTINCT FROM ({other})"


def _type(field: Any) -> str:
    """The type on PostgreSQL as which a value is read out of JSON."""
    if field.is_relation or isinstance(field, models.IntegerField):
        return "bigint"
    return "boolean" if isinstance(field, models.BooleanField) else "text"
