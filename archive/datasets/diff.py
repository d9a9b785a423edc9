"""Differences between the dataset and the archive: records that are new, changed or unchanged, and in which fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.choices import Status
from archive.csv_dialect import join_values
from archive.datasets.resolve import Resolver, Rows
from archive.datasets.schema import m2m_columns, type_name
from archive.datasets.stage import stored_fields
from archive.models.fields import DERIVED


@dataclass(slots=True)
class TypeDiff:
    """The differences of one record type."""

    rows: Rows
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    #: Table of the ``id`` of changed records; empty where the archive has none of the rows.
    table: str = ""
    #: Many-to-many field -> table of links that only the dataset has (``owner``, ``target``).
    added_links: dict[str, str] = field(default_factory=dict)
    #: Many-to-many field -> table of links that only the archive has (``id``, ``owner``, ``target``).
    removed_links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record, with the archive's value and the dataset's."""

    key: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of records of one type.

    The last four are of changes made in the archive since the last load: corrected records, those of them that the
    dataset has changed too, deleted records, and rows left out because they refer to a deleted one.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    corrected: int = 0
    conflicts: int = 0
    deleted: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        labels = {
            "added": self.added, "changed": self.changed, "unchanged": self.unchanged, "removed": self.removed,
            "corrected here": self.corrected, "in conflict": self.conflicts, "deleted here": self.deleted,
            "left out": self.left_out,
        }  # fmt: skip
        return ", ".join(f"{number:,} {label}" for label, number in labels.items() if number) or "none"


