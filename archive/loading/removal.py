"""Removes what a pruning load no longer has: links, revisions of the removal and rows, some thousands at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from archive.loading import layout
from archive.loading.pruning import Pruning
from archive.loading.revisions import Origin, Revisions

#: How many records one statement removes: few enough that progress is seen, and enough that statements don't count.
_CHUNK = 20_000


class Removal:
    """One removal. Nothing that stays refers to what goes: see :mod:`archive.loading.dependents`.

    All its revisions have one moment and one reason, by which a record is restored together with its parts.
    """

    def __init__(self, pruning: Pruning, origin: Origin, progress: Callable[[int, int], None]) -> None:
        self.pruning, self.database, self.progress = pruning, pruning.database, progress
        self.origin = Origin(f"No longer in the dataset. {origin.reason}", origin.user)
        self.kinds = [kind for name, kind in layout.kinds().items() if pruning.counts[name]]

    def remove(self) -> None:
        """Raises django.db.Error where somebody has referred to one of the records meanwhile."""
        with self.database.writing() as moment:
            is_public = self._is_public() or (self.database.share_version() and self._is_public())
            for kind in self.kinds:
                self._remove_links(kind)
            done, total = 0, sum(self.pruning.counts.values())
            revisions = Revisions(self.database, self.origin, moment)
            # Each kind is listed after those that its keys lead to.
            for kind in reversed(self.kinds):
                with self.database.unchecked_within(kind.model._meta.db_table):
                    for chunk in self._chunks(kind):
                        revisions.write_deletions(kind.model, chunk)
                        done += self.database.execute(f"DELETE FROM {self._main(kind.model)} WHERE id IN ({chunk})")
                        self.progress(done, total)
            if is_public:
                self.database.raise_version()

    def _remove_links(self, kind: layout.Kind) -> None:
        """Remove the links that the records have; a record of another kind may be at their end, so they go first."""
        for many in kind.model._meta.many_to_many:
            through, owner, _ = layout.link(many)
            for chunk in self._chunks(kind):
                self.database.execute(
                    f"DELETE FROM {self._main(through)} WHERE {self.database.quote(owner)} IN ({chunk})"
                )

    def _chunks(self, kind: layout.Kind) -> Iterator[str]:
        """Queries for the ids of the kind, in order."""
        table, last = self.pruning.tables[kind.name], 0
        while True:
            part = f"SELECT id FROM {table} WHERE id > {last} ORDER BY id LIMIT {_CHUNK}"
            end = self.database.one(f"SELECT max(id) FROM ({part}) AS part")
            if end is None:
                return
            yield f"SELECT id FROM {table} WHERE id > {last} AND id <= {end}"
            last = end

    def _is_public(self) -> bool:
        """Whether the public sees any of the records, as they are now."""
        for kind in self.kinds:
            model: Any = kind.model
            seen = model.objects.using(self.database.using).visible_to(None)
            ids = f"SELECT id FROM {self.pruning.tables[kind.name]}"
            if seen.extra(where=[f"{self._main(model)}.id IN ({ids})"]).exists():  # noqa: S610
                return True
        return False

    def _main(self, model: Any) -> str:
        return self.database.quote(model._meta.db_table)
