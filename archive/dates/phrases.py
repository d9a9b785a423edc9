"""Parsing of single dates in English words and in figures.

A phrase is matched as a whole. Each function yields every date that the phrase may mean; the caller
(``archive.dates.suggestion``) accepts only unambiguous ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from archive.dates.english import MONTHS, SEASONS
from archive.dates.errors import PartialDateError
from archive.dates.parser import DECIMAL_YEAR, SEASON_MONTHS, parse

_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()} | {"sept": 9}
_SEASON_NUMBERS = {name: number for number, name in SEASONS.items()} | {"fall": 23}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _words(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


#: The names of months and their abbreviations, as a regular expression.
MONTH_NAMES = _words(_MONTH_NUMBERS)
_MONTH = rf"(?P<month>{MONTH_NAMES})\.?"
_DAY = r"(?:the )?(?P<day>\d{1,2})(?P<ordinal>st|nd|rd|th)?"
_YEAR = r"(?:(?:(?:of )?the )?year )?(?P<year>\d{4}|(?<=year )\d{1,3})"
WEEKDAY = _words([*_WEEKDAYS, *(name[:3] for name in _WEEKDAYS)])
_WEEKDAY = rf"(?:(?P<weekday>{WEEKDAY})\.?,? )?"
_SEASON = rf"(?P<season>{_words(_SEASON_NUMBERS)})"
#: A date in words; a missing year or month may come from the other end of a range.
_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WEEKDAY}{_DAY}(?: of)?[ -]?{_MONTH}(?:,? ?|-){_YEAR}",
        rf"{_WEEKDAY}{_MONTH} ?{_DAY}(?:,? |, ?){_YEAR}",
        rf"{_YEAR},?[ -]?{_MONTH}(?:[ -]?{_DAY})?",
        rf"{_MONTH}(?:,? ?| of |-){_YEAR}",
        rf"{_SEASON}(?: of|,)? {_YEAR}(?:[-/](?P<next>\d\d|\d{{4}}))?",
        _YEAR,
        r"(?:the )?(?P<decade>\d{3}0) ?'?s(?: \((?P<span>decade|century)\))?",
        rf"{_DAY}(?: of)?[ -]?{_MONTH}",
        rf"{_MONTH} ?{_DAY}",
        rf"{_DAY}(?:,? |, ?){_YEAR}",
        _DAY,
        _MONTH,
        _SEASON,
    )
)
_QUALIFIED = re.compile(
    r"(?P<doubt>(?:possibly|perhaps|maybe|probably) )?"
    r"(?P<about>(?:about|around|approximately|approx\.?) |circa |ca?(?:\. ?| |(?=\d)))?"
    r"(?P<date>.*?)(?P<query> ?\?| ?\(\?\))?"
)
#: By whether a date is doubtful and whether it is approximate.
MARKS = {(False, False): "", (False, True): "~", (True, False): "?", (True, True): "%"}
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
YEAR_AND_NUMBER = re.compile(r"(\d{4}) ?([-/. ]) ?(\d{1,2})")
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
#: Day 0 of Excel's calendar, for serial numbers after its 29 February 1900, which did not exist.
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class PhraseDate:
    """The parts of a date in a phrase. ``year`` has unspecified digits for a decade; a season is a month."""

    year: str = ""
    month: int = 0
    day: int = 0
    mark: str = ""

    @property
    def precision(self) -> str:
        if self.day:
            return "day"
        return "year" if not self.month else "month" if self.month <= 12 else "season"

    @property
    def is_complete(self) -> bool:
        return bool(self.year and (self.month or not self.day))

    def __str__(self) -> str:
        parts = [self.year, *(f"{part:02d}" for part in (self.month, self.day) if part)]
        return "-".join(parts) + self.mark


def is_date(text: str) -> bool:
    try:
        parse(text)
    except PartialDateError:
        return False
    return True


def complete_dates(phrase: str) -> Iterator[PhraseDate]:
    """Complete dates with their marks."""
    yield from (date for date in partial_dates(phrase) if date.is_complete)


def partial_dates(phrase: str) -> Iterator[PhraseDate]:
    """Dates with their marks; a date in words may lack a year or a month."""
    match = _QUALIFIED.fullmatch(phrase)
    if not match:
        return
    mark = MARKS[bool(match["doubt"] or match["query"]), bool(match["about"])]
    if match["doubt"] and match["query"]:
        return
    seen = set()
    for parsed in (*in_words(match["date"]), *in_figures(match["date"])):
        if parsed not in seen:
            seen.add(parsed)
            yield replace(parsed, mark=mark)


def in_words(phrase: str) -> Iterator[PhraseDate]:
    for pattern in _PHRASES:
        match = pattern.fullmatch(phrase)
        if match and (parsed := _from_groups(match.groupdict())) is not None:
            yield parsed


def _from_groups(parts: dict[str, str | None]) -> PhraseDate | None:
    """The date of a match's groups; None if they contradict each other or are ambiguous."""
    year = (parts.get("year") or "").zfill(4) if parts.get("year") else ""
    month = _MONTH_NUMBERS.get(parts.get("month") or "", 0) or _SEASON_NUMBERS.get(parts.get("season") or "", 0)
    day = int(parts.get("day") or 0)
    if (parts.get("day") and not day) or parts.get("ordinal") not in (None, _ordinal(day)):
        return None
    if parts.get("decade"):
        return decade(str(parts["decade"]), parts.get("span") or "")
    following = parts.get("next")
    if following and (month != 24 or not f"{int(year) + 1:04d}".endswith(following)):
        return None
    if parts.get("weekday") and not _falls_on(year, month, day, str(parts["weekday"])):
        return None
    return PhraseDate(year, month, day)


