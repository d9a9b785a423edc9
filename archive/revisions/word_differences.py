"""Differences between two texts, word by word; for very long ones sentence by sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Operation = Literal["same", "removed", "added"]
#: A word, a Chinese or Japanese character, or a punctuation mark, with the spaces after it.
_WORDS = re.compile(r"(?:[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\w\s])\s*|\s+")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])(?=\s)|(?<=\n)")
#: The most tokens of a text that are compared with those of another: the comparison is quadratic.
MAX_TOKENS = 3_000


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that both have, or only the earlier (removed) or the later (added)."""

    operation: Operation
    text: str


def word_differences(before: str, after: str) -> list[Run]:
    """The runs of the two texts, in order.

    Those that are not added make up the earlier text, those that are not removed the later.
    """
    for tokens in (_WORDS.findall, _SENTENCE_ENDS.split):
        first, second = tokens(before), tokens(after)
        start = _common_length(first, second)
        end = _common_length(first[start:][::-1], second[start:][::-1])
        middle = first[start : len(first) - end], second[start : len(second) - end]
        if max(map(len, middle)) <= MAX_TOKENS:
            runs = [("same", first[:start]), *_compare(*middle), ("same", first[len(first) - end :])]
            return _merge(runs)
    return _merge([("removed", [before]), ("added", [after])])


def _common_length(first: list[str], second: list[str]) -> int:
    return next((number for number, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
                min(len(first), len(second)))  # fmt: skip


def _compare(first: list[str], second: list[str]) -> list[tuple[Operation, list[str]]]:
    runs: list[tuple[Operation, list[str]]] = []
    for tag, start, end, other_start, other_end in SequenceMatcher(None, first, second).get_opcodes():
        if tag == "equal":
            runs.append(("same", first[start:end]))
        else:
            runs += [("removed", first[start:end]), ("added", second[other_start:other_end])]
    return runs


def _merge(runs: list[tuple[Operation, list[str]]]) -> list[Run]:
    """The runs that are not empty, neighbours of one operation together."""
    nonempty = [(operation, "".join(tokens)) for operation, tokens in runs if tokens and "".join(tokens)]
    return [
        Run(operation, "".join(text for _, text in group)) for operation, group in groupby(nonempty, lambda run: run[0])
    ]
