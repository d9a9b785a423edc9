"""Suggestions of EDTF for dates in other notations.

There is a suggestion only if every character of the text is understood and exactly one reading remains. A phrase is
matched as a whole against a small grammar of English dates (day, month, season, year and decade; ranges; ``or``;
``before``, ``until``, ``since``; ``about`` and ``possibly``) and against numeric notations (``2019/07/12``,
``12.07.2019``, ``20190712``, ``2019-W28``, Excel serial numbers); one with Korean, Japanese or Chinese words against
the grammar of :mod:`archive.dates.east_asian_phrases`. A word outside the grammar (``BC``, ``Julian``, ``late``,
``not``) leaves no reading. Notations with two readings (``12/07/2019``, ``2001-7``, ``1900s``) get none either.

Conventions: numbers joined by dots are day first; ``before D`` ends on the day, month or year before D; ``after D`` has
no suggestion, because an open end (``D/..``) would mean that the event continues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext

from archive.dates.east_asian_phrases import east_asian_reading
from archive.dates.errors import PartialDateError
from archive.dates.parser import MAX_LENGTH, MAX_MEMBERS, parse
from archive.dates.phrases import (
    WEEKDAY,
    YEAR_AND_NUMBER,
    PhraseDate,
    complete_dates,
    in_figures,
    in_words,
    is_date,
    partial_dates,
)

#: Dashes, no-break spaces and full-width forms, as ASCII has them.
_ASCII = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"}
_ASCII |= {0x00A0: " ", 0x202F: " ", 0x2009: " ", 0x2019: "'", 0x3000: " "}
_ASCII |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_MIDNIGHT = re.compile(r"(?P<day>.+\d)(?:(?:t|,? )0?0:00(?::00(?:\.0+)?)?(?: ?z| ?utc|\+00:?00)?| 12:00(?::00)? ?am)")
_WITH_MONTHS = re.compile(r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?/?){1,2}")
_LEADING_WEEKDAY = re.compile(rf"({WEEKDAY})\b\.?,? *", re.IGNORECASE)
#: The last year in which a country went over from the Julian calendar.
_LAST_JULIAN_YEAR = 1923


def suggest(text: str) -> str:
    """The EDTF of the text; an empty string unless it has exactly one reading."""
    readings = {reading for reading in _all_readings(text) if reading == "" or is_date(reading)}
    return readings.pop() if len(readings) == 1 else ""


def reason_of_reading(text: str) -> str:
    """Why a text that is understood is no date: such as too many days for the month, or another weekday."""
    reasons = set()
    for reading in _all_readings(text):
        try:
            if _WITH_MONTHS.fullmatch(reading):
                parse(reading)
        except PartialDateError as error:
            reasons.add(error.reason)
    if len(reasons) == 1:
        return reasons.pop()
    weekday = _LEADING_WEEKDAY.match(text.strip())
    without = suggest(text.strip()[weekday.end() :]) if weekday is not None else ""
    return gettext("{date} is no {weekday}").format(date=without, weekday=weekday[1]) if without and weekday else ""


def _all_readings(text: str) -> set[str]:
    """Every EDTF text that the text may mean, valid or not; an empty one for a meaning without EDTF."""
    if len(text) > MAX_LENGTH:
        return set()
    phrase = " ".join(text.translate(_ASCII).lower().split()).removesuffix(".")
    if not phrase.isascii():
        reading = east_asian_reading(phrase)
        return {reading} if reading else set()
    if phrase.startswith("[") and phrase.endswith("]") and "," not in phrase:
        phrase = phrase[1:-1]  # cataloguers put a supplied date in brackets
    return set(_readings(phrase))


def _readings(phrase: str) -> Iterator[str]:
    """Every EDTF text that the phrase may mean, valid or not; an empty one for a meaning without EDTF."""
    yield from _older_edtf(phrase)
    yield from _iso_week(phrase)
    yield from _abbreviated_range(phrase)
    yield from _abbreviated_end(phrase)
    without_preposition = re.sub(r"^(?:in|on|during)(?: the)? ", "", phrase)
    yield from map(str, complete_dates(without_preposition))
    midnight = _MIDNIGHT.fullmatch(phrase)
    if midnight:
        yield from _at_midnight(midnight["day"])
        yield from (str(day) for day in in_words(midnight["day"]) if day.precision == "day" and day.is_complete)
    yield from _half_open(phrase)
    yield from _ranges(phrase)
    yield from _alternatives(phrase)


def _at_midnight(day: str) -> Iterator[str]:
    """A day in figures. With a plus sign it is Wikidata's, where the first of a month may stand for month or year."""
    for parsed in in_figures(day.removeprefix("+")):
        if not (day.startswith("+") and parsed.day == 1):
            yield str(parsed)


