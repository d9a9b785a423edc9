"""A bounded store: what was used least recently makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values that together weigh at most ``most``, safe to share between threads."""

    def __init__(self, most: int) -> None:
        self.most, self.weight = most, 0
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def get(self, key: Hashable, default: T | None = None) -> T | None:
        with self._lock:
            if key not in self._values:
                return default
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: T, weight: int = 1) -> None:
        """Keep a value; one that is heavier than all together may be is not kept."""
        if weight > self.most:
            return
        with self._lock:
            self.weight += weight - self._values.pop(key, (value, 0))[1]
            self._values[key] = value, weight
            while self.weight > self.most:
                self.weight -= self._values.popitem(last=False)[1][1]

    def get_or_make(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int] = lambda _: 1) -> T:
        """The value kept under the key, made where there is none. Two threads may both make it."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found, weigh(found))
        return found

    def __len__(self) -> int:
        return len(self._values)
