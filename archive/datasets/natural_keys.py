"""Tables of slugs and the ids that they stand for: the dataset's own, and those that it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from archive.datasets import schema
from archive.datasets.corrections.base_states import Bases
from archive.datasets.database import Database
from archive.datasets.stage import Stage


class Keys:
    """One table per kind that has slugs, by the kind's name; what is new has a negative id until it is written."""

    def __init__(self, database: Database, stage: Stage, bases: Bases) -> None:
        self.database, self.stage, self.bases = database, stage, bases
        self.tables: dict[str, str] = {}
        #: How many different slugs the dataset itself has, by kind.
        self.own: dict[str, int] = {}
        #: Tables of slugs (``key``) that no record has now, and the record (``id``) that had it when it was loaded.
        self.past: dict[str, str] = {}

    def make(self) -> dict[str, str]:
        """The tables. All own slugs are known before any reference is looked up."""
        kinds = [kind for kind in schema.kinds().values() if kind.has_slug]
        for kind in kinds:
            self.of(kind)
        for kind in kinds:
            self.complete(kind)
        return self.tables

    def _main(self, kind: schema.Kind) -> str:
        return self.database.quote(kind.model._meta.db_table)

    def of(self, kind: schema.Kind) -> None:
        staged, main = self.stage.kinds.get(kind.name), self._main(kind)
        if staged is None:
            query = f"SELECT slug AS key, id FROM {main} WHERE 1 = 0"
        else:
            query = f"""
                SELECT own.key, {self.database.number("COALESCE(stored.id, -own.n)")} AS id
                FROM (SELECT slug AS key, min(n) AS n FROM {staged.table} WHERE slug <> '' GROUP BY slug) AS own
                LEFT JOIN {main} AS stored ON stored.slug = own.key"""
        self.tables[kind.name] = self.database.create_as(f"keys_{kind.name}", query)
        self.own[kind.name] = self.database.one(f"SELECT count(*) FROM {self.tables[kind.name]}")
        self.database.index(self.tables[kind.name], "key")
        if staged is not None and not self.bases.is_empty(kind):
            self._find_past(kind)

    def _find_past(self, kind: schema.Kind) -> None:
        """Find the records that were loaded under a slug that none has now: renamed ones keep their id."""
        keys = self.tables[kind.name]
        if not self.database.one(f"SELECT count(*) FROM {keys} WHERE id < 0"):
            return
        past = self.past[kind.name] = self.database.create_as(
            f"past_{kind.name}",
            f"""SELECT own.key, {self.database.number("max(base.id)")} AS id FROM {keys} AS own
                JOIN {self.bases.history(kind)} AS past ON past.slug = own.key
                JOIN {self.bases.of(kind)} AS base ON base.id = past.id AND base.revision = past.history_id
                WHERE own.id < 0 GROUP BY own.key""",
        )
        self.database.index(past, "key")
        renamed = f"""SELECT past.key, past.id FROM {past} AS past JOIN {self._main(kind)} AS stored
            ON stored.id = past.id WHERE NOT EXISTS (SELECT 1 FROM {keys} AS other WHERE other.key = stored.slug)"""
        self.database.execute(
            f"""UPDATE {keys} SET id = renamed.id FROM ({renamed}) AS renamed WHERE {keys}.key = renamed.key"""
        )

    def complete(self, kind: schema.Kind) -> None:
        """Add the keys of records that the dataset refers to and does not hold."""
        asked = " UNION ALL ".join(self._asked(kind))
        if not asked:
            return
        keys, main = self.tables[kind.name], self._main(kind)
        missing = self.database.create_as(
            f"missing_{kind.name}",
            f"""SELECT DISTINCT asked.key FROM ({asked}) AS asked LEFT JOIN {keys} AS known ON known.key = asked.key
                WHERE asked.key IS NOT NULL AND known.key IS NULL""",
        )
        columns = ["slug", *(("iso3166",) if kind.name == "bodies" else ())]
        for column in columns:
            # A state's code stands for its slug, which goes first.
            self.database.execute(
                f"""INSERT INTO {keys} (key, id) SELECT missing.key, stored.id FROM {missing} AS missing
                    JOIN {main} AS stored ON stored.{column} = missing.key"""
            )
        if kind.name == "bodies" and kind.name in self.stage.kinds:
            self.database.execute(
                f"""INSERT INTO {keys} (key, id) SELECT own.iso3166, min(known.id)
                    FROM {self.stage.kinds[kind.name].table} AS own
                    JOIN {missing} AS missing ON missing.key = own.iso3166 JOIN {keys} AS known ON known.key = own.slug
                    WHERE NOT EXISTS (SELECT 1 FROM {keys} AS already WHERE already.key = own.iso3166)
                    GROUP BY own.iso3166"""
            )
        self.database.drop(missing)

    def _asked(self, target: schema.Kind) -> Iterator[str]:
        """Queries for all slugs by which the dataset names records of the kind."""
        for staged in self.stage.kinds.values():
            for column in staged.kind.columns:
                if column.target != target.name or column.name not in staged.given:
                    continue
                link = staged.links.get(column.name)
                yield (
                    f"SELECT key FROM {link}"
                    if link
                    else f"SELECT {self.database.quote(column.name)} AS key FROM {staged.table}"
                )
        for name, table in self.stage.referred.items():
            part = schema.kinds()[name]
            for piece in part.key:
                if part.column(piece).target == target.name:
                    yield f"SELECT {self.database.quote(piece)} AS key FROM {table}"
