"""Reader of CSV.

Columns may be separated by commas, semicolons or tabs, as spreadsheets of different countries write them; the header
line decides. Columns without a name and rows without a value are skipped.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Set
from pathlib import PurePosixPath
from typing import Any

from archive.datasets.batches import BATCH_ROWS, Batch
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import MAX_LINE_BYTES, File, read_lines
from archive.datasets.schema import RecordType, file_types, find_record_type
from archive.text import closest_match

csv.field_size_limit(MAX_LINE_BYTES)
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
#: Delimiters of other programs, which are not read.
_REFUSED_DELIMITERS = {"|": "'|'", ":": "colons", " ": "spaces"}


def read_csv(file: File, problems: Problems, type_name: str = "") -> Iterator[Batch]:
    """The file's rows; a row of another width is a problem. Raises DatasetError where the file can't be read on."""
    names = {column.name for record_type in file_types().values() for column in record_type.columns}
    first_line, rows = read_rows(file, names)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    if not any(header):
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "a header line with the names of columns"))
    record_type = find_record_type(type_name or PurePosixPath(file.name).stem, file.name, header)
    yield from Table(record_type, header, file.name, problems, first_line).batches(rows)


def read_rows(
    file: File, names: Set[str], delimiter: str = "", is_quoted: bool = True, encoding: str = "utf-8"
) -> tuple[int, Iterator[tuple[int, list[str]]]]:
    """The number of the first line with cells, and the rows with the lines on which they begin. Raises DatasetError.

    Without a delimiter, it is the one that divides the first line into the most of the column names.
    """
    text = read_lines(file, encoding)
    first_line = 1
    line = next(text, "")
    declared = _declared_delimiter(line)
    if declared:
        first_line, line = 2, next(text, "")
    delimiter = delimiter or declared or _find_delimiter(line, file.name, names)
    lines = itertools.chain([line] if line else [], text)
    quoting: Any = csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE
    reader = csv.reader(lines, strict=True, delimiter=delimiter, quoting=quoting)
    return first_line, _numbered_rows(reader, file.name, first_line)


def _declared_delimiter(line: str) -> str:
    """The delimiter of Excel's line ``sep=;`` above the header, else an empty string."""
    text = line.rstrip("\r\n").strip('"')
    return text[4:] if text.lower().startswith("sep=") and text[4:] in _DELIMITERS else ""


def _find_delimiter(header: str, file: str, names: Set[str]) -> str:
    """The delimiter that divides a header line into the most column names.

    Raises DatasetError where one that is not read divides it into more.
    """
    lower_names = {name.lower() for name in names}

    def is_name(cell: str) -> bool:
        name = cell.strip().strip('"').lower()
        return name in lower_names or name.partition(".")[0] in lower_names

    def count_columns(delimiter: str) -> int:
        return sum(map(is_name, header.split(delimiter)))

    best = max(_DELIMITERS, key=count_columns)
    refused = max(_REFUSED_DELIMITERS, key=count_columns)
    # A name of several words has spaces of its own, beside the delimiter.
    is_refused = count_columns(refused) > max(count_columns(best), 1)
    if is_refused and not (refused == " " and any(delimiter in header for delimiter in _DELIMITERS)):
        got = f"{_REFUSED_DELIMITERS[refused]} between the columns"
        raise DatasetError(Problem(Location(file, 1), "", got, ", ".join(_DELIMITERS.values())))
    return best if count_columns(best) else max(_DELIMITERS, key=header.count)


