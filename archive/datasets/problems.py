"""Problems of a dataset: each with file, line, field, got and expected, grouped so that a million can be reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TextIO

from archive.csv_dialect import csv_writer, guard_quoted
from archive.exceptions import printable

#: Problems shown of one group (level, code, file and field); the CSV file of errors has all.
MAX_SHOWN_ERRORS, MAX_SHOWN_WARNINGS = 20, 3
#: Suggestions computed for one group: the nearest of many thousand slugs takes milliseconds.
MAX_SUGGESTIONS = 500
#: The code of a reference that matches no record, and how many different values are counted for one field.
REFERENCE, MAX_COUNTED_VALUES = "reference", 10_000

#: Level, code, file, field.
_Group = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Location:
    """A file and a line of it; line 0 is the whole file.

    Where several objects of JSON are on one line, ``place`` is the path of one, such as ``persons[3]``, and until
    ``Problems.locate`` has looked it up, ``line`` is its number below 0.
    """

    file: str
    line: int = 0
    place: str = ""

    def __str__(self) -> str:
        position = self.place or self.line
        return f"{self.file}:{position}" if position else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: location, field, what the file has, what is expected, a suggestion. ``code`` groups problems."""

    location: Location
    field: str
    got: str
    expected: str
    suggestion: str = ""
    code: str = "value"

    def message(self) -> str:
        field = f", {self.field}" if self.field else ""
        hint = f", did you mean '{self.suggestion}'?" if self.suggestion else "."
        return f"{self.location}{field}: got {self.got}, expected {self.expected}{hint}"


def quote_value(value: object) -> str:
    """A value as a message shows it: quoted, at most 64 characters, without control characters."""
    if value is None or value == "":
        return "nothing"
    text = value if isinstance(value, str) else repr(value)
    size = f" ({len(text):,} characters)" if len(text) > 64 else ""
    return (
        f"'{printable(text)}'{size}" if isinstance(value, str) else f"{printable(text)} ({type(value).__name__}){size}"
    )


class DatasetError(Exception):
    """A problem that ends the reading of a file or the load; ``problem`` describes it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message())


class ReportedError(DatasetError):
    """A sum of problems that have been added: none of its own."""


class ConcurrentLoadError(DatasetError):
    """Another load is running; the dataset itself has no problem."""


class Problems:
    """Collects problems: counts all, keeps the first of each group, and writes all to a CSV stream if there is one."""

    HEADER = ("level", "file", "line", "field", "got", "expected", "suggestion")

    def __init__(self, csv_stream: TextIO | None = None) -> None:
        self._counts: Counter[_Group] = Counter()
        self._first: dict[_Group, list[Problem]] = {}
        #: For references that match no record: how often each value occurs.
        self._values: dict[_Group, Counter[str]] = {}
        #: The paths of objects of a mapped file that share a line.
        self._places: list[str] = []
        self._writer = csv_writer(csv_stream) if csv_stream is not None else None
        if self._writer is not None:
            self._writer.writerow(self.HEADER)

    @property
    def errors(self) -> int:
        return self._count("error")

    @property
    def warnings(self) -> int:
        return self._count("warning")

    def _count(self, level: str) -> int:
        return sum(count for group, count in self._counts.items() if group[0] == level)

    def wants_suggestion(self, code: str, file: str, field: str) -> bool:
        """Whether the next problem of this group is shown or written, so that a suggestion is worth computing."""
        limit = MAX_SUGGESTIONS if self._writer is not None else MAX_SHOWN_ERRORS
        return self._counts["error", code, file, field] < limit

    def number_of_place(self, place: str) -> int:
        """A number below 0 that takes the place of a line."""
        self._places.append(place)
        return -len(self._places)

    def locate(self, file: str, line: int) -> Location:
        """The location of a line, or of a place; without places, that of an item of the list that the file is."""
        if line >= 0:
            return Location(file, line)
        return Location(file, place=self._places[-line - 1] if self._places else f"[{-line - 1}]")

    def position(self, line: int) -> str:
        """The line or place in words."""
        return f"line {line}" if line >= 0 else self.locate("", line).place

    def add(self, problem: Problem, level: str = "error") -> None:
        if problem.location.line < 0:
            problem = replace(problem, location=self.locate(problem.location.file, problem.location.line))
        group = (level, problem.code, problem.location.file, problem.field)
        self._counts[group] += 1
        is_repeated = False
        if problem.code == REFERENCE:
            values = self._values.setdefault(group, Counter())
            is_repeated = problem.got in values
            if is_repeated or len(values) < MAX_COUNTED_VALUES:
                values[problem.got] += 1
        limit = MAX_SHOWN_ERRORS if level == "error" else MAX_SHOWN_WARNINGS
        if not is_repeated and len(self._first.get(group, ())) < limit:
            self._first.setdefault(group, []).append(problem)
        if self._writer is not None:
            cells = (problem.field, problem.got, problem.expected, problem.suggestion)
            position = problem.location.place or problem.location.line or ""
            self._writer.writerow((level, problem.location.file, position, *map(guard_quoted, cells)))

    def lines(self, level: str = "error") -> Iterator[str]:
        """The report, sorted by file and field: the first problems of each group and how many more there are."""
        groups = sorted(
            (group for group in self._first if group[0] == level), key=lambda group: (group[2], group[3], group[1])
        )
        for group in groups:
            first, values = self._first[group], self._values.get(group)
            if values is not None:
                yield from _reference_lines(group, first, values)
                continue
            yield from (problem.message() for problem in first)
            if more := self._counts[group] - len(first):
                field = f", {group[3]}" if group[3] else ""
                yield f"{group[2]}{field}: {more:,} more like these."


def _reference_lines(group: _Group, first: list[Problem], values: Counter[str]) -> Iterator[str]:
    """A line for each value that matches no record, with its count, and the number of such values."""
    for problem in first:
        count = values[problem.got]
        yield problem.message() + (f" ({count:,} times)" if count > 1 else "")
    if len(values) > len(first) or values.total() > len(values) > 1:
        number = f"{len(values):,}{' or more' if len(values) == MAX_COUNTED_VALUES else ''}"
        remedy = "if another dataset has them, load that first"
        yield f"{group[2]}, {group[3]}: {number} values name no record ({values.total():,} cells): {remedy}."
