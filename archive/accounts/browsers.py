"""Browsers in plain words, of the User-Agent field: "Firefox on Linux". Good enough to recognize one's own."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


def browser_name(user_agent: str) -> str:
    """``Firefox on Linux``; the field's own first word for other programs; ``an unknown browser`` without one.

    In the active language.
    """
    text = user_agent.lower()
    program = next((str(name) for mark, name in _PROGRAMS if mark in text), "")
    system = next((str(name) for mark, name in _SYSTEMS if mark in text), "")
    if not program and not system:
        first = user_agent.split("/")[0].split(" ")[0].strip()[:40]
        return first or gettext("an unknown browser")
    if not system:
        return program
    return gettext("{program} on {system}").format(program=program or gettext("a browser"), system=system)
