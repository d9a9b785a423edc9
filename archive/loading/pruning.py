"""Records that an earlier load of the same dataset brought, and that it no longer has."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, ProtectedError
from django.db.models.deletion import Collector

from archive.loading import layout
from archive.loading.description import Description
from archive.loading.near import Near
from archive.loading.problems import Place, Problem, Problems, quoted
from archive.loading.references import References
from archive.loading.revisions import Origin

#: How many records are removed at a time.
_CHUNK = 500


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
        """Remove them all, or report what hinders it; the caller rolls back when something was reported.

        What refers to a record goes before it. Passes are repeated while they remove something, since records may
        also refer to others of their own kind.
        """
        pending = {name: self._ids(name) for name in reversed(layout.kinds())}
        while any(pending.values()):
            left = {name: self._remove_kind(name, ids, origin) for name, ids in pending.items()}
            if left == pending:
                break
            pending = left
        self._report(pending, origin, problems)

    def _report(self, pending: dict[str, list[int]], origin: Origin, problems: Problems) -> None:
        """Report the records that would stay and rest on what would go; in a circle, those of the circle."""
        staying: dict[tuple[Any, int], tuple[Any, Any]] = {}
        circle: dict[tuple[Any, int], tuple[Any, Any]] = {}
        for name, ids in pending.items():
            model = layout.kinds()[name].model
            for pk in ids:
                for blocking in self._blocking(model, [pk], origin):
                    goes = blocking.pk in pending.get(layout.name(type(blocking)), ())
                    (circle if goes else staying)[type(blocking), blocking.pk] = (model, blocking)
        for model, blocking in (staying or circle).values():
            problems.add(_protected(model, blocking))

    def _remove_kind(self, name: str, ids: list[int], origin: Origin) -> list[int]:
        """Remove what nothing else rests on, and return the ids of the rest."""
        model, left = layout.kinds()[name].model, []
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            if self._blocking(model, chunk, origin):
                left += [pk for pk in chunk if self._blocking(model, [pk], origin)]
        return left

    def _blocking(self, model: Any, ids: list[int], origin: Origin) -> list[Any]:
        """Remove these records, or remove nothing and return the records that rest on them."""
        collector = Collector(using=self.database.using, origin=None)
        try:
            collector.collect(model._default_manager.using(self.database.using).filter(pk__in=ids))
        except ProtectedError as error:
            return list(error.protected_objects)
        for instances in collector.data.values():
            for instance in instances:
                instance._change_reason = f"No longer in the dataset. {origin.reason}"
                instance._history_user_id = origin.user
        collector.delete()
        return []

    def _ids(self, name: str) -> list[int]:
        return [key for (key,) in self.database.rows(f"SELECT id FROM {self.tables[name]} ORDER BY id")]


def _protected(model: type[Model], one: Any) -> Problem:
    expected = f"nothing that rests on what would be removed from {layout.name(model)}"
    return Problem(
        Place("archive"), layout.name(type(one)), quoted(str(getattr(one, "slug", one))), expected, sort="prune"
    )
