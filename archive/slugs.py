"""Proposed slugs: readable ASCII from dates of any precision and names in any script."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from text_unidecode import unidecode

from archive.dates import PartialDate, PartialDateError

#: Scripts without spaces between syllables or words: their characters are separated by hyphens.
_SYLLABIC = ("HANGUL", "CJK")
_MARKS = {"~": "-circa", "?": "-uncertain", "%": "-circa-uncertain"}


def slug_of(date: str, name: str, limit: int) -> str:
    """A slug of at most ``limit`` characters from a date's text, which may be empty, and a name."""
    parts = [date_slug(date), name_slug(name)]
    return "-".join(part for part in parts if part)[:limit].strip("-")


def name_slug(name: str) -> str:
    """The name in lower-case ASCII words; empty if it has neither letters nor digits."""
    text = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) != "Cf")
    spaced = "".join(first + (" " if _is_boundary(first, second) else "") for first, second in pairwise(f"{text} "))
    return _hyphenated(unidecode(spaced)) or _code_points(text)


def date_slug(text: str) -> str:
    """The date in unambiguous words: 2026-11-20/2026-11-21 is 2026-11-20-to-2026-11-21."""
    text = text.strip()
    try:
        text = PartialDate.parse(text).text
    except PartialDateError:
        return name_slug(text)
    if text.startswith(("[", "{")):
        return _set_slug(text)
    start, is_range, end = text.partition("/")
    if not is_range:
        return _day_slug(text)
    if start == "..":
        return f"until-{_day_slug(end)}" if end != ".." else "any-time"
    if not start:
        return f"unknown-to-{_day_slug(end)}" if end != ".." else "unknown-onwards"
    if end == "..":
        return f"from-{_day_slug(start)}"
    return f"{_day_slug(start)}-to-{_day_slug(end) if end else 'unknown'}"


def _set_slug(text: str) -> str:
    """The members of a one-of set with "or" between them, of an all-of set with "and"."""
    word = "-or-" if text.startswith("[") else "-and-"
    return word.join(_span_slug(item.strip()) for item in text[1:-1].split(","))


def _span_slug(text: str) -> str:
    start, is_span, end = text.partition("..")
    if not is_span:
        return _day_slug(text)
    if not start:
        return f"{_day_slug(end)}-or-before"
    return f"{_day_slug(start)}-to-{_day_slug(end)}" if end else f"{_day_slug(start)}-or-after"


def _day_slug(text: str) -> str:
    marks = "".join(word for mark, word in _MARKS.items() if mark in text)
    unmarked = "".join(char for char in text if char not in _MARKS)
    sign = "minus-" if unmarked.startswith("-") else ""
    return _hyphenated(f"{sign}{unmarked}{marks}".replace("X", "x"))


def _is_boundary(first: str, second: str) -> bool:
    """Whether two adjacent characters are separate syllables."""
    scripts = [unicodedata.name(char, "").split(" ")[0] for char in (first, second)]
    return any(script in _SYLLABIC for script in scripts) and all(char.isalnum() for char in (first, second))


def _hyphenated(text: str) -> str:
    text = re.sub(r"['\u2019`]", "", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def _code_points(text: str) -> str:
    """Code points, for scripts without transliteration."""
    return "-".join(f"u{ord(char):04x}" for char in text if char.isalnum())
