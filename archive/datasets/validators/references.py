"""What must hold of the dataset, asked of all rows at once.

Rows with a cell that could not be read, or a reference that leads nowhere, are reported for that and asked no more.
"""

from __future__ import annotations

from archive.datasets import schema
from archive.datasets.problems import Problem, Problems, quoted
from archive.datasets.resolve import References, Rows
from archive.datasets.suggestions import Near
from archive.datasets.validators.base import Check
from archive.datasets.validators.constraints import Constraints
from archive.datasets.validators.cross_record import Spanning
from archive.datasets.validators.uniqueness import Uniqueness


def check_links(references: References, problems: Problems) -> None:
    """Report columns that are missing, and references that lead nowhere."""
    near = Near(references)
    for rows in references.rows.values():
        Links(references, problems, near).check(rows)


def check(references: References, problems: Problems) -> None:
    """Report all else that is wrong. What is just as the archive has it need not be asked."""
    near = Near(references)
    for rows in references.rows.values():
        Uniqueness(references, problems, near).check(rows)
        Constraints(references, problems, near).check(rows)
    Spanning(references, problems, near).check()


class Links(Check):
    """Columns that must be there, and references that lead somewhere."""

    def check(self, rows: Rows) -> None:
        self.required(rows)
        self.dangling(rows)

    def required(self, rows: Rows) -> None:
        """A column without which new records can't be, where the file has none such."""
        if not rows.new:
            return
        for column in rows.kind.columns:
            if column.required and column.name not in rows.staged.given:
                for (file,) in self.database.rows(f"SELECT DISTINCT file FROM {rows.table} WHERE id < 0"):
                    got, expected = f"no column '{column.name}'", "one, since new records must have it"
                    self.problems.add(Problem(self.place(file, 0), "", got, expected, sort="column missing"))

    def dangling(self, rows: Rows) -> None:
        for column in rows.kind.columns:
            if not column.target or column.name not in rows.staged.given:
                continue
            if column.form == "relations":
                query = f"""SELECT own.file, own.line, link.key FROM {rows.links[column.name]} AS link
                            JOIN {rows.table} AS own ON own.n = link.n WHERE link.target IS NULL"""
            else:
                own, key = self.q(column.field.column), self.q(column.name)
                query = f"SELECT file, line, {key} FROM {rows.table} WHERE {key} IS NOT NULL AND {own} IS NULL"
            target = schema.kinds()[column.target]
            for file, line, key in self.database.rows(f"{query} ORDER BY 1, 2"):
                near = ""
                if self.problems.wants_suggestion("reference", self.files[file], column.name):
                    near = self.near.key(target, key)
                expected = (
                    f"the {'slug' if target.has_slug else 'key'} of one of {target.name}, in the dataset or the archive"
                )
                place = self.place(file, line)
                self.problems.add(Problem(place, column.name, quoted(key), expected, near, "reference"))
