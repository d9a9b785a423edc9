"""A thread-safe LRU cache bounded by the total weight of its values (bytes, characters or entries)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

import cachetools

T = TypeVar("T")
_caches: WeakSet[LRUCache[Any]] = WeakSet()


class LRUCache(Generic[T]):
    """``cachetools.LRUCache`` with a lock and a weight for each value. :func:`clear_caches` empties it."""

    def __init__(self, max_weight: int) -> None:
        self.max_weight = max_weight
        self._lock = Lock()
        self._entries: cachetools.LRUCache[Hashable, tuple[T, int]] = cachetools.LRUCache(max_weight, _weight)
        _caches.add(self)

    @property
    def weight(self) -> int:
        """The total weight of the stored values."""
        return int(self._entries.currsize)

    def get(self, key: Hashable, default: T | None = None) -> T | None:
        with self._lock:
            entry = self._entries.get(key)
        return default if entry is None else entry[0]

    def set(self, key: Hashable, value: T, weight: int = 1) -> None:
        """Store a value; a value heavier than the whole cache is not stored."""
        if weight > self.max_weight:
            return
        with self._lock:
            self._entries[key] = value, weight

    def get_or_set(self, key: Hashable, compute: Callable[[], T], weigh: Callable[[T], int] = lambda _: 1) -> T:
        """The cached value, computed when it is missing. Two threads may compute it at the same time."""
        value = self.get(key)
        if value is None:
            value = compute()
            self.set(key, value, weigh(value))
        return value

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)


def _weight(entry: tuple[object, int]) -> int:
    return entry[1]


def clear_caches() -> None:
    """Empty every cache of this process, for tests."""
    for cache in tuple(_caches):
        cache.clear()
