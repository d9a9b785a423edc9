"""Batch loading of related records, for the resolvers that graphql-core calls.

Rows that were loaded together are siblings. A relation of a row is loaded for all its siblings at once, by Django's
prefetching over visible querysets, so that the number of queries depends on the fields of the document and not on the
number of rows.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models import Count, Model, Prefetch, Q, prefetch_related_objects

from archive import pagination
from archive.sql.relations import belongs_to, includes_descendants

_SIBLINGS = "_chancery_siblings"


def set_siblings(rows: list[Any]) -> list[Any]:
    for row in rows:
        setattr(row, _SIBLINGS, rows)
    return rows


def siblings(row: Model) -> list[Any]:
    return getattr(row, _SIBLINGS, None) or set_siblings([row])


def load_one(row: Model, name: str, user: Any) -> Any:
    """The record of a foreign key; None if there is none, or none that is visible to the user."""
    if getattr(row, f"{name}_id") is None:
        return None
    related = row._meta.get_field(name).related_model
    attribute = f"_one_{name}"
    if not hasattr(row, attribute):
        keys = {getattr(sibling, f"{name}_id") for sibling in siblings(row)} - {None}
        records = related._default_manager.visible_to(user).in_bulk(keys)  # type: ignore[union-attr]
        set_siblings(list(records.values()))
        for sibling in siblings(row):
            setattr(sibling, attribute, records.get(getattr(sibling, f"{name}_id")))
    return getattr(row, attribute)


def load_many(row: Model, name: str, user: Any) -> list[Any]:
    """All visible related records, in the default order of their model."""
    attribute = f"_many_{name}"
    if not hasattr(row, attribute):
        model: Any = row._meta.get_field(name).related_model
        queryset = model._default_manager.visible_to(user).order_by(*model._meta.ordering)
        prefetch_related_objects(siblings(row), Prefetch(name, queryset, to_attr=attribute))
        _join_as_siblings(row, attribute)
    return list(getattr(row, attribute))


def load_page(row: Model, name: str, query: PageQuery) -> pagination.Page:
    """A page of related records, filtered and ordered; loaded for all siblings by one query with a window function.

    For a topic, whose lists include those of the topics below it, each sibling needs a query of its own.
    """
    if includes_descendants(type(row), name):
        return query.filter(belongs_to(type(row), name, row.pk, query.user)).fetch()
    attribute = f"_page_{name}_{query.digest}"
    if not hasattr(row, attribute):
        queryset = query.rows.order_by(*pagination.ordering(query.order, query.is_backward))
        rows = query.between_cursors(queryset)[: query.size + 1]
        prefetch_related_objects(siblings(row), Prefetch(name, rows, to_attr=attribute))
        _join_as_siblings(row, attribute)
    return query.page(list(getattr(row, attribute)))


def load_count(row: Model, name: str, query: PageQuery) -> int:
    """The number of related records that match; for all siblings by one query, for topics by one each."""
    if includes_descendants(type(row), name):
        return int(query.filter(belongs_to(type(row), name, row.pk, query.user)).rows.count())
    attribute = f"_count_{name}_{query.digest}"
    if not hasattr(row, attribute):
        field = row._meta.get_field(name)
        reverse = field.remote_field.name if field.auto_created else field.related_query_name()
        ids = [sibling.pk for sibling in siblings(row)]
        matches = query.rows.filter(**{f"{reverse}__in": ids}).order_by()
        counts = dict(matches.values_list(reverse).annotate(number=Count("pk")))
        for sibling in siblings(row):
            setattr(sibling, attribute, counts.get(sibling.pk, 0))
    return int(getattr(row, attribute))


def _join_as_siblings(row: Model, attribute: str) -> None:
    """Make the records that were prefetched for all siblings of the row siblings of each other."""
    records = {record.pk: record for sibling in siblings(row) for record in getattr(sibling, attribute)}
    set_siblings(list(records.values()))


class PageQuery:
    """The visible, filtered rows of a connection, with their order and the limits of the page."""

    def __init__(
        self, collection: str, rows: Any, order: pagination.Order, size: int, after: Any, before: Any,
        is_backward: bool, digest: str, user: Any,
    ) -> None:  # fmt: skip
        self.collection, self.rows, self.order, self.size, self.user = collection, rows, order, size, user
        self.after, self.before, self.is_backward, self.digest = after, before, is_backward, digest

    def filter(self, condition: Q) -> PageQuery:
        query = copy(self)
        query.rows = self.rows.filter(condition)
        return query

    def between_cursors(self, queryset: Any) -> Any:
        if self.after is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.after))
        if self.before is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.before, backward=True))
        return queryset

    def page(self, rows: list[Any]) -> pagination.Page:
        """The page of rows that were loaded with one more than its size."""
        has_more, rows = len(rows) > self.size, rows[: self.size]
        if self.is_backward:
            return pagination.Page(rows[::-1], has_previous=has_more, has_next=self.before is not None)
        return pagination.Page(rows, has_previous=self.after is not None, has_next=has_more)

    def fetch(self) -> pagination.Page:
        """The page of a root field, or of a topic's list."""
        rows = self.rows.select_related("statement") if self.order[0][0].startswith("statement__") else self.rows
        queryset = self.between_cursors(rows).order_by(*pagination.ordering(self.order, self.is_backward))
        return self.page(set_siblings(list(queryset[: self.size + 1])))
