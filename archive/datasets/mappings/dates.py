"""Dates of other formats as EDTF, no more exact than the format says."""

from __future__ import annotations

import re
from datetime import date

from archive.datasets.mappings.definition import PRECISIONS, DateParts, DateRule, Order
from archive.datasets.mappings.month_names import in_english
from archive.datasets.mappings.rows import Row, ValueProblem
from archive.datasets.problems import quote_value
from archive.dates import PartialDate, PartialDateError
from archive.dates.suggestion import suggest
from archive.text import closest_match

#: A timestamp of ISO 8601, also with the sign and the zeros of Wikidata (``+1952-00-00T00:00:00Z``).
_TIMESTAMP = re.compile(
    r"(?P<sign>[+-]?)(?P<day>\d{4,}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4}(?:\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
#: A time of day after a date in figures or words.
_TIMED = re.compile(r"(?P<day>.+\d),? \d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?", re.IGNORECASE)
#: Also as Korea writes a day: ``2019. 7. 12.``
_FIGURES = re.compile(r"(\d{1,4})(?:[-/ ]|\. ?)(\d{1,2})(?:[-/ ]|\. ?)(\d{1,4})\.?")
_ORDERS: dict[Order, tuple[int, int, int]] = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_DAYS_AROUND = 3


def date_text(rule: DateRule, row: Row) -> str | None:
    """The EDTF of the row's date, None where it has none. Raises ValueProblem."""
    if rule.constant is not None:
        return rule.constant
    start = _with_precision(rule, rule.precision, _text_of(rule.start, rule.order, row), row)
    if rule.end is None:
        return start
    end = _with_precision(rule, rule.end_precision, _text_of(rule.end, rule.order, row), row)
    if end is None and start is not None and any(map(row.unknown_values, rule.end.columns)):
        return f"{start}/"
    return _joined(start, end, rule)


def displayed_date(text: str | None, display: str) -> str | None:
    """The EDTF of a date as readers see it, if it is understood and shares a day with ``text``; else None."""
    try:
        display_date = PartialDate.parse(_understood(display))
        own = PartialDate.parse(text) if text is not None else display_date
    except (PartialDateError, ValueProblem):
        return None
    bounds = (display_date.earliest, display_date.latest, own.earliest, own.latest)
    if any(bound is None for bound in bounds):
        return None
    overlaps = display_date.earliest <= own.latest and own.earliest <= display_date.latest  # type: ignore[operator]
    return display_date.text if overlaps else None


def _joined(start: str | None, end: str | None, rule: DateRule) -> str | None:
    if end is None:
        if start is None or rule.blank_end == "none":
            return start
        return f"{start}/" if rule.blank_end == "unknown" else f"{start}/.."
    if start is None:
        return f"/{end}"
    return start if start == end else f"{start}/{end}"


def _text_of(parts: DateParts, order: Order, row: Row) -> str | None:
    if parts.year:
        return _from_parts(parts, row)
    text = next(filter(None, map(row.text, parts.columns)), None)
    return from_text(text, order) if text is not None else None


def _from_parts(parts: DateParts, row: Row) -> str | None:
    year, month, day = (row.text(column) if column else None for column in (parts.year, parts.month, parts.day))
    if year is None:
        if month is None and day is None:
            return None
        raise ValueProblem(f"no year ({parts.month} {month or 'empty'}, {parts.day} {day or 'empty'})", "a year")
    if month is None and day is not None:
        raise ValueProblem(f"a day without a month ({parts.day} {day})", f"a month in {parts.month or 'a column'}")
    if year.startswith("-") or (year.isascii() and year.isdecimal() and not 1 <= int(year[:10]) <= date.max.year):
        raise ValueProblem(f"the year {quote_value(year)}", "a year from 0001 to 9999")
    for column, text in zip((parts.year, parts.month, parts.day), (year, month, day), strict=True):
        if text is not None and not (text.isascii() and text.isdecimal() and len(text) <= 4):
            raise ValueProblem(f"{quote_value(text)} in {column}", "a number")
    text = f"{int(year):04d}"
    for part in filter(None, (month, day)):
        text += f"-{int(part):02d}"
    return text


def from_text(text: str, order: Order) -> str:
    """The EDTF of a date in one text, not yet validated. Raises ValueProblem."""
    timestamp = _TIMESTAMP.fullmatch(text)
    if timestamp:
        sign = "-" if timestamp["sign"] == "-" else ""
        return sign + timestamp["day"].removesuffix("-00").removesuffix("-00")
    compact = _COMPACT.fullmatch(text)
    if compact and (order == "ymd" or "T" in text):
        return "-".join(compact.groups())
    figures = _FIGURES.fullmatch(text)
    if figures:
        # Four figures are the year, wherever they stand.
        indexes = _ORDERS["ymd" if len(figures[1]) == 4 else order]
        year, month, day = (figures[index + 1] for index in indexes)
        if len(year) == 4 and len(day) <= 2:
            return f"{year}-{int(month):02d}-{int(day):02d}"
    timed = _TIMED.fullmatch(text)
    return from_text(timed["day"], order) if timed else _understood(text)


def _understood(text: str) -> str:
    """EDTF as it is; of other notations the only reading. Raises ValueProblem where there is none, or several."""
    try:
        return PartialDate.parse(text).text
    except PartialDateError as error:
        if error.suggestion:
            return error.suggestion
        if translated := suggest(in_english(text)):
            return translated
        reason = f" ({error.reason})" if error.reason else ""
        raise ValueProblem(f"'{error.got}'{reason}", error.expected) from None


# Precision


def _with_precision(rule: DateRule, column: str, text: str | None, row: Row) -> str | None:
    """The date as exact as the column of its precision says."""
    word = row.text(column) if column else None
    if text is None or word is None:
        return text
    precisions = rule.precisions or {name: name for name in PRECISIONS}
    if word not in precisions:
        expected = f"one of {', '.join(precisions)} in {column}"
        raise ValueProblem(quote_value(word), expected, closest_match(word, list(precisions)))
    return _reduced(text, precisions[word])


def _reduced(text: str, precision: str) -> str | None:
    match precision:
        case "none":
            return None
        case "week":
            return _week_around(text)
        case "month":
            return text[:7] if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text) else text
        case "year":
            return text[:4] if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else text
        case "decade":
            return f"{text[:3]}X"
        case "century":
            # The 19th century ends with 1900, which Wikidata writes for it.
            return f"{(int(text[:4]) - 1) // 100:02d}XX" if text[:4].isdecimal() else text
        case "millennium":
            return _millennium(text)
    return text


def _week_around(text: str) -> str:
    """Seven days with this one in the middle; fewer at an end of the calendar."""
    try:
        middle = date.fromisoformat(text).toordinal()
    except ValueError:
        return text
    first, last = max(middle - _DAYS_AROUND, date.min.toordinal()), min(middle + _DAYS_AROUND, date.max.toordinal())
    return f"{date.fromordinal(first)}/{date.fromordinal(last)}"


def _millennium(text: str) -> str:
    """The interval of its years: the 2nd ends with 2000, which Wikidata writes for it."""
    if not text[:4].isdecimal() or text[:4] == "0000":
        return text
    number = (int(text[:4]) - 1) // 1000
    return f"{number * 1000 + 1:04d}/{min(number * 1000 + 1000, date.max.year):04d}"
