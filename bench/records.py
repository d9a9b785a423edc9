"""Which records an answer holds: the slugs in it, and the order of the list that it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any


def slugs(answer: Any) -> Counter[str]:
    """All slugs in the answer, with how often each is there: what is in it, whatever the shape around it."""
    return Counter(_slugs(answer))


def listed(answer: Any) -> list[str]:
    """The slugs of the first list in the answer, in its order; of a single record its slug."""
    rows = next(_lists(answer), None)
    if rows is None:
        return list(_slugs(answer))[:1]
    return [next(_slugs(row), "") for row in rows]


def _slugs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        own = value.get("slug")
        if isinstance(own, str):
            yield own
        for item in value.values():
            yield from _slugs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _slugs(item)


def _lists(value: Any) -> Iterator[list[Any]]:
    """Lists above all slugs, the outermost first."""
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict) and "slug" not in value:
        for item in value.values():
            yield from _lists(item)
