"""Search for words in the visible records of several types."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from archive import pagination
from archive.filters import FILTERSETS
from archive.filters.prepared_query import bind, plan_key, prepare
from archive.registry import searched

#: The collections that are searched, in the order of the results.
_COLLECTIONS = tuple(collection.name for collection in searched())
#: Results of each type.
MAX_PER_TYPE = 20


def search(text: str, user: Any, limit: int = MAX_PER_TYPE) -> list[Any]:
    """Up to ``limit`` visible records of each type in their default order. Raises FilterError."""
    filtersets = [FILTERSETS[name]({"q": text}, user) for name in _COLLECTIONS]
    querysets = [filterset.result().order_by(*pagination.ordering(filterset.order)) for filterset in filtersets]
    return [record for queryset in querysets for record in queryset[:limit]]


def search_plan_key(text: str, user: Any) -> Hashable:
    """The part of the text that decides the SQL of a search. Raises FilterError."""
    return tuple(plan_key(FILTERSETS[name], {"q": [text]}, user) for name in _COLLECTIONS)


def bind_search(text: str, user: Any, prefix: str) -> dict[str, Any]:
    """The values of the bind parameters of ``prepare_search``. Raises FilterError."""
    values: dict[str, Any] = {}
    for name in _COLLECTIONS:
        values |= bind(FILTERSETS[name], {"q": [text]}, user, f"{prefix}{name}.")
    return values


def prepare_search(text: str, user: Any, prefix: str) -> list[Any]:
    """The querysets of ``search`` over bind parameters whose keys begin with the prefix. Raises FilterError."""
    queries = [prepare(FILTERSETS[name], {"q": [text]}, user, f"{prefix}{name}.") for name in _COLLECTIONS]
    return [query.rows.order_by(*pagination.ordering(query.order)) for query in queries]
