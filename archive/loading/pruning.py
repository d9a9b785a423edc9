"""Records that an earlier load of the same dataset brought, and that it no longer has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, ProtectedError
from django.db.models.deletion import Collector

from archive.loading import layout
from archive.loading.description import Description
from archive.loading.near import Near
from archive.loading.problems import Place, Problem, Problems, quoted
from archive.loading.references import References
from archive.loading.revisions import Origin


class Pruning:
    """Finds and removes them. What another record rests on stays, and is an error."""

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
        return self.database.create_as(
            f"pruned_{kind.name}",
            f"""SELECT DISTINCT stored.id FROM {quote(model._meta.db_table)} AS stored
                JOIN {quote(history._meta.db_table)} AS revision ON revision.id = stored.id
                WHERE revision.history_type = '+' {kept} AND (revision.history_change_reason = %s
                OR substr(revision.history_change_reason, 1, {len(beginning)}) = %s)""",
            [mark, beginning],
        )

    def keys(self, name: str, most: int) -> list[str]:
        """The first of the keys that would go."""
        query = f"SELECT id FROM {self.tables[name]} ORDER BY id LIMIT {most}"
        near = Near(self.references)
        return [str(near.name(name, key)) for (key,) in list(self.database.rows(query))]

    def remove(self, origin: Origin, problems: Problems) -> None:
        """Remove them all, or report what hinders it; the caller rolls back when something was reported."""
        collector = Collector(using=self.database.using, origin=None)
        for model, chunk in self._chunks():
            try:
                collector.collect(model._default_manager.using(self.database.using).filter(pk__in=chunk))
            except ProtectedError as error:
                for one in list(error.protected_objects)[:20]:
                    problems.add(_protected(model, one))
        if problems.errors:
            return
        for instances in collector.data.values():
            for one in instances:
                one._change_reason = f"No longer in the dataset. {origin.reason}"
                one._history_user_id = origin.user
        collector.delete()

    def _chunks(self) -> Iterator[tuple[Any, list[int]]]:
        """Parts before what they belong to, a few hundred at a time."""
        for name in reversed(layout.kinds()):
            ids = [key for (key,) in self.database.rows(f"SELECT id FROM {self.tables[name]} ORDER BY id")]
            for start in range(0, len(ids), 500):
                yield layout.kinds()[name].model, ids[start : start + 500]


def _protected(model: type[Model], one: Any) -> Problem:
    expected = f"nothing that rests on what would be removed from {layout.name(model)}"
    return Problem(
        Place("archive"), layout.name(type(one)), quoted(str(getattr(one, "slug", one))), expected, sort="prune"
    )
