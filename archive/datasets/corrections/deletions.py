"""Rows of records that were deleted in the archive since the dataset last loaded them: they are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.datasets import schema
from archive.datasets.resolve import References, Rows
from archive.datasets.stage import stored


@dataclass(slots=True)
class Deleted:
    """One kind: the table of rows (``n``) whose record (``record``, its id) was deleted, and of all rows left out."""

    rows: Rows
    table: str = ""
    left_out: str = ""
    deleted: int = 0
    #: Rows left out because they refer to what was deleted, or to another that is left out.
    referring: int = 0


class Deletions:
    """Finds such rows, and takes them out together with new rows that refer to them."""

    def __init__(self, references: References) -> None:
        self.references, self.database = references, references.database
        self.bases = references.bases
        self.kinds: dict[str, Deleted] = {}

    def find(self) -> None:
        for name, past in self.references.past.items():
            rows = self.references.rows[name]
            found = Deleted(rows, self._table(rows, past))
            found.deleted = self.database.one(f"SELECT count(*) FROM {found.table}")
            if found.deleted:
                self.kinds[name] = found

    def _table(self, rows: Rows, past: str) -> str:
        kind = rows.kind
        own = "own.slug = past.key" if kind.has_slug else "own.n = past.n"
        pruned, params = self.bases.by_load("gone", before="No longer in the dataset. ")
        # What a load of the dataset removed itself, since a release lacked it, comes back with the next that has it.
        return self.database.create_as(
            f"deleted_{kind.name}",
            f"""SELECT own.n, past.id AS record FROM {rows.table} AS own JOIN {past} AS past ON {own}
                WHERE own.id < 0 AND NOT EXISTS (SELECT 1 FROM {self._main(kind)} AS stored WHERE stored.id = past.id)
                AND NOT EXISTS (SELECT 1 FROM {self.bases.history(kind)} AS gone
                    WHERE gone.id = past.id AND gone.history_type = '-' AND {pruned})""",
            params,
        )

    def _main(self, kind: schema.Kind) -> str:
        return self.database.quote(kind.model._meta.db_table)

    # Leaving out

    def leave_out(self) -> None:
        """Take the rows out of the tables of rows and links."""
        for name, found in list(self.kinds.items()):
            self._move(name, f"n IN (SELECT n FROM {found.table})")
        while self.kinds and sum(self._leave_out_referring(name) for name in self.references.rows):
            pass
        for rows in self.references.rows.values() if self.kinds else ():
            self._drop_references(rows)
        for name, found in self.kinds.items():
            found.referring = self._count(name) - found.deleted
            found.rows.left_out = self._count(name)
            found.rows.new -= found.rows.left_out

    def _count(self, name: str) -> int:
        return int(self.database.one(f"SELECT count(*) FROM {self.kinds[name].left_out}"))

    def _move(self, name: str, condition: str) -> bool:
        """Move new rows to the table of those left out; whether there were any."""
        rows = self.references.rows[name]
        condition = f"id < 0 AND ({condition})"
        if not self.database.one(f"SELECT count(*) FROM {rows.table} WHERE {condition}"):
            return False
        found = self.kinds.setdefault(name, Deleted(rows))
        chosen = f"SELECT * FROM {rows.table} WHERE {condition}"
        if found.left_out:
            self.database.execute(f"INSERT INTO {found.left_out} {chosen}")
        else:
            found.left_out = self.database.create_as(f"left_out_{name}", chosen)
            self.database.index(found.left_out, "id")
        self.database.execute(f"DELETE FROM {rows.table} WHERE {condition}")
        return True

    def _leave_out_referring(self, name: str) -> bool:
        conditions = [
            f"{self.database.quote(one.column)} IN (SELECT id FROM {table})"
            for one, table in self._references(self.references.rows[name])
        ]
        return bool(conditions) and self._move(name, " OR ".join(conditions))

    def _references(self, rows: Rows) -> list[tuple[Any, str]]:
        """The foreign keys of the kind that may lead to a row that is left out, with the table of those."""
        keys = [one for one in stored(rows.kind) if one.is_relation]
        found = [(one, self.kinds.get(schema.name(one.related_model))) for one in keys]
        return [(one, deleted.left_out) for one, deleted in found if deleted is not None and deleted.left_out]

    def _drop_references(self, rows: Rows) -> None:
        """A record that stays keeps what it has where the file refers to what is left out; links to it are dropped."""
        main = self._main(rows.kind)
        for one, table in self._references(rows):
            column = self.database.quote(one.column)
            self.database.execute(
                f"""UPDATE {rows.table} SET {column} = stored.{column} FROM {main} AS stored
                    WHERE stored.id = {rows.table}.id AND {rows.table}.{column} IN (SELECT id FROM {table})"""
            )
        own = self.kinds.get(rows.kind.name)
        for name, links in rows.links.items():
            target = self.kinds.get(rows.kind.column(name).target)
            for column, deleted in (("owner", own), ("target", target)):
                if deleted is not None and deleted.left_out:
                    self.database.execute(f"DELETE FROM {links} WHERE {column} IN (SELECT id FROM {deleted.left_out})")
