"""Dates in an article, resolved against the day of the article: "Friday", "last week", "12 July", "지난 12일".

Results are EDTF (see ``archive.dates``). A week is the interval from its Monday to its Sunday. A day without a year is
the one nearest to the article; a weekday without more is the last one up to the article's day, unless its sentence
speaks of the future.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from archive.dates.english import MONTHS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)} | {"sept": 9}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KOREAN_WEEKDAYS = "월화수목금토일"
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_SHORT = "|".join(name[:3] for name in MONTHS if name != "May")
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:{_SHORT}|Sept)\.?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_PREPOSITIONS = ("[Ii]n", "[Oo]f", "[Bb]y", "[Ss]ince", "[Dd]uring", "[Uu]ntil", "beyond", "before", "after", "from")
_AFTER_PREPOSITION = "|".join(rf"(?<=\b{word} )" for word in _PREPOSITIONS)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|is to|are to|due|scheduled|plans?|planned|expected|set|agreed to|agrees to|promised to"
    r"|intends? to) ",
    re.IGNORECASE,
)


#: From a match, the article's day and its text to EDTF; an empty text for no date. Raises ValueError for no such day.
_Resolver = Callable[[re.Match[str], date, str], str]


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date in the text with its EDTF and the rule by which it was resolved."""

    start: int
    end: int
    text: str
    edtf: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    resolve: _Resolver
    name: _StrPromise


def date_marks(text: str, day: date) -> list[DateMark]:
    """All dates in the text, in order and without overlaps; the rules are tried in their order at each position."""
    marks: dict[int, DateMark] = {}
    taken = bytearray(len(text))
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            try:
                edtf = rule.resolve(match, day, text)
            except (ValueError, OverflowError):
                continue  # no such day: 31 June
            if edtf:
                marks[start] = DateMark(start, end, match.group(), edtf, str(rule.name))
    return [marks[start] for start in sorted(marks)]


def _full(match: re.Match[str], day: date, text: str) -> str:
    return date(int(match["year"]), _month(match), int(match["day"])).isoformat()


def _range(match: re.Match[str], day: date, text: str) -> str:
    year = int(match["year"]) if match["year"] else _nearest(day, _month(match), int(match["day"])).year
    first, last = date(year, _month(match), int(match["first"])), date(year, _month(match), int(match["day"]))
    return f"{first}/{last}" if first < last else ""


def _figures(match: re.Match[str], day: date, text: str) -> str:
    return date(*(int(part) for part in match.group().split("-"))).isoformat()


def _without_year(match: re.Match[str], day: date, text: str) -> str:
    return _nearest(day, _month(match), int(match["day"])).isoformat()


def _month_of_year(match: re.Match[str], day: date, text: str) -> str:
    return f"{match['year']}-{_month(match):02d}"


def _month_alone(match: re.Match[str], day: date, text: str) -> str:
    number = _month(match)
    which = (match["which"] or "").lower()
    if which == "last":
        year = day.year if number < day.month else day.year - 1
    elif which == "next":
        year = day.year if number > day.month else day.year + 1
    else:
        year = _nearest(day, number, 15).year
    return f"{year}-{number:02d}"


def _weekday(match: re.Match[str], day: date, text: str) -> str:
    which = (match["which"] or "").lower()
    offset = (day.weekday() - _WEEKDAYS.index(match["weekday"])) % 7
    if which == "next" or (which in ("", "coming") and _is_future(match, text)):
        return (day + timedelta(days=7 - offset)).isoformat()
    if which == "coming":
        return (day + timedelta(days=(7 - offset) % 7 or 7)).isoformat()
    if which in ("last", "past", "previous") and offset == 0:
        offset = 7
    return (day - timedelta(days=offset)).isoformat()


def _is_future(match: re.Match[str], text: str) -> bool:
    """Whether the words before, in the same sentence, speak of the future."""
    start = max(text.rfind(stop, 0, match.start()) for stop in (". ", "\n", "” ", '" '))
    return bool(_FUTURE.search(text, max(start, match.start() - 60), match.start()))


_RELATIVE_DAYS = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2,
    "오늘": 0, "어제": -1, "내일": 1, "그제": -2, "모레": 2,
}  # fmt: skip


def _relative_day(match: re.Match[str], day: date, text: str) -> str:
    return (day + timedelta(days=_RELATIVE_DAYS[match.group().lower()])).isoformat()


