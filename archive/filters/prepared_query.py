"""Prepared queries of FilterSets: a condition over bind parameters, compiled once, and its values for each request.

The same ``filter_<name>`` methods build the condition. The plan key is the part of the values that decides the SQL:
whether a date is open, how many slugs there are, every value of a vocabulary.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from archive.exceptions import CursorError
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import ValuesField
from archive.filters.planning import partitions
from archive.lru import LRUCache
from archive.pagination import Order, bind_position, decode_cursor
from archive.sql.partitions import Partition
from archive.sql.query import replaces_merged_slugs
from archive.visibility import Viewer, sees_drafts

#: Parameter name -> its texts.
Params = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """Visible rows under a condition with bind parameters, their order and partitions.

    The filters are valid only if each group of querysets in ``must_exist`` has a row.
    """

    rows: QuerySet[Any]
    order: Order
    must_exist: list[list[Any]]
    partitions: tuple[Partition, ...]


_CACHE: LRUCache[PreparedQuery] = LRUCache(300)


def plan_key(filterset: type[ArchiveFilterSet], params: Params, user: Viewer) -> Hashable:
    """The part of the parameters that decides the SQL. Raises FilterError."""
    with _filter_error(filterset, params, user):
        keys = tuple((name, field.plan_key(texts)) for name, field, texts in _fields(filterset, params))
    return keys, _matches_nothing(params)


def bind(filterset: type[ArchiveFilterSet], params: Params, user: Viewer, prefix: str) -> dict[str, Any]:
    """The values of the bind parameters. Raises FilterError."""
    values: dict[str, Any] = {}
    with _filter_error(filterset, params, user):
        for name, field, texts in _fields(filterset, params):
            if replaces_merged_slugs():  # which slugs those are depends on the user
                field = copy(field)  # the declared field is shared by all requests
                field.user = user
            values |= field.bind(f"{prefix}{name}", texts)
    return values


def prepare(
    filterset: type[ArchiveFilterSet], params: Params, user: Viewer, prefix: str, is_ordered: bool = True
) -> PreparedQuery:
    """The query with bind parameters whose keys begin with the prefix, cached by plan key. Raises FilterError.

    ``is_ordered``: whether its rows are read in its order, or only counted.
    """
    key = filterset, prefix, sees_drafts(user), connection.vendor, plan_key(filterset, params, user), is_ordered
    return _CACHE.get_or_set(key, lambda: _build(filterset, params, user, prefix, is_ordered))


def bind_cursor(
    filterset: type[ArchiveFilterSet], params: Params, user: Viewer, key: str, collection: str, cursor: str,
    name: str = "cursor",
) -> dict[str, Any]:  # fmt: skip
    """The values of the bind parameters ``key.0``, ``key.1``, ... of a cursor of the collection's list.

    Raises FilterError, else CursorError for the parameter ``name``.
    """
    order = filterset.order_from_params(params)
    try:
        position = decode_cursor(collection, order, cursor, name, filterset.order_name(params))
    except CursorError:
        filterset(params, user).check()  # an error in a filter comes before one in the cursor
        raise
    return bind_position(order, key, position)


def _build(
    filterset_class: type[ArchiveFilterSet], params: Params, user: Viewer, prefix: str, is_ordered: bool
) -> PreparedQuery:
    filterset = filterset_class({}, user)
    filterset.is_ordered = is_ordered
    filterset.matches_nothing = _matches_nothing(params)
    bound_values: dict[str, Any] = dict.fromkeys(filterset_class.base_filters)
    must_exist: list[list[Any]] = []
    with _filter_error(filterset_class, params, user):
        for name, shared_field, texts in _fields(filterset_class, params):
            field = copy(shared_field)  # the declared field is shared by all requests
            field.user = user
            bound_values[name] = field.parameters(f"{prefix}{name}", texts)
            must_exist += field.must_exist(f"{prefix}{name}", texts)
        filterset.bound_values = bound_values
        rows = filterset.queryset.visible_to(user).filter(filterset.condition())
    return PreparedQuery(rows, filterset.order, must_exist, partitions(filterset) if is_ordered else ())


def _matches_nothing(params: Params) -> bool:
    """Whether a parameter is an empty list, which no record matches."""
    return not all(params.values())


def _fields(filterset: type[ArchiveFilterSet], params: Params) -> Iterator[tuple[str, ValuesField, list[str]]]:
    """Name, form field and non-blank texts of each parameter that has such."""
    for name in sorted(params):
        if name not in filterset.base_filters:
            raise ValidationError(name)
        if texts := [text for text in params[name] if text.strip()]:
            yield name, filterset.base_filters[name].field, texts


@contextmanager
def _filter_error(filterset: type[ArchiveFilterSet], params: Params, user: Viewer) -> Iterator[None]:
    """Raises the FilterError with all problems of the parameters where a field raises the ValidationError of one."""
    try:
        yield
    except ValidationError:
        filterset(params, user).check()
        raise
