"""The EDTF parser: from text to bounds.

Strict, and linear in the length of the text: it is split at ``/`` or ``,`` and each piece is read by position.
Refused with a reason: negative and five-digit years, times of day, reversed intervals, sets of more than eight,
unspecified digits that leave no bounds (``XXXX``, ``20XX-07``), and all of level 2 but the one-of set.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_lazy

from archive.dates.errors import PartialDateError

MAX_LENGTH = 64
MAX_MEMBERS = 8
_DIGITS = frozenset("0123456789")
#: Seasons of ISO 8601-2: 21 spring to 24 winter, northern; bounds are whole months, winter from December of its year.
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}
#: Last code of a kind of level 2 "season" -> why it is refused; the codes begin with 25.
_LEVEL_2_SEASONS = {
    28: gettext_lazy("{month} is a season of the northern hemisphere; it is of level 2 and not read"),
    32: gettext_lazy("{month} is a season of the southern hemisphere; it is of level 2 and not read"),
    36: gettext_lazy("{month} is a quarter; it is of level 2 and not read"),
    39: gettext_lazy("{month} is a third of a year; it is of level 2 and not read"),
    41: gettext_lazy("{month} is a half-year; it is of level 2 and not read"),
}
#: Most dates; other texts are examined for the reason of the error.
_COMMON_FORM = re.compile(r"[0-9X]{4}(?:-(?:[0-9]{2}|XX)){0,2}")
_FIGURES = re.compile(
    r"(?P<first>\d{1,2})(?P<by>[-/. ])(?P<second>\d{1,2})(?P=by)(?:\d{2}|\d{4})|\d{4}([/. ])\d{1,2}\4\d{1,2}"
)
#: A year with a fraction of one digit. That of zero is the year, as programs for statistics write it.
DECIMAL_YEAR = re.compile(r"\d{4}\.[1-9]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One date without a slash: its bounds, precision, parts (year text, month, day) and qualifier."""

    earliest: date
    latest: date
    precision: str
    year: str
    month: int | None = None
    day: int | None = None
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed text: its pieces, and for an interval the state of each end."""

    pieces: tuple[Piece, ...]
    form: str  # "single", "interval" or "set"
    start: str = "known"  # "known", "open" or "unknown"
    end: str = "known"


def parse(text: str) -> Parsed:
    """Read EDTF text. Raises PartialDateError."""
    if not text:
        raise PartialDateError(text, gettext("the text is empty"))
    if len(text) > MAX_LENGTH:
        raise PartialDateError(
            text, gettext("{count} characters, at most {limit} are read").format(count=len(text), limit=MAX_LENGTH)
        )
    if not text.isascii():
        raise PartialDateError(text, gettext("it has characters other than ASCII"))
    if text.startswith("[") or text.endswith("]"):
        return _set(text)
    if text.startswith("{") or text.endswith("}"):
        raise PartialDateError(
            text, gettext("a set of several dates {form} is of level 2 and not read").format(form="{a,b}")
        )
    if "/" in text:
        return _interval(text)
    return Parsed((_piece(text, text),), "single")


def _set(text: str) -> Parsed:
    if not (text.startswith("[") and text.endswith("]")):
        raise PartialDateError(text, gettext("a one-of set is written [a,b]"))
    members = [member.strip() for member in text[1:-1].split(",")]
    if ".." in text or "/" in text:
        raise PartialDateError(text, gettext("a range in a set is of level 2 and not read"))
    if not 2 <= len(members) <= MAX_MEMBERS:
        reason = gettext("a one-of set has two to {limit} dates, this one {count}").format(
            limit=MAX_MEMBERS, count=len(members)
        )
        raise PartialDateError(text, reason)
    return Parsed(tuple(_piece(member, text) for member in members), "set")


def _interval(text: str) -> Parsed:
    ends = text.split("/")
    if len(ends) != 2:
        raise PartialDateError(text, _reason_of_figures(text) or gettext("an interval has one slash"))
    if reason := _reason_of_abbreviation(*ends):
        raise PartialDateError(text, reason)
    kinds = [{"": "unknown", "..": "open"}.get(end, "known") for end in ends]
    if "known" not in kinds:
        raise PartialDateError(text, gettext("an interval names at least one of its ends"))
    pieces = tuple(_piece(end, text) for end, kind in zip(ends, kinds, strict=True) if kind == "known")
    if len(pieces) == 2 and pieces[0].earliest > pieces[1].latest:
        raise PartialDateError(text, gettext("the interval's end lies before its start"))
    return Parsed(pieces, "interval", kinds[0], kinds[1])


def _reason_of_abbreviation(start: str, end: str) -> str:
    """Why an interval whose start or end is not a whole date is none; empty for other intervals."""
    if re.fullmatch(r"\d{1,2}", start) and re.fullmatch(r"\d{4}", end):
        return gettext("a month is written year and month with a hyphen")
    if re.match(r"\d{4}", start) and re.fullmatch(r"\d{1,2}(?:-\d{1,2})?", end):
        return gettext("the end of an interval is written in full, as its start is")
    return ""


def _reason_of_figures(text: str) -> str:
    """Why a numeric date, as in forms and letters, is not EDTF; empty for other texts."""
    match = _FIGURES.fullmatch(text)
    if not match:
        return ""
    numbers = {int(number) for number in match.group("first", "second") if number}
    if len(numbers) == 2 and max(numbers) <= 12 and match["by"] != ".":
        return gettext("{text}: day or month first? A day is written year, month, day with hyphens").format(text=text)
    return gettext("a day is written year, month, day with hyphens")


def _piece(text: str, whole: str) -> Piece:
    qualifier = text[-1] if text and text[-1] in "~?%" else ""
    unqualified = text[:-1] if qualifier else text
    parts = unqualified.split("-")
    if not _COMMON_FORM.fullmatch(unqualified):
        raise PartialDateError(whole, _reason_of_form(text, parts))
    year = parts[0]
    if len(parts) == 1:
        return _year(year, qualifier, whole)
    if not set(year) <= _DIGITS or year == "0000":
        reason = gettext("a year with a month is given in full") if "X" in year else gettext("there is no year 0")
        raise PartialDateError(whole, reason)
    if parts[1] == "XX":
        if len(parts) == 3 and parts[2] != "XX":
            raise PartialDateError(whole, gettext("a day needs its month"))
        return Piece(date(int(year), 1, 1), date(int(year), 12, 31), "year", year, qualifier=qualifier)
    return _month(int(year), parts, qualifier, whole)


def _reason_of_form(text: str, parts: list[str]) -> str:
    """Why a text does not have the form of a date: the most specific reason, or an empty one."""
    if re.search(r"\dT|\d:\d", text):
        return gettext("a date is given without a time of day")
    if text.startswith("--"):
        return gettext("a date needs its year")
    if re.match(r"-\d|Y-?\d", text):
        return gettext("years before 1 and after 9999 are not supported")
    if re.search(r"[~?%]{2}$", text):
        return gettext("a date has one mark: {both} is ~ and ? together").format(both="%")
    if re.search(r"[~?%]-?\d", text):
        return gettext("a mark before the end of a date is of level 2 and not read")
    if re.fullmatch(r"\d+[ES]\d+", text):
        return gettext("a year with an exponent or significant digits is of level 2 and not read")
    if re.fullmatch(r"[0-9X]{4}(-[0-9X]{2}){1,2}[~?%]?", text):
        return gettext("a month or day is unspecified as XX")
    if DECIMAL_YEAR.fullmatch(text):
        return gettext("a spreadsheet writes 2019.1 for January and for 2019.10, October: a month has two digits")
    if reason := _reason_of_figures(text):
        return reason
    return _reason_of_lengths(parts) if all(part.isdigit() for part in parts) else ""


def _reason_of_lengths(parts: list[str]) -> str:
    if len(parts) == 1 and len(parts[0]) == 8:
        return gettext("a day is written with hyphens")
    if len(parts[0]) != 4:
        return gettext("years have four digits")
    if len(parts) > 3:
        return gettext("a date has a year, a month and a day at most")
    return gettext("a month and a day have two digits")


def _year(year: str, qualifier: str, whole: str) -> Piece:
    digits = year.rstrip("X")
    unspecified = len(year) - len(digits)
    if "X" in digits or unspecified > 2:
        raise PartialDateError(whole, gettext("at most the last two digits of a year are unspecified"))
    first, last = int(digits + "0" * unspecified), int(digits + "9" * unspecified)
    if last == 0:
        raise PartialDateError(whole, gettext("there is no year 0"))
    precision = ("year", "decade", "century")[unspecified]
    return Piece(date(max(first, 1), 1, 1), date(last, 12, 31), precision, year, qualifier=qualifier)


def _month(year: int, parts: list[str], qualifier: str, whole: str) -> Piece:
    month = int(parts[1])
    if month in SEASON_MONTHS:
        if len(parts) == 3:
            raise PartialDateError(whole, gettext("a season has no days"))
        first, last = SEASON_MONTHS[month]
        end_year = year + (last < first)
        if end_year > 9999:
            text = gettext("winter {year} ends in the year {end}, and years before 1 and after 9999 are not supported")
            reason = text.format(year=year, end=end_year)
            raise PartialDateError(whole, reason)
        end = date(end_year, last, monthrange(end_year, last)[1])
        return Piece(date(year, first, 1), end, "season", parts[0], month, qualifier=qualifier)
    if not 1 <= month <= 12:
        raise PartialDateError(whole, _reason_of_month(parts[1]))
    days = monthrange(year, month)[1]
    if len(parts) == 2 or parts[2] == "XX":
        return Piece(date(year, month, 1), date(year, month, days), "month", parts[0], month, qualifier=qualifier)
    day = int(parts[2])
    if not 1 <= day <= days:
        raise PartialDateError(whole, gettext("{month} has {days} days").format(month="-".join(parts[:2]), days=days))
    only = date(year, month, day)
    return Piece(only, only, "day", parts[0], month, day, qualifier)


def _reason_of_month(month: str) -> str:
    season = next((reason for last, reason in _LEVEL_2_SEASONS.items() if 25 <= int(month) <= last), None)
    return season.format(month=month) if season else gettext("there is no month {month}").format(month=month)
