"""Fragments: the passage of a text in which a search matches, with the matching words marked.

Words are compared as the index compares them: without case and accents, English words by their stem, Chinese, Japanese
and Korean as substrings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from archive.search_index.prefixes import prefix_forms
from archive.search_index.stemming import stem
from archive.search_syntax import Query, Term, is_cjk, word_spans
from archive.text import fold_letters, strip_direction_marks

#: Characters of a fragment, and of those before its first mark.
WIDTH, _LEAD = 240, 60
#: Characters of a text that are searched for matches, and matches that are compared.
MAX_SCANNED, _MAX_MATCHES = 50_000, 500
_ELLIPSIS = "…"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A passage as plain text; ``marks`` are the positions of each match, its start and the position after its end.

    Positions count Unicode code points, as Python and the W3C's TextPositionSelector do. The text begins or ends with
    an ellipsis where it is cut. ``language`` is its BCP 47 tag, empty where it is not known.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    language: str = ""

    @property
    def html(self) -> str:
        """The passage as HTML: matches in ``<mark>``, everything else escaped."""
        pieces: list[str] = []
        end = 0
        for start, stop in self.marks:
            pieces += [escape(self.text[end:start]), "<mark>", escape(self.text[start:stop]), "</mark>"]
            end = stop
        return "".join([*pieces, escape(self.text[end:])])


@dataclass(frozen=True, slots=True)
class FieldText:
    """A text of a record, with its field in searches and its language (BCP 47), empty where it is not known."""

    field: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    """A match of the term with that number."""

    start: int
    end: int
    term: int


def best_fragment(texts: Iterable[FieldText], query: Query, width: int = WIDTH) -> Fragment:
    """The fragment of the text that matches most terms, of texts in the order of preference.

    Without a match it is the beginning of the first text that is not empty; names are shown only if they match.
    """
    best: tuple[str, list[_Match]] = "", []
    best_count, language = -1, ""
    for text in texts:
        clean = _clean(text.text)
        if not clean:
            continue
        matches = _matches(clean, query.required, text.field)
        count = len({match.term for match in matches})
        if count > best_count and (matches or text.field != "name"):
            best, best_count, language = (clean, matches), count, text.language
    return replace(_cut(*best, width), language=language)


def fragment(text: str, query: Query, field: str = "", width: int = WIDTH) -> Fragment:
    """The fragment of one text; terms limited to another field than ``field`` are not marked in it."""
    return best_fragment([FieldText(field, text)], query, width)


def _clean(text: str) -> str:
    """The text on one line, without characters that would reverse what is around it."""
    return _SPACE.sub(" ", strip_direction_marks(text[:MAX_SCANNED])).strip()


def _matches(text: str, terms: Sequence[Term], field: str) -> list[_Match]:
    """The matches of the terms in the order of the text."""
    words = list(word_spans(text))
    distinct = {word for word, _, _ in words}
    matches: list[_Match] = []
    for number, term in enumerate(terms):
        if term.field in ("", field):
            matches += (_Match(start, end, number) for start, end in _term_spans(words, distinct, term))
    return sorted(matches, key=lambda match: (match.start, -match.end))[:_MAX_MATCHES]


def _term_spans(words: list[tuple[str, int, int]], distinct: set[str], term: Term) -> Iterator[tuple[int, int]]:
    """The positions of a term among the words of a text."""
    if len(term.words) == 1 and is_cjk(term.words[0]):
        for word, start, _ in words:
            yield from ((start + first, start + last) for first, last in _substrings(word, term.words[0]))
        return
    # Whether a word matches is decided once for all its occurrences.
    matching = [{word for word in distinct if _is_match(word, term, number)} for number in range(len(term.words))]
    for position in range(len(words) - len(matching) + 1):
        if words[position][0] in matching[0]:
            run = words[position : position + len(matching)]
            if all(word in options for (word, _, _), options in zip(run, matching, strict=True)):
                yield run[0][1], run[-1][2]


def _is_match(word: str, term: Term, number: int) -> bool:
    """Whether a word of a text is the term's word with that number."""
    (folded, stemmed), (term_folded, term_stemmed) = _forms(word), _forms(term.words[number])
    if is_cjk(term.words[number]):
        # A phrase may begin and end within the words of a text.
        return folded.startswith(term_folded) if number else folded.endswith(term_folded)
    if term.is_prefix and number == len(term.words) - 1:
        return folded.startswith(term_folded) or stemmed in _prefix_stems(term_folded)
    return folded == term_folded or stemmed == term_stemmed


def _substrings(word: str, part: str) -> Iterator[tuple[int, int]]:
    """The positions of a part of a word; those of the whole word if folding has changed its length."""
    (folded, _), (part, _) = _forms(word), _forms(part)
    if len(folded) != len(word):
        if part in folded:
            yield 0, len(word)
        return
    position = folded.find(part)
    while position >= 0:
        yield position, position + len(part)
        position = folded.find(part, position + len(part))


@lru_cache(maxsize=32_768)
def _forms(word: str) -> tuple[str, str]:
    """The word as it is compared: folded, and its stem. A word of which folding leaves nothing stays as it is."""
    folded = fold_letters(word) or word
    return folded, stem(folded)


@lru_cache(maxsize=1_024)
def _prefix_stems(prefix: str) -> frozenset[str]:
    """The stems of words that begin so, where the stem itself does not."""
    return frozenset(stem(word) for word in prefix_forms(prefix).words)


def _cut(text: str, matches: list[_Match], width: int) -> Fragment:
    """The part of the text with the most of the terms, then with the most matches."""
    if len(text) <= width:
        return Fragment(text, _merged(matches, 0, len(text), 0))
    first = _best_start(matches, width - _LEAD)
    start = max(0, min(first - _LEAD, len(text) - width))
    end = start + width
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    if end < len(text):
        last = max((match.end for match in matches if match.start >= first and match.end <= end), default=first)
        space = text.rfind(" ", last, end)
        end = space if space > start else end
    head = _ELLIPSIS if start else ""
    tail = _ELLIPSIS if end < len(text) else ""
    return Fragment(f"{head}{text[start:end]}{tail}", _merged(matches, start, end, len(head) - start))


def _best_start(matches: list[_Match], width: int) -> int:
    """The start of the first match of the best window of that width; 0 without matches."""
    best, best_score = 0, (0, 0)
    for number, first in enumerate(matches):
        window = [match.term for match in matches[number : number + 50] if match.end <= first.start + width]
        score = len(set(window)), len(window)
        if score > best_score:
            best, best_score = first.start, score
    return best


def _merged(matches: list[_Match], start: int, end: int, shift: int) -> tuple[tuple[int, int], ...]:
    """The positions of the matches between ``start`` and ``end``, moved by ``shift``; overlapping ones are merged."""
    marks: list[tuple[int, int]] = []
    for match in matches:
        if match.start < start or match.end > end:
            continue
        if marks and match.start + shift < marks[-1][1]:
            marks[-1] = marks[-1][0], max(marks[-1][1], match.end + shift)
        else:
            marks.append((match.start + shift, match.end + shift))
    return tuple(marks)
