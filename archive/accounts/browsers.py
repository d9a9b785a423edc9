"""Browsers in plain words, of the User-Agent field: "Firefox on Linux". Good enough to recognize one's own."""

from __future__ import annotations

#: Marks of programs in the field, the more specific before those that they also send, and their names.
_PROGRAMS = (
    ("edg", "Edge"), ("opr/", "Opera"), ("samsungbrowser", "Samsung Internet"), ("vivaldi", "Vivaldi"),
    ("firefox", "Firefox"), ("fxios", "Firefox"), ("crios", "Chrome"), ("chrome", "Chrome"), ("chromium", "Chromium"),
    ("safari", "Safari"), ("curl", "curl"), ("python", "a Python program"), ("wget", "Wget"),
)  # fmt: skip
_SYSTEMS = (
    ("iphone", "an iPhone"), ("ipad", "an iPad"), ("android", "Android"), ("windows", "Windows"), ("cros", "ChromeOS"),
    ("mac os", "a Mac"), ("macintosh", "a Mac"), ("linux", "Linux"), ("bsd", "BSD"),
)  # fmt: skip


def browser_name(user_agent: str) -> str:
    """``Firefox on Linux``; the field's own first word for other programs; ``an unknown browser`` without one."""
    text = user_agent.lower()
    program = next((name for mark, name in _PROGRAMS if mark in text), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    if not program and not system:
        first = user_agent.split("/")[0].split(" ")[0].strip()[:40]
        return first or "an unknown browser"
    return f"{program or 'a browser'} on {system}" if system else program