def _older_edtf(phrase: str) -> Iterator[str]:
    """EDTF of the draft of 2012 (``u`` for a digit, ``unknown``, ``open``, ``?~``), and small ``x``.

    A slash may stand between blanks, and dots may stand for it.
    """
    text = re.sub(r" ?/ ?|(?<=[\dx]) ?\.\.\.? ?(?=\d)", "/", phrase)
    text = re.sub(r"(?<=/)open$", "..", text)
    text = re.sub(r"^unknown(?=/)|(?<=/)unknown$", "", text).replace("?~", "%").replace("~?", "%")
    if re.fullmatch(r"[\dxu/.~?%-]+", text):
        yield re.sub("[xu]", "X", text)
    ends = text.split("/")
    if len(ends) == 2 and all(re.fullmatch(r"\d{4}-\d\d?(-\d\d?)?", end) for end in ends):
        for start in in_figures(ends[0]):
            yield from (f"{start}/{end}" for end in in_figures(ends[1]))


def _iso_week(phrase: str) -> Iterator[str]:
    """``2019-W28``, which is a week from Monday on, and ``2019-W28-5``, its Friday: ISO 8601."""
    if match := re.fullmatch(r"(\d{4})-?w(\d\d)(?:-?([1-7]))?", phrase):
        try:
            first = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
            yield str(first) if match[3] else f"{first}/{first + timedelta(days=6)}"
        except (ValueError, OverflowError):  # no such week, or days after the calendar's last
            return


def _abbreviated_range(phrase: str) -> Iterator[str]:
    """``1950-51`` and ``1950/51``: the end's last digits only. Codes of level 2 seasons have a meaning of their own."""
    match = YEAR_AND_NUMBER.fullmatch(phrase)
    if not match or match[2] in ". ":
        return
    year, end = match[1], match[3]
    if end == "00" and year.endswith("99"):
        yield f"{year}/{int(year) + 1:04d}"
    if int(end) > int(year[-len(end) :]):
        yield f"{year}/{year[: -len(end)]}{end}"
    if match[2] == "-" and len(end) == 2 and 21 <= int(end) <= 41:
        yield ""


def _abbreviated_end(phrase: str) -> Iterator[str]:
    """``2019-07-12/15``, ``2019-07-12/08-15`` and ``2019-07/09``: the end without what it shares with the start."""
    match = re.fullmatch(r"(\d{4}-\d\d-)(\d\d)/(\d\d)|(\d{4}-)(\d\d-\d\d|\d\d)/(\d\d-\d\d|\d\d)", phrase)
    if match:
        shared, start, end = (part for part in match.groups() if part is not None)
        if len(start) == len(end) and end > start:
            yield f"{shared}{start}/{shared}{end}"


def _half_open(phrase: str) -> Iterator[str]:
    patterns = {
        r"(?:until|till|up to|by) (.+)": "../{}",
        r"since (.+)": "{}/..",
        r"from (.+), end not known": "{}/",
        r"until (.+), start not known": "/{}",
    }
    for pattern, form in patterns.items():
        if match := re.fullmatch(pattern, phrase):
            yield from (form.format(day) for day in complete_dates(match[1]))
    if match := re.fullmatch(r"before (.+)", phrase):
        for day in complete_dates(match[1]):
            yield f"../{_preceding(day)}"


