"""Which texts a database can hold and compare: what can't is refused before it is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from rapidfuzz import fuzz, process


def storable(text: str) -> bool:
    """Whether it has no null character (PostgreSQL takes none) and no half of a surrogate pair, which is no UTF-8."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


#: By so many folded characters a name is filed: a few letters are many more when folded, and an index has its bounds.
FILED_BY = 300
#: Hyphens, full stops and the like cut a name into parts.
_SEPARATORS = re.compile(r"[\s\-‐-―.,·・･،٫־]+")
#: Apostrophes, and modifier letters that transliterations use as such (ʹ ʻ ʼ ʽ ʾ ʿ), join what is around them.
_APOSTROPHES = re.compile("['`´＇’‘‚‛ʹ-ʿˈˊˋ˴ˮ′]")
#: Letters that Unicode does not decompose, as Latin-script catalogues file them, and look-alikes of one letter.
_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ŋ": "n", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j",
    "þ": "th", "ĸ": "k", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ƀ": "b", "ɖ": "d", "ɗ": "d", "ƒ": "f",
    "ǥ": "g", "ɠ": "g", "ɣ": "g", "ƣ": "g", "ɨ": "i", "ɩ": "i", "ƙ": "k", "ƚ": "l", "ɫ": "l", "ɲ": "n", "ɵ": "o",
    "ƥ": "p", "ɽ": "r", "ʈ": "t", "ƭ": "t", "ʉ": "u", "ʊ": "u", "ʋ": "v", "ƴ": "y", "ƶ": "z", "ʒ": "z", "ⱥ": "a",
    "ɇ": "e", "ɉ": "j", "ɍ": "r", "ɏ": "y", "ȼ": "c", "ⱦ": "t",
    # Cyrillic: Ґ is filed with Г, and letters with a stroke or tail with those without.
    "ґ": "г", "ғ": "г", "җ": "ж", "ҙ": "з", "қ": "к", "ҝ": "к", "ҟ": "к", "ҡ": "к", "ң": "н", "ҥ": "н", "ҫ": "с",
    "ҭ": "т", "ұ": "у", "ү": "у", "ҳ": "х", "ҷ": "ч", "ҹ": "ч",
    # Arabic as Lucene's ArabicNormalizer and PersianNormalizer: yeh, kaf, teh marbuta, alef, heh; tatweel is nothing.
    "ى": "ي", "ی": "ي", "ے": "ي", "ې": "ي", "ۍ": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۃ": "ه", "ە": "ه", "ہ": "ه",
    "ھ": "ه", "ۀ": "ه", "ۂ": "ه", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ٵ": "ا", "ـ": "",
    # Final forms of Greek and Hebrew letters.
    "ς": "σ", "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)
#: Unicode names of letters whose marks are accents begin with one of these.
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")
_KATAKANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


def fold(text: str) -> str:
    """One word without separators: "Kim You-geun" -> "kimyougeun". Hangul and Han stay as they are (NFC)."""
    return "".join(parts(text))


def filing_key(text: str) -> str:
    """Where a name is filed: its folded parts, word by word, then the name itself, which settles ties.

    Compared code point by code point, as both databases and Python do: digits, Latin letters, then other scripts.
    "Kim You-geun" is filed before "Kimball", "Čapek" between "Cape" and "Car".
    """
    return f"{' '.join(parts(text))[:FILED_BY]}\n{text}"


def parts(text: str) -> list[str]:
    """The folded parts of a name, cut where spaces, hyphens and full stops are."""
    return [folded for piece in _SEPARATORS.split(_APOSTROPHES.sub("", text)) if (folded := _letters(piece))]


def _letters(piece: str) -> str:
    if piece.isascii():
        return "".join(c for c in piece.lower() if c.isalnum())
    # Compatibility forms first (fullwidth, half-width, ligatures): case is folded in what they stand for.
    kept, accented = [], False
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", piece).casefold()):
        if unicodedata.category(letter).startswith("M"):
            if not accented and kept:
                kept.append(letter)
        elif letter.isalnum() or letter == "ー":
            accented = unicodedata.name(letter, "").startswith(_ACCENTED)
            kept.append(letter)
    bare = "".join(kept).translate(_TABLE)
    return unicodedata.normalize("NFC", bare).translate(_KATAKANA)


#: Longer words are compared by their beginnings: what a request costs must not grow with what it asks for.
_LONGEST = 120
#: Of a hundred letters of both words together so many stand in the same order in both.
_ALIKE = 50


def closest_matches(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Up to ``most`` of the known words, the one most like the word first; none where none is like it."""
    found = process.extract(
        word[:_LONGEST], list(dict.fromkeys(known)), scorer=fuzz.ratio, limit=most, score_cutoff=_ALIKE
    )
    return [one for one, _, _ in found]


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
