"""Dates, a column at a time; what a text means is found out once."""

from __future__ import annotations

import datetime
from typing import Any

from archive.datasets.parsers.columns import Column
from archive.dates import PartialDate, PartialDateError
from archive.dates.errors import EXPECTED as DATE
from archive.models.fields import PartialDateField, companion_value


class Meaning(dict[str, tuple[Any, ...]]):
    """Dates by their text: the stored text and the columns beside it. Forgets all when it has grown large."""

    def __init__(self, companions: tuple[str, ...]) -> None:
        super().__init__()
        self._companions = companions

    def __missing__(self, text: str) -> tuple[Any, ...]:
        date = PartialDate.parse(text) if text.strip() else None
        if len(self) > 50_000:
            self.clear()
        values = (companion_value(date, what) for what in self._companions)
        days = (value.isoformat() if isinstance(value, datetime.date) else value for value in values)
        found = (date.text if date else None, *days)
        self[text] = found
        return found


class Dates:
    """What dates mean, kept between batches."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Meaning] = {}

    def of(self, field: PartialDateField) -> Meaning:
        return self._known.setdefault(field.companions, Meaning(field.companions))


def dates(column: Column, known: Dates) -> list[tuple[Any, ...]]:
    """For each cell its text and companions (days in ISO form), as one tuple."""
    column.strings()
    meaning = known.of(column.field)
    try:
        found = [meaning[cell] for cell in column.cells]
    except PartialDateError:
        found = [_date(column, row, cell, meaning) for row, cell in enumerate(column.cells)]
    for row, one in enumerate(found) if not column.field.null else ():
        if one[0] is None and not column.cells[row].strip():
            column.missing(row)
    return found


def _date(column: Column, row: int, cell: str, meaning: Meaning) -> tuple[Any, ...]:
    try:
        return meaning[cell]
    except PartialDateError as error:
        because = f" ({error.reason})" if error.reason else ""
        column.fail(row, f"'{error.got}'{because}", DATE, error.suggestion, "date")
        return meaning[""]
