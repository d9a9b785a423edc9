"""Records that an earlier load of the same dataset brought, and that it no longer has."""

from __future__ import annotations

from typing import Any

from archive.loading import layout
from archive.loading.description import Description
from archive.loading.near import Near
from archive.loading.references import References


class Pruning:
    """The records that a pruning load removes, by kind: a temporary table of their ids, and how many they are.

    The tables are the one place where that is decided. What takes an id out of a table, and counts it out of
    ``counts``, lets the record stay: :class:`archive.loading.sparing.Sparing` does so before anything else reads them.
    :class:`archive.loading.dependents.Dependents` refuses what would be left without a record that it refers to, and
    :class:`archive.loading.removal.Removal` removes the rest.
    """

    def __init__(self, references: References, description: Description) -> None:
        self.references, self.database = references, references.database
        self.tables = {name: self._find(kind, description.mark()) for name, kind in layout.kinds().items()}
        self.counts = {
            name: self.database.one(f"SELECT count(*) FROM {table}") for name, table in self.tables.items()
        }  # fmt: skip

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    def _find(self, kind: layout.Kind, mark: str) -> str:
        quote, model = self.database.quote, kind.model
        history: Any = model.history.model  # type: ignore[attr-defined]
        rows = self.references.rows.get(kind.name)
        kept = f"AND NOT EXISTS (SELECT 1 FROM {rows.table} AS own WHERE own.id = stored.id)" if rows else ""
        beginning = f"{mark} ("
        # The first revision says who brought the record; later ones may be anybody's.
        table = self.database.create_as(
            f"pruned_{kind.name}",
            f"""SELECT DISTINCT stored.id FROM {quote(model._meta.db_table)} AS stored
                JOIN {quote(history._meta.db_table)} AS revision ON revision.id = stored.id
                WHERE revision.history_type = '+' {kept} AND (revision.history_change_reason = %s
                OR substr(revision.history_change_reason, 1, {len(beginning)}) = %s)""",
            [mark, beginning],
        )
        self.database.index(table, "id")
        return table

    def keys(self, name: str, most: int) -> list[str]:
        """The first of the keys that would go."""
        query = f"SELECT id FROM {self.tables[name]} ORDER BY id LIMIT {most}"
        near = Near(self.references)
        return [str(near.name(name, key)) for (key,) in list(self.database.rows(query))]
