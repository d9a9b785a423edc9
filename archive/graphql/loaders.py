"""How rows are fetched: the seam between types and SQL.

Records that were fetched together know each other as peers. When a relation of one is asked for, it is fetched for all
its peers at once, by Django's prefetching over visible querysets. So the number of statements follows the document's
fields and never the number of rows.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models import Count, Model, Prefetch, Q, prefetch_related_objects

from archive import pagination
from archive.sql.relations import belongs_to, includes_descendants

_SIBLINGS = "_chancery_peers"


def set_siblings(rows: list[Any]) -> list[Any]:
    """Make the rows peers of each other."""
    for row in rows:
        setattr(row, _SIBLINGS, rows)
    return rows


def siblings(row: Model) -> list[Any]:
    return getattr(row, _SIBLINGS, None) or set_siblings([row])


def load_one(row: Model, name: str, user: Any) -> Any:
    """The related record of a forward key, or None when there is none that the user may see."""
    if getattr(row, f"{name}_id") is None:
        return None
    related = row._meta.get_field(name).related_model
    attribute = f"_one_{name}"
    if not hasattr(row, attribute):
        keys = {getattr(peer, f"{name}_id") for peer in siblings(row)} - {None}
        found = related._default_manager.visible_to(user).in_bulk(keys)  # type: ignore[union-attr]
        set_siblings(list(found.values()))
        for peer in siblings(row):
            setattr(peer, attribute, found.get(getattr(peer, f"{name}_id")))
    return getattr(row, attribute)


def load_many(row: Model, name: str, user: Any) -> list[Any]:
    """All visible related records, in their usual order."""
    attribute = f"_many_{name}"
    if not hasattr(row, attribute):
        queryset = _related_model(row, name)._default_manager.visible_to(user)
        queryset = queryset.order_by(*_related_model(row, name)._meta.ordering)
        prefetch_related_objects(siblings(row), Prefetch(name, queryset, to_attr=attribute))
        set_siblings(list({found.pk: found for peer in siblings(row) for found in getattr(peer, attribute)}.values()))
    return list(getattr(row, attribute))


def load_page(row: Model, name: str, asked: PageQuery) -> pagination.Page:
    """A page of related records, filtered and ordered; fetched for all peers by one statement with a window.

    What is filed on a topic or below it is fetched by a statement for each topic.
    """
    if includes_descendants(type(row), name):
        return asked.among(belongs_to(type(row), name, row.pk, asked.user)).fetch()
    attribute = f"_some_{name}_{asked.digest}"
    if not hasattr(row, attribute):
        queryset, size = asked.rows.order_by(*pagination.ordering(asked.order, asked.backward)), asked.size + 1
        prefetch_related_objects(siblings(row), Prefetch(name, asked.beyond(queryset)[:size], to_attr=attribute))
        set_siblings(list({found.pk: found for peer in siblings(row) for found in getattr(peer, attribute)}.values()))
    return asked.page(list(getattr(row, attribute)))


def load_count(row: Model, name: str, asked: PageQuery) -> int:
    """How many related records match, for all peers by one statement; of a topic, for each."""
    if includes_descendants(type(row), name):
        return int(asked.among(belongs_to(type(row), name, row.pk, asked.user)).rows.count())
    attribute = f"_count_{name}_{asked.digest}"
    if not hasattr(row, attribute):
        field = row._meta.get_field(name)
        back = field.remote_field.name if field.auto_created else field.remote_field.get_accessor_name()
        if not field.auto_created:
            back = field.related_query_name()
        ids = [peer.pk for peer in siblings(row)]
        found = asked.rows.filter(**{f"{back}__in": ids}).order_by().values_list(back).annotate(number=Count("pk"))
        counts = {key: number for key, number in found if key in set(ids)}
        for peer in siblings(row):
            setattr(peer, attribute, counts.get(peer.pk, 0))
    return int(getattr(row, attribute))


def _related_model(row: Model, name: str) -> Any:
    return row._meta.get_field(name).related_model


class PageQuery:
    """What one connection field asks for: visible, filtered rows, an order and a page."""

    def __init__(
        self, kind: str, rows: Any, order: pagination.Order, size: int, after: Any, before: Any, backward: bool,
        digest: str, user: Any,
    ) -> None:  # fmt: skip
        self.kind, self.rows, self.order, self.size, self.user = kind, rows, order, size, user
        self.after, self.before, self.backward, self.digest = after, before, backward, digest

    def among(self, condition: Q) -> PageQuery:
        """The same asked of the rows that meet a condition."""
        asked = copy(self)
        asked.rows = self.rows.filter(condition)
        return asked

    def beyond(self, queryset: Any) -> Any:
        if self.after is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.after))
        if self.before is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.before, backward=True))
        return queryset

    def page(self, rows: list[Any]) -> pagination.Page:
        more, rows = len(rows) > self.size, rows[: self.size]
        if self.backward:
            return pagination.Page(rows[::-1], has_previous=more, has_next=self.before is not None)
        return pagination.Page(rows, has_previous=self.after is not None, has_next=more)

    def fetch(self) -> pagination.Page:
        """The page of a root field."""
        rows = self.rows.select_related("statement") if self.order[0][0].startswith("statement__") else self.rows
        queryset = self.beyond(rows).order_by(*pagination.ordering(self.order, self.backward))
        return self.page(set_siblings(list(queryset[: self.size + 1])))
