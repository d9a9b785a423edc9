"""Slugs of merged records in a dataset: replaced by those of the records that they were merged into, before resolution.

A row of a merged record is left out if the dataset has the other record too, or if the dataset brought only the merged
one: that the two were merged is a correction, as a deletion is. Otherwise the row is the other record's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.datasets.corrections.base_states import BaseStates
from archive.datasets.database import Database
from archive.datasets.problems import Location, Problem, Problems
from archive.datasets.schema import Column, RecordType, record_types
from archive.datasets.stage import Stage, StagedRows
from archive.models import MergedRecord


class MergedSlugs:
    """Replaces the slugs in the staged rows. With ``overwrite`` a row of a merged record is the other record's."""

    def __init__(
        self, database: Database, stage: Stage, base_states: BaseStates, problems: Problems, overwrite: bool
    ) -> None:
        self.database, self.stage, self.base_states = database, stage, base_states
        self.problems, self.overwrite = problems, overwrite
        #: Record type -> table of its merged slugs: ``key``, ``target`` (the other slug), ids ``record`` and ``other``.
        self.tables: dict[str, str] = {}
        #: Record type -> table of the rows (``n``) in which a reference was replaced.
        self.replaced: dict[str, str] = {}

    def replace(self) -> None:
        self._create_tables()
        for name in self.tables:
            if name in self.stage.rows:
                self._replace_own_slugs(self.stage.rows[name])
        for staged in self.stage.rows.values() if self.tables else ():
            for column in _references(staged.record_type, self.tables):
                if column.name in staged.links:
                    self._replace_links(staged, column)
                elif column.name in staged.file_columns:
                    self._replace_references(staged, column)
        for name in self.stage.part_references if self.tables else ():
            self._replace_part_keys(record_types()[name])
        for name in self.replaced:
            self._drop_self_links(self.stage.rows[name])
            self._drop_duplicates(self.stage.rows[name])

    def _quote(self, name: str) -> str:
        return self.database.quote(name)

    def _create_tables(self) -> None:
        merges = MergedRecord.objects.using(self.database.using).filter(undone_at=None)
        kinds = set(merges.order_by().values_list("kind", flat=True).distinct())
        merged = self._quote(MergedRecord._meta.db_table)
        for name, record_type in record_types().items():
            if record_type.model._meta.model_name not in kinds:
                continue
            stored = self.database.table(record_type.model)
            table = self.tables[name] = self.database.create_table_as(
                f"merged_{name}",
                f"""SELECT merged.slug AS key, stored.slug AS target,
                        {self.database.bigint("merged.record_id")} AS record,
                        {self.database.bigint("stored.id")} AS other
                    FROM {merged} AS merged JOIN {stored} AS stored ON stored.id = merged.target_id
                    WHERE merged.kind = %s AND merged.undone_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM {stored} AS own WHERE own.slug = merged.slug)""",
                [record_type.model._meta.model_name],
            )
            self.database.create_index(table, "key")

    # Rows of merged records

    def _replace_own_slugs(self, staged: StagedRows) -> None:
        merged = self.tables[staged.record_type.name]
        base = self.base_states.table(staged.record_type)
        is_known = "EXISTS (SELECT 1 FROM {0} AS base WHERE base.id = merged.{1})"
        is_correction = f"{is_known.format(base, 'record')} AND NOT {is_known.format(base, 'other')}"
        if self.overwrite:
            is_correction = "1 = 0"
        own = self.database.create_table_as(
            f"own_merged_{staged.record_type.name}",
            f"""SELECT staged.n, staged.file, staged.line, merged.key, merged.target,
                    CASE WHEN EXISTS (SELECT 1 FROM {staged.table} AS present WHERE present.slug = merged.target)
                        OR EXISTS (SELECT 1 FROM {staged.table} AS earlier JOIN {merged} AS same
                            ON same.key = earlier.slug WHERE same.target = merged.target AND earlier.n < staged.n)
                        OR ({is_correction}) THEN 1 ELSE 0 END AS is_left_out
                FROM {staged.table} AS staged JOIN {merged} AS merged ON merged.key = staged.slug""",
        )
        for row in self.database.rows(f"SELECT file, line, key, target, is_left_out FROM {own} ORDER BY file, line"):
            self._warn(*row)
        left_out = f"SELECT n FROM {own} WHERE is_left_out = 1"
        self._delete(staged, left_out)
        self.database.execute(
            f"""UPDATE {staged.table} SET slug = own.target FROM {own} AS own
                WHERE own.n = {staged.table}.n AND own.is_left_out = 0"""
        )

    def _warn(self, file: int, line: int, key: str, target: str, is_left_out: int) -> None:
        outcome = "the row is left out" if is_left_out else "the row is taken as that record's"
        expected = f"'{target}', which it was merged into here: {outcome}, and references to it lead there"
        problem = Problem(Location(self.stage.files[file], line), "slug", f"'{key}'", expected, code="merged")
        self.problems.add(problem, "warning")

    def _delete(self, staged: StagedRows, numbers: str) -> None:
        """Delete the rows of a query (``n``) and their links."""
        for table in staged.links.values():
            self.database.execute(f"DELETE FROM {table} WHERE n IN ({numbers})")
        staged.count -= self.database.execute(f"DELETE FROM {staged.table} WHERE n IN ({numbers})")

    # References

    def _replace_part_keys(self, record_type: RecordType) -> None:
        """Replace slugs in keys of parts; rows that refer to a part which is left out are left out too."""
        table = self.stage.part_references[record_type.name]
        columns = [column for column in _references(record_type, self.tables) if column.name in record_type.key]
        if not sum(self._update(table, self._quote(column.name), column) for column in columns):
            return
        parts = ", ".join(map(self._quote, record_type.key))
        same = self.database.create_table_as(
            f"same_{record_type.name}",
            f"""SELECT key, first FROM (SELECT key, min(key) OVER (PARTITION BY {parts}) AS first FROM {table}) AS keys
                WHERE key <> first""",
        )
        pairs = _pairs_of_one_target(columns)
        for staged in self.stage.rows.values():
            for column in staged.record_type.columns:
                if column.target != record_type.name or column.name not in staged.file_columns:
                    continue
                quoted = self._quote(column.name)
                for first, second in pairs:
                    gone = f"SELECT key FROM {table} WHERE {self._quote(first.name)} = {self._quote(second.name)}"
                    self._delete(staged, f"SELECT n FROM {staged.table} WHERE {quoted} IN ({gone})")
                if self._note_replaced(staged, f"{quoted} IN (SELECT key FROM {same})"):
                    self.database.execute(
                        f"""UPDATE {staged.table} SET {quoted} = same.first FROM {same} AS same
                            WHERE {staged.table}.{quoted} = same.key"""
                    )

    def _note_replaced(self, staged: StagedRows, condition: str) -> bool:
        """Add the rows to the table of those in which a reference is replaced; whether there are any."""
        if not self.database.scalar(f"SELECT count(*) FROM {staged.table} WHERE {condition}"):
            return False
        name = staged.record_type.name
        if name not in self.replaced:
            self.replaced[name] = self.database.create_table(f"replaced_{name}", {"n": "bigint"})
        self.database.execute(f"INSERT INTO {self.replaced[name]} (n) SELECT n FROM {staged.table} WHERE {condition}")
        return True

    def _replace_references(self, staged: StagedRows, column: Column) -> None:
        merged, quoted = self.tables[column.target], self._quote(column.name)
        if self._note_replaced(staged, f"{quoted} IN (SELECT key FROM {merged})"):
            self._update(staged.table, quoted, column)

    def _update(self, table: str, quoted: str, column: Column) -> int:
        """Replace the slugs in a column; the number of rows."""
        return self.database.execute(
            f"""UPDATE {table} SET {quoted} = merged.target FROM {self.tables[column.target]} AS merged
                WHERE {table}.{quoted} = merged.key"""
        )

    def _replace_links(self, staged: StagedRows, column: Column) -> None:
        """Replace links, but for those that the row has already, and to the row itself."""
        table, merged = staged.links[column.name], self.tables[column.target]
        same = f"other.n = {table}.n AND merged.key = {table}.key"
        present = f"SELECT 1 FROM {table} AS other JOIN {merged} AS merged ON merged.target = other.key WHERE {same}"
        itself = "0 = 1"
        if column.target == staged.record_type.name:
            itself = f"""EXISTS (SELECT 1 FROM {staged.table} AS own JOIN {merged} AS merged ON merged.target = own.slug
                WHERE own.n = {table}.n AND merged.key = {table}.key)"""
        self.database.execute(
            f"""DELETE FROM {table} WHERE key IN (SELECT key FROM {merged}) AND (
                EXISTS ({present})
                OR EXISTS (SELECT 1 FROM {table} AS other JOIN {merged} AS second ON second.key = other.key
                    JOIN {merged} AS merged ON merged.target = second.target WHERE {same} AND second.key < merged.key)
                OR {itself})"""
        )
        self._update(table, "key", column)

    # Rows that the replacement made duplicates

    def _drop_self_links(self, staged: StagedRows) -> None:
        """Rows that would link a record with itself lose the link, or are left out if they cannot be without it."""
        relations = [
            column for column in _references(staged.record_type, self.tables) if column.name in staged.file_columns
        ]
        for first, second in _pairs_of_one_target(relations):
            rows = f"""SELECT n FROM {staged.table} WHERE {self._quote(first.name)} = {self._quote(second.name)}
                AND n IN (SELECT n FROM {self.replaced[staged.record_type.name]})"""
            optional = next((column for column in (first, second) if not column.required), None)
            if optional is None:
                self._delete(staged, rows)
            else:
                self.database.execute(
                    f"UPDATE {staged.table} SET {self._quote(optional.name)} = NULL WHERE n IN ({rows})"
                )
        for column in relations:
            if column.target == staged.record_type.name and staged.record_type.has_slug:
                self._lift(staged, column)

    def _lift(self, staged: StagedRows, column: Column) -> None:
        """A row that stands below itself now has the place that the archive gives it."""
        model = self.database.table(staged.record_type.model)
        quoted, stored = self._quote(column.name), self._quote(column.field.column)
        self.database.execute(
            f"""UPDATE {staged.table} SET {quoted} = (SELECT above.slug FROM {model} AS own
                    JOIN {model} AS above ON above.id = own.{stored} WHERE own.slug = {staged.table}.slug)
                WHERE {quoted} = slug AND n IN (SELECT n FROM {self.replaced[staged.record_type.name]})"""
        )

    def _drop_duplicates(self, staged: StagedRows) -> None:
        """Leave out rows without a slug whose key another row has, which was not replaced or comes first."""
        if staged.record_type.has_slug:
            return
        columns = ", ".join(f"staged.{self._quote(name)}" for name in _key_columns(staged.record_type))
        replaced = f"(SELECT DISTINCT n FROM {self.replaced[staged.record_type.name]})"
        self._delete(
            staged,
            f"""SELECT n FROM (SELECT staged.n, replaced.n AS is_replaced, row_number() OVER (
                    PARTITION BY {columns}
                    ORDER BY CASE WHEN replaced.n IS NULL THEN 0 ELSE 1 END, staged.n) AS place
                FROM {staged.table} AS staged LEFT JOIN {replaced} AS replaced ON replaced.n = staged.n) AS numbered
                WHERE place > 1 AND is_replaced IS NOT NULL""",
        )


def _pairs_of_one_target(columns: list[Column]) -> list[tuple[Column, Column]]:
    """The pairs of columns that refer to the same record type."""
    return [
        (first, second)
        for first in columns
        for second in columns
        if first.name < second.name and first.target == second.target
    ]


def _references(record_type: RecordType, tables: dict[str, Any]) -> Iterator[Column]:
    """The columns that refer to record types of which records were merged."""
    return (column for column in record_type.columns if column.target in tables)


def _key_columns(record_type: RecordType) -> Iterator[str]:
    for name in record_type.key:
        column = record_type.column(name)
        yield column.name if column.data_type == "relation" else column.field.column
