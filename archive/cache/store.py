"""The response cache's storage: public responses in memory, and in Redis where a shared cache is configured.

Storage does not decide whether a response is current: its key contains the public version that the current request
read from the database, so a response of another version is never looked up.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec
from django.core.cache import caches
from redis.exceptions import RedisError

from archive.lru import LRUCache

T = TypeVar("T")
#: WSGI environ key of the exception that the fast path met when it computed the response.
ERROR_KEY = "archive.error"
#: Bytes that an entry takes beside its texts.
_OVERHEAD = 600
#: A response may take at most one part in so many of the store.
_MAX_SHARE = 8
#: Seconds until the shared cache drops a response.
_SHARED_TIMEOUT = 3_600
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response's header fields and body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        return _OVERHEAD + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class SharedCache(Protocol):
    """What the store needs of a cache that several processes share (Django's cache API)."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: object, timeout: int) -> Any: ...


class ResponseStore:
    """An LRU cache of responses of at most ``max_bytes``, backed by an optional shared cache. Thread-safe."""

    def __init__(self, max_bytes: int, shared: SharedCache | None = None) -> None:
        self.max_bytes, self.shared = max_bytes, shared
        self._responses: LRUCache[CachedResponse] = LRUCache(max_bytes)

    @property
    def size(self) -> int:
        """Bytes stored in this process."""
        return self._responses.weight

    def get(self, key: str) -> CachedResponse | None:
        if (response := self._responses.get(key)) is not None:
            return response
        if self.shared is None or (encoded := self.shared.get(key)) is None:
            return None
        try:
            response = msgspec.msgpack.decode(encoded, type=CachedResponse)
        except (msgspec.MsgspecError, TypeError):
            return None  # another program's value under our key
        self._responses.set(key, response, response.size)
        return response

    def set(self, key: str, response: CachedResponse) -> None:
        """Store the response, unless it is too large for this store."""
        if response.size * _MAX_SHARE > self.max_bytes:
            return
        self._responses.set(key, response, response.size)
        if self.shared is not None:
            self.shared.set(key, msgspec.msgpack.encode(response), _SHARED_TIMEOUT)

    def __len__(self) -> int:
        return len(self._responses)


class MsgpackSerializer:
    """Serializer for Django's Redis cache: MessagePack, never pickle, so that writing to Redis cannot run code here."""

    def dumps(self, value: object) -> bytes:
        return msgspec.msgpack.encode(value)

    def loads(self, data: bytes) -> Any:
        return msgspec.msgpack.decode(data)


class BestEffortCache:
    """Django's default cache; a cache that fails or times out behaves like an empty one."""

    def get(self, key: str) -> Any:
        try:
            return caches["default"].get(key)
        except (RedisError, OSError, msgspec.MsgspecError) as error:
            log.warning("The shared cache does not answer: %s", error)
            return None

    def set(self, key: str, value: object, timeout: int) -> None:
        try:
            caches["default"].set(key, value, timeout)
        except (RedisError, OSError) as error:
            log.warning("The shared cache does not answer: %s", error)


def mark_cacheable(response: T) -> T:
    """Mark a response that depends only on the request and the public records, so that it may be cached."""
    response.is_cacheable = True  # type: ignore[attr-defined]
    return response


def is_marked_cacheable(response: object) -> bool:
    return getattr(response, "is_cacheable", False)


def raise_stored_error(environ: Mapping[str, Any]) -> None:
    """Raise the exception that the fast path met for this request, instead of computing the response again."""
    if (error := environ.get(ERROR_KEY)) is not None:
        raise error
