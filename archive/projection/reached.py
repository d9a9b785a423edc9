"""Rows reached from the rows around them, or asked for by name, compiled once for each choice of columns.

A document that was never seen asks for relations that others have asked for: what differs is which columns it wants,
and how its statement names the rows around. Django builds and compiles each of them once, and here the name is put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive.lru import LRUCache
from archive.projection.sql import AROUND, Level, beneath, kept_by_columns
from archive.querysets.relations import back_name, visible_kin
from archive.querysets.visibility import sees_drafts

if TYPE_CHECKING:
    from archive.projection.compiler import Compiler

#: SQL with its parameters, bounded by its characters.
_KEPT: LRUCache[tuple[str, list[Any]]] = LRUCache(2_000_000)


class Reached:
    """The visible rows that a relation leads to from each row of a level; in their usual order where they are many."""

    def __init__(self, level: Level, relation: str) -> None:
        field: Any = level.model._meta.get_field(relation)
        self.owner, self.relation, self.model = level.model, relation, field.related_model
        self.is_one = bool(field.many_to_one)
        self.around = level.outer(f"{relation}_id" if self.is_one else "pk")

    def sql(self, compiler: Compiler, level: Level, limit: int | None) -> tuple[str, list[Any]]:
        """The rows' SQL, selecting the columns that their own level came to need."""
        level.column("pk")
        key = (self.owner, self.relation, sees_drafts(compiler.user), compiler.dialect, limit)
        sql, params = kept_by_columns(
            _KEPT, level, key, lambda: compiler.rows(self._queryset(compiler.user), level, limit)
        )
        return beneath(self.around, sql, compiler.using), params

    def _queryset(self, user: Any) -> Any:
        rows = visible_kin(self.owner, self.relation, user)
        if self.is_one:
            return rows.filter(pk=AROUND).order_by()
        back = back_name(self.owner, self.relation)
        # Rows that hang on one row are alike in all that they have of it.
        order = [place for place in self.model._meta.ordering if place.lstrip("-").partition("__")[0] != back]
        return rows.filter(**{back: AROUND}).order_by(*order)


class Asked:
    """The one row that a question asks for; its queryset is kept, and so the same object for all who ask it."""

    def __init__(self, rows: Any) -> None:
        self.queryset, self.model = rows, rows.model

    def sql(self, compiler: Compiler, level: Level, limit: int | None) -> tuple[str, list[Any]]:
        level.column("pk")
        key = (self.queryset, compiler.using, limit)
        return kept_by_columns(_KEPT, level, key, lambda: compiler.rows(self.queryset.order_by(), level, limit))
