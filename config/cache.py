"""The shared cache: plain values, never pickles, so that who can write the cache runs no code here."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.core.cache import caches
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class PlainSerializer:
    """MessagePack of texts, bytes, numbers, lists and mappings."""

    def dumps(self, value: Any) -> bytes:
        return msgspec.msgpack.encode(value)

    def loads(self, kept: bytes) -> Any:
        return msgspec.msgpack.decode(kept)


class ForgivingCache:
    """Django's cache for what can be done without: where it does not answer in time, nothing is found or kept."""

    def get(self, key: str) -> Any:
        try:
            return caches["default"].get(key)
        except (RedisError, OSError, msgspec.MsgspecError) as error:
            log.warning("The shared cache does not answer: %s", error)
            return None

    def set(self, key: str, value: Any, timeout: int) -> None:
        try:
            caches["default"].set(key, value, timeout)
        except (RedisError, OSError) as error:
            log.warning("The shared cache does not answer: %s", error)