_STEPS = {"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1, "지난": -1, "이번": 0, "다음": 1}


def _period(match: re.Match[str], day: date, text: str) -> str:
    return _shifted(day, match["unit"], _STEPS[match["which"].lower()])


def _korean_period(match: re.Match[str], day: date, text: str) -> str:
    return _shifted(day, {"주": "week", "달": "month", "해": "year"}[match["unit"]], _STEPS[match["which"]])


def _ago(match: re.Match[str], day: date, text: str) -> str:
    count = _COUNTS.get(match["count"].lower()) or int(match["count"])
    if match["unit"] == "day":
        return (day - timedelta(days=count)).isoformat()
    return _shifted(day, match["unit"], -count)


def _shifted(day: date, unit: str, count: int) -> str:
    """The week, month or year that lies ``count`` after that of the day."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=count)
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return f"{year:04d}-{month + 1:02d}"
    return f"{day.year + count:04d}"


def _year(match: re.Match[str], day: date, text: str) -> str:
    return match["year"]


def _decade(match: re.Match[str], day: date, text: str) -> str:
    return f"{match['decade'][:3]}X"


def _korean(match: re.Match[str], day: date, text: str) -> str:
    if match["year"]:
        parts = [f"{int(match['year']):04d}", *(f"{int(part):02d}" for part in (match["month"], match["day"]) if part)]
        if len(parts) == 3:
            date(*map(int, parts))
        return "-".join(parts)
    if match["month"] and match["day"]:
        return _nearest(day, int(match["month"]), int(match["day"])).isoformat()
    if match["month"]:
        return f"{_nearest(day, int(match['month']), 15).year}-{int(match['month']):02d}"
    return _korean_day(day, int(match["day"]))


def _korean_day(day: date, number: int) -> str:
    """A day without its month: the last one with this number up to the article's day."""
    month = day.replace(day=1)
    if number > day.day:
        month = (month - timedelta(days=1)).replace(day=1)
    return month.replace(day=number).isoformat()


def _korean_weekday(match: re.Match[str], day: date, text: str) -> str:
    offset = (day.weekday() - _KOREAN_WEEKDAYS.index(match["weekday"])) % 7
    return (day - timedelta(days=offset)).isoformat()


def _month(match: re.Match[str]) -> int:
    return _NUMBERS[match["month"].rstrip(".").lower()]


def _nearest(day: date, month: int, number: int) -> date:
    """The day of this number and month that is nearest to the article's day; the earlier for a tie."""
    years = [year for year in (day.year - 1, day.year, day.year + 1) if number <= monthrange(year, month)[1]]
    if not years or not number:
        raise ValueError(number)
    return min((date(year, month, number) for year in years), key=lambda candidate: (abs(candidate - day), candidate))


def _rules() -> Iterator[_Rule]:
    def rule(pattern: str, resolve: _Resolver, name: _StrPromise, flags: int = 0) -> _Rule:
        return _Rule(re.compile(pattern, flags), resolve, name)

    nearest = _("a day without its year: the nearest to the article")
    weekday, day, period = (
        _("a weekday, counted from the article's day"), _("a day counted from the article's day"),
        _("a period counted from the article's day"),
    )  # fmt: skip
    days = rf"(?P<first>\d{{1,2}})(?: ?[-–] ?| to | and ){_DAY}"
    yield rule(rf"\b{days} {_MONTH}(?:,? {_YEAR})?", _range, _("days of a month"))
    yield rule(rf"\b{_MONTH} {days}\b(?:,? {_YEAR})?", _range, _("days of a month"))
    yield rule(rf"\b{_DAY}(?: of)? {_MONTH},? {_YEAR}\b", _full, _("a day with its year"))
    yield rule(rf"\b{_MONTH} {_DAY},? {_YEAR}\b", _full, _("a day with its year"))
    yield rule(r"\b\d{4}-\d\d-\d\d\b", _figures, _("a day in figures"))
    yield rule(rf"\b{_MONTH},? (?:of )?{_YEAR}\b", _month_of_year, _("a month with its year"))
    yield rule(rf"\b{_DAY}(?: of)? {_MONTH}(?![\w-])", _without_year, nearest)
    yield rule(rf"\b{_MONTH} {_DAY}\b(?!,? ?\d)", _without_year, nearest)
    which = "[Ll]ast|[Pp]ast|[Pp]revious|[Tt]his|[Nn]ext|[Cc]oming"
    yield rule(rf"\b(?:(?P<which>{which}) )?(?P<weekday>{'|'.join(_WEEKDAYS)})\b", _weekday, weekday)
    names = "|".join(sorted((name for name in _RELATIVE_DAYS if name.isascii()), key=len, reverse=True))
    yield rule(rf"\b(?:{names})\b", _relative_day, day, re.IGNORECASE)
    span = r"\b(?:earlier |later )?(?P<which>last|previous|past|this|next) (?P<unit>week|month|year)\b"
    yield rule(span, _period, period, re.IGNORECASE)
    ago = rf"\b(?P<count>{'|'.join(_COUNTS)}|\d{{1,3}}) (?P<unit>day|week|month|year)s? (?:ago|earlier)\b"
    yield rule(ago, _ago, period, re.IGNORECASE)
    month = rf"(?:{_AFTER_PREPOSITION}|\b(?P<which>[Ll]ast|[Nn]ext|[Tt]his) ){_MONTH}(?=[ ,.;:)]|$)(?! \d)"
    yield rule(month, _month_alone, _("a month without its year: the nearest to the article"))
    yield rule(rf"(?:{_AFTER_PREPOSITION}){_YEAR}\b(?!-)", _year, _("a year"))
    yield rule(r"\bthe (?P<decade>(?:1\d|20)\d0)s\b", _decade, _("a decade"))
    korean = r"(?P<year>\d{4})년(?: ?(?P<month>\d{1,2})월(?: ?(?P<day>\d{1,2})일)?)?"
    yield rule(korean, _korean, _("a Korean date"))
    yield rule(r"(?P<year>)(?P<month>\d{1,2})월(?: ?(?P<day>\d{1,2})일)?", _korean, _("a Korean date without its year"))
    yield rule(
        r"(?P<year>)(?P<month>)(?<!\d)(?P<day>\d{1,2})일(?!간)", _korean, _("a Korean day: the last so numbered")
    )
    yield rule(r"(?P<which>지난|이번|다음) ?(?P<unit>주|달|해)", _korean_period, period)
    yield rule(r"(?P<weekday>[월화수목금토일])요일", _korean_weekday, weekday)
    yield rule(r"오늘|어제|내일|그제|모레", _relative_day, day)


_RULES = tuple(_rules())
