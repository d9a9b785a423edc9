"""Validators of what the database would refuse: absent columns, dangling references, duplicates, CHECK constraints.

Rows with a cell that could not be parsed, or with a dangling reference, are reported for that only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import connections
from django.db import models as db
from django.db.models import CheckConstraint, Model

from archive.csv_dialect import join_pieces
from archive.datasets.problems import REFERENCE, Location, Problem, Problems, quote_value
from archive.datasets.resolve import Resolver, Rows, key_constraints
from archive.datasets.schema import Column, RecordType, record_types
from archive.datasets.stage import stored_fields
from archive.exceptions import expected_in


class Validator:
    """Base of validators: the resolved rows to check and the problems to add to."""

    def __init__(self, resolver: Resolver, problems: Problems) -> None:
        self.resolver, self.problems, self.database = resolver, problems, resolver.database

    def add(
        self, file: int, line: int, field: str, got: str, expected: str, suggestion: str = "", *, code: str
    ) -> None:
        """Add an error at a line of a file, which is given by its index."""
        self.problems.add(Problem(self.location(file, line), field, got, expected, suggestion, code))

    def location(self, file: int, line: int) -> Location:
        return self.problems.locate(self.resolver.stage.files[file], line)

    def quote(self, name: str) -> str:
        return self.database.quote(name)

    def all_records(self, record_type: RecordType, column: str) -> Iterator[str]:
        """Queries for the id and one column of all records of a type, as they are after the load."""
        table, rows = self.database.table(record_type.model), self.resolver.rows.get(record_type.name)
        condition = ""
        if rows is not None:
            yield f"SELECT id, {column} FROM {rows.table}"
            condition = f" WHERE NOT EXISTS (SELECT 1 FROM {rows.table} AS own WHERE own.id = {table}.id)"
        yield f"SELECT id, {column} FROM {table}{condition}"


class ReferenceValidator(Validator):
    """Checks that new records have all required columns, and that references match a record."""

    def validate(self) -> None:
        for rows in self.resolver.rows.values():
            if rows.new:
                self._check_required_columns(rows)
            self._check_references(rows)

    def _check_required_columns(self, rows: Rows) -> None:
        for column in rows.record_type.columns:
            if column.required and column.name not in rows.staged.file_columns:
                for (file,) in self.database.rows(f"SELECT DISTINCT file FROM {rows.table} WHERE id < 0"):
                    got, expected = f"no column '{column.name}'", "one, since new records must have it"
                    self.add(file, 0, "", got, expected, code="column missing")

    def _check_references(self, rows: Rows) -> None:
        for column in rows.record_type.columns:
            if not column.target or column.name not in rows.staged.file_columns:
                continue
            if column.data_type == "relations":
                query = f"""SELECT own.file, own.line, link.key FROM {rows.links[column.name]} AS link
                            JOIN {rows.table} AS own ON own.n = link.n WHERE link.target IS NULL"""
            else:
                key, pk = self.quote(column.name), self.quote(column.field.column)
                query = f"SELECT file, line, {key} FROM {rows.table} WHERE {key} IS NOT NULL AND {pk} IS NULL"
            target = record_types()[column.target]
            key_name = "slug" if target.has_slug else "key"
            expected = f"the {key_name} of one of {target.name}, in the dataset or the archive"
            for file, line, value in self.database.rows(f"{query} ORDER BY 1, 2"):
                suggestion = ""
                if self.problems.wants_suggestion(REFERENCE, self.resolver.stage.files[file], column.name):
                    suggestion = self.resolver.record_keys.suggest(target, value)
                self.add(file, line, column.name, quote_value(value), expected, suggestion, code=REFERENCE)


class ConstraintValidator(Validator):
    """Checks the unique and CHECK constraints of the models."""

    def validate(self) -> None:
        for rows in self.resolver.rows.values():
            self._check_unique(rows)
            self._check_conditions(rows)

    def _is_valid(self, rows: Rows) -> str:
        """SQL for the condition that a row's cells were parsed and its references resolved."""
        conditions = [
            f"NOT ({self.quote(stored.name)} IS NOT NULL AND {self.quote(stored.column)} IS NULL)"
            for stored in stored_fields(rows.record_type)
            if stored.is_relation and stored.name in rows.staged.file_columns
        ]
        return " AND ".join(["bad = 0", *conditions])

    # Unique constraints

    def _check_unique(self, rows: Rows) -> None:
        record_type = rows.record_type
        field_sets = [(stored.name,) for stored in stored_fields(record_type) if stored.unique]
        field_sets += [tuple(item.fields) for item in record_type.model._meta.constraints if hasattr(item, "fields")]
        for names in field_sets:
            columns = [self.quote(record_type.column(name).field.column) for name in names]
            # The resolver has counted the different slugs.
            if names != ("slug",) or self.resolver.slug_counts[record_type.name] != rows.staged.count:
                self._check_within_dataset(rows, names, columns)
            if names != ("slug",) and names not in key_constraints(record_type):
                self._check_against_archive(rows, names, columns)
        if record_type.has_slug:
            self._check_case(rows)

    def _check_within_dataset(self, rows: Rows, names: Sequence[str], columns: list[str]) -> None:
        # A slug is repeated also where another cell of its row is wrong: all mistakes are reported at once.
        is_own = names == ("slug",) and "slug" not in rows.record_type.model.derived_fields
        is_valid = f"{columns[0]} <> ''" if is_own else self._is_valid(rows)
        condition = " AND ".join([is_valid, *(f"{column} IS NOT NULL" for column in columns)])
        values = ", ".join(columns)
        repeated = f"SELECT {values} FROM {rows.table} WHERE {condition} GROUP BY {values} HAVING count(*) > 1"
        if self.database.scalar(f"SELECT 1 FROM ({repeated}) AS repeated LIMIT 1") is None:
            return
        query = f"""SELECT file, line, first_file, first_line, {values} FROM (
            SELECT n, file, line, {values}, first_value(n) OVER same AS first,
                   first_value(file) OVER same AS first_file, first_value(line) OVER same AS first_line
            FROM {rows.table} WHERE {condition} WINDOW same AS (PARTITION BY {values} ORDER BY n)) AS numbered
            WHERE n <> first ORDER BY file, line"""
        for file, line, first_file, first_line, *duplicate in self.database.rows(query):
            got = self._quote_values(rows.record_type, names, duplicate)
            expected = f"it once: {self.location(first_file, first_line)} has it already"
            self.add(file, line, ", ".join(names), got, expected, code="duplicate")

    def _check_against_archive(self, rows: Rows, names: Sequence[str], columns: list[str]) -> None:
        """Report values of records in the archive that the dataset does not have."""
        if not set(names) <= rows.staged.file_columns:
            return
        condition = " AND ".join(f"stored.{column} = own.{column}" for column in columns)
        values = ", ".join(f"own.{column}" for column in columns)
        query = f"""SELECT own.file, own.line, {values} FROM {rows.table} AS own
            JOIN {self.database.table(rows.record_type.model)} AS stored ON {condition} AND stored.id <> own.id
            LEFT JOIN {rows.table} AS other ON other.id = stored.id WHERE other.id IS NULL ORDER BY 1, 2"""
        for file, line, *duplicate in self.database.rows(query):
            got = self._quote_values(rows.record_type, names, duplicate)
            expected = f"another: one of the archive's {rows.record_type.name} has it"
            self.add(file, line, ", ".join(names), got, expected, code="taken")

    def _quote_values(self, record_type: RecordType, names: Sequence[str], values: list[Any]) -> str:
        """Values as the file has them, natural keys instead of ids."""
        columns = map(record_type.column, names)
        texts = [self._text(column, value) for column, value in zip(columns, values, strict=True)]
        return quote_value(texts[0] if len(texts) == 1 else join_pieces(texts))

    def _check_case(self, rows: Rows) -> None:
        """Report slugs that differ from another by upper and lower case only."""
        table, stored = rows.table, self.database.table(rows.record_type.model)
        select = f"SELECT own.file, own.line, own.slug, other.slug FROM {table} AS own"
        if self.database.scalar(f"SELECT 1 FROM {table} WHERE slug <> lower(slug) LIMIT 1") is not None:
            slugs = f"SELECT slug FROM {table} UNION SELECT slug FROM {stored}"
            self._add_case_problems(f"""{select} JOIN ({slugs}) AS other
                ON other.slug = lower(own.slug) AND other.slug <> own.slug""")
        if self.database.scalar(f"SELECT 1 FROM {stored} WHERE slug <> lower(slug) LIMIT 1") is not None:
            self._add_case_problems(f"""{select} JOIN {stored} AS other
                ON lower(other.slug) = own.slug AND other.slug <> own.slug""")

    def _add_case_problems(self, query: str) -> None:
        for file, line, slug, other in self.database.rows(f"{query} ORDER BY 1, 2"):
            expected = "slugs that differ by more than capitals"
            self.add(file, line, "slug", quote_value(slug), expected, other, code="capitals")

    # CHECK constraints

    def _check_conditions(self, rows: Rows) -> None:
        """Check all CHECK constraints of a record type in one query."""
        checks, violations = check_violations(rows.record_type.model, self.database.using)
        if not checks:
            return
        flags = ", ".join(f"CASE WHEN {violation} THEN 1 ELSE 0 END" for violation in violations)
        condition = f"{self._is_valid(rows)} AND ({' OR '.join(violations)})"
        fields = list(dict.fromkeys(name for check in checks for name in _constrained_fields(check)))
        columns = [self.quote(rows.record_type.column(name).field.column) for name in fields]
        query = f"""SELECT file, line, {flags}, {", ".join(columns)} FROM {rows.table}
            WHERE {condition} ORDER BY file, line"""
        for file, line, *values in list(self.database.rows(query)):
            by_name = dict(zip(fields, values[len(checks) :], strict=True))
            for check, is_violated in zip(checks, values, strict=False):
                if is_violated:
                    names = _constrained_fields(check)
                    texts = {name: self._text(rows.record_type.column(name), by_name[name]) for name in names}
                    got = ", ".join(f"{name} {quote_value(text)}" for name, text in texts.items())
                    expected = expected_in(str(check.violation_error_message))
                    self.add(file, line, ", ".join(names), got, expected, code=check.name)

    def _text(self, column: Column, value: object) -> str | None:
        """A value as a file has it: the natural key instead of an id, which may be the archive's."""
        if value is None:
            return None
        return self.resolver.record_keys.key_of(column.target, value) if column.target else str(value)


