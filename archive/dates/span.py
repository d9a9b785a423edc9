"""Spans of time in ISO 8601 (``P14D``, ``P2W``, ``P1Y6M``): years, months, weeks and days, without a time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

_SPAN = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_MAX_LENGTH = 32
#: The longest span: a century, in months or in days.
MAX_MONTHS, MAX_DAYS = 1_200, 36_525
EXPECTED = _("a span of up to 100 years in ISO 8601, of whole years, months, weeks and days: P14D, P2W, P1Y6M")


@dataclass(frozen=True, slots=True)
class Span:
    """A number of months (years are twelve) and a number of days (weeks are seven)."""

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Span:
        """Raises ValueError for a text that is no span, and for one of more than a century."""
        match = _SPAN.fullmatch(text) if len(text) <= _MAX_LENGTH else None
        if match is None:
            raise ValueError(f"got {text[:64]!r}, expected {EXPECTED}")
        years, months, weeks, days = (int(number or 0) for number in match.groups())
        span = cls(12 * years + months, 7 * weeks + days)
        if span.months > MAX_MONTHS or span.days > MAX_DAYS:
            raise ValueError(f"got {text[:64]!r}, expected {EXPECTED}")
        return span
