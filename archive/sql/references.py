"""References to the records that a filter names: by primary keys, or by slugs bound at execution."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, Expression, F, Q, QuerySet, Subquery

from archive.visibility import ArchiveQuerySet


class RecordRefs(Protocol):
    """Records that a filter names, as conditions on other rows."""

    def q(self, path: str) -> Q:
        """The condition that ``path`` refers to one of the records."""

    def with_descendants(self, visible: ArchiveQuerySet) -> RecordRefs:
        """References to the records and to all their visible descendants."""

    def split(self) -> list[RecordRefs]:
        """References to at most one record each; empty if they cannot be split."""

    def exists_in(self, path: str, links: QuerySet[Any]) -> Q:
        """The condition that the correlated queryset ``links`` has a row whose ``path`` is one of the records."""
        return Q(Exists(links.filter(self.q(path))))


#: Model name -> the records of that model that a filter names.
RefsByModel = dict[str, RecordRefs]


class RefsById(RecordRefs):
    """Records by primary key."""

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids

    def q(self, path: str) -> Q:
        return Q(**{f"{path}__in": self.ids})

    def with_descendants(self, visible: ArchiveQuerySet) -> RefsById:
        return RefsById(_descendant_ids(visible, self.ids))

    def split(self) -> list[RecordRefs]:
        return [RefsById({pk}) for pk in sorted(self.ids)]


class RefsBySlug(RecordRefs):
    """Records of querysets over bind parameters, each of at most one row."""

    def __init__(self, querysets: list[Any]) -> None:
        self.querysets = [rows.order_by().values("pk") for rows in querysets]

    def q(self, path: str) -> Q:
        # Equality with a subquery runs it once and keeps the index order; IN (SELECT ...) does neither.
        matches = [Q(**{path: Subquery(rows)}) for rows in self.querysets]
        return reduce(or_, matches) if matches else Q(pk__in=[])

    def with_descendants(self, visible: ArchiveQuerySet) -> RefsWithDescendants:
        return RefsWithDescendants(self.querysets, visible)

    def split(self) -> list[RecordRefs]:
        return [RefsBySlug([rows]) for rows in self.querysets]

    def exists_in(self, path: str, links: QuerySet[Any]) -> Q:
        condition = super().exists_in(path, links)
        if connection.vendor == "sqlite":
            # SQLite would open the link tables for each row even if no record has the slug: a fifth of the time.
            return reduce(or_, (Q(Exists(rows)) for rows in self.querysets)) & condition
        return condition


class RefsWithDescendants(RecordRefs):
    """Records by slug with all their visible descendants."""

    def __init__(self, roots: list[Any], visible: QuerySet[Any]) -> None:
        self.roots, self.visible = roots, visible

    def q(self, path: str) -> Q:
        return Q(**{f"{path}__in": Descendants(self.roots, self.visible)})

    def with_descendants(self, visible: ArchiveQuerySet) -> RefsWithDescendants:
        return self

    def split(self) -> list[RecordRefs]:
        return []


class Descendants(Expression):
    """``WITH RECURSIVE``: keys of the roots and of their visible descendants by ``parent``."""

    def __init__(self, roots: list[Any], visible: QuerySet[Any]) -> None:
        self.roots, self.visible = roots, visible
        super().__init__(output_field=visible.model._meta.pk)

    def as_sql(self, compiler: object, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        starts, params = [], []
        for rows in self.roots:
            sql, root_params = rows.query.get_compiler(connection=connection).as_sql()
            starts.append(sql)
            params += root_params
        child = self.visible.order_by().values(child_id=F("pk"), above=F("parent"))
        sql, child_params = child.query.get_compiler(connection=connection).as_sql(with_col_aliases=True)
        # The pieces are SQL compiled by Django, without values.
        step = f"SELECT child.child_id FROM ({sql}) AS child JOIN tree ON child.above = tree.id"  # noqa: S608
        start = f"SELECT * FROM ({' UNION '.join(starts)}) AS roots"  # noqa: S608
        return f"(WITH RECURSIVE tree(id) AS ({start} UNION {step}) SELECT id FROM tree)", [*params, *child_params]  # noqa: S608


def _descendant_ids(visible: ArchiveQuerySet, roots: Iterable[int]) -> set[int]:
    """The ids of the roots and of all visible records below them."""
    ids = set(roots)
    level = set(ids)
    while level:
        level = set(visible.filter(parent__in=level).values_list("pk", flat=True)) - ids
        ids |= level
    return ids
