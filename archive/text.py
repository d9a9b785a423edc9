"""Text: whether it can be stored, folding for comparison and filing, similarity, and invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import filterfalse

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA


def is_storable(text: str) -> bool:
    """Whether the text has no null character (PostgreSQL has none) and no lone surrogate, which UTF-8 cannot encode."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


#: Digits of a number, leading zeros included; ``int`` takes quadratic time.
_MAX_DIGITS = 20


def whole_number(text: str, low: int, high: int) -> int | None:
    """The number that ASCII digits write, from ``low`` to ``high``; None for any other text."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return number if low <= number <= high else None


#: The words of a truth value in parameters and files, in any case.
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def boolean(text: str) -> bool | None:
    """The truth value that a word stands for; None for any other text."""
    return _BOOLEANS.get(text.strip().lower())


def composed(text: str) -> str:
    """The text with its letters and accents composed (NFC): keys are compared character by character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


#: Schemes of addresses that pages and exports make links of: not ``javascript:``, ``data:`` or ``file:``.
_WEB_SCHEMES = ("http://", "https://")


def web_address(text: str) -> str:
    """The text if it is an address of the web, which may become a link; else an empty string."""
    return text if text.lower().startswith(_WEB_SCHEMES) else ""


#: Control characters, surrogates and the two noncharacters (XML 1.0, section 2.2).
_EXCLUDED_FROM_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 excludes, which cannot be escaped either."""
    return _EXCLUDED_FROM_XML.sub("", text)


#: Folded characters of a filing key: folding can lengthen a text, and an index entry is limited.
FILING_KEY_LENGTH = 300
#: Hyphens, full stops and the like separate the parts of a name.
_SEPARATORS = re.compile(r"[\s\-‐-―.,·・･،٫־]+")
#: Apostrophes, and modifier letters that transliterations use as such (ʹ ʻ ʼ ʽ ʾ ʿ), join their neighbours.
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
_LETTER_TABLE = str.maketrans(_LETTERS)
#: Unicode names of letters whose marks are accents begin with one of these.
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")
_KATAKANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


def fold(text: str) -> str:
    """The folded text without separators: "Kim You-geun" -> "kimyougeun". Hangul and Han stay as they are (NFC)."""
    return "".join(name_parts(text))


def filing_key(text: str) -> str:
    """The sort key of a name: its folded parts, word by word, then the name itself for ties.

    Compared code point by code point, as both databases and Python do: digits, Latin letters, then other scripts.
    "Kim You-geun" is filed before "Kimball", "Čapek" between "Cape" and "Car".
    """
    return f"{' '.join(name_parts(text))[:FILING_KEY_LENGTH]}\n{text}"


def name_parts(text: str) -> list[str]:
    """The folded parts of a name, split at spaces, hyphens and full stops."""
    return [folded for part in _SEPARATORS.split(_APOSTROPHES.sub("", text)) if (folded := _fold_part(part))]


def _fold_part(part: str) -> str:
    if part.isascii():
        return "".join(letter for letter in part.lower() if letter.isalnum())
    # Compatibility forms first (fullwidth, half-width, ligatures): case is folded in their expansions.
    letters: list[str] = []
    accented = False
    for letter in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", part).casefold()):
        if unicodedata.category(letter).startswith("M"):
            if not accented and letters:
                letters.append(letter)
        elif letter.isalnum() or letter == "ー":
            accented = unicodedata.name(letter, "").startswith(_ACCENTED)
            letters.append(letter)
    folded = "".join(letters).translate(_LETTER_TABLE)
    return unicodedata.normalize("NFC", folded).translate(_KATAKANA)


#: Marks that no letter needs, by the beginnings of their Unicode names: accents, points and vowel marks. Vowel signs of
#: Indic scripts, and the marks of kana, are part of their letters.
_DROPPED_MARKS = ("COMBINING", "HEBREW", "ARABIC", "CYRILLIC", "VARIATION SELECTOR")
_KANA_MARKS = "\u3099\u309a"


def fold_letters(text: str) -> str:
    """The text as the search compares it: compatibility forms, case, accents and vowel marks folded as in names.

    Separators stay, other than in ``fold``; apostrophes that are letters go. Folded letter by letter after NFKC, so
    that SQL can do the same (``archive.search_index.postgresql_functions``). A folded text stays as it is.
    """
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).translate(_FOLDED_LETTERS)


def folded_letter(letter: str) -> str:
    """A letter of NFKC folded: none, one or several letters. Other characters stay, but for those that are not seen."""
    if unicodedata.category(letter)[0] in "SPZ":
        return letter
    if _APOSTROPHES.match(letter):
        return ""
    letters = unicodedata.normalize("NFKD", letter.casefold())
    folded = "".join(filterfalse(_is_dropped, letters)).translate(_LETTER_TABLE)
    return unicodedata.normalize("NFC", folded).translate(_KATAKANA)


def _is_dropped(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category.startswith("M"):
        return letter not in _KANA_MARKS and unicodedata.name(letter, "").startswith(_DROPPED_MARKS)
    return category == "Cf"


class _FoldedLetters(dict[int, str]):
    """Code points with what they are folded to, each computed when it is first met, for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = folded_letter(chr(code))
        return folded