def decade(years: str, span: str) -> PhraseDate | None:
    """``1950s``; ``1900s`` only with the word decade or century."""
    if not span and years.endswith("00"):
        return None
    return PhraseDate(f"{years[:2]}XX" if span == "century" else f"{years[:3]}X")


def _ordinal(day: int) -> str:
    return "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _falls_on(year: str, month: int, day: int, weekday: str) -> bool:
    try:
        return _WEEKDAYS[date(int(year), month, day).weekday()].startswith(weekday)
    except ValueError:
        return False


def in_figures(phrase: str) -> Iterator[PhraseDate]:
    """Dates in figures. A month or day of 00 is unknown."""
    if match := _YEAR_FIRST.fullmatch(phrase):
        yield from _with_zeros(match[1], match[3], match[4])
    elif match := _YEAR_LAST.fullmatch(phrase):
        first, second, year = int(match[1]), int(match[3]), match[4]
        orders = [PhraseDate(year, second, first), PhraseDate(year, first, second)] if first and second else []
        days = [day for day in orders if is_date(str(day))]
        # A day that the month does not have gives no suggestion, but the reason.
        yield from (days[:1] if match[2] == "." else days) or orders
    elif match := YEAR_AND_NUMBER.fullmatch(phrase):
        if int(match[3]) <= 12 and not DECIMAL_YEAR.fullmatch(phrase):
            yield from _with_zeros(match[1], match[3], "00")
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", phrase):
        if 1 <= int(match[1]) <= 12:
            yield PhraseDate(match[2], int(match[1]))
    elif match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", phrase):
        yield from _with_zeros(match[1], match[2], match[3])
    elif match := _SERIAL.fullmatch(phrase):
        day = _EXCEL_EPOCH + timedelta(days=int(match[1]))
        yield PhraseDate(f"{day.year:04d}", day.month, day.day)


def _with_zeros(year: str, month: str, day: str) -> Iterator[PhraseDate]:
    if int(month) in SEASON_MONTHS or (not int(month) and int(day)):
        return
    yield PhraseDate(year, int(month), int(day))
