"""A FilterSet's question in two parts: a condition to compile once, and the values that fill it each time.

The same ``where_<name>`` methods build the condition, over stand-ins for the values. What in the values decides how the
condition is built (whether a date is open, how many slugs there are, every word of a vocabulary) is its ``shape``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from archive.filters.base import ArchiveFilterSet, has_empty_list
from archive.filters.fields import ValuesField
from archive.lru import LRUCache
from archive.pagination import Order
from archive.sql.partitions import Partition
from archive.visibility import sees_drafts

#: Name of a parameter -> the texts that it was given.
Params = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """Visible rows under a condition with open slots, their order and ways to the first of them.

    ``known`` are groups of querysets; of each at least one must find a row.
    """

    rows: Any
    order: Order
    known: list[list[Any]]
    segments: tuple[Partition, ...]


class InvalidQuery(Exception):
    """The question has a mistake in it: ``FilterSet.result()`` says which."""


#: By what decides how they are built.
_CACHE: LRUCache[PreparedQuery] = LRUCache(300)


def plan_key(filterset: type[ArchiveFilterSet], asked: Params) -> Hashable:
    """What decides how the condition is built. Raises Unfit."""
    with _invalid_as_query_error():
        shapes = tuple((name, field.shape(texts)) for name, field, texts in _fields(filterset, asked))
    return shapes, has_empty_list(asked)


def bind(filterset: type[ArchiveFilterSet], asked: Params, prefix: str) -> dict[str, Any]:
    """The slots' values. Raises Unfit."""
    found: dict[str, Any] = {}
    with _invalid_as_query_error():
        for name, field, texts in _fields(filterset, asked):
            found |= field.fill(f"{prefix}{name}", texts)
    return found


def prepare(filterset: type[ArchiveFilterSet], asked: Params, user: Any, prefix: str) -> PreparedQuery:
    """The question with its slots, whose keys begin with the prefix; built once for each shape. Raises Unfit."""
    key = filterset, prefix, sees_drafts(user), connection.vendor, plan_key(filterset, asked)
    return _CACHE.get_or_set(key, lambda: _build(filterset, asked, user, prefix))


def _build(filterset: type[ArchiveFilterSet], asked: Params, user: Any, prefix: str) -> PreparedQuery:
    asking = filterset({}, user)
    asking.matches_nothing = has_empty_list(asked)
    stand_ins: dict[str, Any] = dict.fromkeys(filterset.base_filters)
    known: list[list[Any]] = []
    with _invalid_as_query_error():
        for name, shared, texts in _fields(filterset, asked):
            field = copy(shared)  # all requests share the declared one
            field.user = user
            stand_ins[name] = field.stand_in(f"{prefix}{name}", texts)
            known += field.known(f"{prefix}{name}", texts)
        asking.stand_ins = stand_ins
        rows = asking.queryset.visible_to(user).filter(asking.condition())
    return PreparedQuery(rows, asking.order, known, asking.segments())


def _fields(filterset: type[ArchiveFilterSet], asked: Params) -> Iterator[tuple[str, ValuesField, list[str]]]:
    """The form field of each parameter that has values, and those that are not blank."""
    for name in sorted(asked):
        if name not in filterset.base_filters:
            raise InvalidQuery(name)
        if texts := [text for text in asked[name] if text.strip()]:
            yield name, filterset.base_filters[name].field, texts


@contextmanager
def _invalid_as_query_error() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise InvalidQuery(str(error)) from error
