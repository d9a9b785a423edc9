"""Parsing of dates in Korean, Japanese and Chinese words, as the pages write them and as sources do.

The counterpart of :mod:`archive.dates.east_asian`: what a page shows, such as ``2019년 6월 28일~29일`` or ``1936年頃``,
is read back. Years of Japanese eras (``令和元年7月``) are read from 1873 on, when Japan took over the Gregorian
calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from archive.dates.east_asian import JAPANESE, KOREAN
from archive.dates.phrases import MARKS, PhraseDate, decade

#: The first and the last year of each era.
_ERAS = {"明治": (1868, 1912), "大正": (1912, 1926), "昭和": (1926, 1989), "平成": (1989, 2019), "令和": (2019, 9999)}
_FIRST_GREGORIAN_YEAR = 1873
_SEASONS = {name: number for words in (KOREAN, JAPANESE) for number, name in words.seasons.items()}
_COMMON_ERA = r"(?:서기|西暦|公元) ?"
_MARKED = r"(?P<about_first>(?:약|約|约) ?)?{}(?P<about> ?(?:경|頃|ごろ))?(?P<doubt> ?\((?:추정|推定)\))?"
_DATE = re.compile(
    _MARKED.format(
        rf"(?:(?:(?:{_COMMON_ERA})?(?P<year>\d{{1,4}})|(?P<era>{'|'.join(_ERAS)}) ?(?P<of_era>\d{{1,2}}|元)) ?[년年])?"
        rf"(?: ?(?!00?\D)(?P<month>\d{{1,2}}) ?[월月]| ?(?P<season>{'|'.join(_SEASONS)}))?"
        r"(?: ?(?!00?\D)(?P<day>\d{1,2}) ?[일日])?"
    ),
    re.ASCII,
)
_DECADE = re.compile(
    _MARKED.format(r"(?P<first>\d{2,3}0)(?:년대|年代)(?: ?\((?P<span>100?)(?:년|年)[간間]\))?"), re.ASCII
)
#: The ten or hundred years that are written so before the year 100.
_EARLY_YEARS = re.compile(_MARKED.format(rf"{_COMMON_ERA}(?P<first>\d{{1,2}})~(?P<last>\d{{1,2}})[년年]"), re.ASCII)
#: Several dates, or what an end says, each with its EDTF.
_FORMS = (
    (re.compile(r"(.+)"), "{}"),
    (re.compile(r"(.+?)(?:부터|から) ?\((?:종료 시점 미상|終了時期不明)\)"), "{}/"),
    (re.compile(r"(.+?)(?:까지|まで) ?\((?:시작 시점 미상|開始時期不明)\)"), "/{}"),
    (re.compile(r"(.+?)(?:부터|から)"), "{}/.."),
    (re.compile(r"(.+?)(?:까지|まで)"), "../{}"),
    (re.compile(r"(.+?) ?[중中]"), "{0}/{0}"),
    (re.compile(r"(.+?[년年].*?) ?[~至-] ?(.+)"), "{}/{}"),
    (re.compile(r"(.+?)(?:부터|から) ?(.+?)(?:까지|まで)"), "{}/{}"),
)
_ALTERNATIVES = re.compile(r" 또는 |または|或|, ?|、")


def east_asian_reading(phrase: str) -> str:
    """The EDTF of a phrase, valid or not; empty unless the whole phrase is understood in exactly one way.

    Dashes and full-width forms are those of ASCII already.
    """
    readings = set()
    for pattern, form in _FORMS:
        if (match := pattern.fullmatch(phrase)) and (dates := _dates(match.groups())):
            readings.add(form.format(*dates))
    if (dates := _dates(_ALTERNATIVES.split(phrase))) and len(dates) > 1:
        readings.add(f"[{','.join(map(str, dates))}]")
    return readings.pop() if len(readings) == 1 else ""


def _dates(phrases: Iterable[str]) -> list[PhraseDate]:
    """Complete dates, those without a year or month in those of the date before; none unless all are understood."""
    dates: list[PhraseDate] = []
    for phrase in phrases:
        date = _date(phrase)
        if date is not None and not date.year and dates:
            date = _completed(date, dates[-1])
        if date is None or not date.is_complete:
            return []
        dates.append(date)
    return dates


def _completed(date: PhraseDate, before: PhraseDate) -> PhraseDate | None:
    """The date in the year of the one before, and a day alone in the month of a day; None for any other date."""
    shares_year = date.precision in ("day", "month") and before.precision in ("day", "month")
    if date.mark or before.mark or not shares_year or not (date.month or before.day):
        return None
    return replace(date, year=before.year, month=date.month or before.month)


def _date(phrase: str) -> PhraseDate | None:
    """One date, which may lack a year or month; None if it is not understood."""
    for pattern, year_of in ((_DATE, _year), (_DECADE, _years_of_decade), (_EARLY_YEARS, _early_years)):
        match = pattern.fullmatch(phrase)
        if match is None or (year := year_of(match)) is None or (match["about"] and match["about_first"]):
            continue
        parts = match.groupdict()
        month = int(parts.get("month") or 0) or _SEASONS.get(parts.get("season") or "", 0)
        mark = MARKS[bool(match["doubt"]), bool(match["about"] or match["about_first"])]
        date = PhraseDate(year, month, int(parts.get("day") or 0), mark)
        return date if year or month or date.day else None
    return None


def _year(match: re.Match[str]) -> str | None:
    """The year of a date with its century; empty without a year, None for a year that its era does not have."""
    if not match["era"]:
        return match["year"].zfill(4) if match["year"] else ""
    first, last = _ERAS[match["era"]]
    year = first - 1 + (1 if match["of_era"] == "元" else int(match["of_era"]))
    return str(year) if max(first, _FIRST_GREGORIAN_YEAR) <= year <= last else None


def _years_of_decade(match: re.Match[str]) -> str | None:
    """The decade or century; None for a text that may be either."""
    first, span = match["first"].zfill(4), {"10": "decade", "100": "century"}.get(match["span"], "")
    if span == "century" and not first.endswith("00"):
        return None
    date = decade(first, span)
    return date.year if date is not None else None


def _early_years(match: re.Match[str]) -> str | None:
    """The decade or century of its first and last year, which is year 1 for the first of both; None for other spans."""
    first, last = int(match["first"]), int(match["last"])
    if first <= 1 and last == 99:
        return "00XX"
    return f"{last // 10:03d}X" if last % 10 == 9 and first in (last - 9, 1) and first // 10 == last // 10 else None