def _preceding(later: PhraseDate) -> PhraseDate | str:
    """The preceding day, month or year; an empty text if there is none, or for a season or a marked date."""
    if later.mark or later.precision == "season" or not later.year.isdigit():
        return ""
    try:
        first = date(int(later.year), later.month or 1, later.day or 1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return ""
    return PhraseDate(f"{first.year:04d}", first.month if later.month else 0, first.day if later.day else 0)


def _ranges(phrase: str) -> Iterator[str]:
    """Ranges; either date may lack parts that the other has (``12-13 July 2019``, ``July 12-13, 2019``)."""
    between = re.fullmatch(r"between (.+) and (.+)", phrase)
    if between:
        yield from _interval(between[1], between[2], "and")
        return
    for match in re.finditer(r" ?(-) ?| (to|through|until|till|and) ", phrase):
        joint = match[1] or match[2]
        start = phrase[: match.start()]
        if joint != "-":
            start = start.removeprefix("from ")
        must_be_consecutive = joint == "and"
        for reading in _interval(start, phrase[match.end() :], joint):
            if not must_be_consecutive or _are_consecutive(reading):
                yield reading


def _interval(start: str, end: str, joint: str) -> Iterator[str]:
    for first in partial_dates(start):
        for last in partial_dates(end):
            completed = _completed(first, last)
            if completed is None or bool(first.mark) != bool(last.mark):
                continue
            begin, finish = completed
            if begin == finish or (begin.precision != finish.precision and joint == "-"):
                continue
            if joint == "-" and not first.is_complete and _is_dual(begin, finish):
                yield ""
            yield f"{begin}/{finish}"


def _completed(first: PhraseDate, last: PhraseDate) -> tuple[PhraseDate, PhraseDate] | None:
    """Both dates completed from each other; None if that would be a guess."""
    if first.is_complete and last.is_complete:
        return first, last
    if first.precision != last.precision or first.mark or last.mark or not last.year or first.year:
        return None
    month = first.month or last.month
    begin, finish = replace(first, year=last.year, month=month), replace(last, month=last.month or month)
    return (begin, finish) if begin.is_complete and finish.is_complete else None


def _are_consecutive(interval: str) -> bool:
    try:
        start, end = (date.fromisoformat(part) for part in interval.split("/"))
    except ValueError:
        return False
    return end - start == timedelta(days=1)


def _is_dual(first: PhraseDate, last: PhraseDate) -> bool:
    """Whether two days of a month may be one day in the Julian and in the Gregorian calendar (11-22 February 1732)."""
    year = int(first.year)
    lag = year // 100 - year // 400 - 2
    return first.precision == "day" and year <= _LAST_JULIAN_YEAR and last.day - first.day == lag


def _alternatives(phrase: str) -> Iterator[str]:
    """``4 or 5 July 2019``, ``July 4, 5 or 8, 2019``, ``1936 or 1938``: a one-of set, in order."""
    match = re.fullmatch(r"(?:either )?(.+?),? or (.+)", phrase)
    if not match:
        return
    for last in partial_dates(match[2]):
        for earlier in _listed(match[1]):
            members = _members(earlier, last)
            if members is not None:
                yield f"[{','.join(map(str, members))}]"


def _listed(phrase: str) -> Iterator[list[PhraseDate]]:
    """One date, or several with commas between."""
    yield from ([day] for day in partial_dates(phrase))
    parts = re.split(r", ?", phrase)
    if 1 < len(parts) < MAX_MEMBERS:
        choices = [list(partial_dates(part)) for part in parts]
        if all(len(choice) == 1 for choice in choices):
            yield [choice[0] for choice in choices]


def _members(earlier: list[PhraseDate], last: PhraseDate) -> list[PhraseDate] | None:
    marks = {bool(day.mark) for day in (*earlier, last)}
    if len(marks) != 1:
        return None
    if not all(day.is_complete for day in (*earlier, last)):
        # Only the last has the year. The month is the last's, or the first's for all.
        with_month = [day for day in (*earlier, last) if day.month]
        shares_month = len(with_month) == 1 and with_month[0] in (earlier[0], last)
        if last.precision == "day" and not shares_month and len(with_month) <= len(earlier):
            return None
        pairs = [_completed(replace(day, month=day.month or earlier[0].month), last) for day in earlier]
        if not all(pairs):
            return None
        last = replace(last, month=last.month or earlier[0].month)
        earlier = [pair[0] for pair in pairs if pair]
    members = [*earlier, last]
    texts = [str(day) for day in members]
    return members if texts == sorted(set(texts)) else None
