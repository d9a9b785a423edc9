"""Korean dates in an article: "7월 4일", "지난달 30일", "작년 12월", "지난주 금요일", "그저께", "사흘 전".

A day without its month is the last so numbered, after 오는 the next. What follows a number of days makes it a length
("3일간", "10일 만에"), which is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from archive.articles.date_rules import DateRule, nearest, shifted

_WEEKDAYS = "월화수목금토일"
_DAYS = {
    "오늘": 0, "금일": 0, "어제": -1, "어저께": -1, "그저께": -2, "그제": -2, "그끄제": -3, "그끄저께": -3,
    "내일": 1, "모레": 2, "글피": 3,
}  # fmt: skip
#: Names of periods -> their unit and how far they lie from that of the article's day.
_PERIODS = {
    "지난주": ("week", -1), "저번 주": ("week", -1), "이번 주": ("week", 0), "다음 주": ("week", 1),
    "지지난달": ("month", -2), "지난달": ("month", -1), "저번 달": ("month", -1),
    "이번 달": ("month", 0), "이달": ("month", 0), "다음 달": ("month", 1), "내달": ("month", 1),
    "재작년": ("year", -2), "지지난해": ("year", -2), "지난해": ("year", -1), "작년": ("year", -1), "올해": ("year", 0),
    "금년": ("year", 0), "이번 해": ("year", 0), "내년": ("year", 1), "다음 해": ("year", 1), "내후년": ("year", 2),
    "올": ("year", 0),
}  # fmt: skip
_COUNTED = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10}
#: A period's name is not the beginning of another word: "이번 주장", "지난 해외 순방", "내달리다".
_WORD_END = r"(?=[에은는의도말부까초중내]|[^가-힣]|$)"
#: Words that begin like a day.
_NO_DAY = "(?!날|서야|야|노)"
_NEVER_AFTER_WORD = r"(?<![가-힣])"
_AGO = r" ?전(?![가-힣])|(?: ?전(?=에|까지|부터|의|인|만))"
#: What makes a number of days a length.
_LENGTH = (
    r"(?! ?(?:간|째|씩|동안|이내|이상|이하|이후|안에|앞두|앞둔)|(?: ?(?:만|후|뒤|전))(?:에|의|부터|까지|인|이|\b))"
)


def korean_rules() -> Iterator[DateRule]:
    """The rules in the order in which they are tried."""
    counted = _("a period counted from the article's day")
    names = {unit: _pattern(unit) for unit in ("week", "month", "year")}
    month, number = r"(?P<month>\d{1,2})월", rf"(?P<day>\d{{1,2}})일{_LENGTH}"
    dated = rf"(?P<year>\d{{4}})년(?: ?{month}(?: ?{number})?)?"
    yield DateRule(re.compile(dated), _full, _("a Korean date"))
    joined = _("a Korean date, counted from the article's day")
    yield DateRule(re.compile(rf"{names['year']} ?{month}(?: ?{number})?"), _of_year, joined)
    yield DateRule(re.compile(rf"{names['month']} ?{number}"), _of_month, joined)
    yield DateRule(re.compile(rf"{names['week']} ?(?P<weekday>[{_WEEKDAYS}])요일"), _of_week, joined)
    yield DateRule(
        re.compile(rf"(?:(?P<which>지난|오는) ?)?{month}(?: ?{number})?"), _without_year,
        _("a Korean date without its year"),
    )  # fmt: skip
    ago = rf"(?P<count>\d{{1,3}}) ?(?P<unit>일|주일?|개월|년)(?:{_AGO})|(?P<counted>{'|'.join(_COUNTED)})(?:{_AGO})"
    yield DateRule(re.compile(ago), _ago, counted)
    yield DateRule(
        re.compile(rf"(?:(?P<which>지난|오는) ?)?(?<!\d){number}"), _day, _("a Korean day: the last so numbered")
    )
    alone = "|".join(names.values()).replace("?P<period>", "?:").replace("|올)", ")")
    yield DateRule(re.compile(rf"(?:{alone}){_WORD_END}"), _period, counted)
    yield DateRule(
        re.compile(rf"(?:(?P<which>지난|오는) ?)?(?P<weekday>[{_WEEKDAYS}])요일"), _weekday,
        _("a weekday, counted from the article's day"),
    )  # fmt: skip
    days = "|".join(sorted(_DAYS, key=len, reverse=True))
    relative = rf"{_NEVER_AFTER_WORD}(?:{days}){_NO_DAY}"
    yield DateRule(re.compile(relative), _relative_day, _("a day counted from the article's day"))


def _pattern(unit: str) -> str:
    """The names of periods of a unit, longest first; their spaces may be left out."""
    names = sorted((name for name, (kind, _) in _PERIODS.items() if kind == unit), key=len, reverse=True)
    return rf"{_NEVER_AFTER_WORD}(?P<period>{'|'.join(re.sub('(?<=지난|다음|이번|저번) ?', ' ?', n) for n in names)})"


def _step(name: str) -> tuple[str, int]:
    name = name.replace(" ", "")
    return next(period for key, period in _PERIODS.items() if key.replace(" ", "") == name)


def _full(match: re.Match[str], day: date, text: str) -> str:
    parts = [f"{int(match['year']):04d}", *(f"{int(part):02d}" for part in (match["month"], match["day"]) if part)]
    date(*(int(part) for part in parts), *[1] * (3 - len(parts)))
    return "-".join(parts)


def _of_year(match: re.Match[str], day: date, text: str) -> str:
    year, month = day.year + _step(match["period"])[1], int(match["month"])
    first = date(year, month, int(match["day"] or 1))
    return first.isoformat() if match["day"] else f"{year:04d}-{month:02d}"


def _of_month(match: re.Match[str], day: date, text: str) -> str:
    return date.fromisoformat(f"{shifted(day, *_step(match['period']))}-{int(match['day']):02d}").isoformat()


def _of_week(match: re.Match[str], day: date, text: str) -> str:
    monday = date.fromisoformat(shifted(day, *_step(match["period"]))[:10])
    return (monday + timedelta(days=_WEEKDAYS.index(match["weekday"]))).isoformat()


def _without_year(match: re.Match[str], day: date, text: str) -> str:
    month, number = int(match["month"]), int(match["day"] or 15)
    closest = nearest(day, month, number)
    if match["which"] == "지난" and closest > day:
        closest = closest.replace(year=closest.year - 1)
    if match["which"] == "오는" and closest < day:
        closest = closest.replace(year=closest.year + 1)
    return closest.isoformat() if match["day"] else f"{closest.year}-{month:02d}"


def _day(match: re.Match[str], day: date, text: str) -> str:
    """A day without its month: the last one with this number up to the article's day, after 오는 the next."""
    number, month = int(match["day"]), day.replace(day=1)
    if match["which"] == "오는":
        if number <= day.day:
            month = (month + timedelta(days=31)).replace(day=1)
    elif number > day.day:
        month = (month - timedelta(days=1)).replace(day=1)
    return month.replace(day=number).isoformat()


def _weekday(match: re.Match[str], day: date, text: str) -> str:
    offset = (day.weekday() - _WEEKDAYS.index(match["weekday"])) % 7
    if match["which"] == "오는":
        return (day + timedelta(days=7 - offset)).isoformat()
    return (day - timedelta(days=offset or (7 if match["which"] else 0))).isoformat()


def _ago(match: re.Match[str], day: date, text: str) -> str:
    if match["counted"] or match["unit"] == "일":
        count = _COUNTED[match["counted"]] if match["counted"] else int(match["count"])
        return (day - timedelta(days=count)).isoformat()
    unit = {"주": "week", "주일": "week", "개월": "month", "년": "year"}[match["unit"]]
    return shifted(day, unit, -int(match["count"]))


def _period(match: re.Match[str], day: date, text: str) -> str:
    return shifted(day, *_step(match.group()))


def _relative_day(match: re.Match[str], day: date, text: str) -> str:
    return (day + timedelta(days=_DAYS[match.group()])).isoformat()
