"""Paragraphs, quotations and sentences of a text, as spans of its characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from archive.articles.rules import ABBREVIATIONS

_PARAGRAPH = re.compile(r"[^\n]+")
#: Opening mark -> closing mark. A straight mark opens where none is open.
_QUOTES = {"“": "”", '"': '"', "«": "»", "„": "“", "「": "」", "『": "』"}
#: Characters of the longest sentence: each verb's rules look at its whole sentence.
_MAX_SENTENCE = 1_000
_SENTENCE_END = re.compile(r"[.!?。]+[\"”’»」]?(?=\s|$)")


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
    start, closing = 0, ""
    for position in range(paragraph.start, paragraph.end):
        char = text[position]
        if closing and char == closing:
            if words := text[start:position].rstrip(" ,"):
                yield Span(start, start + len(words))
            closing = ""
        elif not closing and char in _QUOTES:
            start, closing = position + 1, _QUOTES[char]
    if closing and text[start : paragraph.end].strip():
        yield Span(start, paragraph.end)


def masked(text: str, spans: list[Span]) -> str:
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
        for sentence in _sentences(text, hidden, paragraph)
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


def _sentences(text: str, hidden: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    for match in _SENTENCE_END.finditer(hidden, paragraph.start, paragraph.end):
        if not _is_abbreviation(hidden, start, match.start()):
            yield Span(start, match.end())
            start = match.end()
            while start < paragraph.end and text[start].isspace():
                start += 1
    if text[start : paragraph.end].strip():
        yield Span(start, paragraph.end)


def _is_abbreviation(hidden: str, start: int, end: int) -> bool:
    """Whether a full stop belongs to the word before it: "Mr.", an initial, "U.S."."""
    word = hidden[start:end].rpartition(" ")[2].lstrip("(").lower()
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha())
