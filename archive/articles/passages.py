"""Paragraphs, quotations and sentences of a text, as spans of its characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.articles.rules import ABBREVIATIONS

_PARAGRAPH = re.compile(r"[^\n]+")
#: Opening mark -> closing marks. A straight mark opens where none is open.
_QUOTES = {
    "“": "”", '"': '"', "«": "»", "»": "«", "„": "“”", "‚": "‘’", "‘": "’", "'": "'", "‹": "›", "「": "」", "『": "』",
}  # fmt: skip
#: Marks that are also apostrophes, or that close elsewhere: they open only before a word, and only if they are closed.
_CAUTIOUS = "‘'‚»‹"
#: Words that begin with an apostrophe.
_ELISION = re.compile(r"[‘'’](?:(?:tis|twas|em|til|cause|bout|n|round)\b|\d0s\b|\d\d\b)", re.IGNORECASE)
#: Characters of the longest sentence: each verb's rules look at its whole sentence.
_MAX_SENTENCE = 1_000
_SENTENCE_END = re.compile(r"[.!?。]+[\"”’»」]?(?=\s|$)")
#: After a quotation with its own full stop: another sentence.
_NEXT_SENTENCE = re.compile(r"[\"”“’‘'»«」]\s+(?=[\"“‘'«„(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


def paragraphs(text: str) -> list[Span]:
    """The lines that are not blank."""
    return [Span(*match.span()) for match in _PARAGRAPH.finditer(text) if match.group().strip()]


def paragraph_number(spans: list[Span], position: int) -> int:
    """The number of the paragraph with a position, from 1."""
    return max(bisect_right([span.start for span in spans], position), 1)


def quotations(text: str) -> list[Span]:
    """The quoted words without their marks, and without the comma that English puts before the closing one.

    A quotation without a closing mark ends with its paragraph: if it goes on in the next, that has an opening mark.
    """
    return [quotation for paragraph in paragraphs(text) for quotation in _quotations(text, paragraph)]


def _quotations(text: str, paragraph: Span) -> Iterator[Span]:
    position = paragraph.start
    unclosed: set[str] = set()  # marks that nothing closes in the rest of the paragraph
    while position < paragraph.end:
        mark = text[position]
        if mark not in _QUOTES or not _opens(text, position, paragraph):
            position += 1
            continue
        start, end = position + 1, -1 if mark in unclosed else _closing(text, position, paragraph)
        if end < 0:
            unclosed |= {mark}
        stop = paragraph.end if end < 0 else end
        if end < 0 and mark in _CAUTIOUS and not _goes_on(text, position, paragraph):
            position += 1  # an apostrophe
            continue
        words = text[start:stop].rstrip(" ,\u00a0\u202f") if end >= 0 else text[start:stop]
        if words.strip():
            yield Span(stop - len(text[start:stop].lstrip()), start + len(words))
        position = stop + 1


def _opens(text: str, position: int, paragraph: Span) -> bool:
    if text[position] not in _CAUTIOUS:
        return True
    before = text[position - 1] if position > paragraph.start else " "
    after = text[position + 1 : position + 2]
    if not (before.isspace() or before in '([—–-:"“') or not after or after.isspace():
        return False
    return not _ELISION.match(text, position)


def _closing(text: str, opening: int, paragraph: Span) -> int:
    """The end of the quotation that opens at ``opening``; -1 if it is not closed in its paragraph."""
    mark = text[opening]
    possessive = -1
    for position in range(opening + 1, paragraph.end):
        char = text[position]
        if mark in "‘'" and char in "‘'" and char == mark and possessive >= 0 and _opens(text, position, paragraph):
            return possessive  # another quotation opens
        if char not in _QUOTES[mark]:
            continue
        if mark not in "‘'‚":
            return position
        if text[position + 1 : position + 2].isalnum():
            continue  # an apostrophe within a word
        if not _is_possessive(text, position):
            return position
        possessive = position if possessive < 0 else possessive
    return possessive


def _is_possessive(text: str, position: int) -> bool:
    """Whether an apostrophe may follow a plural: "the ministers’ offer"."""
    return text[position - 1] in "sz" and bool(re.match(r" [a-z]", text[position + 1 : position + 3]))


def _goes_on(text: str, opening: int, paragraph: Span) -> bool:
    """Whether a paragraph that opens a quotation is followed by one that opens it again."""
    following = text[paragraph.end : paragraph.end + 100].lstrip()
    return opening == paragraph.start and following.startswith(text[opening])


def masked(text: str, spans: Sequence[Span]) -> str:
    """The text with the characters of the spans replaced by a placeholder, so that positions stay."""
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], "\x1a" * (span.end - span.start)]
        position = span.end
    return "".join([*parts, text[position:]])


def sentences(text: str, quoted: list[Span]) -> list[Span]:
    """The sentences of each paragraph. A quotation may end a sentence with its own full stop.

    A longer sentence than ``_MAX_SENTENCE`` is split, where it can be between two words; a quotation never is.
    """
    hidden = masked(text, quoted)
    return [
        piece
        for paragraph in paragraphs(text)
        for sentence in _sentences(text, quoted, hidden, paragraph)
        for piece in _pieces(hidden, sentence)
    ]


def _pieces(hidden: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    while sentence.end - start > _MAX_SENTENCE:
        limit = start + _MAX_SENTENCE
        end = hidden.rfind(" ", start + 1, limit)
        if end < 0:  # a longer word, or a longer quotation
            end = hidden.find(" ", limit, sentence.end)
        if end < 0:
            break
        yield Span(start, end)
        start = end + 1
    yield Span(start, sentence.end)


def _sentences(text: str, quoted: list[Span], hidden: str, paragraph: Span) -> Iterator[Span]:
    ends = {match.end(): match.start() for match in _SENTENCE_END.finditer(hidden, paragraph.start, paragraph.end)}
    limits = (paragraph.start - 1, paragraph.end)
    first, last = (bisect_right(quoted, limit, key=lambda span: span.start) for limit in limits)
    for span in quoted[first:last]:
        if text[span.end - 1] in ".。" and (match := _NEXT_SENTENCE.match(text, span.end)):
            ends[span.end + len(match.group().rstrip())] = 0
    start = paragraph.start
    for end in sorted(ends):
        if not (ends[end] and _is_abbreviation(hidden, start, ends[end])):
            yield Span(start, end)
            start = end
            while start < paragraph.end and text[start].isspace():
                start += 1
    if text[start : paragraph.end].strip():
        yield Span(start, paragraph.end)


def _is_abbreviation(hidden: str, start: int, end: int) -> bool:
    """Whether a full stop belongs to the word before it: "Mr.", an initial, "U.S."."""
    word = hidden[start:end].rpartition(" ")[2].lstrip("(").lower()
    if word == "no":
        return bool(re.match(r"\.\s*\d", hidden[end : end + 4]))
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha())
