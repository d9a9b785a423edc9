"""Differences of texts lose nothing of either, and end soon whatever the texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.revisions.word_differences import MAX_TOKENS, word_differences

TEXTS = st.text(alphabet="ab .!\n문日", max_size=60)


@given(TEXTS, TEXTS)
def test_the_runs_make_up_both_texts(before: str, after: str) -> None:
    runs = word_differences(before, after)
    assert "".join(run.text for run in runs if run.operation != "added") == before
    assert "".join(run.text for run in runs if run.operation != "removed") == after
    assert all(run.text for run in runs)


def test_chinese_and_japanese_are_compared_by_character() -> None:
    runs = [(run.operation, run.text) for run in word_differences("輸出規制を強化", "輸出規制を緩和")]
    assert runs == [("same", "輸出規制を"), ("removed", "強化"), ("added", "緩和")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 50_000, "b a " * 50_000),
        ("." * 100_000, "!" * 100_000),
        ("a" * 100_000, "b" * 100_000),
        (" ".join(str(n % 97) for n in range(MAX_TOKENS)), " ".join(str(n % 89) for n in range(MAX_TOKENS))),
        ("x. " * 20_000, "y. " * 20_000),
    ],
)
def test_long_texts_end_soon(before: str, after: str) -> None:
    began = time.monotonic()
    runs = word_differences(before, after)
    assert time.monotonic() - began < 5
    assert "".join(run.text for run in runs if run.operation != "added") == before
