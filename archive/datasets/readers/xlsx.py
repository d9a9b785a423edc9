"""Reader of XLSX workbooks, one sheet per record type; results of formulas are read, never the formulas.

A date cell has the precision that its number format shows: Excel stores a typed ``2019-07`` as the first of July and
shows "Jul-19", which is the month. Cells that cannot be read are problems: errors such as #N/A, formulas whose
result is not stored, times of day, dates whose year is not shown, and dates before March 1900, where Excel counts a day
that does not exist (ECMA-376 part 1, 18.17.4.1).
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from archive.datasets.batches import Batch
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.csv import Table
from archive.datasets.readers.files import MAX_UNPACKED_RATIO, MIN_UNPACKED_LIMIT, File
from archive.datasets.schema import find_record_type

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

_MAX_BYTES = 50_000_000
#: A workbook is held in memory in part, and read twice: it never unpacks to more bytes than this.
_MAX_UNPACKED_BYTES = 200_000_000
_SMALLER = "a smaller one: write CSV instead"
_TEXT_CELL = "the date as text in EDTF, such as 2019-07 (format the cell as text first)"
#: Parts of a number format that are literal: quoted, escaped, padding, and conditions or locales in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_MARCH_1900 = datetime.datetime(1900, 3, 1)  # noqa: DTZ001  spreadsheets have no time zone


class CellError(Exception):
    """A cell that cannot be read, with what it has (``got``) and what is expected."""

    def __init__(self, got: str, expected: str) -> None:
        self.got, self.expected = got, expected
        super().__init__(f"got {got}, expected {expected}")


#: The cells of a row in both readings of a workbook: results and formulas.
Cells = tuple[Any, Any]


def read_xlsx(file: File, problems: Problems) -> Iterator[Batch]:
    """The rows of each sheet that is not empty; a sheet that is no table of records is a problem.

    Raises DatasetError for what is no workbook, or too large.
    """
    with open_workbook(file) as sheets:
        for title, rows in sheets:
            try:
                yield from _sheet_batches(rows, title, file.name, problems)
            except DatasetError as error:
                problems.add(error.problem)


@contextmanager
def open_workbook(file: File) -> Iterator[Iterator[tuple[str, Iterator[Cells]]]]:
    """The sheets of a workbook: title and rows. Raises DatasetError, also where the rows can't be read on."""
    # Here, for a worker that reads no workbook starts sooner and smaller without the library.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    data = file.stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise DatasetError(Problem(Location(file.name), "", f"more than {_MAX_BYTES:,} bytes", _SMALLER))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked_size = sum(entry.file_size for entry in archive.infolist())
        limit = min(max(MIN_UNPACKED_LIMIT, MAX_UNPACKED_RATIO * len(data)), _MAX_UNPACKED_BYTES)
        if unpacked_size > limit:
            got = f"a workbook that unpacks to {unpacked_size:,} bytes, more than {limit:,}"
            raise DatasetError(Problem(Location(file.name), "", got, _SMALLER))
        # The workbook is read twice: a formula without a stored result is only seen in the second reading.
        results = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True)
        yield _sheets(results, formulas)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError) as error:
        got = f"an unreadable workbook ({quote_value(str(error))})"
        expected = "an .xlsx file; save it again, or as CSV UTF-8"
        raise DatasetError(Problem(Location(file.name), "", got, expected)) from error


def _sheets(results: Workbook, formulas: Workbook) -> Iterator[tuple[str, Iterator[Cells]]]:
    for result_sheet, formula_sheet in zip(results.worksheets, formulas.worksheets, strict=True):
        # The size that a writer declares may be wrong.
        result_sheet.reset_dimensions()
        formula_sheet.reset_dimensions()
        yield result_sheet.title, zip(result_sheet.rows, formula_sheet.rows, strict=True)


