"""One function: records of all kinds that hold the words."""

from __future__ import annotations

from typing import Any

from archive.filters import FILTERSETS
from archive.querysets import keyset

_KINDS = ("officials", "bodies", "measures", "events", "statements")


def search(text: str, user: Any, most: int = 20) -> list[Any]:
    """Up to ``most`` visible records of each kind. Raises FilterError."""
    found: list[Any] = []
    for kind in _KINDS:
        filterset = FILTERSETS[kind]({"q": text}, user)
        rows = filterset.result()
        found += list(rows.order_by(*keyset.ordering(filterset.order))[:most])
    return found
