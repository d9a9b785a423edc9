"""What is wrong with a dataset: every problem with its place, grouped, so that a million of them can be reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from archive.csv_dialect import guard_quoted
from archive.datasets import schema
from archive.dates.errors import shown

#: How many problems of one sort in one field of one file are shown; all of them go into the file of errors.
SHOWN, SHOWN_WARNINGS = 20, 3
#: How many suggestions are looked for; the nearest of many thousand slugs takes milliseconds.
SUGGESTED = 500
#: The sort of problem of a reference that leads nowhere, and how many different values of one field are counted.
REFERENCE, MOST_VALUES = "reference", 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is; ``line`` is 0 where it concerns the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where, in which field, what was got, what is expected, what may have been meant."""

    place: Place
    field: str
    got: str
    expected: str
    suggestion: str = ""
    sort: str = "value"

    def sentence(self) -> str:
        field = f", {self.field}" if self.field else ""
        hint = f", did you mean '{self.suggestion}'?" if self.suggestion else "."
        return f"{self.place}{field}: got {self.got}, expected {self.expected}{hint}"


def quoted(value: Any) -> str:
    """A value as a sentence may repeat it: short, in quotation marks, without control characters."""
    if value is None or value == "":
        return "nothing"
    text = value if isinstance(value, str) else repr(value)
    size = f" ({len(text):,} characters)" if len(text) > 64 else ""
    return f"'{shown(text)}'{size}" if isinstance(value, str) else f"{shown(text)} ({type(value).__name__}){size}"


class DatasetError(Exception):
    """A dataset that can't be read further; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.sentence())


class Busy(DatasetError):
    """Another load is at work; nothing is wrong with the dataset."""


def _by_value(group: tuple[str, str, str, str], shown: list[Problem], values: Counter[str]) -> Iterator[str]:
    """References that lead nowhere: a line for each value with its number, and how many values there are."""
    for problem in shown:
        count = values[problem.got]
        yield problem.sentence() + (f" ({count:,} times)" if count > 1 else "")
    if len(values) > len(shown) or values.total() > len(values) > 1:
        number = f"{len(values):,}{' or more' if len(values) == MOST_VALUES else ''}"
        remedy = "if another dataset has them, load that first"
        yield f"{group[2]}, {group[3]}: {number} values name no record ({values.total():,} cells): {remedy}."


class Problems:
    """Gathers problems: counts all, keeps the first of each group, writes all to a CSV file where one is given."""

    HEADER = ("level", "file", "line", "field", "got", "expected", "suggestion")

    def __init__(self, into: TextIO | None = None) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._kept: dict[tuple[str, str, str, str], list[Problem]] = {}
        #: Of references that lead nowhere: how often each value occurs.
        self._values: dict[tuple[str, str, str, str], Counter[str]] = {}
        self._writer = schema.csv_writer(into) if into is not None else None
        if self._writer is not None:
            self._writer.writerow(self.HEADER)

    @property
    def errors(self) -> int:
        return sum(count for group, count in self._counts.items() if group[0] == "error")

    @property
    def warnings(self) -> int:
        return sum(count for group, count in self._counts.items() if group[0] == "warning")

    def wants_suggestion(self, sort: str, file: str, field: str) -> bool:
        """Whether one more suggestion in this group is worth looking for."""
        most = SUGGESTED if self._writer is not None else SHOWN
        return self._counts["error", sort, file, field] < most

    def add(self, problem: Problem, level: str = "error") -> None:
        group = (level, problem.sort, problem.place.file, problem.field)
        self._counts[group] += 1
        is_repeated = False
        if problem.sort == REFERENCE:
            values = self._values.setdefault(group, Counter())
            is_repeated = problem.got in values
            if is_repeated or len(values) < MOST_VALUES:
                values[problem.got] += 1
        if not is_repeated and len(self._kept.get(group, ())) < (SHOWN if level == "error" else SHOWN_WARNINGS):
            self._kept.setdefault(group, []).append(problem)
        if self._writer is not None:
            cells = (problem.field, problem.got, problem.expected, problem.suggestion)
            row = (level, problem.place.file, problem.place.line or "", *map(guard_quoted, cells))
            self._writer.writerow(row)

    def lines(self, level: str = "error") -> Iterator[str]:
        """The report: group by group in the order of files, what was kept, and how many more there are."""
        for group in sorted((one for one in self._kept if one[0] == level), key=lambda one: (one[2], one[3], one[1])):
            kept = self._kept[group]
            values = self._values.get(group)
            if values is not None:
                yield from _by_value(group, kept, values)
                continue
            yield from (problem.sentence() for problem in kept)
            more = self._counts[group] - len(kept)
            if more:
                field = f", {group[3]}" if group[3] else ""
                yield f"{group[2]}{field}: {more:,} more like these."