def cells_or_errors(rows: Iterator[Cells]) -> Iterator[tuple[int, list[str | CellError]]]:
    """The rows that have a value, with their numbers: the text of each cell, or why it cannot be read."""
    for line, (results, formulas) in enumerate(rows, start=1):
        if _has_value(formulas):
            yield line, [_text_or_error(*cells) for cells in zip_longest(results, formulas)]


def _text_or_error(cell: Cell, formula: Cell) -> str | CellError:
    try:
        return cell_text(cell, formula)
    except CellError as error:
        return error


def _sheet_batches(rows: Iterator[Cells], title: str, file: str, problems: Problems) -> Iterator[Batch]:
    name = f"{file}/{title}"
    numbered = (
        (line, results, formulas) for line, (results, formulas) in enumerate(rows, start=1) if _has_value(formulas)
    )
    first = next(numbered, None)
    if first is None:
        return
    line, cells, _ = first
    header = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    record_type = find_record_type(title.strip().lower().replace(" ", "_"), name, header)
    table = Table(record_type, header, name, problems, line, is_guarded=False)
    yield from table.batches(_text_rows(numbered, header, name, problems))


def _has_value(row: Iterable[Cell]) -> bool:
    return any(cell.value not in (None, "") for cell in row)


def _text_rows(
    rows: Iterator[tuple[int, Any, Any]], header: list[str], name: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The rows as text; a row with a cell that cannot be read is a problem and left out."""
    for line, results, formulas in rows:
        texts: list[str] = []
        is_readable = True
        for index, (cell, formula) in enumerate(zip_longest(results, formulas)):
            try:
                texts.append(cell_text(cell, formula))
            except CellError as error:
                field = header[index] if index < len(header) else ""
                problems.add(Problem(Location(name, line), field, error.got, error.expected))
                is_readable = False
        if is_readable:
            yield line, texts + [""] * (len(header) - len(texts))


def cell_text(cell: Cell, formula: Cell) -> str:
    """A cell as CSV would have it: integers without a decimal point, dates in EDTF. Raises CellError.

    ``formula`` is the cell of the second reading: where it has a formula, ``cell`` has the result.
    """
    value = cell.value
    if value is None:
        if formula is not None and formula.value is not None:
            raise CellError(
                f"the formula {quote_value(str(formula.value))} without a stored result",
                "its value: open the workbook in a spreadsheet program and save it, or paste the values",
            )
        return ""
    if cell.data_type == "e":
        raise CellError(f"the error {value}", "a value, or an empty cell")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return _date_text(value, str(cell.number_format))
    if isinstance(value, datetime.time | datetime.timedelta):
        raise CellError(f"the time {value}", "a date without a time of day")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _date_text(value: datetime.datetime, number_format: str) -> str:
    """A date cell in EDTF, to the precision that its format shows. Raises CellError."""
    if value.time() != datetime.time():
        raise CellError(f"the time {value.isoformat(' ')}", "a date without a time of day")
    if value < _MARCH_1900:
        raise CellError(f"a date cell of {value.date()}, before March 1900", _TEXT_CELL)
    parts = shown_parts(number_format)
    for precision, pattern in (({"y", "m", "d"}, "%Y-%m-%d"), ({"y", "m"}, "%Y-%m"), ({"y"}, "%Y")):
        if parts == precision:
            return value.strftime(pattern)
    missing = "month" if "y" in parts else "year"
    got = f"a date cell of {value.date()} whose format {quote_value(number_format)} shows no {missing}"
    raise CellError(got, _TEXT_CELL)


def shown_parts(number_format: str) -> set[str]:
    """Which of year (y), month (m) and day (d) a number format shows."""
    letters = _LITERAL.sub("", number_format.partition(";")[0]).lower()
    if letters in ("general", "@"):
        return {"y", "m", "d"}
    # "m" is minutes after hours or before seconds.
    letters = re.sub(r"(h[^a-z]*)m+|m+([^a-z]*s)", r"\1\2", letters)
    letters = letters.replace("am/pm", "").replace("a/p", "")
    return {part for part, signs in (("y", "yeb"), ("m", "m"), ("d", "d")) if any(sign in letters for sign in signs)}
