"""The nearest words: of what is like the one asked for, the most like first, and nothing rather than anything."""

from __future__ import annotations

from archive.text import closest_matches


def test_the_most_similar_word_is_first() -> None:
    known = ["kim-you-geun", "kim-yong-un", "abe-shinzo"]
    assert closest_matches("kim-yu-geun", known, 3) == ["kim-you-geun", "kim-yong-un"]
    assert closest_matches("kim-yu-geun", known) == ["kim-you-geun"]


def test_words_with_few_common_letters_do_not_match() -> None:
    assert closest_matches("xylophone", ["kim-you-geun"]) == []
    assert closest_matches("", ["kim-you-geun"]) == []


def test_duplicates_are_removed() -> None:
    assert closest_matches("topc", iter(["topic", "topic"]), 3) == ["topic"]


def test_long_words_are_truncated() -> None:
    assert closest_matches("kim-you-geun" + "-" * 200_000, ["-" * 108]) == ["-" * 108]
