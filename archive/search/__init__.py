"""One function: records of all kinds that hold the words."""

from __future__ import annotations

from typing import Any

from archive.filters import FILTERSETS
from archive.querysets import keyset

_KINDS = ("officials", "bodies", "measures", "events", "statements")


#: How many of each kind are given.
MOST = 20


def search(text: str, user: Any, most: int = MOST) -> list[Any]:
    """Up to ``most`` visible records of each kind. Raises FilterError."""
    return [row for rows in found(text, user) for row in rows[:most]]


def found(text: str, user: Any) -> list[Any]:
    """One queryset for each kind: the visible records that hold the words, in their usual order. Raises FilterError."""
    filtersets = [FILTERSETS[kind]({"q": text}, user) for kind in _KINDS]
    return [one.result().order_by(*keyset.ordering(one.order)) for one in filtersets]
