"""A list's own address up to the cursor, by which its pages lead on."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

#: The parameters with their values, in the order in which they were given.
Asked = tuple[tuple[str, tuple[str, ...]], ...]
_LONGEST_KEPT = 1_000


def query(asked: Asked, length: int) -> str:
    """Of the list's address, lacking the cursor's text alone; ``length`` is how long the query was that was given."""
    others = tuple((name, texts) for name, texts in asked if name != "cursor")
    return _kept(others) if length <= _LONGEST_KEPT else _query(others)


def _query(asked: Asked) -> str:
    return urlencode([*asked, ("cursor", "")], doseq=True)


#: Pages of one list have it alike. Longer ones are not kept, for their number alone is bounded.
_kept = lru_cache(maxsize=256)(_query)
