"""Records that a pruning load would leave without a record that they refer to: each one refuses the load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.datasets import schema
from archive.datasets.problems import Place, Problem, Problems, quoted
from archive.datasets.prune.selection import Pruning
from archive.datasets.resolve import Rows
from archive.datasets.stage import stored
from archive.datasets.suggestions import Near


class Dependents:
    """Finds them by reading, before anything is written, so that a plan and a load report the same.

    A record counts as the load would leave it: a row of the dataset with the keys and links that the dataset gives
    it, any other record with those that are stored. Whether a key would forbid the removal, be emptied or take its own
    row with it does not matter: what the dataset did not bring is neither changed nor removed.
    """

    def __init__(self, pruning: Pruning) -> None:
        self.pruning, self.references, self.database = pruning, pruning.references, pruning.database

    def report(self, problems: Problems) -> None:
        """Add an error for each such record and each kind that it would lose a record of."""
        near = Near(self.references)
        for kind in schema.kinds().values():
            for target in dict.fromkeys(column.target for column in kind.columns if column.target):
                if not self.pruning.counts[target]:
                    continue
                query = " UNION ".join(self._queries(kind, target))
                expected = f"nothing that rests on what would be removed from {target}"
                for (key,) in self.database.rows(f"{query} ORDER BY id"):
                    got = quoted(near.name(kind.name, key))
                    problems.add(Problem(Place("archive"), kind.name, got, expected, sort="prune"))

    def _queries(self, kind: schema.Kind, target: str) -> Iterator[str]:
        """Queries for the ids of the kind's records that refer to what is pruned of the other."""
        for one in stored(kind):
            if one.is_relation and schema.name(one.related_model) == target:
                yield from self._by_key(kind, self.database.quote(one.column), self.pruning.tables[target])
        for many in kind.model._meta.many_to_many:
            if schema.name(many.related_model) == target:
                yield from self._by_link(kind, many, self.pruning.tables[target])

    def _by_key(self, kind: schema.Kind, column: str, pruned: str) -> Iterator[str]:
        rows = self.references.rows.get(kind.name)
        if rows is not None:
            yield f"SELECT own.id AS id FROM {rows.table} AS own WHERE own.{column} IN (SELECT id FROM {pruned})"
        yield f"""SELECT stored.id AS id FROM {self._main(kind.model)} AS stored
            WHERE stored.{column} IN (SELECT id FROM {pruned}) {self._staying(kind, "stored.id", rows)}"""

    def _by_link(self, kind: schema.Kind, many: Any, pruned: str) -> Iterator[str]:
        through, owner, target = schema.link(many)
        owner, target = self.database.quote(owner), self.database.quote(target)
        rows = self.references.rows.get(kind.name)
        given = rows if rows is not None and many.name in rows.staged.given else None
        if given is not None:
            yield f"""SELECT link.owner AS id FROM {given.links[many.name]} AS link
                WHERE link.target IN (SELECT id FROM {pruned})"""
        yield f"""SELECT link.{owner} AS id FROM {self._main(through)} AS link
            WHERE link.{target} IN (SELECT id FROM {pruned}) {self._staying(kind, f"link.{owner}", given)}"""

    def _staying(self, kind: schema.Kind, key: str, rows: Rows | None) -> str:
        """The condition that a stored record stays, and that the dataset does not say what it refers to."""
        condition = f"AND NOT EXISTS (SELECT 1 FROM {self.pruning.tables[kind.name]} AS gone WHERE gone.id = {key})"
        if rows is not None:
            condition += f" AND NOT EXISTS (SELECT 1 FROM {rows.table} AS own WHERE own.id = {key})"
        return condition

    def _main(self, model: Any) -> str:
        return self.database.quote(model._meta.db_table)
