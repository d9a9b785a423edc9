"""Which of some words was meant: the nearest to one that is not among them."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

#: Longer words are compared by their beginnings: what a request costs must not grow with what it asks for.
_LONGEST = 120
#: Of a hundred letters of both words together so many stand in the same order in both.
_ALIKE = 50


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Up to ``most`` of the known words, the one most like the word first; none where none is like it."""
    found = process.extract(
        word[:_LONGEST], list(dict.fromkeys(known)), scorer=fuzz.ratio, limit=most, score_cutoff=_ALIKE
    )
    return [one for one, _, _ in found]
