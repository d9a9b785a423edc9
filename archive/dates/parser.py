"""From EDTF text to bounds.

Strict and linear: the text is cut at ``/`` or ``,`` and each piece is read by position, so no input makes it slow.
Refused with a reason: negative and five-digit years, times of day, reversed intervals, sets of more than eight,
unspecified digits that leave no bounds (``XXXX``, ``20XX-07``).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from archive.dates.errors import PartialDateError

MAX_LENGTH = 64
MAX_MEMBERS = 8
_DIGITS = frozenset("0123456789")
#: Seasons of ISO 8601-2: 21 spring to 24 winter, northern; bounds are whole months, winter from December of its year.
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


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
    """What a whole text means: its pieces, and for an interval how each end is given."""

    pieces: tuple[Piece, ...]
    form: str  # "single", "interval" or "set"
    start: str = "known"  # "known", "open" or "unknown"
    end: str = "known"


def parse(text: str) -> Parsed:
    """Read EDTF text. Raises PartialDateError."""
    if not text:
        raise PartialDateError(text, "the text is empty")
    if len(text) > MAX_LENGTH:
        raise PartialDateError(text, f"{len(text)} characters, at most {MAX_LENGTH} are read")
    if not text.isascii():
        raise PartialDateError(text, "it has characters other than ASCII")
    if text.startswith("[") or text.endswith("]"):
        return _set(text)
    if "/" in text:
        return _interval(text)
    return Parsed((_piece(text, text),), "single")


def _set(text: str) -> Parsed:
    if not (text.startswith("[") and text.endswith("]")):
        raise PartialDateError(text, "a one-of set is written [a,b]")
    members = [member.strip() for member in text[1:-1].split(",")]
    if not 2 <= len(members) <= MAX_MEMBERS:
        raise PartialDateError(text, f"a one-of set has two to {MAX_MEMBERS} dates, this one {len(members)}")
    return Parsed(tuple(_piece(member, text) for member in members), "set")


def _interval(text: str) -> Parsed:
    ends = text.split("/")
    if len(ends) != 2:
        raise PartialDateError(text, "an interval has one slash")
    kinds = [{"": "unknown", "..": "open"}.get(end, "known") for end in ends]
    if "known" not in kinds:
        raise PartialDateError(text, "an interval names at least one of its ends")
    pieces = tuple(_piece(end, text) for end, kind in zip(ends, kinds, strict=True) if kind == "known")
    if len(pieces) == 2 and pieces[0].earliest > pieces[1].latest:
        raise PartialDateError(text, "the interval's end lies before its start")
    return Parsed(pieces, "interval", kinds[0], kinds[1])


def _piece(text: str, whole: str) -> Piece:
    qualifier = text[-1] if text and text[-1] in "~?%" else ""
    parts = (text[:-1] if qualifier else text).split("-")
    _refuse_shapes(text, parts, whole)
    year = parts[0]
    if len(parts) == 1:
        return _year(year, qualifier, whole)
    if not set(year) <= _DIGITS or year == "0000":
        raise PartialDateError(whole, "a year with a month is given in full" if "X" in year else "there is no year 0")
    if parts[1] == "XX":
        if len(parts) == 3 and parts[2] != "XX":
            raise PartialDateError(whole, "a day needs its month")
        return Piece(date(int(year), 1, 1), date(int(year), 12, 31), "year", year, qualifier=qualifier)
    return _month(int(year), parts, qualifier, whole)


def _refuse_shapes(text: str, parts: list[str], whole: str) -> None:
    if "T" in text or ":" in text:
        raise PartialDateError(whole, "a date is given without a time of day")
    if text.startswith("-") or text.startswith("Y"):
        raise PartialDateError(whole, "years before 1 and after 9999 are not kept")
    if parts[0].isdigit() and len(parts[0]) > 4:
        raise PartialDateError(whole, "years have four digits")
    if len(parts) > 3 or len(parts[0]) != 4 or any(len(part) != 2 for part in parts[1:]):
        raise PartialDateError(whole)
    if not all(set(part) <= _DIGITS or set(part) <= _DIGITS | {"X"} for part in parts):
        raise PartialDateError(whole)
    if any("X" in part and part != "XX" for part in parts[1:]):
        raise PartialDateError(whole, "a month or day is unspecified as XX")


def _year(year: str, qualifier: str, whole: str) -> Piece:
    known = year.rstrip("X")
    unspecified = len(year) - len(known)
    if "X" in known or unspecified > 2:
        raise PartialDateError(whole, "at most the last two digits of a year are unspecified")
    first, last = int(known + "0" * unspecified), int(known + "9" * unspecified)
    if last == 0:
        raise PartialDateError(whole, "there is no year 0")
    precision = ("year", "decade", "century")[unspecified]
    return Piece(date(max(first, 1), 1, 1), date(last, 12, 31), precision, year, qualifier=qualifier)


def _month(year: int, parts: list[str], qualifier: str, whole: str) -> Piece:
    month = int(parts[1])
    if month in SEASON_MONTHS:
        if len(parts) == 3:
            raise PartialDateError(whole, "a season has no days")
        first, last = SEASON_MONTHS[month]
        end_year = year + (last < first)
        if end_year > 9999:
            raise PartialDateError(whole, "years before 1 and after 9999 are not kept")
        end = date(end_year, last, monthrange(end_year, last)[1])
        return Piece(date(year, first, 1), end, "season", parts[0], month, qualifier=qualifier)
    if not 1 <= month <= 12:
        raise PartialDateError(whole, f"there is no month {parts[1]}")
    days = monthrange(year, month)[1]
    if len(parts) == 2 or parts[2] == "XX":
        return Piece(date(year, month, 1), date(year, month, days), "month", parts[0], month, qualifier=qualifier)
    day = int(parts[2])
    if not 1 <= day <= days:
        raise PartialDateError(whole, f"{parts[0]}-{parts[1]} has {days} days")
    only = date(year, month, day)
    return Piece(only, only, "day", parts[0], month, day, qualifier)
