"""Keys and other values that may be there once: in the dataset, and in the dataset and the archive together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.datasets import schema
from archive.datasets.problems import Problem, quoted
from archive.datasets.resolve import Rows, identities
from archive.datasets.stage import stored
from archive.datasets.validators.base import Check


class Uniqueness(Check):
    """One check of one kind's rows."""

    def check(self, rows: Rows) -> None:
        kind, keys = rows.kind, identities(rows.kind)
        sets = [(one.name,) for one in stored(kind) if one.unique]
        sets += [tuple(one.fields) for one in kind.model._meta.constraints if hasattr(one, "fields")]
        for names in sets:
            fields = [kind.column(name).field for name in names]
            columns = [self.q(one.column) for one in fields]
            # Looking up keys has counted the different slugs already.
            if names != ("slug",) or self.references.own_keys[kind.name] != rows.staged.count:
                self._twice(rows, names, columns)
            if names != ("slug",) and names not in keys:
                self._taken(rows, names, columns)
        if kind.has_slug:
            self._by_case(rows)

    def _twice(self, rows: Rows, names: Sequence[str], columns: list[str]) -> None:
        given = " AND ".join([self.sound(rows), *(f"{column} IS NOT NULL" for column in columns)])
        told = ", ".join(columns)
        grouped = f"SELECT {told} FROM {rows.table} WHERE {given} GROUP BY {told} HAVING count(*) > 1"
        if self.database.one(f"SELECT 1 FROM ({grouped}) AS twice LIMIT 1") is None:
            return
        query = f"""SELECT file, line, first_file, first_line, {", ".join(columns)} FROM (
            SELECT n, file, line, {told}, first_value(n) OVER one AS first, first_value(file) OVER one AS first_file,
                   first_value(line) OVER one AS first_line
            FROM {rows.table} WHERE {given} WINDOW one AS (PARTITION BY {told} ORDER BY n)) AS numbered
            WHERE n <> first ORDER BY file, line"""
        for file, line, first_file, first_line, *values in self.database.rows(query):
            key = self._told(rows.kind, names, values)
            expected = f"it once: {self.place(first_file, first_line)} has it already"
            self.problems.add(Problem(self.place(file, line), ", ".join(names), key, expected, sort="duplicate"))

    def _taken(self, rows: Rows, names: Sequence[str], columns: list[str]) -> None:
        """Values of records that the archive has and the dataset does not restate."""
        if not set(names) <= rows.staged.given:
            return
        on = " AND ".join(f"stored.{column} = own.{column}" for column in columns)
        table = self.main(rows)
        told = ", ".join(f"own.{column}" for column in columns)
        query = f"""SELECT own.file, own.line, {told} FROM {rows.table} AS own
            JOIN {table} AS stored ON {on} AND stored.id <> own.id
            LEFT JOIN {rows.table} AS other ON other.id = stored.id WHERE other.id IS NULL ORDER BY 1, 2"""
        for file, line, *values in self.database.rows(query):
            key = self._told(rows.kind, names, values)
            expected = f"another: one of the archive's {rows.kind.name} has it"
            self.problems.add(Problem(self.place(file, line), ", ".join(names), key, expected, sort="taken"))

    def _told(self, kind: schema.Kind, names: Sequence[str], values: list[Any]) -> str:
        """Values as the file has them; ids of relations are found out where they are needed, which is rare."""
        told = []
        for name, value in zip(names, values, strict=True):
            column = kind.column(name)
            told.append(self.near.name(column.target, value) if column.target else str(value))
        return quoted(told[0] if len(told) == 1 else schema.join_pieces(told))

    def _by_case(self, rows: Rows) -> None:
        """Slugs that differ from another by capitals only: one record in two spellings."""
        table = self.main(rows)
        others = f"SELECT slug FROM {rows.table} UNION SELECT slug FROM {table} WHERE slug <> lower(slug)"
        asked = f"""SELECT own.file, own.line, own.slug, other.slug FROM {rows.table} AS own
            JOIN (%s) AS other ON other.slug = lower(own.slug) AND other.slug <> own.slug"""
        capitals = f"SELECT slug FROM {rows.table} WHERE slug <> lower(slug)"
        if self.database.one(f"SELECT 1 FROM ({capitals}) AS capitals LIMIT 1") is not None:
            self._spelled(asked % f"SELECT slug FROM {rows.table} UNION SELECT slug FROM {table}")
        if self.database.one(f"SELECT 1 FROM {table} WHERE slug <> lower(slug) LIMIT 1") is not None:
            query = f"""SELECT own.file, own.line, own.slug, other.slug FROM {rows.table} AS own
                JOIN ({others}) AS other ON lower(other.slug) = own.slug AND other.slug <> own.slug
                JOIN {table} AS stored ON stored.slug = other.slug"""
            self._spelled(query)

    def _spelled(self, query: str) -> None:
        for file, line, slug, other in self.database.rows(f"{query} ORDER BY 1, 2"):
            expected = "slugs that differ by more than capitals"
            self.problems.add(Problem(self.place(file, line), "slug", quoted(slug), expected, other, "capitals"))
