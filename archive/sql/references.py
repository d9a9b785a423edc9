"""References to the records that a filter names: by primary keys, or by slugs bound at execution."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db import connection
from django.db.models import Exists, Expression, F, Q, Subquery

from archive.visibility import ArchiveQuerySet


class RecordRefs(Protocol):
    """Conditions on rows by the records that a filter names."""

    def at(self, path: str) -> Q:
        """Rows whose ``path`` refers to one of the records."""

    def below(self, visible: Any) -> RecordRefs:
        """These records and all visible ones below them in their tree."""

    def each(self) -> list[RecordRefs]:
        """References to at most one record each; empty if they cannot be split."""

    def beside(self, path: str, links: Any) -> Q:
        """Rows with a row of the correlated queryset ``links`` whose ``path`` refers to one of the records."""
        return Q(Exists(links.filter(self.at(path))))


class RefsById(RecordRefs):
    """Records by primary key."""

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids

    def at(self, path: str) -> Q:
        return Q(**{f"{path}__in": self.ids})

    def below(self, visible: Any) -> RefsById:
        return RefsById(with_descendants(visible, self.ids))

    def each(self) -> list[RecordRefs]:
        return [RefsById({one}) for one in sorted(self.ids)]


class RefsBySlug(RecordRefs):
    """Records of querysets over bind parameters, each of at most one row."""

    def __init__(self, found: list[Any]) -> None:
        self.found = [rows.order_by().values("pk") for rows in found]

    def at(self, path: str) -> Q:
        # Equality with a subquery runs it once and keeps the index order; IN (SELECT ...) does neither.
        matches = [Q(**{path: Subquery(rows)}) for rows in self.found]
        return reduce(or_, matches) if matches else Q(pk__in=[])

    def below(self, visible: Any) -> RefsWithDescendants:
        return RefsWithDescendants(self.found, visible)

    def each(self) -> list[RecordRefs]:
        return [RefsBySlug([rows]) for rows in self.found]

    def beside(self, path: str, links: Any) -> Q:
        found = super().beside(path, links)
        if connection.vendor == "sqlite":
            # SQLite would open the link tables for each row even if no record has the slug: a fifth of the time.
            return reduce(or_, (Q(Exists(rows)) for rows in self.found)) & found
        return found


class RefsWithDescendants(RecordRefs):
    """Records by slug with all their visible descendants."""

    def __init__(self, roots: list[Any], visible: Any) -> None:
        self.roots, self.visible = roots, visible

    def at(self, path: str) -> Q:
        return Q(**{f"{path}__in": Descendants(self.roots, self.visible)})

    def below(self, visible: Any) -> RefsWithDescendants:
        return self

    def each(self) -> list[RecordRefs]:
        return []


class Descendants(Expression):
    """``WITH RECURSIVE``: keys of the roots and of their visible descendants by ``parent``."""

    def __init__(self, roots: list[Any], visible: Any) -> None:
        self.roots, self.visible = roots, visible
        super().__init__(output_field=visible.model._meta.pk)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        starts, params = [], []
        for rows in self.roots:
            sql, given = rows.query.get_compiler(connection=connection).as_sql()
            starts.append(sql)
            params += given
        child = self.visible.order_by().values(child_id=F("pk"), above=F("parent"))
        sql, given = child.query.get_compiler(connection=connection).as_sql(with_col_aliases=True)
        # The pieces are SQL compiled by Django, without values.
        step = f"SELECT child.child_id FROM ({sql}) AS child JOIN tree ON child.above = tree.id"  # noqa: S608
        start = f"SELECT * FROM ({' UNION '.join(starts)}) AS roots"  # noqa: S608
        return f"(WITH RECURSIVE tree(id) AS ({start} UNION {step}) SELECT id FROM tree)", [*params, *given]  # noqa: S608


def with_descendants(visible: ArchiveQuerySet, roots: Iterable[int]) -> set[int]:
    """The ids of the roots and of all visible records below them."""
    found = set(roots)
    level = set(found)
    while level:
        level = set(visible.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