@cache
def check_violations(model: type[Model], using: str) -> tuple[list[db.CheckConstraint], list[str]]:
    """The CHECK constraints of a model, and SQL for the condition that a row violates each."""
    checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, db.CheckConstraint)]
    # Never entered: it only quotes values.
    editor = connections[using].SchemaEditorClass(connections[using], collect_sql=True, atomic=False)
    return checks, [f"NOT ({str(check._get_check_sql(model, editor)).replace('%%', '%')})" for check in checks]  # type: ignore[attr-defined]


def _constrained_fields(check: CheckConstraint) -> list[str]:
    """The fields in a constraint's condition; companions of a date (``date_earliest``) count as the date."""
    return [name for name in dict.fromkeys(_field_names(check.condition)) if name != "id"]


def _field_names(node: object) -> Iterator[str]:
    if isinstance(node, db.Q):
        for child in node.children:
            yield from _field_names(child)
    elif isinstance(node, tuple):
        yield _without_companion(node[0])
        yield from _field_names(node[1]) if isinstance(node[1], (db.Q, db.F)) else ()
    elif isinstance(node, db.F):
        yield _without_companion(node.name)  # type: ignore[attr-defined]


def _without_companion(lookup: str) -> str:
    return lookup.partition("__")[0].removesuffix("_earliest").removesuffix("_latest")
