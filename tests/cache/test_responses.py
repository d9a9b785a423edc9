"""The store of responses is bounded in bytes, and works without a failing shared cache."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from archive.cache import backends
from archive.cache.backends import BestEffortCache, MsgpackSerializer
from archive.cache.responses import CachedResponse, ResponseStore


def answer(size: int) -> CachedResponse:
    return CachedResponse((("Content-Type", "application/json"),), b"x" * size)


class Shared(dict[str, Any]):
    def set(self, key: str, value: Any, timeout: int) -> None:
        self[key] = value


def test_the_least_recently_used_response_is_evicted() -> None:
    store = ResponseStore(30_000)
    for key in "abcdefgh":
        store.set(key, answer(3_000))
    assert store.get("b") is not None
    store.set("i", answer(3_000))
    store.set("j", answer(3_000))
    assert store.get("a") is None
    assert store.get("c") is None
    assert store.get("b") is not None
    assert store.size <= 30_000


def test_a_response_too_large_for_the_store_is_not_cached() -> None:
    store = ResponseStore(30_000)
    store.set("small", answer(10))
    store.set("large", answer(4_000))
    assert store.get("large") is None
    assert store.get("small") is not None


def test_putting_one_key_twice_counts_it_once() -> None:
    store = ResponseStore(100_000)
    for _ in range(5):
        store.set("a", answer(100))
    assert (len(store), store.size) == (1, answer(100).size)


def test_another_process_reads_the_shared_cache() -> None:
    shared = Shared()
    ResponseStore(100_000, shared).set("a", answer(5))
    assert ResponseStore(100_000, shared).get("a") == answer(5)


@pytest.mark.parametrize("junk", [b"", b"\xff", b"junk", 7, "text", msgspec.msgpack.encode({"other": 1})])
def test_a_foreign_value_under_our_key_is_no_answer(junk: Any) -> None:
    assert ResponseStore(100_000, Shared(a=junk)).get("a") is None


def test_a_shared_cache_that_does_not_answer_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        def get(self, key: str) -> Any:
            raise RedisConnectionError("down")

        def set(self, key: str, value: Any, timeout: int) -> None:
            raise RedisConnectionError("down")

    monkeypatch.setattr(backends, "caches", {"default": Down()})
    store = ResponseStore(100_000, BestEffortCache())
    assert store.get("a") is None
    store.set("a", answer(5))
    assert store.get("a") == answer(5)


def test_a_shared_cache_holds_plain_values_only() -> None:
    plain = MsgpackSerializer()
    assert plain.loads(plain.dumps({"a": [1, b"x", "y"]})) == {"a": [1, b"x", "y"]}
    with pytest.raises(TypeError):
        plain.dumps(object())
