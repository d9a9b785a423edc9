"""What all checks of whole tables share."""

from __future__ import annotations

from archive.datasets.problems import Place, Problems
from archive.datasets.resolve import References, Rows
from archive.datasets.stage import stored
from archive.datasets.suggestions import Near


class Check:
    """Asks something of resolved rows, and reports to ``problems``."""

    def __init__(self, references: References, problems: Problems, near: Near) -> None:
        self.references, self.problems, self.near = references, problems, near
        self.database, self.files = references.database, references.stage.files

    def place(self, file: int, line: int) -> Place:
        return Place(self.files[file], line)

    def q(self, name: str) -> str:
        return self.database.quote(name)

    def main(self, rows: Rows) -> str:
        """The table of the archive."""
        return self.q(rows.kind.model._meta.db_table)

    def sound(self, rows: Rows) -> str:
        """The condition that a row's cells could be read, and that its references lead somewhere."""
        told = [
            f"NOT ({self.q(one.name)} IS NOT NULL AND {self.q(one.column)} IS NULL)"
            for one in stored(rows.kind)
            if one.is_relation and one.name in rows.staged.given
        ]
        return " AND ".join(["bad = 0", *told])
