"""One function: records of all kinds that hold the words."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from archive import pagination
from archive.filters import FILTERSETS
from archive.filters.prepared_query import bind, plan_key, prepare
from archive.registry import searched

_COLLECTIONS = tuple(collection.name for collection in searched())
#: How many of each kind are given.
MOST = 20


def search(text: str, user: Any, most: int = MOST) -> list[Any]:
    """Up to ``most`` visible records of each kind. Raises FilterError."""
    return [row for rows in found(text, user) for row in rows[:most]]


def search_shape(text: str, user: Any) -> Hashable:
    """What of the words decides how the statement of a search is built. Raises FilterError."""
    return tuple(plan_key(FILTERSETS[collection], {"q": [text]}, user) for collection in _COLLECTIONS)


def search_values(text: str, user: Any, prefix: str) -> dict[str, Any]:
    """The words as values for the slots of ``search_templates``. Raises FilterError."""
    values: dict[str, Any] = {}
    for collection in _COLLECTIONS:
        values |= bind(FILTERSETS[collection], {"q": [text]}, user, f"{prefix}{collection}.")
    return values


def search_templates(text: str, user: Any, prefix: str) -> list[Any]:
    """The querysets of ``found`` with bind parameters for the words. Raises FilterError."""
    params = {"q": [text]}
    queries = [prepare(FILTERSETS[name], params, user, f"{prefix}{name}.") for name in _COLLECTIONS]
    return [query.rows.order_by(*pagination.ordering(query.order)) for query in queries]


def found(text: str, user: Any) -> list[Any]:
    """One queryset for each kind: the visible records that hold the words, in their usual order. Raises FilterError."""
    filtersets = [FILTERSETS[collection]({"q": text}, user) for collection in _COLLECTIONS]
    return [one.result().order_by(*pagination.ordering(one.order)) for one in filtersets]
