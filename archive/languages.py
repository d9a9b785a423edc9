"""Language tags (BCP 47, RFC 5646) of a language and a script that are stored apart."""

from __future__ import annotations

#: Script -> the languages that are written in it unless a tag says otherwise: *Suppress-Script* of IANA's registry.
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
    """The tag: the script after the language and before its region, left out where it is the language's own.

    A script without a language is of an undetermined one (``und``). Empty where neither is given.
    """
    if not script:
        return language
    primary, *rest = (language or "und").split("-")
    names_script = any(len(subtag) == 4 and subtag.isalpha() for subtag in rest[:1])
    if names_script or _SCRIPT_OF.get(primary.lower()) == script.title():
        return language
    return "-".join([primary, script.title(), *rest])
