"""Dates in an article, resolved against the day of the article: "Friday", "last week", "12 July", "지난 12일".

Results are EDTF (see ``archive.dates``). A week is the interval from its Monday to its Sunday. A day without a year is
the one nearest to the article; a weekday without more is the last one up to the article's day, unless its sentence
speaks of the future. What is quoted says nothing of the words around it: ‘We shall answer,’ said Kim on Friday.
Figures that may be two days, such as 4/7/2019, are both of them: ``[2019-04-07,2019-07-04]``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from archive.articles.date_rules import DateRule, Resolver, nearest, shifted
from archive.articles.korean_dates import korean_rules
from archive.articles.passages import Span, masked
from archive.articles.rules import VERBS
from archive.dates.english import MONTHS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)} | {"sept": 9}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_HOLIDAYS = {
    "Christmas Day": (12, 25),
    "Christmas Eve": (12, 24),
    "New Year['’]s Day": (1, 1),
    "New Year['’]s Eve": (12, 31),
}
_SHORT = "|".join(name[:3] for name in MONTHS if name != "May")
_MONTH_NAMES = rf"{'|'.join(MONTHS)}|(?:{_SHORT}|Sept)\.?"
_MONTH = rf"(?P<month>{_MONTH_NAMES}|{_MONTH_NAMES.upper()})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_PREPOSITIONS = (
    "[Ii]n", "IN", "[Oo]f", "OF", "[Bb]y", "BY", "[Ss]ince", "SINCE", "[Dd]uring", "[Uu]ntil", "UNTIL", "beyond",
    "before", "after", "from",
)  # fmt: skip
#: Before a part of a period, which is marked as the whole.
_PART = r"\b(?:[Ee]arly|[Mm]id|[Ll]ate|EARLY|MID|LATE)[- ]"
_AFTER_PREPOSITION = "|".join(rf"(?<=\b{word} )" for word in _PREPOSITIONS)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|is to|are to|due|scheduled|plans?|planned|expected|set|agreed to|agrees to|promised to"
    r"|intends? to) ",
    re.IGNORECASE,
)
#: Before a weekday on which somebody spoke: "said on Friday", "told reporters Friday", "said Kim You-geun on Friday".
_SPOKE = re.compile(
    rf"\b(?:{'|'.join(verb.pattern for verb in VERBS)})"
    r"(?: reporters| journalists| parliament| lawmakers| a (?:news|press) conference|(?: [A-Z][\w’'-]*){1,4})?"
    r"(?: on)? \Z"
)


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date in the text with its EDTF and the rule by which it was resolved."""

    start: int
    end: int
    text: str
    edtf: str
    rule: str


def date_marks(text: str, day: date, quoted: Sequence[Span] = ()) -> list[DateMark]:
    """All dates in the text, in order and without overlaps; the rules are tried in their order at each position."""
    around, within, openings = masked(text, quoted), _split(text, quoted), [span.start for span in quoted]
    marks: dict[int, DateMark] = {}
    taken = bytearray(len(text))
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            nearest_quotation = bisect_right(openings, start) - 1
            is_quoted = nearest_quotation >= 0 and start in quoted[nearest_quotation]
            try:
                edtf = rule.resolve(match, day, within if is_quoted else around)
            except (ValueError, OverflowError):
                continue  # no such day: 31 June
            if edtf:
                marks[start] = DateMark(start, end, match.group(), edtf, str(rule.name))
    return [marks[start] for start in sorted(marks)]


def _split(text: str, quoted: Sequence[Span]) -> str:
    """The text with a line break before each quotation, in place of its mark."""
    parts, position = [], 0
    for span in quoted:
        parts += [text[position : span.start - 1], "\n"]
        position = span.start
    return "".join([*parts, text[position:]])


def _full(match: re.Match[str], day: date, text: str) -> str:
    return date(int(match["year"]), _month(match), int(match["day"])).isoformat()


def _range(match: re.Match[str], day: date, text: str) -> str:
    year = int(match["year"]) if match["year"] else nearest(day, _month(match), int(match["day"])).year
    first, last = date(year, _month(match), int(match["first"])), date(year, _month(match), int(match["day"]))
    return f"{first}/{last}" if first < last else ""


def _figures(match: re.Match[str], day: date, text: str) -> str:
    return date(*(int(part) for part in re.split(r"[-/.]", match.group()))).isoformat()


def _figures_of_day(match: re.Match[str], day: date, text: str) -> str:
    """A day and a month in figures, in either order: both days if there are two."""
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    orders = ((first, second), (second, first))
    days = sorted({date(year, month, number).isoformat() for number, month in orders if month <= 12})
    return f"[{','.join(days)}]" if len(days) > 1 else "".join(days)


def _holiday(match: re.Match[str], day: date, text: str) -> str:
    month, number = next(value for name, value in _HOLIDAYS.items() if re.fullmatch(name, match["holiday"]))
    year = int(match["year"]) if match["year"] else nearest(day, month, number).year
    return date(year, month, number).isoformat()


def _of_relative_year(match: re.Match[str], day: date, text: str) -> str:
    year, month = day.year + _STEPS[match["which"].lower()], _month(match)
    return date(year, month, int(match["day"])).isoformat() if match["day"] else f"{year:04d}-{month:02d}"


def _part_of_month(match: re.Match[str], day: date, text: str) -> str:
    month = _month(match)
    return f"{match['year'] or nearest(day, month, 15).year}-{month:02d}"


def _without_year(match: re.Match[str], day: date, text: str) -> str:
    closest = nearest(day, _month(match), int(match["day"]))
    if closest > day and _SPOKE.search(text, max(match.start() - 60, 0), match.start()):
        closest = closest.replace(year=closest.year - 1)  # "said on Dec. 31"
    return closest.isoformat()


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
        year = nearest(day, number, 15).year
    return f"{year}-{number:02d}"


