"""Pseudo-random numbers that depend on their keys only: the same keys give the same number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Choice = TypeVar("Choice")
_MASK = (1 << 64) - 1


def mix(*numbers: int) -> int:
    """An evenly spread number of 63 bits for these numbers, always the same one (the finalizer of splitmix64)."""
    state = 0
    for number in numbers:
        state = (state + number + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state >> 1


class Weighted(Generic[Choice]):
    """Words with weights, to draw from."""

    def __init__(self, weights: dict[Choice, float]) -> None:
        self.words: list[Choice] = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, random: Random) -> Choice:
        return random.choices(self.words, cum_weights=self._sums)[0]


def skewed(random: Random, words: Sequence[Choice]) -> Choice:
    """A word of the list, the first ones far more often than the last."""
    return words[int(len(words) * random.random() ** 2)]
