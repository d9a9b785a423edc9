"""Template filter for messages and titles that hold names of records."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from archive.text import without_direction as strip

register = template.Library()


@register.filter
def without_direction(text: object) -> str:
    """The text without characters that turn round what stands after it; markup stays markup."""
    stripped = strip(str(text))
    return SafeString(stripped) if isinstance(text, SafeString) else stripped
