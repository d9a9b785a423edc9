"""Estimated widths of texts in the sans-serif fonts of the pages, on the side of too wide.

The browser chooses the font, so that no width is exact. An advance is the greater one of Noto Sans, the widest of the
fonts in ``tokens.css``, and of Liberation Sans, which has those of Arial, so that lines of English words are 5 to 15
percent narrower. DejaVu Sans, where none of these is installed, is as wide. Of other scripts ``is_familiar`` is false:
such a text is set to its estimated width.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Letters of one advance, in parts of the font's size.
_ADVANCES = (
    ("ijl'|‘’", 0.27), (" .,:;!·I()[]-", 0.34), ("tf\"“”r*/", 0.42), ("ckvsxyz", 0.54), ("Jae?#$+=<>_0123456789", 0.6),
    ("bdghnopquFLTZ–", 0.63), ("ABEKPSVXYC&", 0.73), ("DGHNORUwQ", 0.79), ("mMW%—…@", 1.02),
)  # fmt: skip
_ADVANCE = {letter: advance for letters, advance in _ADVANCES for letter in letters}
_CAPITAL, _SMALL, _WIDE, _OTHER = 0.75, 0.64, 1.05, 0.9
#: Characters up to here, and those of East Asian width, have an advance that hardly differs between fonts.
_LAST_LATIN = 0x24F
_ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def _advance(letter: str) -> float:
    if letter in _ADVANCE:
        return _ADVANCE[letter]
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    if ord(letter) > _LAST_LATIN:
        return _OTHER
    return _CAPITAL if letter.isupper() else _SMALL


def text_width(text: str, size: float) -> float:
    """The estimated width in pixels at a font size in pixels."""
    return size * sum(map(_advance, text))


def is_familiar(text: str) -> bool:
    """Whether the estimate is above the width in any usual font: Latin letters, Hangul, Kana, Han."""
    return all(
        ord(letter) <= _LAST_LATIN
        or letter in _ADVANCE
        or (unicodedata.east_asian_width(letter) in "WF" and letter.isalpha())
        for letter in text
    )


def shorten(text: str, size: float, width: float) -> str:
    """The text, or its beginning with an ellipsis, at most so wide; empty if not even a few letters are."""
    if text_width(text, size) <= width:
        return text
    remaining = width - text_width(_ELLIPSIS, size)
    end = 0
    for letter in text:
        remaining -= size * _advance(letter)
        if remaining < 0:
            break
        end += 1
    beginning = text[:end].rstrip()
    word = beginning.rpartition(" ")[0]
    # Cut between words; only a first word that is too long is cut itself.
    if end < len(text) and text[end] != " " and word:
        beginning = word
    beginning = beginning.rstrip(" ,;:-–")
    return f"{beginning}{_ELLIPSIS}" if len(beginning) >= 4 else ""
