"""Resolution of natural keys to ids, one SQL statement per record type. New records have negative ids until written.

Two kinds of tables result: keys (``key``, ``id``) of each record type that the dataset has or refers to, and rows of
each that it has. In rows, columns that the file does not have are filled from the archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Field

from archive.datasets.corrections.base_states import BaseStates
from archive.datasets.database import Database
from archive.datasets.record_keys import RecordKeys
from archive.datasets.schema import RecordType, record_types, type_name
from archive.datasets.stage import Stage, StagedRows, derive_row, folded_fields, has_derive_method, stored_fields
from archive.models.fields import FoldedField

#: Rows whose derived columns are computed at a time.
_DERIVED_ROWS = 2_000


@dataclass(slots=True)
class Rows:
    """The rows of one record type with ids instead of keys: their table, the tables of links, and counts.

    Columns of the table: those of the staged rows, keys and ids of relations, and ``id``. Tables of links, by
    many-to-many field: ``n``, ``owner`` and ``target`` (ids), ``key``.
    """

    record_type: RecordType
    staged: StagedRows
    table: str
    links: dict[str, str] = field(default_factory=dict)
    new: int = 0
    existing: int = 0
    #: Existing records found by a key that they had when the dataset last loaded them.
    renamed: int = 0
    #: Rows taken out of the table because their record was deleted in the archive.
    left_out: int = 0


class Resolver:
    """Resolves the staged rows into ``rows``, each record type after those that it refers to."""

    def __init__(self, database: Database, stage: Stage, base_states: BaseStates) -> None:
        self.database, self.stage, self.base_states = database, stage, base_states
        self.rows: dict[str, Rows] = {}
        #: Record type -> table of keys.
        self.keys: dict[str, str] = {}
        #: Record type -> number of different slugs in the dataset.
        self.slug_counts: dict[str, int] = {}
        #: Record type -> table of rows whose key no record has now, and the record (``id``) that had it when it was
        #: last loaded: of slugs ``key`` and ``id``, of other keys ``n`` and ``id``.
        self.past_keys: dict[str, str] = {}

    @cached_property
    def record_keys(self) -> RecordKeys:
        return RecordKeys(self.database, {name: rows.table for name, rows in self.rows.items()})

    def resolve(self) -> None:
        types = [record_type for record_type in record_types().values() if record_type.has_slug]
        for record_type in types:
            self._create_slugs(record_type)
        for record_type in types:
            self._add_stored_slugs(record_type)
        for name, record_type in record_types().items():
            if name in self.stage.rows:
                self._create_rows(self.stage.rows[name])
            if name in self.stage.part_references:
                self._create_part_keys(record_type)
        for rows in self.rows.values():
            self._create_links(rows)

    def _quote(self, name: str) -> str:
        return self.database.quote(name)

    # Slugs

    def _create_slugs(self, record_type: RecordType) -> None:
        """Create the table of keys with the slugs that the dataset has."""
        staged, stored = self.stage.rows.get(record_type.name), self.database.table(record_type.model)
        query = f"SELECT slug AS key, id FROM {stored} WHERE 1 = 0"
        if staged is not None:
            query = f"""
                SELECT own.key, {self.database.bigint("COALESCE(stored.id, -own.n)")} AS id
                FROM (SELECT slug AS key, min(n) AS n FROM {staged.table} WHERE slug <> '' GROUP BY slug) AS own
                LEFT JOIN {stored} AS stored ON stored.slug = own.key"""
        keys = self.keys[record_type.name] = self.database.create_table_as(f"keys_{record_type.name}", query)
        self.slug_counts[record_type.name] = self.database.scalar(f"SELECT count(*) FROM {keys}")
        self.database.create_index(keys, "key")
        if staged is not None and not self.base_states.is_empty(record_type):
            self._find_renamed_slugs(record_type, keys)

    def _find_renamed_slugs(self, record_type: RecordType, keys: str) -> None:
        """Give slugs that no record has now the id of the record that had them when it was last loaded."""
        if not self.database.scalar(f"SELECT count(*) FROM {keys} WHERE id < 0"):
            return
        past = self.past_keys[record_type.name] = self.database.create_table_as(
            f"past_{record_type.name}",
            f"""SELECT own.key, {self.database.bigint("max(base.id)")} AS id FROM {keys} AS own
                JOIN {self.base_states.history_table(record_type)} AS past ON past.slug = own.key
                JOIN {self.base_states.table(record_type)} AS base
                ON base.id = past.id AND base.revision = past.history_id
                WHERE own.id < 0 GROUP BY own.key""",
        )
        self.database.create_index(past, "key")
        renamed = f"""SELECT past.key, past.id FROM {past} AS past
            JOIN {self.database.table(record_type.model)} AS stored ON stored.id = past.id
            WHERE NOT EXISTS (SELECT 1 FROM {keys} AS other WHERE other.key = stored.slug)"""
        self.database.execute(
            f"UPDATE {keys} SET id = renamed.id FROM ({renamed}) AS renamed WHERE {keys}.key = renamed.key"
        )

    def _add_stored_slugs(self, record_type: RecordType) -> None:
        """Add the keys of records that the dataset refers to and does not have."""
        name = record_type.name
        references = " UNION ALL ".join(self._references_to(record_type))
        if not references:
            return
        keys, stored = self.keys[name], self.database.table(record_type.model)
        missing = self.database.create_table_as(
            f"missing_{name}",
            f"""SELECT DISTINCT reference.key FROM ({references}) AS reference
                LEFT JOIN {keys} AS known ON known.key = reference.key
                WHERE reference.key IS NOT NULL AND known.key IS NULL""",
        )
        # A country code may stand for the slug; a slug has precedence.
        for column in ("slug", "iso3166") if name == "bodies" else ("slug",):
            self.database.execute(
                f"""INSERT INTO {keys} (key, id) SELECT missing.key, stored.id FROM {missing} AS missing
                    JOIN {stored} AS stored ON stored.{column} = missing.key"""
            )
        if name == "bodies" and name in self.stage.rows:
            self.database.execute(
                f"""INSERT INTO {keys} (key, id) SELECT own.iso3166, min(known.id)
                    FROM {self.stage.rows[name].table} AS own
                    JOIN {missing} AS missing ON missing.key = own.iso3166 JOIN {keys} AS known ON known.key = own.slug
                    WHERE NOT EXISTS (SELECT 1 FROM {keys} AS already WHERE already.key = own.iso3166)
                    GROUP BY own.iso3166"""
            )
        self.database.drop(missing)

    def _references_to(self, target: RecordType) -> Iterator[str]:
        """Queries for all slugs by which the dataset refers to records of the type."""
        for staged in self.stage.rows.values():
            for column in staged.record_type.columns:
                if column.target != target.name or column.name not in staged.file_columns:
                    continue
                link = staged.links.get(column.name)
                yield (
                    f"SELECT key FROM {link}"
                    if link
                    else f"SELECT {self._quote(column.name)} AS key FROM {staged.table}"
                )
        for name, table in self.stage.part_references.items():
            part_type = record_types()[name]
            for key_field in part_type.key:
                if part_type.column(key_field).target == target.name:
                    yield f"SELECT {self._quote(key_field)} AS key FROM {table}"

    # Rows

    def _create_rows(self, staged: StagedRows) -> None:
        record_type = staged.record_type
        if record_type.has_slug:
            joins = [f"LEFT JOIN {self.keys[record_type.name]} AS own ON own.key = staged.slug"]
        else:
            joins = [f"LEFT JOIN {self._find_parts(staged)} AS own ON own.n = staged.n"]
        own_id = self.database.bigint("COALESCE(own.id, -staged.n)")
        columns = ["staged.n", "staged.file", "staged.line", "staged.bad", f"{own_id} AS id"]
        absent = [stored for stored in stored_fields(record_type) if not _has_column(staged, stored)]
        for stored in stored_fields(record_type):
            column = self._quote(stored.column)
            value = self._join_key(staged, stored, joins, columns) if stored.is_relation else f"staged.{column}"
            if stored in absent:
                value = f"CASE WHEN stored.id IS NULL THEN {value} ELSE stored.{column} END"
                value = self.database.bigint(value) if stored.is_relation else value
            columns.append(f"{value} AS {column}")
        if absent:
            joins.append(f"LEFT JOIN {self.database.table(record_type.model)} AS stored ON stored.id = own.id")
        table = self.database.create_table_as(
            f"rows_{record_type.name}", f"SELECT {', '.join(columns)} FROM {staged.table} AS staged {' '.join(joins)}"
        )
        self.database.create_index(table, "id")
        self.database.create_index(table, "n")
        new = self.database.scalar(f"SELECT count(*) FROM {table} WHERE id < 0")
        rows = Rows(record_type, staged, table, new=new, existing=staged.count - new)
        self.rows[record_type.name] = rows
        rows.renamed = self._count_renamed(rows)
        if absent and rows.existing and (has_derive_method(record_type) or _is_partly_folded(staged)):
            self.derive_columns(rows, "id > 0")
        self.database.drop(staged.table)

    def _join_key(self, staged: StagedRows, stored: Any, joins: list[str], columns: list[str]) -> str:
        """Add the key of a relation to the columns; return SQL for the id that it resolves to."""
        key = self._quote(stored.name)
        columns.append(f"staged.{key}")
        if stored.name not in staged.file_columns:
            return "NULL"
        alias = f"key_{len(joins)}"
        table = self.keys[type_name(stored.related_model)]
        joins.append(f"LEFT JOIN {table} AS {alias} ON {alias}.key = staged.{key}")
        return f"{alias}.id"

    def _count_renamed(self, rows: Rows) -> int:
        past = self.past_keys.get(rows.record_type.name)
        if past is None:
            return 0
        condition = "own.slug = past.key" if rows.record_type.has_slug else "own.n = past.n"
        query = f"SELECT count(*) FROM {rows.table} AS own JOIN {past} AS past ON {condition} WHERE own.id > 0"
        return int(self.database.scalar(query))

    def derive_columns(self, rows: Rows, condition: str) -> None:
        """Compute derived columns of rows that have some columns from the file and some from the archive."""
        names = [stored.column for stored in stored_fields(rows.record_type)]
        query = f"""SELECT n, {", ".join(map(self._quote, names))} FROM {rows.table}
            WHERE n > %s AND ({condition}) ORDER BY n LIMIT {_DERIVED_ROWS}"""
        number = 0
        while chunk := list(self.database.rows(query, [number])):
            for number, *values in chunk:
                before = dict(zip(names, values, strict=True))
                after = derive_row(rows.record_type, before.copy())
                changed = {name: after[name] for name in names if after[name] != before[name]}
                if changed:
                    assignments = ", ".join(f"{self._quote(name)} = %s" for name in changed)
                    params = [*changed.values(), number]
                    self.database.execute(f"UPDATE {rows.table} SET {assignments} WHERE n = %s", params)

    # Records without a slug

    def _find_parts(self, staged: StagedRows) -> str:
        """A table of the rows (``n``) of records without a slug that the archive has (``id``)."""
        record_type = staged.record_type
        joins, columns = [], []
        for position, name in enumerate(record_type.key):
            column = record_type.column(name)
            stored_column = self._quote(column.field.column)
            if column.data_type != "relation":
                columns.append(f"staged.{stored_column}")
            elif name in staged.file_columns:
                alias = f"k{position}"
                joins.append(
                    f"LEFT JOIN {self.keys[column.target]} AS {alias} ON {alias}.key = staged.{self._quote(name)}"
                )
                columns.append(f"{alias}.id AS {stored_column}")
        keys = self.database.create_table_as(
            f"key_{record_type.name}",
            f"SELECT staged.n, {', '.join(columns)} FROM {staged.table} AS staged {' '.join(joins)}",
        )
        self.database.create_index(keys, "n")
        plain_fields = {name for name in record_type.key if record_type.column(name).data_type != "relation"}
        available = set(staged.file_columns) | plain_fields
        queries = " UNION ALL ".join(self._matches(record_type, keys, "own.n", available))
        matches = self.database.create_table_as(f"matches_{record_type.name}", queries)
        self.database.create_index(matches, "n")
        if not self.base_states.is_empty(record_type):
            self._find_renamed_parts(staged, keys, matches, available)
        return matches

    def _find_renamed_parts(self, staged: StagedRows, keys: str, matches: str, available: set[str]) -> None:
        """Add records that had the key of a row when the dataset last loaded them, where no record has it now."""
        record_type, name = staged.record_type, staged.record_type.name
        if staged.count <= self.database.scalar(f"SELECT count(*) FROM {matches}"):
            return
        loaded = f"""(SELECT past.* FROM {self.base_states.history_table(record_type)} AS past
            JOIN {self.base_states.table(record_type)} AS base
            ON base.id = past.id AND base.revision = past.history_id)"""
        queries = " UNION ALL ".join(self._matches(record_type, keys, "own.n", available, loaded))
        past = self.past_keys[name] = self.database.create_table_as(
            f"past_{name}",
            f"""SELECT n, {self.database.bigint("max(id)")} AS id FROM ({queries}) AS matched
                WHERE NOT EXISTS (SELECT 1 FROM {matches} AS already WHERE already.n = matched.n) GROUP BY n""",
        )
        self.database.create_index(past, "n")
        self.database.execute(
            f"""INSERT INTO {matches} (n, id) SELECT past.n, past.id FROM {past} AS past
                JOIN {self.database.table(record_type.model)} AS stored ON stored.id = past.id
                WHERE NOT EXISTS (SELECT 1 FROM {matches} AS already WHERE already.id = past.id)"""
        )

    def _matches(
        self, record_type: RecordType, keys: str, column: str, available: set[str], stored: str = ""
    ) -> Iterator[str]:
        """Queries for stored records of the natural keys in a table, one per unique constraint.

        Constraints of which no row has all columns are skipped: a citation is of one of a dozen record types.
        """
        field_sets = [fields for fields in key_constraints(record_type) if set(fields) <= available]
        column_sets = [[self._quote(record_type.column(name).field.column) for name in fields] for fields in field_sets]
        conditions = (" AND ".join(f"{name} IS NOT NULL" for name in columns) for columns in column_sets)
        flags = ", ".join(f"max(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in conditions)
        [used] = self.database.rows(f"SELECT {flags} FROM {keys}")
        used_sets = [columns for columns, is_used in zip(column_sets, used, strict=True) if is_used]
        for columns in used_sets or column_sets[:1]:
            condition = " AND ".join(f"stored.{name} = own.{name}" for name in columns)
            table = stored or self.database.table(record_type.model)
            yield f"SELECT {column}, stored.id FROM {keys} AS own JOIN {table} AS stored ON {condition}"

    def _create_part_keys(self, record_type: RecordType) -> None:
        """Create the table of keys of records without a slug: those of the dataset and those of the archive."""
        joins, columns, conditions, equal = [], ["reference.key"], ["1 = 1"], []
        for position, name in enumerate(record_type.key):
            column, quoted = record_type.column(name), self._quote(name)
            stored = self._quote(column.field.column)
            if column.data_type == "relation":
                alias = f"k{position}"
                joins.append(f"LEFT JOIN {self.keys[column.target]} AS {alias} ON {alias}.key = reference.{quoted}")
                columns.append(f"{alias}.id AS {stored}")
                conditions.append(f"(reference.{quoted} IS NULL OR {alias}.id IS NOT NULL)")
                equal.append(self._equal_or_null(f"held.{stored}", f"own.{stored}"))
            else:
                columns.append(f"reference.{quoted} AS {stored}")
                equal.append(f"held.{stored} = own.{stored}")
        references = self.database.create_table_as(
            f"references_{record_type.name}",
            f"""SELECT {", ".join(columns)}
                FROM (SELECT DISTINCT * FROM {self.stage.part_references[record_type.name]}) AS reference
                {" ".join(joins)} WHERE {" AND ".join(conditions)}""",
        )
        queries = list(self._matches(record_type, references, "own.key", set(record_type.key)))
        if record_type.name in self.rows:
            table = self.rows[record_type.name].table
            self.database.create_index(table, record_type.column(record_type.key[0]).field.column)
            queries.append(
                f"SELECT own.key, held.id FROM {references} AS own JOIN {table} AS held ON {' AND '.join(equal)}"
            )
        keys = self.database.create_table_as(f"keys_{record_type.name}", " UNION ".join(queries))
        self.database.create_index(keys, "key")
        self.keys[record_type.name] = keys

    def _equal_or_null(self, left: str, right: str) -> str:
        """SQL that ids are equal or both NULL, in the form that each database can join by."""
        if self.database.is_postgresql:
            return f"COALESCE({left}, 0) = COALESCE({right}, 0)"
        return f"{left} IS {right}"

    # Links

    def _create_links(self, rows: Rows) -> None:
        for name, staged in rows.staged.links.items():
            keys = self.keys[rows.record_type.column(name).target]
            table = rows.links[name] = self.database.create_table_as(
                f"links_{rows.record_type.name}__{name}",
                f"""SELECT own.n, own.id AS owner, link.key, known.id AS target FROM {staged} AS link
                    JOIN {rows.table} AS own ON own.n = link.n LEFT JOIN {keys} AS known ON known.key = link.key""",
            )
            self.database.create_index(table, "owner", "target")
            self.database.drop(staged)


def key_constraints(record_type: RecordType) -> list[tuple[str, ...]]:
    """The fields of unique constraints on the natural key: where none is NULL, they identify a record."""
    constraints = record_type.model._meta.constraints
    field_sets = [tuple(constraint.fields) for constraint in constraints if hasattr(constraint, "fields")]
    return [fields for fields in field_sets if set(fields) <= set(record_type.key)]


def _has_column(staged: StagedRows, stored: Field[Any, Any]) -> bool:
    """Whether the file has the field's column, or the one that it is computed from."""
    if stored.name in staged.file_columns or stored.name == "slug":
        return True
    if isinstance(stored, FoldedField):
        return set(stored.source) <= staged.file_columns
    dates = (staged.record_type.column(name) for name in staged.file_columns)
    return any(
        stored.name == f"{column.name}_{companion}"
        for column in dates
        if column.data_type == "date"
        for companion in column.field.companions
    )


def _is_partly_folded(staged: StagedRows) -> bool:
    """Whether the file has some but not all of the columns that a folded field is computed from."""
    fields = folded_fields(staged.record_type)
    return any(0 < len(set(folded.source) & staged.file_columns) < len(folded.source) for folded in fields)
