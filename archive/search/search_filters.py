"""The filters of the search: those of the collections that it covers, by name."""

from __future__ import annotations

from functools import cache

from archive.filters import FILTERSETS
from archive.filters.united import UnitedFilter, united_filters
from archive.registry import searched

#: Filters that the search replaces by its own text, ranking and kinds.
_REPLACED = ("q", "order_by", "kind")


@cache
def search_filters() -> dict[str, UnitedFilter]:
    """The filters by name, in the order of the collections and their declarations."""
    return united_filters({collection.name: FILTERSETS[collection.name] for collection in searched()}, _REPLACED)
