"""From natural keys to ids, one statement per kind: what is new has a negative id until it is written.

For each kind that the dataset has or refers to there is a table of keys; for each that it has, a table of whole rows,
in which columns that the files leave out hold what the archive has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.datasets import schema
from archive.datasets.corrections.base_states import Bases
from archive.datasets.database import Database
from archive.datasets.natural_keys import Keys
from archive.datasets.stage import Stage, Staged, derived, derives, folded_fields, stored
from archive.models.fields import FoldedField

#: Rows whose derived columns are computed at a time: enough to be quick, few enough to stay small in memory.
_DERIVED = 2_000


@dataclass(slots=True)
class Rows:
    """One kind's rows with ids in place of keys: table of rows, tables of links, how many are new and found.

    ``renamed`` counts those found by the key that their record had when the dataset last loaded it. ``left_out`` counts
    rows that were taken out of the table, since what they mean was deleted in the archive.
    """

    kind: schema.Kind
    staged: Staged
    table: str
    links: dict[str, str] = field(default_factory=dict)
    new: int = 0
    found: int = 0
    renamed: int = 0
    left_out: int = 0


class References:
    """Resolves what the stage holds. ``rows`` has the result, each kind after those that it refers to."""

    def __init__(self, database: Database, stage: Stage, bases: Bases) -> None:
        self.database, self.stage, self.bases = database, stage, bases
        self.keys: dict[str, str] = {}
        #: By kind the tables of keys under which records were loaded that have another now or are gone: of slugs
        #: ``key``, of parts the number ``n`` of the row, and the ``id`` of the record.
        self.past: dict[str, str] = {}
        self.own_keys: dict[str, int] = {}
        self.rows: dict[str, Rows] = {}

    def resolve(self) -> None:
        keys = Keys(self.database, self.stage, self.bases)
        self.keys, self.own_keys, self.past = keys.make(), keys.own, keys.past
        for name, kind in schema.kinds().items():
            if name in self.stage.kinds:
                self._rows(self.stage.kinds[name])
            if name in self.stage.referred:
                self._parts(kind)
        for rows in self.rows.values():
            self._links(rows)

    # Rows

    def _rows(self, staged: Staged) -> None:
        kind = staged.kind
        if kind.has_slug:
            joins = [f"LEFT JOIN {self.keys[kind.name]} AS own ON own.key = staged.slug"]
        else:
            joins = [f"LEFT JOIN {self._identify(staged)} AS own ON own.n = staged.n"]
        own = self.database.number("COALESCE(own.id, -staged.n)")
        chosen = ["staged.n", "staged.file", "staged.line", "staged.bad", f"{own} AS id"]
        left_out = [one for one in stored(kind) if not self._given(staged, one)]
        for one in stored(kind):
            column = self._name(one.column)
            value = self._key_column(staged, one, joins, chosen) if one.is_relation else f"staged.{column}"
            if one in left_out:
                value = f"CASE WHEN stored.id IS NULL THEN {value} ELSE stored.{column} END"
                value = self.database.number(value) if one.is_relation else value
            chosen.append(f"{value} AS {column}")
        if left_out:
            joins.append(f"LEFT JOIN {self._main(kind)} AS stored ON stored.id = own.id")
        table = self.database.create_as(
            f"rows_{kind.name}", f"SELECT {', '.join(chosen)} FROM {staged.table} AS staged {' '.join(joins)}"
        )
        self.database.index(table, "id")
        self.database.index(table, "n")
        new = self.database.one(f"SELECT count(*) FROM {table} WHERE id < 0")
        rows = self.rows[kind.name] = Rows(kind, staged, table, new=new, found=staged.count - new)
        rows.renamed = self._count_renamed(rows)
        if left_out and rows.found and (derives(kind) or _is_half_folded(staged)):
            self.derive(rows, "id > 0")
        self.database.drop(staged.table)

    def _key_column(self, staged: Staged, one: Any, joins: list[str], chosen: list[str]) -> str:
        """Keep the key as the file has it; SQL for the id that it stands for."""
        own = self._name(one.name)
        chosen.append(f"staged.{own}")
        if one.name not in staged.given:
            return "NULL"
        alias = f"key_{len(joins)}"
        joins.append(f"LEFT JOIN {self.keys[schema.name(one.related_model)]} AS {alias} ON {alias}.key = staged.{own}")
        return f"{alias}.id"

    def _given(self, staged: Staged, one: Any) -> bool:
        """Whether the files give the column, or the date beside which it stands."""
        if one.name in staged.given or one.name == "slug":
            return True
        if isinstance(one, FoldedField):
            return set(one.source) <= staged.given
        return any(one.name.startswith(f"{name}_") and one.name[len(name) + 1 :] in _companions(staged.kind, name)
                   for name in staged.given)  # fmt: skip

    def _count_renamed(self, rows: Rows) -> int:
        past = self.past.get(rows.kind.name)
        if past is None:
            return 0
        own = "own.slug = past.key" if rows.kind.has_slug else "own.n = past.n"
        return int(
            self.database.one(f"SELECT count(*) FROM {rows.table} AS own JOIN {past} AS past ON {own} WHERE own.id > 0")
        )

    def derive(self, rows: Rows, condition: str) -> None:
        """Fill in what follows from columns of which a row has some from the file and the rest from the archive."""
        names = [one.column for one in stored(rows.kind)]
        chosen = ", ".join(map(self._name, names))
        query = f"SELECT n, {chosen} FROM {rows.table} WHERE n > %s AND ({condition}) ORDER BY n LIMIT {_DERIVED}"
        number = 0
        while found := list(self.database.rows(query, [number])):
            for number, *values in found:
                before = dict(zip(names, values, strict=True))
                after = derived(rows.kind, before.copy())
                changed = {name: after[name] for name in names if after[name] != before[name]}
                if changed:
                    told = ", ".join(f"{self._name(name)} = %s" for name in changed)
                    self.database.execute(f"UPDATE {rows.table} SET {told} WHERE n = %s", [*changed.values(), number])

    def _identify(self, staged: Staged) -> str:
        """A table of the parts that the archive has already, by their number in the dataset."""
        kind = staged.kind
        joins, chosen = [], []
        for position, name in enumerate(kind.key):
            column = kind.column(name)
            if column.form == "relation" and name in staged.given:
                keys, own = self.keys[column.target], self._name(name)
                joins.append(f"LEFT JOIN {keys} AS k{position} ON k{position}.key = staged.{own}")
                chosen.append(f"k{position}.id AS {self._name(column.field.column)}")
            elif column.form != "relation":
                chosen.append(f"staged.{self._name(column.field.column)}")
        keys = self.database.create_as(
            f"key_{kind.name}", f"SELECT staged.n, {', '.join(chosen)} FROM {staged.table} AS staged {' '.join(joins)}"
        )
        self.database.index(keys, "n")
        queries = list(self._matches(kind, keys, "own.n", set(staged.given) | _plain(kind)))
        found = self.database.create_as(f"found_{kind.name}", " UNION ALL ".join(queries))
        self.database.index(found, "n")
        if not self.bases.is_empty(kind):
            self._find_past(staged, keys, found)
        return found

    def _find_past(self, staged: Staged, keys: str, found: str) -> None:
        """Find the parts that were loaded under a key that none has now: those whose key was changed are found."""
        kind = staged.kind
        if staged.count <= self.database.one(f"SELECT count(*) FROM {found}"):
            return
        base, history = self.bases.of(kind), self.bases.history(kind)
        loaded = f"""(SELECT past.* FROM {history} AS past JOIN {base} AS base
            ON base.id = past.id AND base.revision = past.history_id)"""
        queries = " UNION ALL ".join(self._matches(kind, keys, "own.n", set(staged.given) | _plain(kind), loaded))
        past = self.past[kind.name] = self.database.create_as(
            f"past_{kind.name}",
            f"""SELECT n, {self.database.number("max(id)")} AS id FROM ({queries}) AS matched
                WHERE NOT EXISTS (SELECT 1 FROM {found} AS already WHERE already.n = matched.n) GROUP BY n""",
        )
        self.database.index(past, "n")
        self.database.execute(
            f"""INSERT INTO {found} (n, id) SELECT past.n, past.id FROM {past} AS past
                JOIN {self._main(kind)} AS stored ON stored.id = past.id
                WHERE NOT EXISTS (SELECT 1 FROM {found} AS already WHERE already.id = past.id)"""
        )

    def _matches(self, kind: schema.Kind, own: str, chosen: str, given: set[str], table: str = "") -> Iterator[str]:
        """Queries for stored records of the natural keys in a table, one per constraint that makes a key unique.

        Of the dozen things that can be cited a dataset cites two or three: what no row has is not looked for.
        """
        sets = [fields for fields in identities(kind) if set(fields) <= given]
        columns = [[self._name(kind.column(name).field.column) for name in fields] for fields in sets]
        given_by = (" AND ".join(f"{column} IS NOT NULL" for column in one) for one in columns)
        counted = ", ".join(f"max(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in given_by)
        [used] = self.database.rows(f"SELECT {counted} FROM {own}")
        for one in [one for one, some in zip(columns, used, strict=True) if some] or columns[:1]:
            on = " AND ".join(f"stored.{column} = own.{column}" for column in one)
            yield f"SELECT {chosen}, stored.id FROM {own} AS own JOIN {table or self._main(kind)} AS stored ON {on}"

    # References to parts

    def _parts(self, kind: schema.Kind) -> None:
        """The keys of parts that the dataset refers to: those that it holds, and those that the archive has."""
        joins, chosen, sound = [], ["asked.key"], ["1 = 1"]
        same = []
        for position, name in enumerate(kind.key):
            column = kind.column(name)
            stored_as = self._name(column.field.column)
            if column.form == "relation":
                joins.append(
                    f"LEFT JOIN {self.keys[column.target]} AS k{position} ON k{position}.key = asked.{self._name(name)}"
                )
                chosen.append(f"k{position}.id AS {stored_as}")
                sound.append(f"(asked.{self._name(name)} IS NULL OR k{position}.id IS NOT NULL)")
                same.append(self._alike(f"held.{stored_as}", f"own.{stored_as}"))
            else:
                chosen.append(f"asked.{self._name(name)} AS {stored_as}")
                same.append(f"held.{stored_as} = own.{stored_as}")
        asked = self.database.create_as(
            f"asked_{kind.name}",
            f"""SELECT {", ".join(chosen)} FROM (SELECT DISTINCT * FROM {self.stage.referred[kind.name]}) AS asked
                {" ".join(joins)} WHERE {" AND ".join(sound)}""",
        )
        queries = list(self._matches(kind, asked, "own.key", set(kind.key)))
        if kind.name in self.rows:
            held = self.rows[kind.name].table
            self.database.index(held, kind.column(kind.key[0]).field.column)
            queries.append(f"SELECT own.key, held.id FROM {asked} AS own JOIN {held} AS held ON {' AND '.join(same)}")
        self.keys[kind.name] = self.database.create_as(f"keys_{kind.name}", " UNION ".join(queries))
        self.database.index(self.keys[kind.name], "key")

    def _alike(self, one: str, other: str) -> str:
        """Equal, or both absent, in the form that each database can join by."""
        if self.database.is_postgresql:
            return f"COALESCE({one}, 0) = COALESCE({other}, 0)"
        return f"{one} IS {other}"

    def _links(self, rows: Rows) -> None:
        for name, staged in rows.staged.links.items():
            keys = self.keys[rows.kind.column(name).target]
            table = rows.links[name] = self.database.create_as(
                f"links_{rows.kind.name}__{name}",
                f"""SELECT own.n, own.id AS owner, link.key, known.id AS target FROM {staged} AS link
                    JOIN {rows.table} AS own ON own.n = link.n LEFT JOIN {keys} AS known ON known.key = link.key""",
            )
            self.database.index(table, "owner", "target")
            self.database.drop(staged)

    def _main(self, kind: schema.Kind) -> str:
        return self._name(kind.model._meta.db_table)

    def _name(self, name: str) -> str:
        return self.database.quote(name)


def identities(kind: schema.Kind) -> list[tuple[str, ...]]:
    """The sets of fields of which each, where none is NULL, names one record: parts of the natural key."""
    found = [tuple(one.fields) for one in kind.model._meta.constraints if hasattr(one, "fields")]
    return [fields for fields in found if set(fields) <= set(kind.key)]


def _is_half_folded(staged: Staged) -> bool:
    """Whether the files give some of the columns that one is folded from, and the archive has the others."""
    return any(0 < len(set(one.source) & staged.given) < len(one.source) for one in folded_fields(staged.kind))


def _companions(kind: schema.Kind, name: str) -> tuple[str, ...]:
    column = kind.column(name)
    return column.field.companions if column.form == "date" else ()


def _plain(kind: schema.Kind) -> set[str]:
    return {name for name in kind.key if kind.column(name).form != "relation"}
