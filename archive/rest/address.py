"""A list's own address up to the cursor, by which its pages lead on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from archive.lru import LRUCache

#: Pages of one list have it alike. Bounded by the characters of all.
_KEPT: LRUCache[str] = LRUCache(250_000)


def query(asked: Mapping[str, list[str]]) -> str:
    """Of the list's address, lacking the cursor's text alone; ``asked`` are its parameters in their order."""
    others = tuple((name, tuple(texts)) for name, texts in asked.items() if name != "cursor")
    return _KEPT.get_or_set(others, lambda: urlencode([*others, ("cursor", "")], doseq=True), len)