class Table:
    """The rows below a header, of a CSV file or a sheet. Unknown and repeated columns are problems.

    Raises DatasetError where the header has no column of the record type.
    """

    def __init__(
        self,
        record_type: RecordType,
        header: list[str],
        file: str,
        problems: Problems,
        header_line: int = 1,
        is_guarded: bool = True,
    ) -> None:
        self.record_type, self.file, self.problems, self.is_guarded = record_type, file, problems, is_guarded
        self.width = len(header)
        #: Column name -> index in a row.
        self.indexes: dict[str, int] = {}
        self.unnamed = [index for index, name in enumerate(header) if not name]
        if not any(record_type.column_for_header(name) for name in header):
            raise DatasetError(_no_header(record_type, header, Location(file, header_line)))
        for index, name in enumerate(header):
            if name:
                self._add_column(name, index, Location(file, header_line))

    def _add_column(self, name: str, index: int, location: Location) -> None:
        column = self.record_type.column_for_header(name)
        if column is None:
            if name not in self.record_type.ignored_columns:
                self.problems.add(self.record_type.unknown_column(location, name))
        elif column.name in self.indexes:
            self.problems.add(Problem(location, name, "this column twice", "each once", code="column twice"))
        else:
            self.indexes[column.name] = index

    def batches(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Batch]:
        """Batches of the rows that have a value; at least one batch, which may be empty."""
        lines: list[int] = []
        cells: list[list[str]] = []
        failure: DatasetError | None = None
        try:
            for line, row in full_rows(rows, self.width, self.file, self.problems):
                lines.append(line)
                cells.append(row)
                if len(cells) >= BATCH_ROWS:
                    yield self._batch(lines, cells)
                    lines, cells = [], []
        except DatasetError as error:
            # The rows before it have mistakes of their own.
            failure = error
        yield self._batch(lines, cells)
        if failure is not None:
            raise failure

    def _batch(self, lines: list[int], rows: list[list[str]]) -> Batch:
        columns = list(zip(*rows, strict=True)) if rows else [()] * self.width
        for index in self.unnamed:
            got = f"a value in column {index + 1}, which has no name"
            for line, cell in zip(lines, columns[index], strict=True):
                if cell.strip():
                    location = Location(self.file, line)
                    self.problems.add(Problem(location, "", got, "a name in the header", code="unknown column"))
        cells = {name: list(columns[index]) for name, index in self.indexes.items()}
        return Batch(self.record_type, self.file, lines, cells, is_text=True, is_guarded=self.is_guarded)


def full_rows(
    rows: Iterable[tuple[int, list[str]]], width: int, file: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The rows that have a value; a row of another width is a problem."""
    for line, row in rows:
        if not any(row) or not any(cell.strip() for cell in row):
            continue
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            got, expected = f"{len(row)} cells", f"{width}, as many as the header has"
            problems.add(Problem(Location(file, line), "", got, expected, code="cells"))
            continue
        # A spreadsheet may have left empty cells behind the last column.
        yield line, row if len(row) == width else row[:width]


def _numbered_rows(reader: Any, file: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    line = first_line
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + first_line
    except csv.Error as error:
        got, expected = _explain(str(error))
        raise DatasetError(Problem(Location(file, line), "", got, expected)) from error


def _explain(message: str) -> tuple[str, str]:
    """The value and the expectation for a message of Python's csv module."""
    if "unexpected end" in message:
        return "a quotation mark that is not closed", "a closing one; a mark within a cell is doubled"
    if "larger than field limit" in message:
        return "a cell that does not end", f"at most {MAX_LINE_BYTES:,} bytes; is a quotation mark open?"
    if "expected after" in message:
        return "text after a closing quotation mark", "a comma; a mark within a cell is doubled"
    if "new-line character" in message:
        return "a line that ends with a carriage return alone", "lines that end with LF or CRLF"
    return message, "CSV"


def _no_header(record_type: RecordType, header: list[str], location: Location) -> Problem:
    """The problem of a first row that is a title, or a header in other words."""
    names = [name for name in header if name]
    columns = [column.name for column in record_type.columns]
    expected = f"the names of columns of {record_type.name}, such as {', '.join(columns[:3])}"
    suggestion = closest_match(names[0].lower(), columns)
    if len(names) == 1 and not suggestion:
        got = f"a title ({quote_value(names[0])})"
        return Problem(location, "", got, f"{expected}; delete the rows above the header")
    got = f"no column of {record_type.name} ({quote_value(', '.join(names))})"
    return Problem(location, "", got, expected, suggestion)
