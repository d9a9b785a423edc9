"""The language of a page: English without a prefix, others by the first segment of the path (``/ko/events/…``).

The address alone decides, never a cookie or ``Accept-Language``, so that caches and links keep the languages apart. The
admin, whose pages no cache stores, is in the language that its user chose: Django's language cookie has it.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import check_for_language, get_language

#: Language code -> the prefix of its pages' paths.
PREFIXES = {code: "" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _ in settings.LANGUAGES}
_CODES = {prefix[1:]: code for code, prefix in PREFIXES.items() if prefix}


def path_language(path: str) -> str:
    """The language of the page at a path."""
    return _CODES.get(path.split("/", 2)[1] if "/" in path else "", settings.LANGUAGE_CODE)


def localized_path(path: str, language: str) -> str:
    """The path of the same page in another language."""
    return PREFIXES[language] + path.removeprefix(PREFIXES[path_language(path)])


def cookie_language(cookies: dict[str, str]) -> str:
    """The language that a user of the admin chose; English without a choice."""
    code = cookies.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in PREFIXES and check_for_language(code) else settings.LANGUAGE_CODE


def tag(code: str) -> str:
    """A language code as ``lang`` and Content-Language have it: "en" for "en-gb", since records spell as they do."""
    return code.split("-")[0]


def active_tag() -> str:
    """The tag of the active language."""
    return tag(get_language() or settings.LANGUAGE_CODE)


def record_tag() -> str:
    """The tag of the language of records' names and summaries, English, on a page in another one; empty on others."""
    english = tag(settings.LANGUAGE_CODE)
    return "" if active_tag() == english else english
