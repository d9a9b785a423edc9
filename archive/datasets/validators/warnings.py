"""What is allowed and rarely meant: published records that refer to what the public does not see.

Most are shown without it, which is worth a warning. Those that belong to it are not shown at all: a warning too, since
an archive comes to that when somebody withdraws an official, and an error where all was asked to be published.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.choices import Status
from archive.datasets import schema
from archive.datasets.problems import Place, Problem, Problems, quoted
from archive.datasets.resolve import References, Rows
from archive.permissions import PARENT_PATHS

_WITHOUT = "a published one: readers see the record without it"
_UNSEEN = "a published one: readers do not see this record until it is"


def warn(references: References, problems: Problems, asked: Status | None = None) -> None:
    """Add a warning, or an error, for each such reference; ``asked`` is the status that all records get."""
    for rows in references.rows.values():
        warnings = _Warnings(references, rows, problems, "error" if asked == Status.PUBLISHED else "warning")
        for column in rows.kind.columns:
            if column.target and column.name in rows.staged.given and _has_status(schema.kinds()[column.target]):
                warnings.add(column)


class _Warnings:
    """Those of one kind's rows."""

    def __init__(self, references: References, rows: Rows, problems: Problems, unseen: str) -> None:
        self.references, self.database, self.rows, self.problems = references, references.database, rows, problems
        self.unseen = unseen
        self.parents = {path.partition("__")[0] for path in rows.kind.model.visibility_parents}

    def add(self, column: schema.Column) -> None:
        kind, vanishes = self.rows.kind, column.name in self.parents
        # What belongs to a draft goes with it.
        if not _has_status(kind) and (not vanishes or column.name in PARENT_PATHS.get(kind.model, ())):
            return
        found = self._hidden(column)
        if self.database.one(f"SELECT 1 FROM {found} LIMIT 1") is not None:
            seen = [f"SELECT n FROM {self.rows.table} WHERE status = '{Status.PUBLISHED}'"]
            if not _has_status(kind):
                seen = list(self._owned(found))
            query = f"""SELECT file, line, told, status FROM {found}
                WHERE n IN ({" UNION ALL ".join(seen)}) ORDER BY 1, 2"""
            for file, line, told, status in self.database.rows(query) if seen else ():
                got = f"{quoted(told)}, which is {Status(status).label}"
                place = Place(self.references.stage.files[file], line)
                problem = Problem(place, column.name, got, _UNSEEN if vanishes else _WITHOUT, sort="hidden")
                self.problems.add(problem, level=self.unseen if vanishes else "warning")
        self.database.drop(found)

    def _hidden(self, column: schema.Column) -> str:
        """A table of the rows that refer to what is not published."""
        database, link = self.database, self.rows.links.get(column.name)
        own = f"own.{database.quote(column.field.column)}"
        joined, key, text = "", own, f"own.{database.quote(column.name)}"
        if link:
            joined, key, text = f"JOIN {link} AS link ON link.n = own.n", "link.target", "link.key"
        hidden = " UNION ALL ".join(
            f"{query} {'AND' if 'WHERE' in query else 'WHERE'} status <> '{Status.PUBLISHED}'"
            for query in self._all(schema.kinds()[column.target], "status")
        )
        return database.create_as(
            f"hidden_{self.rows.kind.name}__{column.name}",
            f"""SELECT own.n, own.file, own.line, {text} AS told, hidden.status
                FROM {self.rows.table} AS own {joined} JOIN ({hidden}) AS hidden ON hidden.id = {key}""",
        )

    def _all(self, kind: schema.Kind, column: str) -> Iterator[str]:
        """Queries for one column of all records of a kind, as the archive would have them."""
        main, held = self.database.quote(kind.model._meta.db_table), self.references.rows.get(kind.name)
        if held is not None:
            yield f"SELECT id, {column} FROM {held.table}"
        beside = f" WHERE NOT EXISTS (SELECT 1 FROM {held.table} AS own WHERE own.id = {main}.id)" if held else ""
        yield f"SELECT id, {column} FROM {main}{beside}"

    def _owned(self, found: str) -> Iterator[str]:
        """Queries for those of the rows found that belong to something published, one for each path to an owner."""
        kind = self.rows.kind
        paths = [path for path in PARENT_PATHS[kind.model] if path.partition("__")[0] in self.rows.staged.given]
        columns = [self._key(kind, path.partition("__")[0], "own") for path in paths]
        if not paths:
            return
        counted = ", ".join(f"count({column})" for column in columns)
        own = f"{found} AS found JOIN {self.rows.table} AS own ON own.n = found.n"
        [used] = self.database.rows(f"SELECT {counted} FROM {own}")
        for path, count in zip(paths, used, strict=True):
            if count:
                end = f"own{path.count('__')}"
                yield f"SELECT own.n FROM {own} {self._joins(path)} WHERE {end}.status = '{Status.PUBLISHED}'"

    def _key(self, kind: schema.Kind, name: str, alias: str) -> str:
        return f"{alias}.{self.database.quote(kind.column(name).field.column)}"

    def _joins(self, path: str) -> str:
        """Joins along a path; the record at its nth step, counted from 0, is ``own0``, ``own1`` and so on."""
        kind, alias, joins, steps = self.rows.kind, "own", [], path.split("__")
        for number, (name, following) in enumerate(zip(steps, [*steps[1:], "status"], strict=True)):
            key, kind = self._key(kind, name, alias), schema.kinds()[kind.column(name).target]
            alias = f"own{number}"
            rows = " UNION ALL ".join(self._all(kind, self.database.quote(kind.column(following).field.column)))
            joins.append(f"JOIN ({rows}) AS {alias} ON {alias}.id = {key}")
        return " ".join(joins)


def _has_status(kind: Any) -> bool:
    return any(column.name == "status" for column in kind.columns)
