"""Texts without characters that nobody sees: controls, and zero-width ones outside the scripts that need them."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError

#: Controls but tab and line ends; zero-width spaces, byte order marks, invisible operators, deprecated formatting.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]"
)
#: Zero-width joiner and non-joiner: part of the spelling beside Arabic, Indic and like letters, and within emoji.
_JOINERS = re.compile("[\u200c\u200d]")
_WITHOUT_JOINERS = ("LATIN", "GREEK", "CYRILLIC", "HANGUL", "CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO")
#: Characters that turn the text after them round, up to the end of the paragraph.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def refuse_unseen(text: str) -> None:
    """Raise ValidationError for a text with a character that can't be seen; it names the first, and where it is."""
    found = _REFUSED.search(text) or _stray_joiner(text)
    if found is not None:
        got = f"U+{ord(found.group()):04X} after {found.start()} characters"
        raise ValidationError(
            "Got %(got)s, a character that can't be seen; expected text without it. Type this place again.",
            code="unseen",
            params={"got": got, "expected": "text without characters that can't be seen"},
        )


def _stray_joiner(text: str) -> re.Match[str] | None:
    """The first joiner at the start, or after a character whose script does not spell with joiners."""
    return next((found for found in _JOINERS.finditer(text) if not _is_joined(text[: found.start()])), None)


def _is_joined(before: str) -> bool:
    if not before or before[-1].isascii():
        return False
    return not unicodedata.name(before[-1], "").startswith(_WITHOUT_JOINERS)


def without_direction(text: str) -> str:
    """The text without the characters that would turn round what stands after it."""
    return _DIRECTION.sub("", text)
