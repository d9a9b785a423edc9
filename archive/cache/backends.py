"""The cache that several processes share: a serializer for Redis, and reads and writes that survive its failure."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.core.cache import caches
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


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
