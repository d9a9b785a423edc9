"""The store of answers is bounded in bytes, and does without a shared one that fails."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from archive.public_version.answers import Answer, KeptAnswers
from config import cache
from config.cache import ForgivingCache, PlainSerializer


def answer(size: int) -> Answer:
    return Answer((("Content-Type", "application/json"),), b"x" * size)


class Shared(dict[str, Any]):
    def set(self, key: str, value: Any, timeout: int) -> None:
        self[key] = value


def test_what_was_asked_for_least_recently_makes_room() -> None:
    kept = KeptAnswers(30_000)
    for key in "abcdefgh":
        kept.put(key, answer(3_000))
    assert kept.get("b") is not None
    kept.put("i", answer(3_000))
    kept.put("j", answer(3_000))
    assert kept.get("a") is None
    assert kept.get("c") is None
    assert kept.get("b") is not None
    assert kept.size <= 30_000


def test_an_answer_that_would_fill_the_store_is_not_kept() -> None:
    kept = KeptAnswers(30_000)
    kept.put("small", answer(10))
    kept.put("large", answer(4_000))
    assert kept.get("large") is None
    assert kept.get("small") is not None


def test_putting_one_key_twice_counts_it_once() -> None:
    kept = KeptAnswers(100_000)
    for _ in range(5):
        kept.put("a", answer(100))
    assert (len(kept), kept.size) == (1, answer(100).size)


def test_another_process_finds_what_this_one_made() -> None:
    shared = Shared()
    KeptAnswers(100_000, shared).put("a", answer(5))
    assert KeptAnswers(100_000, shared).get("a") == answer(5)


@pytest.mark.parametrize("junk", [b"", b"\xff", b"junk", 7, "text", msgspec.msgpack.encode({"other": 1})])
def test_a_foreign_value_under_our_key_is_no_answer(junk: Any) -> None:
    assert KeptAnswers(100_000, Shared(a=junk)).get("a") is None


def test_a_shared_cache_that_does_not_answer_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        def get(self, key: str) -> Any:
            raise RedisConnectionError("down")

        def set(self, key: str, value: Any, timeout: int) -> None:
            raise RedisConnectionError("down")

    monkeypatch.setattr(cache, "caches", {"default": Down()})
    kept = KeptAnswers(100_000, ForgivingCache())
    assert kept.get("a") is None
    kept.put("a", answer(5))
    assert kept.get("a") == answer(5)


def test_a_shared_cache_holds_plain_values_only() -> None:
    plain = PlainSerializer()
    assert plain.loads(plain.dumps({"a": [1, b"x", "y"]})) == {"a": [1, b"x", "y"]}
    with pytest.raises(TypeError):
        plain.dumps(object())