_FOLDED_LETTERS = _FoldedLetters()

#: Longer words are truncated, to bound the cost of a request.
_MAX_WORD_LENGTH = 120
#: The least similarity (rapidfuzz ratio, 0 to 100) of a match.
_MIN_SIMILARITY = 50


def closest_matches(word: str, words: Iterable[str], limit: int = 1) -> list[str]:
    """Up to ``limit`` of the words that are similar to ``word``, the most similar first."""
    unique = list(dict.fromkeys(words))
    matches = process.extract(
        word[:_MAX_WORD_LENGTH], unique, scorer=fuzz.ratio, limit=limit, score_cutoff=_MIN_SIMILARITY
    )
    return [match for match, _, _ in matches]


#: The shortest word that may be a beginning of another, and the length at which two and three errors are tolerated.
_MIN_BEGINNING, _TWO_ERRORS, _THREE_ERRORS = 4, 6, 12


def closest_match(word: str, words: Iterable[str]) -> str:
    """The only word of a vocabulary that is meant: the same in other letters, a typing error away, or a part of it.

    An empty string where several are as near: no suggestion is better than one that leads astray.
    """
    by_fold: dict[str, str] = {}
    for own in words:
        by_fold.setdefault(fold(own), own)
    folded = fold(word[:_MAX_WORD_LENGTH])
    if not folded:
        return ""
    if folded in by_fold:
        return by_fold[folded]
    limit = 1 if len(folded) < _TWO_ERRORS else 2 if len(folded) < _THREE_ERRORS else 3
    if len(folded) > 2:
        nearest = process.extract(folded, list(by_fold), scorer=OSA.distance, score_cutoff=limit, limit=2)
        if nearest and (len(nearest) == 1 or nearest[0][1] < nearest[1][1]):
            return by_fold[nearest[0][0]]
        if nearest:
            return ""
    return _word_in_common(word, folded, by_fold)


def _word_in_common(word: str, folded: str, by_fold: dict[str, str]) -> str:
    """The only word that the text begins or that begins it, or that has the same words in it; else an empty string."""
    if len(folded) < _MIN_BEGINNING:
        return ""
    beginnings = [
        own for own in by_fold if own.startswith(folded) or (len(own) >= _MIN_BEGINNING and folded.startswith(own))
    ]
    if not beginnings:
        parts = {part for part in _parts(word) if len(part) >= _MIN_BEGINNING}
        beginnings = [own for own, text in by_fold.items() if parts & set(_parts(text))]
    return by_fold[beginnings[0]] if len(beginnings) == 1 else ""


def _parts(text: str) -> list[str]:
    return name_parts(text.replace("_", " "))


#: Controls but tab and line ends; zero-width spaces, byte order marks, invisible operators, deprecated formatting, and
#: the two code points of the basic plane that are no characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
#: Zero-width joiner and non-joiner: used in the spelling of Arabic, Indic and similar scripts, and within emoji.
_JOINERS = re.compile("[\u200c\u200d]")
_WITHOUT_JOINERS = ("LATIN", "GREEK", "CYRILLIC", "HANGUL", "CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO")
#: Characters that change the direction of the text after them, up to the end of the paragraph.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def first_invisible(text: str) -> str:
    """The first character of a text that cannot be seen, with its position; empty if there is none."""
    match = _INVISIBLE.search(text) or _misplaced_joiner(text)
    return f"U+{ord(match.group()):04X} after {match.start()} characters" if match is not None else ""


def reject_invisible(text: str) -> None:
    """Raise ValidationError for a text with an invisible character; the error has the first and its position."""
    if got := first_invisible(text):
        raise ValidationError(
            _("Got %(got)s, a character that can't be seen; expected text without it. Type this place again."),
            code="unseen",
            params={"got": got, "expected": gettext("text without characters that can't be seen")},
        )


def _misplaced_joiner(text: str) -> re.Match[str] | None:
    """The first joiner at the start, or after a character whose script does not spell with joiners."""
    return next((match for match in _JOINERS.finditer(text) if not _is_joined(text, match.start())), None)


def _is_joined(text: str, position: int) -> bool:
    if position == 0 or text[position - 1].isascii():
        return False
    return not unicodedata.name(text[position - 1], "").startswith(_WITHOUT_JOINERS)


def beginning(text: str, limit: int) -> str:
    """The text; of a longer one at most ``limit`` characters with an ellipsis, cut between words if it can be."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    words = cut if text[limit - 1].isspace() else cut.rpartition(" ")[0]
    return f"{(words if len(words) > limit // 2 else cut).rstrip(' ,;:')}…"


def strip_direction_marks(text: str) -> str:
    """The text without the characters that would reverse the text after it."""
    return _DIRECTION_MARKS.sub("", text)
