"""Three-way comparison: as the dataset last loaded a record, as the archive has it, as the dataset has it now.

A field that somebody changed here since the last load is a correction. Where the dataset has another value than the
archive, the correction is kept, unless ``overwrite`` says otherwise. Links are compared one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from archive.datasets.diff import Comparison, Difference, compared
from archive.datasets.resolve import Rows
from archive.datasets.stage import derives, folded_fields, stored
from archive.models.fields import PartialDateField


@dataclass(slots=True)
class Corrected:
    """What was corrected in records of one kind, and differs from the dataset.

    ``table`` has a row per record: ``id``, ``n``, ``revision``, and for each field by its number in ``fields`` ``is_N``
    (1: it was corrected), ``base_N``, ``stored_N``, ``own_N``. Tables of ``links`` have ``owner``, ``target`` and
    ``is_coming``: 1 for a link of the dataset that was removed here, 0 for one that was added here.
    """

    rows: Rows
    #: Those of which at least one was corrected.
    fields: dict[int, Any] = field(default_factory=dict)
    table: str = ""
    links: dict[str, str] = field(default_factory=dict)
    records: int = 0
    conflicts: int = 0


class Corrections:
    """Finds the corrections among what differs, and keeps them."""

    def __init__(self, comparison: Comparison, overwrite: bool) -> None:
        self.comparison, self.overwrite = comparison, overwrite
        self.database, self.bases = comparison.database, comparison.references.bases
        self.kinds: dict[str, Corrected] = {}
        #: How many records change of which no earlier load by the dataset is known.
        self.without_base = 0

    def find(self) -> None:
        """Find them; where they are kept, the rows get what the archive has, and are compared again."""
        for name, found in list(self.comparison.differences.items()):
            if not found.changed:
                continue
            base = self.bases.of(found.rows.kind)
            self.without_base += self.database.one(
                f"""SELECT count(*) FROM {found.table} AS changed
                    WHERE NOT EXISTS (SELECT 1 FROM {base} AS base WHERE base.id = changed.id)"""
            )
            if self.bases.is_empty(found.rows.kind):
                continue
            corrected = self._find(found)
            if corrected.records:
                self.kinds[name] = corrected
                if self._keep(corrected):
                    self.comparison.compare_again(name)

    def _find(self, found: Difference) -> Corrected:
        rows = found.rows
        corrected = Corrected(rows)
        given = [one for one in compared(rows) if one.name in rows.staged.given or one.name in rows.kind.key]
        if given:
            self._find_fields(found, corrected, given)
        for name in found.coming:
            self._find_links(found, corrected, name)
        queries = [f"SELECT id FROM {corrected.table}"] if corrected.table else []
        queries += [f"SELECT owner AS id FROM {table}" for table in corrected.links.values()]
        if queries:
            ids = " UNION ".join(queries)
            corrected.records = self.database.one(f"SELECT count(DISTINCT id) FROM ({ids}) AS corrected")
        return corrected

    def _find_fields(self, found: Difference, corrected: Corrected, given: list[Any]) -> None:
        rows, kind = found.rows, found.rows.kind
        chosen, conditions, conflicts = [], [], []
        for position, one in enumerate(given):
            column, past = self.database.quote(one.column), self.bases.value(one)
            is_changed = self.bases.differs(one, past, f"stored.{column}")
            is_one = f"(stored.{column} IS DISTINCT FROM own.{column} AND {is_changed})"
            conditions.append(is_one)
            chosen.append(f"CASE WHEN {is_one} THEN 1 ELSE 0 END AS is_{position}, {past} AS base_{position}")
            chosen.append(f"stored.{column} AS stored_{position}, own.{column} AS own_{position}")
            differs = self.bases.differs(one, f"base_{position}", f"own_{position}")
            conflicts.append(f"(is_{position} = 1 AND {differs})")
        table = self.database.create_as(
            f"corrected_{kind.name}",
            f"""SELECT own.id, own.n, base.revision, {", ".join(chosen)} FROM {found.table} AS changed
                JOIN {rows.table} AS own ON own.id = changed.id
                JOIN {self.database.quote(kind.model._meta.db_table)} AS stored ON stored.id = own.id
                JOIN {self.bases.of(kind)} AS base ON base.id = own.id
                LEFT JOIN {self.bases.history(kind)} AS past ON past.history_id = base.revision
                WHERE {" OR ".join(conditions)}""",
        )
        self.database.index(table, "id")
        flags = ", ".join(f"max(is_{position})" for position in range(len(given)))
        [some] = self.database.rows(f"SELECT {flags} FROM {table}")
        corrected.fields = {position: one for position, one in enumerate(given) if some[position]}
        if corrected.fields:
            corrected.table = table
            corrected.conflicts = self.database.one(f"SELECT count(*) FROM {table} WHERE {' OR '.join(conflicts)}")

    def _find_links(self, found: Difference, corrected: Corrected, name: str) -> None:
        coming, going = found.coming[name], found.going[name]
        owners = f"SELECT owner FROM {coming} UNION SELECT owner FROM {going}"
        if not self.database.one(f"SELECT count(*) FROM ({owners}) AS owning"):
            return
        kind = found.rows.kind
        had = self.database.create_as(
            f"had_{kind.name}__{name}", " UNION ".join(self.bases.links(kind.column(name).field, owners))
        )
        self.database.index(had, "owner", "target")
        same = "had.owner = link.owner AND had.target = link.target"
        known = f"(base.revision IS NOT NULL OR {self.bases.has_override(name)})"
        table = self.database.create_as(
            f"corrected_{kind.name}__{name}",
            f"""SELECT link.owner, link.target, 1 AS is_coming FROM {coming} AS link JOIN {had} AS had ON {same}
                UNION ALL SELECT link.owner, link.target, 0 FROM {going} AS link
                JOIN {self.bases.of(kind)} AS base ON base.id = link.owner
                WHERE {known} AND NOT EXISTS (SELECT 1 FROM {had} AS had WHERE {same})""",
        )
        if self.database.one(f"SELECT count(*) FROM {table}"):
            self.database.index(table, "owner")
            corrected.links[name] = table

    # Keeping

    def _keep(self, corrected: Corrected) -> bool:
        """Give the rows what the archive has; whether any were changed. A slug is never changed once saved."""
        if corrected.table:
            for position, one in corrected.fields.items():
                if not self.overwrite or one.name == "slug":
                    self._keep_field(corrected, position, one)
        if self.overwrite:
            return corrected.rows.renamed > 0
        kind = corrected.rows.kind
        names = {one.name for one in corrected.fields.values()}
        if corrected.table and (derives(kind) or any(names & set(one.source) for one in folded_fields(kind))):
            self.comparison.references.derive(corrected.rows, f"id IN (SELECT id FROM {corrected.table})")
        for name, table in corrected.links.items():
            self._keep_links(corrected.rows, name, table)
        return True

    def _keep_field(self, corrected: Corrected, position: int, one: Any) -> None:
        rows, quote = corrected.rows, self.database.quote
        names = [one.column]
        if isinstance(one, PartialDateField):
            names += [f"{one.name}_{what}" for what in one.companions]
        columns = {other.column for other in stored(rows.kind)}
        told = ", ".join(f"{quote(name)} = stored.{quote(name)}" for name in names if name in columns)
        self.database.execute(
            f"""UPDATE {rows.table} SET {told} FROM {quote(rows.kind.model._meta.db_table)} AS stored
                WHERE stored.id = {rows.table}.id
                AND {rows.table}.id IN (SELECT id FROM {corrected.table} WHERE is_{position} = 1)"""
        )

    def _keep_links(self, rows: Rows, name: str, table: str) -> None:
        links = rows.links[name]
        self.database.execute(
            f"""DELETE FROM {links} WHERE EXISTS (SELECT 1 FROM {table} AS removed WHERE removed.is_coming = 1
                AND removed.owner = {links}.owner AND removed.target = {links}.target)"""
        )
        self.database.execute(
            f"""INSERT INTO {links} (n, owner, target) SELECT own.n, added.owner, added.target FROM {table} AS added
                JOIN {rows.table} AS own ON own.id = added.owner WHERE added.is_coming = 0"""
        )
