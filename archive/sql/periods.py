"""Periods of the calendar (day, week, month, year, decade) by which records are counted, in Python and in SQL.

Each unit numbers its periods: day by ordinal (1 January of the year 1 is 1), week by full weeks since then (it was a
Monday), month by ``year * 12 + month - 1``, decade by ``year / 10``. The SQL works on integers, as the sort column of
a date holds its first day and its width (``archive.dates.value``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.dates.english import MONTHS
from archive.dates.value import WIDTH

Unit = Literal["day", "week", "month", "year", "decade"]
UNITS: tuple[Unit, ...] = ("decade", "year", "month", "week", "day")
#: Group keys below this are periods, from it on sort keys of dates that lie in no single period.
FIRST_SORT = WIDTH
_MAX_ORDINAL = date.max.toordinal()


def period_number(unit: Unit, day: date) -> int:
    """The number of the period that contains the day."""
    match unit:
        case "day":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7
        case "month":
            return day.year * 12 + day.month - 1
        case "year":
            return day.year
        case _:
            return day.year // 10


def first_day(unit: Unit, number: int) -> int:
    """The ordinal of the period's first day; that of the day after 9999-12-31 for the period after the last one."""
    match unit:
        case "day":
            return number
        case "week":
            return number * 7 + 1
        case "month":
            year, month = divmod(number, 12)
            month += 1
        case "year":
            year, month = number, 1
        case _:
            year, month = number * 10, 1
    return date(max(year, 1), month, 1).toordinal() if year <= date.max.year else _MAX_ORDINAL + 1


@dataclass(frozen=True, slots=True)
class PeriodSql:
    """SQL of one unit's periods. Arguments are SQL; a number is a period's number, an ordinal that of a day."""

    unit: Unit

    def group_key(self, sort: str, earliest: str, latest: str) -> str:
        """The period that contains a date; for other dates its sort key, negative without a start; NULL for no date."""
        # The sort key of a date of one day ends in WIDTH - 1, of an open date in 0. Without a date the bounds are NULL.
        spans = f"CASE WHEN {earliest} IS NULL THEN -{sort} ELSE {sort} END"
        first = self.number_of_date(earliest, f"{sort} / {WIDTH}")
        last = self.number_of_date(latest, f"({sort} / {WIDTH} + {WIDTH - 1} - {sort} %% {WIDTH})")
        return (
            f"CASE {sort} %% {WIDTH} WHEN {WIDTH - 1} THEN {first} WHEN 0 THEN {spans}"
            f" ELSE CASE WHEN {first} = {last} THEN {first} ELSE {sort} END END"
        )

    def number_of_date(self, column: str, ordinal: str) -> str:
        """The number of the period of a date column's day, whose ordinal is also known."""
        if self.unit in ("day", "week"):
            number = ordinal if self.unit == "day" else f"({ordinal} - 1) / 7"
            return f"CASE WHEN {column} IS NOT NULL THEN {number} END"
        year, month = self._year(column), self._month(column)
        return {"month": f"({year} * 12 + {month} - 1)", "year": year}.get(self.unit, f"({year} / 10)")

    def number(self, ordinal: str) -> str:
        """The number of the period of a day."""
        return self.number_of_date(self._date(ordinal), ordinal)

    def start(self, number: str) -> str:
        """The ordinal of a period's first day."""
        match self.unit:
            case "day":
                return f"({number})"
            case "week":
                return f"({number} * 7 + 1)"
            case "month":
                year, month = f"({number} / 12)", f"({number} %% 12 + 1)"
                is_leap = f"{year} %% 4 = 0 AND ({year} %% 100 <> 0 OR {year} %% 400 = 0)"
                shift = f"CASE WHEN {month} <= 2 THEN 0 WHEN {is_leap} THEN -1 ELSE -2 END"
                return f"({_days_before_year(year)} + (367 * {month} - 362) / 12 + {shift} + 1)"
            case "year":
                return f"({_days_before_year(number)} + 1)"
            case _:
                return f"(CASE WHEN {number} = 0 THEN 1 ELSE {_days_before_year(f'({number} * 10)')} + 1 END)"

    def end(self, number: str) -> str:
        """The ordinal of a period's last day."""
        return f"({self.start(f'({number} + 1)')} - 1)"

    def value(self, number: str) -> str:
        """The period as EDTF text, which the filter ``date`` takes: 201X, 2019, 2019-07, 2019-07-12, or an interval."""
        match self.unit:
            case "day":
                return self.day_text(number)
            case "week":
                return f"{self.day_text(self.start(number))} || '/' || {self.day_text(self.end(number))}"
            case "month":
                return f"{self._digits(f'({number} / 12)', 4)} || '-' || {self._digits(f'({number} %% 12 + 1)', 2)}"
            case "year":
                return self._digits(number, 4)
            case _:
                return f"{self._digits(number, 3)} || 'X'"

    def label(self, number: str) -> str:
        """The period in English, as dates are displayed; a week as in ISO 8601 (2019-W28)."""
        match self.unit:
            case "day":
                day = self._date(number)
                month = f"{_text(self._day_of_month(day))} || ' ' || {_month_name(self._month(day))}"
                return f"{month} || {_of_year(self._year(day))}"
            case "week":
                thursday = f"({number} * 7 + 4)"
                year = self._year(self._date(thursday))
                week = f"(({thursday} - {_days_before_year(year)} - 1) / 7 + 1)"
                return f"{self._digits(year, 4)} || '-W' || {self._digits(week, 2)}"
            case "month":
                return f"{_month_name(f'({number} %% 12 + 1)')} || {_of_year(f'({number} / 12)')}"
            case "year":
                return f"CASE WHEN {number} < 1000 THEN 'the year ' ELSE '' END || {_text(number)}"
            case _:
                first = f"({number} * 10)"
                start = f"CASE WHEN {number} = 0 THEN 1 ELSE {first} END"
                early = f"'the years ' || {_text(start)} || ' to ' || {_text(f'({first} + 9)')}"
                late = f"'the ' || {_text(first)} || CASE WHEN {number} %% 10 = 0 THEN 's (decade)' ELSE 's' END"
                return f"CASE WHEN {number} < 10 THEN {early} ELSE {late} END"

    def day_text(self, ordinal: str) -> str:
        """A day as ISO 8601 text; after 9999-12-31, that day."""
        raise NotImplementedError

    def _date(self, ordinal: str) -> str:
        raise NotImplementedError

    def _year(self, day: str) -> str:
        raise NotImplementedError

    def _month(self, day: str) -> str:
        raise NotImplementedError

    def _day_of_month(self, day: str) -> str:
        raise NotImplementedError

    def _digits(self, number: str, width: int) -> str:
        raise NotImplementedError


