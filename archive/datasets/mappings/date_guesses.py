"""Guesses of the columns of a date: one text, or year, month and day, with the order of their figures and an end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from archive.datasets.mappings.column_words import is_name_of
from archive.datasets.mappings.dates import date_text, from_text
from archive.datasets.mappings.definition import PRECISIONS, DateParts, DateRule, Order
from archive.datasets.mappings.rows import Row, ValueProblem
from archive.datasets.mappings.samples import Sample
from archive.datasets.schema import Column, RecordType
from archive.dates import PartialDate, PartialDateError
from archive.text import fold

#: Different values of a column that are read as dates.
_MAX_TEXTS = 2_000
#: The part of its values that are dates in a column of dates, if its name does not say it.
_MIN_SHARE = 0.8
_YEAR_LAST = re.compile(r"\d{1,2}([-/. ]|\. )\d{1,2}\1\d{4}\.?(?:[ ,T].*)?")
_DAY = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NUMBER = re.compile(r"\d+")
#: Fields that hold a whole interval; others have a field for its end.
_INTERVALS = ("date", "in_force", "existed")
_OTHER_DAYS = ("end", "birth", "death", "created", "updated", "modified")


@dataclass(slots=True)
class DateGuess:
    """How a date is filled: the keys of its YAML, the columns, and what is uncertain."""

    keys: dict[str, Any]
    samples: list[Sample]
    doubts: list[str] = field(default_factory=list)
    #: Values that load refuses.
    refused: list[str] = field(default_factory=list)


class DateGuesser:
    """Finds the columns of dates among those that are free."""

    def __init__(self, record_type: RecordType, rows: list[Row], columns: list[Sample]) -> None:
        self.record_type, self.rows, self.columns = record_type, rows, columns
        self.used: set[str] = set()

    def exclude(self, used: set[str]) -> None:
        self.used = used

    def is_date(self, sample: Sample) -> bool:
        """Whether its values are dates, and more than numbers."""
        texts = list(islice(sample.values, _MAX_TEXTS))
        if not texts or all(_NUMBER.fullmatch(text) and not _DAY.fullmatch(text) for text in texts):
            return False
        order, _ = _order(texts, sample.name)
        return len(_refused(texts, order)) <= len(texts) * (1 - _MIN_SHARE)

    def of_column(self, column: Column, sample: Sample) -> DateGuess | str:
        """The date of a column that is named so; the reason where it can't be."""
        texts = list(islice(sample.values, _MAX_TEXTS))
        order, doubt = _order(texts, sample.name)
        refused = _refused(texts, order)
        if len(refused) * 2 > len(texts):
            return f"not {column.name}: {refused[0]!r} is no date that load reads, such as 2019-07-12"
        guess = DateGuess({"from": sample.name}, [sample], [doubt] if doubt else [])
        if order != "ymd":
            guess.keys["order"] = order
        if refused and column.required:
            guess.refused = refused
        elif refused:
            examples = ", ".join(map(repr, refused[:3]))
            guess.doubts.append(f"load refuses what is no date ({examples}): change it in the file")
        self._add_precision(guess)
        self._add_end(column, guess, order)
        return guess

    def of_parts(self, column: Column) -> DateGuess | None:
        """The date of columns that are named year, month and day, if there is a year and the field is the main date."""
        if column.name not in _INTERVALS:
            return None
        parts: dict[str, Sample] = {}
        for part in ("year", "month", "day"):
            named = (sample for sample in self.columns if is_name_of(part, fold(sample.name)))
            sample = next((sample for sample in named if sample.name not in self.used), None)
            if sample is None or not (part == "year" or parts):
                break
            if not all(text.isascii() and text.isdecimal() for text in sample.values):
                break
            parts[part] = sample
        if "year" not in parts or ("day" in parts and "month" not in parts):
            return None
        names = {part: sample.name for part, sample in parts.items()}
        rule = DateRule(column, 0, DateParts((), names["year"], names.get("month", ""), names.get("day", "")))
        doubts = [] if (refused := self._first_refused(rule)) is None else [f"load refuses {refused}"]
        return DateGuess(dict(names), list(parts.values()), doubts)

    def by_values(self, column: Column, free: list[Sample]) -> DateGuess | None:
        """The first free column whose values are dates, but for those of other days than that of the record."""
        days = [sample for sample in free if self.is_date(sample)]
        own = min(days, key=lambda sample: fold(sample.name).startswith(_OTHER_DAYS), default=None)
        guess = self.of_column(column, own) if own is not None else None
        if not isinstance(guess, DateGuess):
            return None
        others = [s.name for s in days if s is not own and not fold(s.name).startswith(_OTHER_DAYS)]
        instead = f"; it may be {' or '.join(others)} instead" if others else ""
        guess.doubts.insert(0, f"no column is named like it, and this has dates{instead}")
        return guess

    def _add_end(self, column: Column, guess: DateGuess, order: Order) -> None:
        """Add the column of the end to a field that holds an interval, if every row has a valid one."""
        fields = {column.name for column in self.record_type.columns}
        if column.name not in _INTERVALS or "end" in fields or "precision" in guess.keys:
            return
        taken = self.used | {sample.name for sample in guess.samples}
        named = (sample for sample in self.columns if is_name_of("end_date", fold(sample.name)))
        for sample in named:
            if sample.name in taken or not sample.values:
                continue
            rule = DateRule(column, 0, DateParts((guess.keys["from"],)), order, end=DateParts((sample.name,)))
            if self._first_refused(rule) is None:
                is_day = column.name == "date"
                guess.keys["end"] = {"from": sample.name} | ({} if is_day else {"blank": "unknown"})
                guess.samples.append(sample)
                blank = "is the first day" if is_day else "ends on a day that is not known (or blank: open)"
                guess.doubts.append(f"an interval up to {sample.name}; what has no {sample.name} {blank}")
                return
        if column.name != "date":
            guess.keys["end"] = {"blank": "unknown"}
            guess.doubts.append("the beginning, with an end that is not known; blank: open says that it goes on")

    def _first_refused(self, rule: DateRule) -> str | None:
        """The first date of the rows that load refuses."""
        for row in self.rows:
            try:
                text = date_text(rule, row)
                if text is not None:
                    PartialDate.parse(text)
            except ValueProblem as problem:
                return problem.got
            except PartialDateError as error:
                return repr(error.got)
        return None

    def _add_precision(self, guess: DateGuess) -> None:
        """Add the column that says how exact the dates are."""
        few = (sample for sample in self.columns if 0 < len(sample.values) <= len(PRECISIONS[:4]))
        named = (sample for sample in few if "precision" in sample.name.lower() and "geo" not in sample.name.lower())
        sample = next((sample for sample in named if sample.name not in self.used), None)
        if sample is None:
            return
        precisions = dict(zip(sorted(sample.values), PRECISIONS, strict=False))
        guess.keys |= {"precision": sample.name, "precisions": precisions}
        guess.samples.append(sample)
        guess.doubts.append(f"{sample.name} is taken as {', '.join(PRECISIONS[:4])}, in this order")


def _order(texts: list[str], name: str) -> tuple[Order, str]:
    """The order of day, month and year in figures, and what is uncertain about it. The name may say it."""
    figures = [text for text in texts if _YEAR_LAST.fullmatch(text)]
    if not figures:
        return "ymd", ""
    day_first, month_first = _refused(figures, "dmy"), _refused(figures, "mdy")
    if len(month_first) < len(day_first):
        return "mdy", ""
    if not month_first and "mmdd" in fold(name):
        return "mdy", ""
    if day_first or month_first or "ddmm" in fold(name) or all("." in text for text in figures):
        return "dmy", ""
    differing = next((text for text in figures if from_text(text, "dmy") != from_text(text, "mdy")), "")
    if not differing:
        return "dmy", ""
    day, other = (PartialDate.parse(from_text(differing, order)).display for order in ("dmy", "mdy"))
    return "dmy", f"{differing} is read as {day}; order: mdy reads {other}"


def _refused(texts: list[str], order: Order) -> list[str]:
    """The texts that load does not read as dates."""
    refused = []
    for text in texts:
        try:
            PartialDate.parse(from_text(text, order))
        except (ValueProblem, PartialDateError):
            refused.append(text)
    return refused
