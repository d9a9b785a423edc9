"""The nearest words: of what is like the one asked for, the most like first, and nothing rather than anything."""

from __future__ import annotations

from archive.likeness import nearest


def test_the_most_like_comes_first() -> None:
    known = ["kim-you-geun", "kim-yong-un", "abe-shinzo"]
    assert nearest("kim-yu-geun", known, 3) == ["kim-you-geun", "kim-yong-un"]
    assert nearest("kim-yu-geun", known) == ["kim-you-geun"]


def test_nothing_is_like_what_shares_few_letters() -> None:
    assert nearest("xylophone", ["kim-you-geun"]) == []
    assert nearest("", ["kim-you-geun"]) == []


def test_a_word_is_told_once() -> None:
    assert nearest("topc", iter(["topic", "topic"]), 3) == ["topic"]


def test_long_words_are_compared_by_their_beginnings() -> None:
    assert nearest("kim-you-geun" + "-" * 200_000, ["-" * 108]) == ["-" * 108]
