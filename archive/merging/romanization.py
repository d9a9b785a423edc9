"""Keys by which Korean and Japanese names in different romanizations are equal.

A key is a spelling without what the systems disagree on. Korean, between Revised Romanization, McCune-Reischauer and
the spellings of the press:

- family names with spellings of their own are one: Lee, Yi and Rhee; Park and Pak; Choi and Choe; Jung and Chung;
- k and g, t and d, p and b, ch and j, r and l, sh and s are one, double letters are single, h after a vowel is dropped
  before a consonant and at the end (Ahn, Noh);
- eo, eu, oo, ou and y between consonants are u, as in "You-geun" and "Yu-gun", "young" and "yeong"; ae is e, ee and
  ui are i. A second key has o for eo, as McCune-Reischauer writes it where the breve is lost, and yo for yu ("hyon").

Japanese, between Hepburn, Kunrei-shiki and spellings of passports:

- long vowels are short: o, oo, ou and oh, u and uu;
- shi and si, chi and ti, tsu and tu, fu and hu, sh and sy, ch and ty, j and zy are one;
- m before b, m and p is n.

The parts of a name may stand in any order. Names in other scripts and one-word names have no key.
"""

from __future__ import annotations

import re

from archive.text import name_parts

#: Key of a family name -> its spellings.
_FAMILY_NAMES = {
    "i": ("lee", "yi", "rhee", "ri", "li", "rhie", "i", "ree", "yee"),
    "bag": ("park", "pak", "bak", "bag", "pack"),
    "jung": ("jung", "jeong", "chung", "chong", "cheong", "jong"),
    "jo": ("cho", "jo", "joe"),
    "jui": ("choi", "choe", "chwe"),
    "im": ("lim", "im", "rim", "yim"),
    "yu": ("yoo", "yu", "you", "ryu", "ryoo", "lyu"),
    "u": ("woo", "wu", "u"),
    "no": ("noh", "roh", "no", "ro"),
    "na": ("na", "ra", "rha", "nah"),
    "yang": ("yang", "ryang", "liang"),
    "o": ("oh", "o"),
}
_FAMILY_KEYS = {spelling: key for key, spellings in _FAMILY_NAMES.items() for spelling in spellings}
_VOWEL, _CONSONANT = "[aeiou]", "[bcdfghjklmnpqrstvwxz]"


def _rules(*rules: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), text) for pattern, text in rules]


_KOREAN = _rules(
    (rf"(?<={_CONSONANT})y(?={_CONSONANT})", "u"), (rf"(?<={_VOWEL})h(?!{_VOWEL}|y|w)", ""), ("sh", "s"), ("ch", "j"),
    ("k", "g"), ("t", "d"), ("p", "b"), ("r", "l"), ("ae", "e"), ("ee", "i"), ("eo|eu|oo|ou", "u"), ("ui", "i"),
    (r"(.)\1+", r"\1"),
)  # fmt: skip
_MCCUNE_REISCHAUER = [
    *_KOREAN[:-3], *_rules(("eo", "o"), ("eu|oo|ou", "u"), ("yu(?=[gn])", "yo")), *_KOREAN[-2:],
]  # fmt: skip
_JAPANESE = _rules(
    (r"o(?:h(?![aiueoy])|o|u)", "o"), ("uu", "u"), ("m(?=[bmp])", "n"), ("tch", "cch"), ("shi", "si"), ("chi", "ti"),
    ("tsu", "tu"), ("ji|di", "zi"), ("fu", "hu"), ("sh", "sy"), ("ch", "ty"), ("j(?!y)", "zy"), ("zyi", "zi"),
)  # fmt: skip


def romanization_keys(name: str) -> frozenset[str]:
    """The keys of a name in Latin letters of at least two words: names are equal if they have a key in common."""
    parts = name_parts(name)
    if len(parts) < 2 or not all(part.isascii() and part.isalpha() for part in parts):
        return frozenset()
    keys = set()
    for place in (0, len(parts) - 1):
        family, forenames = parts[place], parts[:place] + parts[place + 1 :]
        for rules in (_KOREAN, _MCCUNE_REISCHAUER):
            key = _FAMILY_KEYS.get(family) or _apply(rules, family)
            # Each syllable by itself: an n before a g is no ng.
            keys.add(f"ko {key} {''.join(_apply(rules, part) for part in forenames)}")
        keys.add(f"ja {_apply(_JAPANESE, family)} {''.join(_apply(_JAPANESE, part) for part in forenames)}")
    return frozenset(keys)


def _apply(rules: list[tuple[re.Pattern[str], str]], part: str) -> str:
    for pattern, text in rules:
        part = pattern.sub(text, part)
    return part
