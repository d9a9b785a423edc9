"""Template filters of moments, and the name of the time zone in which they are shown."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext

from archive.moments import moment_text, time_text, zone_name

register = template.Library()


@register.simple_tag
def time_zone() -> str:
    """The name of the time zone of the page's times."""
    return zone_name()


@register.filter
def moment(value: datetime | None) -> str:
    """A moment with its time zone."""
    return moment_text(value) if value else ""


@register.filter
def local_time(value: datetime | None, seconds: str = "") -> str:
    """A moment where the page names the time zone; with ``"seconds"`` to the second."""
    return time_text(value, bool(seconds)) if value else ""


@register.filter
def age(value: datetime | None) -> str:
    """How long ago a moment was, "just now" within the minute; empty without one."""
    if value is None:
        return ""
    seconds = (timezone.now() - value).total_seconds()
    return gettext("just now") if seconds < 60 else gettext("%(age)s ago") % {"age": timesince(value)}
