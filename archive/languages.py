"""Language tags (BCP 47, RFC 5646) from a language and a script that are stored separately."""

from __future__ import annotations

#: Script -> the languages whose default script it is (*Suppress-Script* in IANA's registry).
_DEFAULT_SCRIPTS = {
    "Arab": "ar fa ps ur",
    "Armn": "hy",
    "Beng": "as bn",
    "Cyrl": "ab be bg kk mk ru uk",
    "Deva": "hi mr ne",
    "Ethi": "am ti",
    "Geor": "ka",
    "Grek": "el",
    "Gujr": "gu",
    "Guru": "pa",
    "Hebr": "he iw yi",
    "Jpan": "ja",
    "Khmr": "km",
    "Knda": "kn",
    "Kore": "ko",
    "Laoo": "lo",
    "Latn": (
        "af ay bs ca ch cs cy da de en eo es et eu fi fj fo fr fy ga gl gn gv hr ht hu id in is it kl la lb ln lt "
        "lv mg mh mo ms mt na nb nd nl nn no nr ny om pl pt qu rm rn ro rw sg sk sl sm so sq ss st sv sw tl tn to "
        "tr ts ve vi xh zu"
    ),
    "Mlym": "ml",
    "Mymr": "my",
    "Orya": "or",
    "Sinh": "si",
    "Taml": "ta",
    "Telu": "te",
    "Thaa": "dv",
    "Thai": "th",
    "Tibt": "dz",
}
_SCRIPT_OF = {language: script for script, languages in _DEFAULT_SCRIPTS.items() for language in languages.split()}


def language_tag(language: str, script: str) -> str:
    """The tag: language, script, region; without the language's default script.

    A script without a language has ``und`` for the language. Empty if both are empty.
    """
    if not script:
        return language
    primary, *rest = (language or "und").split("-")
    has_script = any(len(subtag) == 4 and subtag.isalpha() for subtag in rest[:1])
    if has_script or _SCRIPT_OF.get(primary.lower()) == script.title():
        return language
    return "-".join([primary, script.title(), *rest])