class PostgreSQLPeriods(PeriodSql):
    __slots__ = ()

    def number_of_date(self, column: str, ordinal: str) -> str:
        return f"CAST({super().number_of_date(column, ordinal)} AS bigint)"

    def day_text(self, ordinal: str) -> str:
        return f"to_char({self._date(f'least({ordinal}, {_MAX_ORDINAL})')}, 'YYYY-MM-DD')"

    def _date(self, ordinal: str) -> str:
        return f"(DATE '0001-01-01' + CAST({ordinal} - 1 AS integer))"

    def _year(self, day: str) -> str:
        return f"CAST(date_part('year', {day}) AS integer)"

    def _month(self, day: str) -> str:
        return f"CAST(date_part('month', {day}) AS integer)"

    def _day_of_month(self, day: str) -> str:
        return f"CAST(date_part('day', {day}) AS integer)"

    def _digits(self, number: str, width: int) -> str:
        return f"lpad({_text(number)}, {width}, '0')"


class SQLitePeriods(PeriodSql):
    __slots__ = ()

    def day_text(self, ordinal: str) -> str:
        return self._date(f"min({ordinal}, {_MAX_ORDINAL})")

    def _date(self, ordinal: str) -> str:
        # The Julian day of 0001-01-01 is 1721425.5.
        return f"date({ordinal} + 1721424.5)"

    def _year(self, day: str) -> str:
        return f"CAST(substr({day}, 1, 4) AS integer)"

    def _month(self, day: str) -> str:
        return f"CAST(substr({day}, 6, 2) AS integer)"

    def _day_of_month(self, day: str) -> str:
        return f"CAST(substr({day}, 9, 2) AS integer)"

    def _digits(self, number: str, width: int) -> str:
        return f"printf('%%0{width}d', {number})"


_DIALECTS: dict[str, type[PeriodSql]] = {"postgresql": PostgreSQLPeriods, "sqlite": SQLitePeriods}


def period_sql(unit: Unit, vendor: str) -> PeriodSql:
    """The SQL of a unit's periods for a database."""
    return _DIALECTS[vendor](unit)


def _days_before_year(year: str) -> str:
    before = f"({year} - 1)"
    return f"({before} * 365 + {before} / 4 - {before} / 100 + {before} / 400)"


def _of_year(year: str) -> str:
    return f"CASE WHEN {year} < 1000 THEN ' of the year ' ELSE ' ' END || {_text(year)}"


def _text(number: str) -> str:
    return f"CAST({number} AS text)"


def _month_name(month: str) -> str:
    names = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(MONTHS, start=1))
    return f"CASE {month} {names} END"
