"""Removes what a pruning load no longer has: revisions of the removal, rows and links, some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from archive.datasets import schema
from archive.datasets.prune.selection import Pruning
from archive.datasets.revisions import Origin, Revisions
from archive.permissions import PARENT_PATHS

#: How many records one statement removes: few enough that progress is seen, and enough that statements don't count.
_CHUNK = 20_000


class Progress(Protocol):
    """Hears how far the removal is."""

    def phase(self, name: str) -> None: ...

    def removed(self, done: int, total: int) -> None: ...


class Removal:
    """One removal. Nothing that stays refers to what goes: see :mod:`archive.datasets.prune.dependents`.

    All its revisions have one moment and one reason, by which a record is restored together with its parts.
    """

    def __init__(self, pruning: Pruning, origin: Origin, progress: Progress) -> None:
        self.pruning, self.database, self.progress = pruning, pruning.database, progress
        self.origin = Origin(f"No longer in the dataset. {origin.reason}", origin.user)
        self.kinds = [kind for name, kind in schema.kinds().items() if pruning.counts[name]]
        self._done, self._total = 0, sum(pruning.counts.values())

    def remove(self) -> None:
        """Raises django.db.Error where somebody has referred to one of the records meanwhile."""
        with self.database.writing() as moment:
            is_public = self._is_public() or (self.database.share_version() and self._is_public())
            revisions = Revisions(self.database, self.origin, moment)
            self.database.defer_keys()
            for kind, table in self._tables():
                self._remove(kind, table, revisions)
            for kind in self.kinds:
                self._remove_links(kind)
            for kind in self.kinds:
                self.progress.phase(f"checking that nothing refers to {kind.name} that were removed")
                self.database.check_keys(kind.model._meta.db_table)
            if is_public:
                self.database.raise_version()

    def _tables(self) -> Iterator[tuple[schema.Kind, str]]:
        """The kinds, each with a table of ids, in the order in which they go.

        Triggers stamp the records that show a part. So parts of records that stay go first, while all is there that
        decides whether the public saw them. Parts of records that go come last, when no record is left to be stamped
        in vain, which took more than half the time. Each kind is listed after those that its keys lead to.
        """
        parts = [kind for kind in self.kinds if kind.model in PARENT_PATHS]
        owned = {kind.name: self._owned(kind) for kind in parts}
        for kind in reversed(parts):
            but = f"WHERE id NOT IN (SELECT id FROM {owned[kind.name]})"
            table = self.database.create_as(
                f"stamping_{kind.name}", f"SELECT id FROM {self.pruning.tables[kind.name]} {but}"
            )
            self.database.index(table, "id")
            yield kind, table
        for kind in reversed(self.kinds):
            if kind not in parts:
                yield kind, self.pruning.tables[kind.name]
        for kind in parts:
            yield kind, owned[kind.name]

    def _owned(self, kind: schema.Kind) -> str:
        """A table of those of the kind's parts of which the record that they belong to goes, too."""
        owners = []
        for name in dict.fromkeys(path.partition("__")[0] for path in PARENT_PATHS[kind.model]):
            key: Any = kind.model._meta.get_field(name)
            gone = self.pruning.tables[schema.name(key.related_model)]
            owners.append(f"stored.{self.database.quote(key.column)} IN (SELECT id FROM {gone})")
        table = self.database.create_as(
            f"owned_{kind.name}",
            f"""SELECT stored.id FROM {self._main(kind.model)} AS stored
                WHERE stored.id IN (SELECT id FROM {self.pruning.tables[kind.name]}) AND ({" OR ".join(owners)})""",
        )
        self.database.index(table, "id")
        return table

    def _remove(self, kind: schema.Kind, table: str, revisions: Revisions) -> None:
        for chunk in self._chunks(table):
            revisions.write_deletions(kind.model, chunk)
            self._done += self.database.execute(f"DELETE FROM {self._main(kind.model)} WHERE id IN ({chunk})")
            self.progress.removed(self._done, self._total)

    def _remove_links(self, kind: schema.Kind) -> None:
        """Remove the links that the records had."""
        for many in kind.model._meta.many_to_many:
            through, owner, _ = schema.link(many)
            for chunk in self._chunks(self.pruning.tables[kind.name]):
                self.database.execute(
                    f"DELETE FROM {self._main(through)} WHERE {self.database.quote(owner)} IN ({chunk})"
                )

    def _chunks(self, table: str) -> Iterator[str]:
        """Queries for the ids of a table, in order."""
        last = 0
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