def _weekday(match: re.Match[str], day: date, text: str) -> str:
    which = (match["which"] or "").lower()
    offset = (day.weekday() - _WEEKDAYS.index(match["weekday"].capitalize())) % 7
    if which == "next" or (which in ("", "this", "coming") and _is_future(match, text)):
        return (day + timedelta(days=7 - offset)).isoformat()
    if which == "coming":
        return (day + timedelta(days=(7 - offset) % 7 or 7)).isoformat()
    if which in ("last", "past", "previous") and offset == 0:
        offset = 7
    return (day - timedelta(days=offset)).isoformat()


def _is_future(match: re.Match[str], text: str) -> bool:
    """Whether the words before, in the same sentence, speak of the future, and it isn't the day of speaking."""
    start = max(
        text.rfind(stop, 0, match.start()) for stop in (". ", "; ", "\n", "\x1a” ", '\x1a" ', "\x1a’ ", "\x1a' ")
    )
    start = max(start, match.start() - 60, 0)
    if _SPOKE.search(text, start, match.start()):
        return False
    return bool(_FUTURE.search(text, start, match.start()))


_RELATIVE_DAYS = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2,
}  # fmt: skip


def _relative_day(match: re.Match[str], day: date, text: str) -> str:
    return (day + timedelta(days=_RELATIVE_DAYS[match.group().lower()])).isoformat()


_STEPS = {"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1}


def _period(match: re.Match[str], day: date, text: str) -> str:
    return shifted(day, match["unit"], _STEPS[match["which"].lower()])


def _ago(match: re.Match[str], day: date, text: str) -> str:
    count = _COUNTS.get(match["count"].lower()) or int(match["count"])
    if match["unit"] == "day":
        return (day - timedelta(days=count)).isoformat()
    return shifted(day, match["unit"], -count)


def _year(match: re.Match[str], day: date, text: str) -> str:
    return match["year"]


def _decade(match: re.Match[str], day: date, text: str) -> str:
    return f"{match['decade'][:3]}X"


def _month(match: re.Match[str]) -> int:
    return _NUMBERS[match["month"].rstrip(".").lower()]


def _rules() -> Iterator[DateRule]:
    def rule(pattern: str, resolve: Resolver, name: _StrPromise, flags: int = 0) -> DateRule:
        return DateRule(re.compile(pattern, flags), resolve, name)

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
    yield rule(r"(?<![\w/.-])\d{4}(?:-\d\d-\d\d|/\d\d?/\d\d?)(?![\w/-])", _figures, _("a day in figures"))
    figures = r"(?<![\w/.-])(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})"
    figures += r"(?P=mark)(?P<year>1\d{3}|20\d{2})(?![\w/-]|\.\d)"
    yield rule(figures, _figures_of_day, _("a day in figures; both days if it may be read in two ways"))
    yield rule(rf"\b(?P<holiday>{'|'.join(_HOLIDAYS)})\b(?:,? {_YEAR})?", _holiday, _("a holiday"))
    of_year = r",? (?:of )?(?P<which>last|this|next) year\b"
    yield rule(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?{of_year}", _of_relative_year, period)
    yield rule(rf"\b(?:{_DAY}(?: of)? )?{_MONTH}{of_year}", _of_relative_year, period)
    part = _("a part of a period, marked as the whole")
    yield rule(rf"{_PART}{_MONTH}(?:,? {_YEAR})?(?!,? ?\d)", _part_of_month, part)
    yield rule(rf"{_PART}{_YEAR}\b(?!-)", _year, part)
    yield rule(rf"\b{_MONTH},? (?:of )?{_YEAR}\b", _month_of_year, _("a month with its year"))
    yield rule(rf"\b{_DAY}(?: of)? {_MONTH}(?![\w-])", _without_year, nearest)
    yield rule(rf"\b{_MONTH} {_DAY}\b(?!,? ?\d)", _without_year, nearest)
    weekdays = "|".join([*_WEEKDAYS, *map(str.upper, _WEEKDAYS)])
    which = "LAST|PAST|PREVIOUS|THIS|NEXT|COMING|[Ll]ast|[Pp]ast|[Pp]revious|[Tt]his|[Nn]ext|[Cc]oming"
    yield rule(rf"\b(?:(?P<which>{which}) )?(?P<weekday>{weekdays})\b", _weekday, weekday)
    names = "|".join(sorted((name for name in _RELATIVE_DAYS if name.isascii()), key=len, reverse=True))
    yield rule(rf"\b(?:{names})\b", _relative_day, day, re.IGNORECASE)
    span = r"\b(?:earlier |later )?(?P<which>last|previous|past|this|next) (?P<unit>week|month|year)\b"
    yield rule(span, _period, period, re.IGNORECASE)
    ago = rf"\b(?P<count>{'|'.join(_COUNTS)}|\d{{1,3}}) (?P<unit>day|week|month|year)s? (?:ago|earlier)\b"
    yield rule(ago, _ago, period, re.IGNORECASE)
    month = rf"(?:{_AFTER_PREPOSITION}|\b(?P<which>[Ll]ast|[Nn]ext|[Tt]his) ){_MONTH}(?=[ ,.;:)]|$)(?! \d)"
    yield rule(month, _month_alone, _("a month without its year: the nearest to the article"))
    yield rule(rf"(?:{_AFTER_PREPOSITION}){_YEAR}\b(?!-)", _year, _("a year"))
    yield rule(r"\bthe (?:early[- ]|mid-?|late[- ])?(?P<decade>(?:1\d|20)\d0)s\b", _decade, _("a decade"))
    yield from korean_rules()


_RULES = tuple(_rules())
