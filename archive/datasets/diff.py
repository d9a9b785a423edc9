"""The dataset against the archive: what is new, what differs and in which fields, what is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.datasets import schema
from archive.datasets.resolve import References, Rows
from archive.datasets.stage import stored
from archive.datasets.suggestions import Near
from archive.models.fields import DERIVED


@dataclass(slots=True)
class Difference:
    """One kind: counts, the table of changed records' ids, and the tables of links that come and go."""

    rows: Rows
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    table: str = ""
    coming: dict[str, str] = field(default_factory=dict)
    going: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record: what the archive has, and what the dataset has."""

    kind: str
    key: str
    field: str
    before: str
    after: str


class Comparison:
    """Compares resolved rows with the tables that they belong to."""

    def __init__(self, references: References) -> None:
        self.references, self.database = references, references.database
        self.differences: dict[str, Difference] = {}
        self._near = Near(references)

    def compare(self) -> None:
        for name, rows in self.references.rows.items():
            self.differences[name] = self._compare(rows)

    @property
    def is_empty(self) -> bool:
        """Whether the archive has all of it: each row is a record, which no other row is too, and as the row has it."""
        if any(one.added or one.changed for one in self.differences.values()):
            return False
        return all(self._once(one.rows) for one in self.differences.values())

    def _once(self, rows: Rows) -> bool:
        different = self.database.one(f"SELECT count(*) FROM (SELECT id FROM {rows.table} GROUP BY id) AS different")
        return bool(different == rows.staged.count - rows.left_out)

    def compare_again(self, name: str) -> None:
        """Compare one kind whose rows have been changed meanwhile."""
        found = self.differences[name]
        self.database.drop(found.table, *found.coming.values(), *found.going.values())
        self.differences[name] = self._compare(found.rows)

    def _compare(self, rows: Rows) -> Difference:
        found = Difference(rows, added=rows.new)
        if rows.found:
            self._links(rows, found)
            changed = [f"SELECT own.id FROM {self._pairs(rows)} WHERE {self._differs(rows)}"]
            changed += [f"SELECT owner AS id FROM {table}" for table in found.coming.values()]
            changed += [f"SELECT owner AS id FROM {table}" for table in found.going.values()]
            found.table = self.database.create_as(f"changed_{rows.kind.name}", " UNION ".join(changed))
            self.database.index(found.table, "id")
            found.changed = self.database.one(f"SELECT count(*) FROM {found.table}")
        found.unchanged = rows.found - found.changed
        return found

    def _pairs(self, rows: Rows) -> str:
        main = self.database.quote(rows.kind.model._meta.db_table)
        return f"{rows.table} AS own JOIN {main} AS stored ON stored.id = own.id"

    def _differs(self, rows: Rows) -> str:
        columns = [self.database.quote(one.column) for one in compared(rows)]
        return " OR ".join([f"stored.{column} IS DISTINCT FROM own.{column}" for column in columns] or ["1 = 0"])

    def _links(self, rows: Rows, found: Difference) -> None:
        quote = self.database.quote
        for name, table in rows.links.items():
            if name not in rows.staged.given:
                continue
            through, owner, target = schema.link(rows.kind.column(name).field)
            main, owner, target = quote(through._meta.db_table), quote(owner), quote(target)
            same = f"own.owner = stored.{owner} AND own.target = stored.{target}"
            found.coming[name] = self.database.create_as(
                f"coming_{rows.kind.name}__{name}",
                f"""SELECT owner, target FROM {table} AS own
                    WHERE owner > 0 AND NOT EXISTS (SELECT 1 FROM {main} AS stored WHERE {same})""",
            )
            found.going[name] = self.database.create_as(
                f"going_{rows.kind.name}__{name}",
                f"""SELECT stored.id, stored.{owner} AS owner, stored.{target} AS target FROM {main} AS stored
                    JOIN {rows.table} AS held ON held.id = stored.{owner}
                    WHERE NOT EXISTS (SELECT 1 FROM {table} AS own WHERE {same})""",
            )

    # For the plan

    def new_keys(self, name: str, most: int) -> list[str]:
        """The first keys of what would be added."""
        rows = self.references.rows[name]
        query = f"SELECT id FROM {rows.table} WHERE id < 0 ORDER BY n LIMIT {most}"
        return [str(self._near.name(name, key)) for (key,) in list(self.database.rows(query))]

    def changes(self, name: str) -> Iterator[Change]:
        """Field by field, in the order of the files."""
        found = self.differences[name]
        if not found.changed:
            return
        rows = found.rows
        columns = compared(rows)
        told = ", ".join(
            f"stored.{self.database.quote(one.column)}, own.{self.database.quote(one.column)}" for one in columns
        )
        query = f"""SELECT own.id, {told or 1} FROM {self._pairs(rows)} JOIN {found.table} AS changed
            ON changed.id = own.id ORDER BY own.n"""
        for key, *values in self.database.rows(query):
            record = str(self._near.name(name, key))
            for position, one in enumerate(columns):
                before, after = values[2 * position], values[2 * position + 1]
                if before != after:
                    yield Change(name, record, one.name, self._value(one, before), self._value(one, after))
            for link_name in found.coming:
                yield from self._link_change(found, link_name, key, record)

    def _link_change(self, found: Difference, name: str, key: int, record: str) -> Iterator[Change]:
        target = found.rows.kind.column(name).target
        sides = [
            [one for (one,) in self.database.rows(f"SELECT target FROM {table} WHERE owner = %s", [key])]
            for table in (found.going[name], found.coming[name])
        ]
        if any(sides):
            going, coming = (
                schema.join_values(sorted(str(self._near.name(target, one)) for one in side)) for side in sides
            )
            yield Change(found.rows.kind.name, record, name, going, coming)

    def _value(self, one: Any, value: Any) -> str:
        if one.is_relation:
            return str(self._near.name(schema.name(one.related_model), value) or "")
        return "" if value is None else str(value)


def compared(rows: Rows) -> list[Any]:
    """The fields in which a record can differ: not what follows from others, nor its key, unless that was changed."""
    key = () if rows.renamed else rows.kind.key
    return [one for one in stored(rows.kind) if one.name not in key and not isinstance(one, DERIVED)]
