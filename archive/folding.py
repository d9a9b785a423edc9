"""Folding of names: what is left when case, accents, hyphens, apostrophes and spaces don't count."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-‐-―'’ʼ`.,·・]+")
#: Letters that Unicode does not decompose, as Latin-script catalogues file them.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """One word without separators: "Kim You-geun" -> "kimyougeun". Hangul and Han stay as they are (NFC)."""
    return "".join(parts(text))


def parts(text: str) -> list[str]:
    """The folded parts of a name, cut where spaces, hyphens and full stops are."""
    return [folded for piece in _SEPARATORS.split(text) if (folded := _letters(piece))]


def _letters(piece: str) -> str:
    decomposed = unicodedata.normalize("NFKD", piece.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and c.isalnum())
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)
