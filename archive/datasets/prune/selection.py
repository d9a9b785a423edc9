"""Records that an earlier load of the same dataset brought, and that it no longer has."""

from __future__ import annotations

from typing import Any

from archive.datasets import schema
from archive.datasets.metadata import Description
from archive.datasets.resolve import References
from archive.datasets.suggestions import Near


class Pruning:
    """The records that a pruning load removes, by kind: a temporary table of their ids, and how many they are.

    The tables alone decide what is removed. :class:`archive.datasets.prune.corrected.Sparing` takes ids out of them
    (and out of ``counts``) before anything else reads them;
    :class:`archive.datasets.prune.dependents.Dependents` refuses a removal that would leave a reference without its
    record, and :class:`archive.datasets.prune.removal.Removal` removes the rest.
    """

    def __init__(self, references: References, description: Description) -> None:
        self.references, self.database = references, references.database
        self.tables = {name: self._find(kind, description.mark()) for name, kind in schema.kinds().items()}
        self.counts = {
            name: self.database.one(f"SELECT count(*) FROM {table}") for name, table in self.tables.items()
        }  # fmt: skip

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())

    def _find(self, kind: schema.Kind, mark: str) -> str:
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
