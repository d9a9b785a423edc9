"""CSV into batches."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from archive.loading import layout
from archive.loading.batches import ROWS, Batch, kind_of, unknown_column
from archive.loading.files import File
from archive.loading.lines import MOST_BYTES, lines
from archive.loading.problems import DatasetError, Place, Problem, Problems

csv.field_size_limit(MOST_BYTES)


def read(file: File, problems: Problems, named: str = "") -> Iterator[Batch]:
    """The file's rows. Raises DatasetError where it can't be read on; a row of another width is a problem."""
    reader = csv.reader(lines(file.stream, file.name), strict=True)
    rows = _rows(reader, file.name)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    if not any(header):
        raise DatasetError(Problem(Place(file.name), "", "an empty file", "a header line with the names of columns"))
    kind = kind_of(named or PurePosixPath(file.name).stem, file.name, header)
    at = columns(kind, header, file.name, problems)
    yield from batches(rows, len(header), kind, at, file.name, problems)


def batches(
    rows: Iterator[tuple[int, list[str]]],
    width: int,
    kind: layout.Kind,
    at: dict[str, int],
    file: str,
    problems: Problems,
) -> Iterator[Batch]:
    numbers: list[int] = []
    kept: list[list[str]] = []
    for number, row in rows:
        if len(row) != width:
            if not row or (row == [""] and width > 1):
                continue
            problems.add(_width(row, width, Place(file, number)))
            continue
        numbers.append(number)
        kept.append(row)
        if len(kept) >= ROWS:
            yield _batch(kind, file, numbers, kept, at)
            numbers, kept = [], []
    yield _batch(kind, file, numbers, kept, at)


def _batch(kind: layout.Kind, file: str, numbers: list[int], rows: list[list[str]], at: dict[str, int]) -> Batch:
    cells = list(zip(*rows, strict=True)) if rows else [()] * (max(at.values(), default=0) + 1)
    return Batch(kind, file, numbers, {name: list(cells[place]) for name, place in at.items()}, textual=True)


def _rows(reader: Any, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DatasetError(_broken(error, Place(file, begins))) from error


def _broken(error: csv.Error, place: Place) -> Problem:
    told = str(error)
    if "unexpected end" in told:
        return Problem(
            place, "", "a quotation mark that is not closed", "a closing one; a mark within a cell is doubled"
        )
    if "larger than field limit" in told:
        expected = f"at most {MOST_BYTES:,} bytes; is a quotation mark open?"
        return Problem(place, "", "a cell that does not end", expected)
    if "expected after" in told:
        return Problem(place, "", "text after a closing quotation mark", "a comma; a mark within a cell is doubled")
    if "new-line character" in told:
        return Problem(place, "", "a line that ends with a carriage return alone", "lines that end with LF or CRLF")
    return Problem(place, "", told, "CSV")


def columns(kind: layout.Kind, header: list[str], file: str, problems: Problems) -> dict[str, int]:
    known = {column.name for column in kind.columns}
    at: dict[str, int] = {}
    for place, name in enumerate(header):
        if name in at:
            problems.add(Problem(Place(file, 1), name, "this column twice", "each once", sort="column twice"))
        elif name in known:
            at[name] = place
        elif name:
            problems.add(unknown_column(kind, Place(file, 1), name))
        else:
            got = f"column {place + 1} without a name"
            problems.add(Problem(Place(file, 1), "", got, "a name for each column", sort="unknown column"))
    return at


def _width(row: list[str], width: int, place: Place) -> Problem:
    return Problem(place, "", f"{len(row)} cells", f"{width}, as many as the header has", sort="cells")
