"""Porter's stemmer for English: "controls", "controlled" and "controlling" have the stem "control".

M. F. Porter, An algorithm for suffix stripping, Program 14 (1980), in its author's later revision, which the index uses
too: https://tartarus.org/martin/PorterStemmer/.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP_4 = {
    "al": "", "ance": "", "ence": "", "er": "", "ic": "", "able": "", "ible": "", "ant": "", "ement": "", "ment": "",
    "ent": "", "ion": "", "ou": "", "ism": "", "ate": "", "iti": "", "ous": "", "ive": "", "ize": "",
}  # fmt: skip
#: A vowel followed by consonants, in the form of a stem.
_VOWEL_CONSONANT = re.compile("v+c+")
_MIN_LENGTH, _MAX_LENGTH = 3, 64


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The stem of a folded word; words with letters other than a to z have themselves as their stem."""
    if not (_MIN_LENGTH <= len(word) <= _MAX_LENGTH and word.isascii() and word.isalpha()):
        return word
    word = _without_participle(_without_plural(word))
    if word.endswith("y") and "v" in _form(word[:-1]):
        word = word[:-1] + "i"
    word = _replace(_replace(word, _STEP_2, 1), _STEP_3, 1)
    return _without_last_e(_replace(word, _STEP_4, 2))


def _form(stem: str) -> str:
    """The letters as vowels (v) and consonants (c); y is a vowel after a consonant."""
    form = ""
    for letter in stem:
        is_vowel = letter in "aeiou" or (letter == "y" and form.endswith("c"))
        form += "v" if is_vowel else "c"
    return form


def _measure(stem: str) -> int:
    return len(_VOWEL_CONSONANT.findall(_form(stem)))


def _ends_in_short_syllable(stem: str) -> bool:
    """Whether it ends in consonant, vowel, consonant, the last of which is not w, x or y."""
    return _form(stem).endswith("cvc") and stem[-1] not in "wxy"


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_participle(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    ending = next((ending for ending in ("ed", "ing") if word.endswith(ending)), "")
    stem = word.removesuffix(ending)
    if not ending or "v" not in _form(stem):
        return word
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if stem[-2:-1] == stem[-1] and _form(stem[-1]) == "c" and stem[-1] not in "lsz":
        return stem[:-1]
    return stem + "e" if _measure(stem) == 1 and _ends_in_short_syllable(stem) else stem


def _replace(word: str, endings: dict[str, str], min_measure: int) -> str:
    """The word with the longest of the endings replaced, if what is before it is long enough."""
    ending = max((ending for ending in endings if word.endswith(ending)), key=len, default="")
    stem = word.removesuffix(ending)
    if not ending or _measure(stem) < min_measure or (ending == "ion" and not stem.endswith(("s", "t"))):
        return word
    return stem + endings[ending]


def _without_last_e(word: str) -> str:
    stem = word.removesuffix("e")
    if stem != word and (_measure(stem) > 1 or (_measure(stem) == 1 and not _ends_in_short_syllable(stem))):
        word = stem
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
