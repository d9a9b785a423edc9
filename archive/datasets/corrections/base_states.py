"""Base states: each record as the dataset last loaded it, the base of the three-way comparison.

The base state is the record's last revision by a load of the same title, unless a ``LoadedRecord`` says otherwise; see
docs/adr/0038. A temporary table per record type has a row for each record that the dataset has ever loaded.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from archive.datasets.database import Database
from archive.datasets.schema import Metadata, RecordType, m2m_columns, record_types, type_name
from archive.models import LoadedRecord


class BaseStates:
    """The base states of one dataset's records; the table of a record type is created at its first use.

    Columns of a table: ``id`` of the record, ``revision`` (NULL where there is none), ``overrides`` (JSON or NULL),
    ``listed`` (1 where a LoadedRecord has it).

    The methods that return SQL for a value expect the aliases ``base`` (this table), ``past`` (its revision) and
    ``stored`` (the record).
    """

    def __init__(self, database: Database, metadata: Metadata) -> None:
        self.database, self.reason_prefix = database, metadata.reason_prefix
        #: ``LoadedRecord.dataset``.
        self.dataset_hash = hashlib.sha256(metadata.title.encode()).hexdigest()
        self._tables: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def table(self, record_type: RecordType) -> str:
        if record_type.name not in self._tables:
            self._tables[record_type.name] = self._create(record_type)
        return self._tables[record_type.name]

    def is_empty(self, record_type: RecordType) -> bool:
        """Whether the dataset has never loaded a record of the type."""
        self.table(record_type)
        return not self._counts[record_type.name]

    def _create(self, record_type: RecordType) -> str:
        history, bigint = self.history_table(record_type), self.database.bigint
        listed = self.database.quote(LoadedRecord._meta.db_table)
        by_load, params = self.by_load("revision")
        null = "NULL::jsonb" if self.database.is_postgresql else "NULL"
        listed_revision = f"""CASE WHEN listed.revision = 0
            THEN (SELECT min(history_id) FROM {history} AS first WHERE first.id = listed.record)
            ELSE listed.revision END"""
        table = self.database.create_table_as(
            f"base_{record_type.name}",
            f"""SELECT {bigint("listed.record")} AS id, {bigint(listed_revision)} AS revision,
                    listed.overrides AS overrides, 1 AS listed
                FROM {listed} AS listed WHERE listed.dataset = %s AND listed.kind = %s
                UNION ALL
                SELECT {bigint("revision.id")}, {bigint("max(revision.history_id)")}, {null}, 0
                FROM {history} AS revision WHERE revision.history_type <> '-' AND {by_load}
                AND NOT EXISTS (SELECT 1 FROM {listed} AS listed WHERE listed.dataset = %s AND listed.kind = %s
                    AND listed.record = revision.id)
                GROUP BY revision.id""",
            [self.dataset_hash, record_type.name, *params, self.dataset_hash, record_type.name],
        )
        self.database.create_index(table, "id")
        self._counts[record_type.name] = self.database.scalar(f"SELECT count(*) FROM {table}")
        return table

    def by_load(self, alias: str, prefix: str = "") -> tuple[str, list[str]]:
        """SQL for the condition that a load of the dataset wrote a revision, and its parameters."""
        exact, beginning = prefix + self.reason_prefix, f"{prefix}{self.reason_prefix} ("
        reason = f"COALESCE({alias}.history_change_reason, '')"
        return f"({reason} = %s OR substr({reason}, 1, {len(beginning)}) = %s)", [exact, beginning]

    def history_table(self, record_type: RecordType) -> str:
        model: Any = record_type.model
        return self.database.quote(model.history.model._meta.db_table)

    def link_history(self, field: models.Field[Any, Any]) -> tuple[str, str]:
        """The table of a many-to-many field's links by revision, and its column for the target."""
        table = HistoricalRecords.m2m_models[field]._meta.db_table
        return self.database.quote(table), self.database.quote(m2m_columns(field)[2])

    def value(self, field: Any) -> str:
        """SQL for the base value of a field; the stored value where there is no base revision."""
        column = self.database.quote(field.column)
        past = f"CASE WHEN past.history_id IS NULL THEN stored.{column} ELSE past.{column} END"
        override = f"json_extract(base.overrides, '$.{field.name}')"
        if self.database.is_postgresql:
            override = f"(base.overrides->>'{field.name}')::{_postgresql_type(field)}"
        return f"CASE WHEN {self.has_override(field.name)} THEN {override} ELSE {past} END"

    def has_override(self, name: str) -> str:
        if self.database.is_postgresql:
            return f"(base.overrides IS NOT NULL AND jsonb_exists(base.overrides, '{name}'))"
        return f"json_type(base.overrides, '$.{name}') IS NOT NULL"

    def has_links(self, name: str) -> str:
        """SQL for the condition that the base links of a many-to-many field are recorded."""
        return f"(base.revision IS NOT NULL OR {self.has_override(name)})"

    def as_json(self, field: models.Field[Any, Any], value: str) -> str:
        """SQL for a value of the field as JSON."""
        if self.database.is_postgresql:
            return f"to_jsonb(({value})::{_postgresql_type(field)})"
        return f"json_quote({value})"

    def links(self, field: models.Field[Any, Any], owners: str) -> str:
        """A query for the base links (``owner``, ``target``) of the records of a query (``owner``)."""
        base = self.table(record_types()[type_name(field.model)])
        linked, target = self.link_history(field)
        items, value = f"json_each(base.overrides, '$.{field.name}') AS item", "item.value"
        if self.database.is_postgresql:
            items = f"jsonb_array_elements_text(base.overrides->'{field.name}') AS item(value)"
            value = "item.value::bigint"
        has_override, bigint = self.has_override(field.name), self.database.bigint
        return f"""SELECT base.id AS owner, {bigint(f"linked.{target}")} AS target FROM ({owners}) AS owning
            JOIN {base} AS base ON base.id = owning.owner JOIN {linked} AS linked ON linked.history_id = base.revision
            WHERE NOT {has_override}
            UNION SELECT base.id, {bigint(value)} FROM ({owners}) AS owning
            JOIN {base} AS base ON base.id = owning.owner CROSS JOIN {items} WHERE {has_override}"""

    def differs(self, field: models.Field[Any, Any], left: str, right: str) -> str:
        """SQL for the condition that two values of a field differ in more than the line endings of a text."""
        if isinstance(field, models.TextField):
            char = "chr" if self.database.is_postgresql else "char"
            left, right = (f"replace({text}, {char}(13) || {char}(10), {char}(10))" for text in (left, right))
        return f"({left}) IS DISTINCT FROM ({right})"


def _postgresql_type(field: models.Field[Any, Any]) -> str:
    """The type to cast a value of the field to, from and to JSON."""
    if field.is_relation or isinstance(field, models.IntegerField):
        return "bigint"
    return "boolean" if isinstance(field, models.BooleanField) else "text"
