"""The revisions of what was written, whole tables at a time, as saving each record would have made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simple_history.models import HistoricalRecords

from archive.datasets import schema
from archive.datasets.database import Database
from archive.datasets.diff import Difference


@dataclass(frozen=True, slots=True)
class Origin:
    """What a revision says: why, and by whom (the id of a user, or None)."""

    reason: str
    user: int | None = None


class Revisions:
    """Writes them; the rows and links that they tell of are written already, or are deleted next."""

    def __init__(self, database: Database, origin: Origin, moment: Any) -> None:
        self.database, self.origin, self.moment = database, origin, moment

    def write(self, found: Difference, new: list[int] | None) -> None:
        """One revision for each record that is new (its id from the first to before the second) or changed."""
        model: Any = found.rows.kind.model
        history = model.history.model
        last = self.database.one(f"SELECT max(history_id) FROM {self.database.quote(history._meta.db_table)}") or 0
        if new:
            self._revision(model, "+", "stored.id >= %s AND stored.id < %s", new)
        if found.changed:
            self._revision(model, "~", f"stored.id IN (SELECT id FROM {found.table})", [])
        if new or found.changed:
            for name in found.rows.links:
                self._revised_links(model, model._meta.get_field(name), last)

    def write_deletions(self, model: Any, ids: str) -> None:
        """One revision for each record of a query, which is deleted next; its links are in the revision before."""
        self._revision(model, "-", f"stored.id IN ({ids})", [])

    def _revision(self, model: Any, sort: str, condition: str, params: list[Any]) -> None:
        history = model.history.model
        shared = ", ".join(self.database.quote(one.column) for one in model._meta.concrete_fields)
        values = ", ".join(f"stored.{self.database.quote(one.column)}" for one in model._meta.concrete_fields)
        self.database.execute(
            f"""INSERT INTO {self.database.quote(history._meta.db_table)}
                ({shared}, history_date, history_type, history_change_reason, history_user_id)
                SELECT {values}, %s, '{sort}', %s, {self.origin.user or "NULL"}
                FROM {self.database.quote(model._meta.db_table)} AS stored WHERE {condition} ORDER BY stored.id""",
            [self.moment, self.origin.reason, *params],
        )

    def _revised_links(self, model: Any, many: Any, last: int) -> None:
        """A revision tells which links its record had."""
        through, owner, _ = schema.link(many)
        linked = HistoricalRecords.m2m_models[many]
        quote = self.database.quote
        columns = [quote(one.column) for one in through._meta.concrete_fields]
        told, values = ", ".join(columns), ", ".join(f"stored.{column}" for column in columns)
        revisions = quote(model.history.model._meta.db_table)
        self.database.execute(
            f"""INSERT INTO {quote(linked._meta.db_table)} ({told}, history_id)
                SELECT {values}, revision.history_id FROM {quote(through._meta.db_table)} AS stored
                JOIN {revisions} AS revision ON revision.id = stored.{quote(owner)}
                WHERE revision.history_id > %s""",
            [last],
        )
