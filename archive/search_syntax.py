"""The syntax of searches: words, "a phrase", -without, OR, prefix* and field:word, parsed into a ``Query``.

Terms without an operator between them must all match, as with AND; OR binds weaker: ``a b OR c`` is (a and b) or c.
The parser accepts every text, because readers paste anything: what is no operator separates words. Its result is
bounded by ``MAX_LENGTH`` and ``MAX_WORDS``; what exceeds them is ignored.

A word is a run of letters, digits and marks, folded as the index folds them (``archive.text.fold_letters``). Letters of
Chinese, Japanese and Korean are words of their own: "G20정상회의" is "g20" followed by "정상회의". A text that
punctuation divides ("L'État", "2019-07-12") is a phrase of its words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import chain, groupby

from archive.text import fold_letters

#: Characters of a search that are read, words in all its terms, and letters of a word.
MAX_LENGTH, MAX_WORDS, MAX_WORD_LENGTH = 1_000, 32, 100
#: The fields that a term can be limited to, by the name before its colon.
FIELDS = ("name", "summary", "text")

#: Jamo, radicals, kana, bopomofo, Han, Hangul and their marks, for a character class.
CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u3099\u309a\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\uffa1-\uffdc\U0001aff0-\U0001b16f\U00020000-\U000323af"
)


def _mark_ranges() -> str:
    """Vowel signs, accents and other marks, for a character class: ``\\w`` has no marks."""
    blocks = chain(range(0x300, 0x1E00), range(0x20D0, 0x2100), range(0xA66F, 0xAC00), range(0xFE20, 0xFE30))
    marks = (code for code in blocks if unicodedata.category(chr(code)).startswith("M"))
    runs = groupby(enumerate(marks), key=lambda item: item[1] - item[0])
    codes = [[code for _, code in run] for _, run in runs]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in codes)


#: Characters that folding removes and that divide no word: soft hyphen, joiners, direction marks, variation selectors.
_IGNORED = "\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_WORD = re.compile(f"[{CJK}][{CJK}{_IGNORED}]*|[^\\W_{CJK}](?:[^\\W_{CJK}]|[{_mark_ranges()}{_IGNORED}])*")
_CJK_LETTER = re.compile(f"[{CJK}]")
_QUOTES = '"“”„‟«»'
_ITEM = re.compile(
    rf"(?P<minus>(?<![\w{_QUOTES}])-+)?(?:(?P<field>{'|'.join(FIELDS)}):(?=[^\s:]))?"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}](?P<star>\*)?|(?P<text>[^\s{_QUOTES}]+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One or more folded words that follow each other; with ``is_prefix`` the last is the beginning of a word.

    ``field`` is one of ``FIELDS``, or empty for all. ``spellings`` are the words in lower case, with their accents:
    stemmers know the endings of their language by these.
    """

    words: tuple[str, ...]
    is_prefix: bool = False
    field: str = ""
    spellings: tuple[str, ...] = dataclass_field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Alternative:
    """The terms of a record that matches: all of ``required``, which is not empty, and none of ``excluded``."""

    required: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A search: a record matches if it matches one of the alternatives. Without alternatives nothing matches."""

    alternatives: tuple[Alternative, ...] = ()

    @property
    def required(self) -> tuple[Term, ...]:
        """The distinct required terms of all alternatives."""
        return tuple(dict.fromkeys(term for option in self.alternatives for term in option.required))


def parse(text: str) -> Query:
    """The query of a text; any text has one.

    An alternative of excluded terms alone is dropped: nearly every record would match it.
    """
    alternatives: list[Alternative] = []
    required: list[Term] = []
    excluded: list[Term] = []
    for item in (*_items(text[:MAX_LENGTH]), None):
        if item is not None:
            is_excluded, term = item
            (excluded if is_excluded else required).append(term)
            continue
        if required:
            alternatives.append(Alternative(tuple(dict.fromkeys(required)), tuple(dict.fromkeys(excluded))))
        required, excluded = [], []
    return Query(tuple(dict.fromkeys(alternatives)))


def _items(text: str) -> Iterator[tuple[bool, Term] | None]:
    """The terms, each with whether it is excluded, and None for an OR; at most ``MAX_WORDS`` words."""
    left = MAX_WORDS
    for match in _ITEM.finditer(text):
        if match.group() in ("OR", "AND"):
            if match.group() == "OR":
                yield None
            continue
        content = match["phrase"] if match["phrase"] is not None else match["text"]
        spelled = list(spelled_words(content))[:left]
        words = tuple(word for word, _ in spelled)
        if words:
            is_prefix = bool(match["star"]) or content.endswith("*")
            spellings = tuple(spelling for _, spelling in spelled)
            yield bool(match["minus"]), Term(words, is_prefix, (match["field"] or "").lower(), spellings)
        left -= len(words)
        if not left:
            return


def split_words(text: str) -> list[str]:
    """The folded words of a text, each of at most ``MAX_WORD_LENGTH`` letters before it is folded."""
    return [word for word, _ in spelled_words(text)]


def spelled_words(text: str) -> Iterator[tuple[str, str]]:
    """The folded words of a text, each with its spelling in lower case; without words of which folding leaves none."""
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        spelling = match.group()[:MAX_WORD_LENGTH]
        if word := fold_letters(spelling):
            # Letter by letter, as databases do it: str.lower() has a final form of sigma.
            yield word, "".join(letter.lower() for letter in spelling)


def word_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as they stand, each with the positions of its first character and after its last."""
    for match in _WORD.finditer(text):
        yield match.group(), match.start(), match.end()


def is_cjk(word: str) -> bool:
    """Whether a word is of Chinese, Japanese or Korean letters, and so matches within longer words."""
    return _CJK_LETTER.match(word) is not None
