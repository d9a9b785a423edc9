"""Parts that rules for dates in articles share in all languages: the rule itself, and steps from the article's day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: From a match, the article's day and its text to EDTF; an empty text for no date. Raises ValueError for no such day.
Resolver = Callable[[re.Match[str], date, str], str]


@dataclass(frozen=True, slots=True)
class DateRule:
    """A pattern of dates, how they are resolved, and what the page says of it."""

    pattern: re.Pattern[str]
    resolve: Resolver
    name: _StrPromise


def shifted(day: date, unit: str, count: int) -> str:
    """The week, month or year that lies ``count`` after that of the day."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=count)
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return f"{year:04d}-{month + 1:02d}"
    return f"{day.year + count:04d}"


def nearest(day: date, month: int, number: int) -> date:
    """The day of this number and month that is nearest to the article's day; the earlier for a tie."""
    years = [year for year in (day.year - 1, day.year, day.year + 1) if number <= monthrange(year, month)[1]]
    if not years or not number:
        raise ValueError(number)
    return min((date(year, month, number) for year in years), key=lambda candidate: (abs(candidate - day), candidate))
