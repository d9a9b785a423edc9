"""SQL of a date histogram: counts by period of dates that may span several periods.

Dates in one period are counted there. A date that spans several is in each of them as possible, in none as certain, or
spread: in each with the share of its days. Instead of a row for each date and period, a date adds to a running sum
where it begins and takes away where it ends, so that the cost is that of the dates plus that of the periods.
"""

# ruff: noqa: S608 (the SQL is made of aliases and column names, and of SQL that Django compiled)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.dates.value import WIDTH
from archive.sql.dialects import Dialect
from archive.sql.groupings import Mode
from archive.sql.periods import FIRST_SORT, PeriodSql
from archive.sql.row_sources import Sql

#: Smaller shares are rounding errors of the running sum.
_MIN_SHARE = "0.0000005"


@dataclass(frozen=True, slots=True)
class DateCounts:
    """CTEs from ``grouped``, whose column ``key`` among ``places`` is a period's group key, to ``counted``.

    ``bounds`` are the first and last period's numbers, and the ordinals of their first and last days.
    """

    dialect: Dialect
    period: PeriodSql
    mode: Mode
    places: list[str]
    key: str
    bounds: tuple[Sql, ...]

    def ctes(self) -> Iterator[tuple[str, Sql]]:
        is_single = f"{self.key} >= 0 AND {self.key} < {FIRST_SORT}"
        yield (
            "singles",
            Sql(f"SELECT {self.other} AS r, {self.key} AS i, n FROM grouped WHERE {is_single}"),
        )
        if self.mode == "certain":
            yield "counted", Sql(f"SELECT {self.result_places()}, n FROM singles")
            return
        yield "ranges", Sql(self.ranges())
        numbers = f"{self.period.number('e')} AS first, {self.period.number('l')} AS last"
        yield "spans", Sql(f"SELECT r, n, e, l, l - e + 1 AS days, {numbers} FROM ranges")
        yield "limits", self.limits()
        yield "changes", Sql(self.spread_changes() if self.mode == "spread" else self.possible_changes())
        yield (
            "series(i)",
            Sql("SELECT min(i) FROM changes UNION ALL SELECT i + 1 FROM series WHERE i < (SELECT max(i) FROM changes)"),
        )
        yield "levels", Sql(self.levels())
        yield "counted", Sql(self.counted())

    def outside(self) -> Sql:
        """The shares of dates outside the periods counted."""
        if self.mode != "spread":
            return Sql("'0'")
        least, greatest = self.dialect.least, self.dialect.greatest
        first, last = self.bounds[2:]
        inside = f"{greatest}(0, {least}(l, {last.text}) - {greatest}(e, {first.text}) + 1)"
        is_spread = f"k >= {FIRST_SORT} AND k %% {WIDTH} > 0"
        dates = f"SELECT n, k / {WIDTH} AS e, {_last_day('k')} AS l FROM records WHERE {is_spread}"
        share = f"sum(n * (1 - {_real(inside)} / (l - e + 1)))"
        return Sql(
            f"(SELECT {self.dialect.share(f'coalesce({share}, 0)')} FROM ({dates}) AS dates)",
            (*last.params, *first.params),
        )

    @property
    def other(self) -> str:
        """The place of the other grouping."""
        return next((place for place in self.places if place != self.key), "0")

    def result_places(self) -> str:
        return ", ".join(f"{'i' if place == self.key else 'r'} AS {place}" for place in self.places)

    def ranges(self) -> str:
        """The first and last day of dates in no single period; NULL for an open or unknown bound."""
        key = self.key
        first = f"CASE WHEN {key} > 0 THEN {key} / {WIDTH} END AS e"
        last = f"CASE WHEN {key} < 0 THEN -{key} / {WIDTH} WHEN {key} %% {WIDTH} > 0 THEN {_last_day(key)} END AS l"
        return f"SELECT {self.other} AS r, n, {first}, {last} FROM grouped WHERE {key} < 0 OR {key} >= {FIRST_SORT}"

    def limits(self) -> Sql:
        """The first and last period: those of the range, but not beyond what is known of the dates."""
        first, last = self.bounds[:2]
        periods = "SELECT i FROM singles UNION ALL SELECT first FROM spans UNION ALL SELECT last FROM spans"
        low = f"{self.dialect.greatest}({first.text}, min(i)) AS low"
        high = f"{self.dialect.least}({last.text}, max(i)) AS high"
        return Sql(f"SELECT {low}, {high} FROM ({periods}) AS periods", (*first.params, *last.params))

    def possible_changes(self) -> str:
        """Each date counts 1 from its first period to the one before ``last + 1``."""
        least, greatest = self.dialect.least, self.dialect.greatest
        reached = "FROM spans, limits WHERE coalesce(first, low) <= high AND coalesce(last, high) >= low"
        return (
            f"SELECT r, {greatest}(coalesce(first, low), low) AS i, n AS step {reached}"
            f" UNION ALL SELECT r, {least}(coalesce(last, high), high) + 1, -n {reached}"
        )

    def spread_changes(self) -> str:
        """The periods between the first and the last have a share for each of their days."""
        least, greatest = self.dialect.least, self.dialect.greatest
        share = f"{_real('n')} / days"
        between = "FROM spans, limits WHERE first + 1 < last AND first + 1 <= high AND last - 1 >= low"
        return (
            f"SELECT r, {greatest}(first + 1, low) AS i, {share} AS step {between}"
            f" UNION ALL SELECT r, {least}(last - 1, high) + 1, -({share}) {between}"
        )

    def levels(self) -> str:
        """The running sum of the changes in each period that they reach."""
        extents = "SELECT r, min(i) AS start, max(i) AS stop FROM changes GROUP BY r"
        periods = (
            f"SELECT r, series.i, 0 AS step FROM ({extents}) AS extents JOIN series ON series.i BETWEEN start AND stop"
        )
        union = f"SELECT r, i, step FROM changes UNION ALL {periods}"
        steps = f"SELECT r, i, sum(step) AS step FROM ({union}) AS steps GROUP BY r, i"
        return f"SELECT r, i, sum(step) OVER (PARTITION BY r ORDER BY i) AS level FROM ({steps}) AS summed"

    def counted(self) -> str:
        number = _real("n") if self.mode == "spread" else "n"
        parts = [f"SELECT r, i, {number} AS n FROM singles"]
        if self.mode == "possible":
            parts.append("SELECT r, i, level FROM levels")
            total, least = "CAST(sum(n) AS bigint)", "0"
        else:
            length = f"({self.period.end('i')} - {self.period.start('i')} + 1)"
            parts.append(f"SELECT r, i, level * {length} FROM levels")
            share = f"{_real('n')} / days"
            inside = "FROM spans, limits WHERE {0} BETWEEN low AND high AND days IS NOT NULL"
            parts.append(f"SELECT r, first, {share} * ({self.period.end('first')} - e + 1) {inside.format('first')}")
            parts.append(f"SELECT r, last, {share} * (l - {self.period.start('last')} + 1) {inside.format('last')}")
            total, least = "sum(n)", _MIN_SHARE
        union = " UNION ALL ".join(parts)
        summed = f"SELECT r, i, {total} AS n FROM ({union}) AS parts GROUP BY r, i HAVING sum(n) > {least}"
        return f"SELECT {self.result_places()}, n FROM ({summed}) AS summed"


def _last_day(key: str) -> str:
    return f"{key} / {WIDTH} + {WIDTH - 1} - {key} %% {WIDTH}"


def _real(number: str) -> str:
    return f"CAST({number} AS double precision)"
