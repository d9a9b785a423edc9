"""Records that a pruning load leaves, since they were corrected here after the dataset last loaded them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CASCADE

from archive.datasets import schema
from archive.datasets.corrections.authors import Authors, author
from archive.datasets.prune.selection import Pruning
from archive.datasets.resolve import References
from archive.datasets.stage import stored
from archive.datasets.suggestions import Near
from archive.models.fields import DERIVED


class Sparing:
    """Takes them out of the tables of what is to be pruned, with the records that they need.

    A record stays where a field or link of it was corrected (a change of status alone is none), where a part that the
    dataset did not bring hangs on it, where a record that stays refers to it, and where it is a part of one that stays.
    """

    def __init__(self, pruning: Pruning, references: References, authors: Authors) -> None:
        self.pruning, self.references, self.authors = pruning, references, authors
        self.database, self.bases = pruning.database, references.bases
        self._kinds = [kind for name, kind in schema.kinds().items() if pruning.counts[name]]
        #: By kind the table of records that stay (``id``), and how many there are.
        self.tables: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def find(self) -> None:
        for kind in self._kinds:
            table = self.database.create(f"spared_{kind.name}", {"id": "bigint"})
            self.tables[kind.name] = table
            self._add(kind, self._corrected(kind))
        for kind in self._kinds:
            for query in self._with_parts(kind):
                self._add(kind, query)
        while sum(self._add(kind, query) for kind in self._kinds for query in self._needed(kind)):
            pass
        self.counts = {name: self.database.one(f"SELECT count(*) FROM {table}") for name, table in self.tables.items()}

    def spare(self) -> None:
        """Let them stay."""
        for name, count in self.counts.items():
            if count:
                pruned = self.pruning.tables[name]
                self.database.execute(f"DELETE FROM {pruned} WHERE id IN (SELECT id FROM {self.tables[name]})")
                self.pruning.counts[name] -= count

    def lines(self, name: str) -> Iterator[tuple[str, str]]:
        """The key of each record that stays, and why."""
        kind, near = schema.kinds()[name], Near(self.references)
        by_load, params = self.bases.by_load("revision")
        last = f"""SELECT max(history_id) FROM {self.bases.history(kind)} AS revision WHERE revision.id = spared.id
            AND NOT {by_load}
            AND revision.history_id > COALESCE(base.revision, 0)"""
        rows = self.database.rows(
            f"""SELECT spared.id, {self.authors.revision()} FROM {self.tables[name]} AS spared
                JOIN {self.bases.of(kind)} AS base ON base.id = spared.id
                LEFT JOIN {self.bases.history(kind)} AS revision ON revision.history_id = ({last})
                {self.authors.account()} ORDER BY spared.id""",
            params,
        )
        for key, user, reason, moment in rows:
            why = "what was corrected or added here needs it"
            yield str(near.name(name, key)), f"corrected here {author(user, reason, moment)}" if moment else why

    # Finding

    def _add(self, kind: schema.Kind, query: str) -> bool:
        """Let the records of a query (``id``) stay that would be pruned; whether there were any."""
        table, pruned = self.tables[kind.name], self.pruning.tables[kind.name]
        return bool(
            self.database.execute(
                f"""INSERT INTO {table} (id) SELECT DISTINCT needed.id FROM ({query}) AS needed
                    JOIN {pruned} AS pruned ON pruned.id = needed.id
                    WHERE needed.id NOT IN (SELECT id FROM {table})"""
            )
        )

    def _main(self, model: Any) -> str:
        return self.database.quote(model._meta.db_table)

    def _corrected(self, kind: schema.Kind) -> str:
        differs = [
            self.bases.differs(one, self.bases.value(one), f"stored.{self.database.quote(one.column)}")
            for one in stored(kind)
            if one.name != "status" and not isinstance(one, DERIVED) and (one.editable or one.name in kind.key)
        ]
        owners = f"SELECT id AS owner FROM {self.pruning.tables[kind.name]}"
        for many in kind.model._meta.many_to_many:
            differs.append(f"stored.id IN ({self._links_corrected(kind, many, owners)})")
        return f"""SELECT stored.id FROM {self._main(kind.model)} AS stored
            JOIN {self.bases.of(kind)} AS base ON base.id = stored.id
            LEFT JOIN {self.bases.history(kind)} AS past ON past.history_id = base.revision
            WHERE stored.id IN ({owners}) AND ({" OR ".join(differs)})"""

    def _links_corrected(self, kind: schema.Kind, many: Any, owners: str) -> str:
        through, owner, target = schema.link(many)
        now = f"""SELECT {self.database.quote(owner)} AS owner, {self.database.quote(target)} AS target
            FROM {self._main(through)}"""
        had = self.database.create_as(
            f"had_by_{kind.name}__{many.name}", " UNION ".join(self.bases.links(many, owners))
        )
        known = f"(base.revision IS NOT NULL OR {self.bases.has_override(many.name)})"
        return f"""SELECT had.owner FROM {had} AS had LEFT JOIN ({now}) AS now
                ON now.owner = had.owner AND now.target = had.target WHERE now.owner IS NULL
            UNION SELECT now.owner FROM ({now}) AS now JOIN {self.bases.of(kind)} AS base ON base.id = now.owner
                LEFT JOIN {had} AS had ON now.owner = had.owner AND now.target = had.target
                WHERE had.owner IS NULL AND {known}"""

    def _with_parts(self, kind: schema.Kind) -> Iterator[str]:
        """Records that would take with them a part which the dataset did not bring."""
        for part in schema.kinds().values():
            for key in _keys(part, kind):
                if key.remote_field.on_delete is CASCADE:
                    column = self.database.quote(key.column)
                    yield f"""SELECT part.{column} AS id FROM {self._main(part.model)} AS part
                        WHERE part.{column} IN (SELECT id FROM {self.pruning.tables[kind.name]})
                        AND NOT EXISTS (SELECT 1 FROM {self.bases.of(part)} AS base WHERE base.id = part.id)"""

    def _needed(self, kind: schema.Kind) -> Iterator[str]:
        """Records of the kind to which records that stay refer, and parts of such records."""
        for other in self._kinds:
            main, staying = self._main(other.model), f"SELECT id FROM {self.tables[other.name]}"
            for key in _keys(other, kind):
                column = self.database.quote(key.column)
                yield f"SELECT other.{column} AS id FROM {main} AS other WHERE other.id IN ({staying})"
            for key in _keys(kind, other):
                if key.remote_field.on_delete is CASCADE:
                    column = self.database.quote(key.column)
                    yield f"SELECT part.id FROM {self._main(kind.model)} AS part WHERE part.{column} IN ({staying})"
            for many in other.model._meta.many_to_many:
                if many.related_model is kind.model:
                    through, owner, target = schema.link(many)
                    owner, target = self.database.quote(owner), self.database.quote(target)
                    yield f"""SELECT linked.{target} AS id FROM {self._main(through)} AS linked
                        WHERE linked.{owner} IN ({staying})"""


def _keys(kind: schema.Kind, target: schema.Kind) -> list[Any]:
    return [one for one in stored(kind) if one.is_relation and one.related_model is target.model]
