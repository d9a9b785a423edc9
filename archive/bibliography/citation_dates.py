"""Partial dates in the forms of citation formats, which say no more than is known.

Of a date that a form cannot express (one of several days, a decade) it has the words, and the year if that is certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.dates import PartialDate

#: A year, month, season or day, with a mark for uncertain or approximate dates.
_POINT = re.compile(r"(?P<year>\d{4})(-(?P<month>\d\d))?(-(?P<day>\d\d))?(?P<mark>[~?%]?)")
#: A month or day that is not known, at the end: ``2019-XX`` is the date ``2019``.
_UNSPECIFIED = re.compile(r"(-XX)+(?=[~?%]?(/|$))")
_FIRST_SEASON, _LAST_SEASON = 21, 24


@dataclass(frozen=True, slots=True)
class Point:
    """A date of a certain precision: ``parts`` are year, month and day as far as known; ``season`` is 1 to 4, or 0."""

    parts: tuple[int, ...]
    season: int = 0
    is_approximate: bool = False


def points(date: PartialDate) -> list[Point] | None:
    """The date as one point, or the interval as two; None if it is neither, or has an open or unknown end."""
    ends = [_point(text) for text in as_far_as_known(date.text).split("/")]
    bounds = [end for end in ends if end is not None]
    return bounds if len(bounds) == len(ends) else None


def as_far_as_known(text: str) -> str:
    """The EDTF text without months and days that are not known: ``2019-07`` for ``2019-07-XX``, an equal date."""
    return _UNSPECIFIED.sub("", text)


def certain_year(date: PartialDate) -> int | None:
    """The year in which all of the date lies; None if it may lie in several."""
    if date.earliest is None or date.latest is None or date.earliest.year != date.latest.year:
        return None
    return date.earliest.year


def csl_date(date: PartialDate) -> dict[str, Any]:
    """A date variable of CSL-JSON: ``date-parts`` with ``season`` and ``circa``, else ``literal``."""
    ends = points(date)
    if ends is None or (len(ends) == 2 and any(end.season for end in ends)):
        return {"literal": date.display}
    written: dict[str, Any] = {"date-parts": [list(end.parts) for end in ends]}
    if ends[0].season:
        written["season"] = ends[0].season
    if any(end.is_approximate for end in ends):
        written["circa"] = True
    return written


def biblatex_date(date: PartialDate) -> str:
    """The field ``date`` of biblatex, which is EDTF of level 0 and 1; empty for a date of level 2."""
    return "" if "[" in date.text else date.text


def ris_date(date: PartialDate) -> str:
    """The field DA of RIS, ``YYYY/MM/DD/words``; the words are left out where the numbers say all."""
    ends = points(date)
    year = certain_year(date)
    if ends is None or len(ends) == 2 or ends[0].season or ends[0].is_approximate:
        return f"{f'{year:04}' if year else ''}///{date.display}"
    numbers = [f"{number:0{width}}" for number, width in zip(ends[0].parts, (4, 2, 2), strict=False)]
    return "/".join([*numbers, *[""] * (4 - len(numbers))])


def _point(text: str) -> Point | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    numbers = [int(match[name]) for name in ("year", "month", "day") if match[name]]
    is_approximate = bool(match["mark"])
    if len(numbers) > 1 and _FIRST_SEASON <= numbers[1] <= _LAST_SEASON:
        return Point((numbers[0],), numbers[1] - _FIRST_SEASON + 1, is_approximate)
    return Point(tuple(numbers), 0, is_approximate)
