"""Browsers in plain words, of the User-Agent field: "Firefox on Linux". Good enough to recognize one's own."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from archive.stored_texts import StoredTexts

#: Marks of programs in the field, the more specific before those that they also send, and their names.
_PROGRAMS = (
    ("edg", "Edge"), ("opr/", "Opera"), ("samsungbrowser", "Samsung Internet"), ("vivaldi", "Vivaldi"),
    ("firefox", "Firefox"), ("fxios", "Firefox"), ("crios", "Chrome"), ("chrome", "Chrome"), ("chromium", "Chromium"),
    ("safari", "Safari"), ("curl", "curl"), ("python", _("a Python program")), ("wget", "Wget"),
)  # fmt: skip
_SYSTEMS = (
    ("iphone", _("an iPhone")), ("ipad", _("an iPad")), ("android", "Android"), ("windows", "Windows"),
    ("cros", "ChromeOS"), ("mac os", _("a Mac")), ("macintosh", _("a Mac")), ("linux", "Linux"), ("bsd", "BSD"),
)  # fmt: skip


#: The templates of a stored browser's name in English, and the words for programs and systems in it.
_UNKNOWN, _UNNAMED, _ON_SYSTEM = _("an unknown browser"), _("a browser"), _("{program} on {system}")
BROWSER_PARTS = StoredTexts({_UNNAMED, *(name for _mark, name in (*_PROGRAMS, *_SYSTEMS))})
BROWSER_NAMES = (_UNKNOWN, *dict(_PROGRAMS).values(), _ON_SYSTEM)


def browser_name(user_agent: str) -> str:
    """``Firefox on Linux``; the field's own first word for other programs; ``an unknown browser`` without one.

    In the active language.
    """
    text = user_agent.lower()
    program = next((gettext(name) for mark, name in _PROGRAMS if mark in text), "")
    system = next((gettext(name) for mark, name in _SYSTEMS if mark in text), "")
    if not program and not system:
        first = user_agent.split("/")[0].split(" ")[0].strip()[:40]
        return first or gettext(_UNKNOWN)
    if not system:
        return program
    return gettext(_ON_SYSTEM).format(program=program or gettext(_UNNAMED), system=system)
