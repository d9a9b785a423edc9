"""XLSX into batches, one sheet per kind; what a formula gave is read, never the formula.

A date cell carries the precision that its number format shows: Excel makes the first of July of a typed ``2019-07`` and
shows "Jul-19", which is the month. What a cell can't say is refused with its place: errors such as #N/A, formulas whose
result is not stored, times of day, dates whose year is not shown, and dates before March 1900, where Excel counts a day
that never was (ECMA-376 part 1, 18.17.4.1).
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from archive.datasets.batches import Batch, kind_of
from archive.datasets.problems import DatasetError, Place, Problem, Problems, quoted
from archive.datasets.readers import csv
from archive.datasets.readers.files import FREE_BYTES, MOST_TIMES, File

_MOST_BYTES = 50_000_000
_TEXT_CELL = "the date as text in EDTF, such as 2019-07 (format the cell as text first)"
#: Parts of a number format that stand for themselves: quoted, escaped, padded, and conditions or locales in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_MARCH_1900 = datetime.datetime(1900, 3, 1)  # noqa: DTZ001  spreadsheets have no time zone


class CellError(Exception):
    """A cell that can't be read; says what was got and what is expected."""

    def __init__(self, got: str, expected: str) -> None:
        self.got, self.expected = got, expected
        super().__init__(f"got {got}, expected {expected}")


def read(file: File, problems: Problems) -> Iterator[Batch]:
    """Each sheet that is not empty. Raises DatasetError for what is no workbook, or too large to hold."""
    data = file.stream.read(_MOST_BYTES + 1)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unfolded = sum(entry.file_size for entry in packed.infolist())
        if len(data) > _MOST_BYTES or unfolded > max(FREE_BYTES, MOST_TIMES * len(data)):
            got = f"a workbook that unfolds to {unfolded:,} bytes"
            raise DatasetError(Problem(Place(file.name), "", got, "a smaller one: write CSV instead"))
        # Results and formulas are two readings of a workbook: a formula without a result shows in the second only.
        results = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True)
        for sheet, written in zip(results.worksheets, formulas.worksheets, strict=True):
            # What a writer says of a sheet's size may be wrong; the cells themselves tell.
            sheet.reset_dimensions()
            written.reset_dimensions()
            yield from _sheet(zip(sheet.rows, written.rows, strict=True), sheet.title, file.name, problems)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError) as error:
        got = f"no workbook that can be read ({quoted(str(error))})"
        expected = "an .xlsx file; save it again, or as CSV UTF-8"
        raise DatasetError(Problem(Place(file.name), "", got, expected)) from error


def _sheet(rows: Iterator[tuple[Any, Any]], name: str, file: str, problems: Problems) -> Iterator[Batch]:
    place = f"{file}/{name}"
    numbered = ((number, row, written) for number, (row, written) in enumerate(rows, start=1) if _has_value(written))
    first = next(numbered, None)
    if first is None:
        return
    line, cells, _ = first
    header = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    kind = kind_of(name.strip().lower().replace(" ", "_"), place, header)
    table = csv.Table(kind, header, place, problems, line, guarded=False)
    yield from table.batches(_texts(numbered, header, place, problems))


def _has_value(row: Any) -> bool:
    return any(cell.value not in (None, "") for cell in row)


def _texts(
    rows: Iterator[tuple[int, Any, Any]], header: list[str], place: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The rows as texts; a row with a cell that can't be read is a problem and left out."""
    for number, row, written in rows:
        texts: list[str] = []
        is_sound = True
        for column, (cell, formula) in enumerate(zip_longest(row, written)):
            try:
                texts.append(text_of(cell, formula))
            except CellError as error:
                field = header[column] if column < len(header) else ""
                problems.add(Problem(Place(place, number), field, error.got, error.expected))
                is_sound = False
        if is_sound:
            yield number, texts + [""] * (len(header) - len(texts))


def text_of(cell: Any, formula: Any) -> str:
    """A cell as CSV would have it: whole numbers without a point, dates in EDTF. Raises CellError.

    ``formula`` is the same cell as it is written: where it has a formula, ``cell`` has the result.
    """
    value = cell.value
    if value is None:
        if formula is not None and formula.value is not None:
            raise CellError(
                f"the formula {quoted(str(formula.value))} without a stored result",
                "its value: open the workbook in a spreadsheet program and save it, or paste the values",
            )
        return ""
    if cell.data_type == "e":
        raise CellError(f"the error {value}", "a value, or an empty cell")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return _date(value, str(cell.number_format))
    if isinstance(value, datetime.time | datetime.timedelta):
        raise CellError(f"the time {value}", "a date without a time of day")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _date(value: datetime.datetime, number_format: str) -> str:
    """A date cell in EDTF, to the precision that its format shows. Raises CellError."""
    if value.time() != datetime.time():
        raise CellError(f"the time {value.isoformat(' ')}", "a date without a time of day")
    if value < _MARCH_1900:
        raise CellError(f"a date cell of {value.date()}, before March 1900", _TEXT_CELL)
    shown = shown_parts(number_format)
    for parts, pattern in (({"y", "m", "d"}, "%Y-%m-%d"), ({"y", "m"}, "%Y-%m"), ({"y"}, "%Y")):
        if shown == parts:
            return value.strftime(pattern)
    got = f"a date cell of {value.date()} whose format {quoted(number_format)} shows no {_missing(shown)}"
    raise CellError(got, _TEXT_CELL)


def shown_parts(number_format: str) -> set[str]:
    """Which of year (y), month (m) and day (d) a number format shows; minutes are no months."""
    letters = _LITERAL.sub("", number_format.partition(";")[0]).lower()
    if letters in ("general", "@"):
        return {"y", "m", "d"}
    # "m" is minutes behind hours or before seconds.
    letters = re.sub(r"(h[^a-z]*)m+|m+([^a-z]*s)", r"\1\2", letters)
    letters = letters.replace("am/pm", "").replace("a/p", "")
    return {part for part, signs in (("y", "yeb"), ("m", "m"), ("d", "d")) if any(sign in letters for sign in signs)}


def _missing(shown: set[str]) -> str:
    return "year" if "y" not in shown else "month"
