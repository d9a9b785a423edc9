"""Answers kept under the public version at which they were made: in this process and, where there is one, in Redis.

Nothing here decides whether an answer is still right. Its key holds the version that was read from the database in the
request that asks, so an answer of another version is never found.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import msgspec

#: What an answer takes in memory besides its texts: the objects around them, and its place in the store.
_AROUND = 600
#: No answer may take more than this share of the store.
_LARGEST = 8
#: Seconds in which a shared store forgets an answer: versions come and go, and nobody asks for an old one.
_SHARED_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent: header fields and body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return _AROUND + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class Shared(Protocol):
    """What is asked of a store that several processes share (Django's cache)."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, timeout: int) -> Any: ...


class KeptAnswers:
    """At most ``most`` bytes of answers, safe to share between threads.

    What was asked for least recently makes room.
    """

    def __init__(self, most: int, shared: Shared | None = None) -> None:
        self.most, self.shared = most, shared
        self.size = 0
        self._lock = Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def get(self, key: str) -> Answer | None:
        with self._lock:
            if (found := self._answers.get(key)) is not None:
                self._answers.move_to_end(key)
                return found
        if self.shared is None or (kept := self.shared.get(key)) is None:
            return None
        try:
            answer = msgspec.msgpack.decode(kept, type=Answer)
        except (msgspec.MsgspecError, TypeError):
            return None  # another program's value under our key
        self._put(key, answer)
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Keep the answer, unless it is too large for this store."""
        if answer.size * _LARGEST > self.most:
            return
        self._put(key, answer)
        if self.shared is not None:
            self.shared.set(key, msgspec.msgpack.encode(answer), _SHARED_SECONDS)

    def _put(self, key: str, answer: Answer) -> None:
        with self._lock:
            if (old := self._answers.pop(key, None)) is not None:
                self.size -= old.size
            self._answers[key] = answer
            self.size += answer.size
            while self.size > self.most:
                _, gone = self._answers.popitem(last=False)
                self.size -= gone.size

    def __len__(self) -> int:
        return len(self._answers)
