"""Folding of names: what is left when case, accents, hyphens, apostrophes and spaces don't count.

What counts as an accent is decided by script, as in the normalizers of Lucene and ICU: a mark on a Latin, Greek,
Cyrillic, Hebrew or Arabic letter is dropped, while in other scripts marks are letters (the voicing of kana, the vowels
of Devanagari or Thai). Katakana is folded to hiragana, for the same name is filed under either.
"""

from __future__ import annotations

import re
import unicodedata

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