class Diff:
    """Compares the resolved rows with the archive's tables."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.database = resolver, resolver.database
        self.types = {name: self._compare(rows) for name, rows in resolver.rows.items()}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write, and no record is in the dataset twice."""
        if any(diff.added or diff.changed for diff in self.types.values()):
            return False
        return all(self._has_unique_ids(diff.rows) for diff in self.types.values())

    def _has_unique_ids(self, rows: Rows) -> bool:
        count = self.database.scalar(f"SELECT count(*) FROM (SELECT id FROM {rows.table} GROUP BY id) AS different")
        return bool(count == rows.staged.count - rows.left_out)

    def refresh(self, name: str) -> None:
        """Compare one record type again, after its rows were changed."""
        diff = self.types[name]
        self.database.drop(diff.table, *diff.added_links.values(), *diff.removed_links.values())
        self.types[name] = self._compare(diff.rows)

    def _compare(self, rows: Rows) -> TypeDiff:
        diff = TypeDiff(rows, added=rows.new)
        if rows.existing:
            self._compare_links(rows, diff)
            columns = map(self.database.quote, (stored.column for stored in compared_fields(rows)))
            differs = " OR ".join(f"stored.{column} IS DISTINCT FROM own.{column}" for column in columns) or "1 = 0"
            queries = [f"SELECT own.id FROM {self._pairs(rows)} WHERE {differs}"]
            for table in (*diff.added_links.values(), *diff.removed_links.values()):
                queries.append(f"SELECT owner AS id FROM {table}")
            diff.table = self.database.create_table_as(f"changed_{rows.record_type.name}", " UNION ".join(queries))
            self.database.create_index(diff.table, "id")
            diff.changed = self.database.scalar(f"SELECT count(*) FROM {diff.table}")
        diff.unchanged = rows.existing - diff.changed
        return diff

    def _pairs(self, rows: Rows) -> str:
        """SQL that joins rows (``own``) with their records (``stored``)."""
        table = self.database.table(rows.record_type.model)
        return f"{rows.table} AS own JOIN {table} AS stored ON stored.id = own.id"

    def _compare_links(self, rows: Rows, diff: TypeDiff) -> None:
        for name, links in rows.links.items():
            if name not in rows.staged.file_columns:
                continue
            through, owner, target = m2m_columns(rows.record_type.column(name).field)
            table, owner, target = map(self.database.quote, (through._meta.db_table, owner, target))
            same = f"own.owner = stored.{owner} AND own.target = stored.{target}"
            diff.added_links[name] = self.database.create_table_as(
                f"added_links_{rows.record_type.name}__{name}",
                f"""SELECT owner, target FROM {links} AS own
                    WHERE owner > 0 AND NOT EXISTS (SELECT 1 FROM {table} AS stored WHERE {same})""",
            )
            diff.removed_links[name] = self.database.create_table_as(
                f"removed_links_{rows.record_type.name}__{name}",
                f"""SELECT stored.id, stored.{owner} AS owner, stored.{target} AS target FROM {table} AS stored
                    JOIN {rows.table} AS owner_row ON owner_row.id = stored.{owner}
                    WHERE NOT EXISTS (SELECT 1 FROM {links} AS own WHERE {same})""",
            )

    # For reports

    def count_unpublished(self) -> dict[str, int]:
        """Status -> number of new records that have it, published ones left out."""
        counts: dict[str, int] = {}
        for diff in self.types.values():
            if diff.added and diff.rows.record_type.has_status:
                query = f"""SELECT status, count(*) FROM {diff.rows.table}
                    WHERE id < 0 AND status <> '{Status.PUBLISHED}' GROUP BY status"""
                for status, count in list(self.database.rows(query)):
                    counts[status] = counts.get(status, 0) + count
        return counts

    def new_keys(self, name: str, limit: int) -> list[str]:
        """The first keys of new records, in the order of the files."""
        query = f"SELECT id FROM {self.resolver.rows[name].table} WHERE id < 0 ORDER BY n LIMIT {limit}"
        return [self.resolver.record_keys.key_of(name, pk) for (pk,) in list(self.database.rows(query))]

    def changes(self, name: str) -> Iterator[Change]:
        """The changes of one record type, field by field, in the order of the files."""
        diff = self.types[name]
        if not diff.changed:
            return
        fields = compared_fields(diff.rows)
        quoted = (self.database.quote(stored.column) for stored in fields)
        columns = ", ".join(f"stored.{column}, own.{column}" for column in quoted)
        query = f"""SELECT own.id, {columns or 1} FROM {self._pairs(diff.rows)} JOIN {diff.table} AS changed
            ON changed.id = own.id ORDER BY own.n"""
        for pk, *values in self.database.rows(query):
            key = self.resolver.record_keys.key_of(name, pk)
            for stored, before, after in zip(fields, values[::2], values[1::2], strict=False):
                if before != after:
                    yield Change(key, stored.name, self._text(stored, before), self._text(stored, after))
            for field_name in diff.added_links:
                yield from self._link_change(diff, field_name, pk, key)

    def _link_change(self, diff: TypeDiff, name: str, pk: int, key: str) -> Iterator[Change]:
        removed, added = (
            self._targets(diff, name, table, pk) for table in (diff.removed_links[name], diff.added_links[name])
        )
        if removed or added:
            yield Change(key, name, removed, added)

    def _targets(self, diff: TypeDiff, name: str, table: str, pk: int) -> str:
        target = diff.rows.record_type.column(name).target
        targets = self.database.rows(f"SELECT target FROM {table} WHERE owner = %s", [pk])
        return join_values(sorted(self.resolver.record_keys.key_of(target, pk) for (pk,) in list(targets)))

    def _text(self, stored: Any, value: object) -> str:
        if stored.is_relation:
            return self.resolver.record_keys.key_of(type_name(stored.related_model), value)
        return "" if value is None else str(value)


def compared_fields(rows: Rows) -> list[Any]:
    """The stored fields but for derived ones and the natural key, which is compared only if a record was renamed."""
    key = () if rows.renamed else rows.record_type.key
    return [
        stored
        for stored in stored_fields(rows.record_type)
        if stored.name not in key and not isinstance(stored, DERIVED)
    ]
