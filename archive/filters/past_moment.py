"""The parameter ``as_of``: a past moment. The doors parse it here, so that they accept and refuse the same texts."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from archive.exceptions import ArchiveError, Problem
from archive.filters.fields import DateTimeField

EXPECTED = "a moment that is past, such as 2026-08-01T00:00Z, or a day, which stands for its beginning"


def parse_past_moment(name: str, text: str) -> datetime | None:
    """The moment of the parameter ``name``; None for a blank text. Raises ArchiveError."""
    if not text.strip():
        return None
    try:
        moment: datetime = DateTimeField(required=False).clean([text])
    except ValidationError as error:
        raise ArchiveError([Problem(name, text[:64].replace("\x00", "\\x00"), EXPECTED)]) from error
    if moment > timezone.now():
        raise ArchiveError([Problem(name, text[:64], EXPECTED)])
    return moment
