"""CSV into batches.

The columns may have commas, semicolons or tabs between them, as spreadsheets of different countries write: the header
line tells which. Columns without a name and rows without a value hold nothing.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from archive.datasets import schema
from archive.datasets.batches import ROWS, Batch, kind_of, unknown_column
from archive.datasets.problems import DatasetError, Place, Problem, Problems, quoted
from archive.datasets.readers.files import File
from archive.datasets.readers.text import MOST_BYTES, lines
from archive.sql.suggestions import suggest_word

csv.field_size_limit(MOST_BYTES)
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
#: What other programs put between columns, and is not read.
_REFUSED = {"|": "'|'", ":": "colons", " ": "spaces"}


def read(file: File, problems: Problems, named: str = "") -> Iterator[Batch]:
    """The file's rows. Raises DatasetError where it can't be read on; a row of another width is a problem."""
    text = lines(file.stream, file.name)
    first = 1
    line = next(text, "")
    declared = _declared(line)
    if declared:
        first, line = 2, next(text, "")
    delimiter = declared or delimiter_of(line, file.name)
    reader = csv.reader(itertools.chain([line] if line else [], text), strict=True, delimiter=delimiter)
    rows = _rows(reader, file.name, first)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    if not any(header):
        raise DatasetError(Problem(Place(file.name), "", "an empty file", "a header line with the names of columns"))
    kind = kind_of(named or PurePosixPath(file.name).stem, file.name, header)
    table = Table(kind, header, file.name, problems, first)
    yield from table.batches(rows)


def _declared(line: str) -> str:
    """The delimiter that Excel's line ``sep=;`` before the header declares, else an empty text."""
    text = line.rstrip("\r\n").strip('"')
    return text[4:] if text.lower().startswith("sep=") and text[4:] in _DELIMITERS else ""


def delimiter_of(header: str, file: str) -> str:
    """The delimiter between the columns of a header line: that which gives most names of columns.

    Raises DatasetError for a header that another character divides into such names.
    """
    names = {column.name for kind in schema.kinds().values() for column in kind.columns}

    def known(delimiter: str) -> int:
        return sum(cell.strip().strip('"').partition(".")[0].lower() in names for cell in header.split(delimiter))

    best = max(_DELIMITERS, key=known)
    refused = max(_REFUSED, key=known)
    if known(refused) > max(known(best), 1):
        got = f"{_REFUSED[refused]} between the columns"
        raise DatasetError(Problem(Place(file, 1), "", got, f"{', '.join(_DELIMITERS.values())}"))
    if known(best):
        return best
    return max(_DELIMITERS, key=header.count)


class Table:
    """The rows below one header: a CSV file's or a sheet's. Notes what is wrong with its columns at once.

    Raises DatasetError where the header names no column at all.
    """

    def __init__(
        self, kind: schema.Kind, header: list[str], file: str, problems: Problems, line: int = 1, guarded: bool = True
    ) -> None:
        self.kind, self.file, self.problems, self.guarded = kind, file, problems, guarded
        self.width = len(header)
        self.places: dict[str, int] = {}
        self.unnamed = [place for place, name in enumerate(header) if not name]
        if not any(kind.column_of(name) for name in header):
            raise DatasetError(_no_header(kind, header, Place(file, line)))
        for place, name in enumerate(header):
            if name:
                self._add(name, place, line)

    def _add(self, name: str, place: int, line: int) -> None:
        column = self.kind.column_of(name)
        if column is None:
            if name not in self.kind.unread:
                self.problems.add(unknown_column(self.kind, Place(self.file, line), name))
        elif column.name in self.places:
            problem = Problem(Place(self.file, line), name, "this column twice", "each once", sort="column twice")
            self.problems.add(problem)
        else:
            self.places[column.name] = place

    def batches(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Batch]:
        """The rows by the thousand; those without a value are left out."""
        numbers: list[int] = []
        cells: list[list[str]] = []
        for number, row in rows:
            if len(row) != self.width:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) < self.width or any(cell.strip() for cell in row[self.width :]):
                    self.problems.add(_width(row, self.width, Place(self.file, number)))
                    continue
                row = row[: self.width]  # empty cells that a spreadsheet left behind the last column
            if not any(row) or not any(cell.strip() for cell in row):
                continue
            numbers.append(number)
            cells.append(row)
            if len(cells) >= ROWS:
                yield self._batch(numbers, cells)
                numbers, cells = [], []
        yield self._batch(numbers, cells)

    def _batch(self, numbers: list[int], rows: list[list[str]]) -> Batch:
        columns = list(zip(*rows, strict=True)) if rows else [()] * self.width
        for unnamed in self.unnamed:
            got = f"a value in column {unnamed + 1}, which has no name"
            for number, cell in zip(numbers, columns[unnamed], strict=True):
                if cell.strip():
                    place = Place(self.file, number)
                    self.problems.add(Problem(place, "", got, "a name in the header", sort="unknown column"))
        cells = {name: list(columns[place]) for name, place in self.places.items()}
        return Batch(self.kind, self.file, numbers, cells, textual=True, guarded=self.guarded)


def _rows(reader: Any, file: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins; the reader's first line is number ``first``."""
    begins = first
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + first
    except csv.Error as error:
        raise DatasetError(_broken(error, Place(file, begins))) from error


def _broken(error: csv.Error, place: Place) -> Problem:
    message = str(error)
    if "unexpected end" in message:
        return Problem(
            place, "", "a quotation mark that is not closed", "a closing one; a mark within a cell is doubled"
        )
    if "larger than field limit" in message:
        expected = f"at most {MOST_BYTES:,} bytes; is a quotation mark open?"
        return Problem(place, "", "a cell that does not end", expected)
    if "expected after" in message:
        return Problem(place, "", "text after a closing quotation mark", "a comma; a mark within a cell is doubled")
    if "new-line character" in message:
        return Problem(place, "", "a line that ends with a carriage return alone", "lines that end with LF or CRLF")
    return Problem(place, "", message, "CSV")


def _no_header(kind: schema.Kind, header: list[str], place: Place) -> Problem:
    """A first row that is a title, or a header in other words."""
    names = [name for name in header if name]
    expected = f"the names of columns of {kind.name}, such as {', '.join(column.name for column in kind.columns[:3])}"
    near = suggest_word(names[0].lower(), [column.name for column in kind.columns])
    if len(names) == 1 and not near:
        return Problem(place, "", f"a title ({quoted(names[0])})", f"{expected}; delete the rows above the header")
    return Problem(place, "", f"no column of {kind.name} ({quoted(', '.join(names))})", expected, near)


def _width(row: list[str], width: int, place: Place) -> Problem:
    return Problem(place, "", f"{len(row)} cells", f"{width}, as many as the header has", sort="cells")
