"""The beginning of a word, as a search of an index that has the stems of English words.

A stem can be shorter than the beginning of its word: "restrictions" is indexed as "restrict", which does not begin with
"restricti". So a search for ``restricti*`` has the stems that begin so, and the stems of words that English endings
make of it. Such a stem is that of other words too: ``restricti*`` also finds "restricted".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.search_index.stemming import stem

#: Endings of English words that stemming removes or changes; the common ones are completed from their first letter.
_COMMON = (
    "s es ed ing ings ly y ies ied er ers or ors e al ally able ably ate ates ated ating ation ations ational "
    "ator ators ion ions ional ive ives ity ities ality ize izes ized izing ization ise ises ised ising ic ical "
    "ics"
)
_RARE = (
    "ered ering als alism alist alize alized alizing alization ance ances ancy ancies ence ences ency encies ant "
    "ants antly ent ents ently ential entially ability abilities ible ibly ibility ibilities ative atively "
    "ativeness ationally ionally ionalism ionalist ioned ioning ioner ition itions itional itor itors itive ively "
    "iveness ivity ivities icate icates icated icating ication ications icity icism ism isms izations ful fully "
    "fulness ness nesses ment ments mental mentally ement ements ous ously ousness eous eously ology logical "
    "logically logies"
)
#: Endings that complete a stem to a word with this stem.
_COMPLETIONS = ("e", "ity", "ion", "al", "ed", "es")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
#: The shortest rest of a word without its ending.
_MIN_BASE = 3


@dataclass(frozen=True, slots=True)
class PrefixForms:
    """The matches of a beginning of a word: stems that begin with it, and the stems of ``words``.

    FTS5 stems the beginning of a word too. So there are ``beginnings`` that stemming does not change, which together
    match the same stems with the stems of ``completed``.
    """

    words: tuple[str, ...]
    beginnings: tuple[str, ...]
    completed: tuple[str, ...] = ()


@lru_cache(maxsize=2_048)
def prefix_forms(prefix: str) -> PrefixForms:
    """The forms of a folded beginning of a word; of other scripts and numbers the beginning alone."""
    if not (prefix.isascii() and prefix.isalpha()):
        return PrefixForms((), (prefix,))
    beginnings: list[str] = []
    completed: list[str] = []
    for beginning, is_stable in _beginnings(prefix, 2):
        if is_stable:
            beginnings.append(beginning)
        else:
            words = (beginning + ending for ending in _COMPLETIONS)
            completed += [word for word in words if stem(word) == beginning][:1]
    return PrefixForms(tuple(_words(prefix)), tuple(beginnings), tuple(completed))


def _beginnings(prefix: str, depth: int) -> Iterator[tuple[str, bool]]:
    """The prefix and whether it is its own stem; if not, also with each letter more."""
    is_stable = stem(prefix) == prefix
    yield prefix, is_stable
    if not is_stable and depth:
        for letter in _LETTERS if depth == 1 else _LETTERS + _DIGITS:
            yield from _beginnings(prefix + letter, depth - 1)


def _words(prefix: str) -> list[str]:
    """A word for each stem of words that begin so, where the stem itself does not."""
    by_stem: dict[str, str] = {}
    for word in (prefix, *_completed(prefix)):
        if not stem(word).startswith(prefix):
            by_stem.setdefault(stem(word), word)
    return list(by_stem.values())


def _completed(prefix: str) -> Iterator[str]:
    for endings, shortest in ((_COMMON, 0), (_RARE, 2)):
        for ending in endings.split():
            for length in range(shortest, len(ending)):
                base = len(prefix) - length
                if base >= _MIN_BASE and prefix.endswith(ending[:length]):
                    yield prefix + ending[length:]
