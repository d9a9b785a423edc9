"""Samples of the columns of a file, for the suggestion of a mapping."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from archive.datasets.mappings.column_words import FIELD_NAMES
from archive.datasets.mappings.definition import Encoding
from archive.datasets.mappings.json_document import leaf_paths, read_document, read_lines_of_json, rows_at
from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.mappings.rows import Row, ValueProblem, column_names
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.csv import full_rows, read_rows
from archive.datasets.readers.files import File, read_mapped_file
from archive.datasets.readers.xlsx import CellError, cells_or_errors, open_workbook
from archive.datasets.schema import record_types

#: Rows that are read, and different values of a column that are held.
MAX_ROWS = 20_000
_MAX_COLUMNS = 200
_CHUNK_BYTES = 1 << 20
_WORD_OF_NAME = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_ID_WORDS = frozenset({"id", "identifier", "uuid", "guid", "nr", "no", "번호", "番号"})
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(slots=True)
class Sample:
    """A column: its values with the number of rows that have each."""

    name: str
    values: Counter[str] = field(default_factory=Counter)

    @property
    def is_id(self) -> bool:
        """Whether it is named like an id, and each of its values is another."""
        words = {word.lower() for word in _WORD_OF_NAME.findall(self.name)} | {self.name}
        return bool(words & _ID_WORDS) and len(self.values) == self.values.total() > 0

    @property
    def is_number(self) -> bool:
        return bool(self.values) and all(map(NUMBER.fullmatch, self.values))


@dataclass(slots=True)
class FileSample:
    """The first rows of a file, a sample of each column, the path to the rows, and the encoding."""

    path: tuple[str, ...] = ()
    encoding: Encoding = "utf-8"
    rows: list[Row] = field(default_factory=list)
    columns: list[Sample] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        return len(self.rows) >= MAX_ROWS


def find_encoding(path: Path, file_format: str = "") -> Encoding:
    """Windows-1252 for a table that is not UTF-8 and can be that; else UTF-8."""
    for file in read_mapped_file(path, lambda done, total: None, file_format):
        if not file.name.lower().endswith((".csv", ".tsv", ".tab", ".txt")):
            return "utf-8"
        utf_8, windows = (codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252"))
        is_utf_8 = is_windows = True
        data = file.stream.read(_CHUNK_BYTES)
        is_windows = not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data[:2]
        while data and (is_utf_8 or is_windows):
            following = file.stream.read(_CHUNK_BYTES)
            is_utf_8 = is_utf_8 and _is_decoded(utf_8, data, not following)
            is_windows = is_windows and _is_decoded(windows, data, not following)
            data = following
        return "windows-1252" if is_windows and not is_utf_8 else "utf-8"
    return "utf-8"


def _is_decoded(decoder: codecs.IncrementalDecoder, data: bytes, is_last: bool) -> bool:
    try:
        decoder.decode(data, is_last)
    except UnicodeDecodeError:
        return False
    return True


def read_samples(file: File, encoding: Encoding) -> FileSample:
    """The rows and columns of a file. Raises DatasetError for a file that can't be read."""
    problems = Problems()
    suffix = file.name.lower().rpartition(".")[2]
    if suffix in ("json", "jsonl", "ndjson"):
        document = (
            read_document(file, problems)
            if suffix == "json"
            else list(islice(read_lines_of_json(file, problems), MAX_ROWS))
        )
        path = _rows_path(document)
        rows = (_json_cells(row.values) for row in islice(rows_at(document, path), MAX_ROWS))
        return _sampled(FileSample(path), enumerate(rows, start=1), [])
    if suffix == "xlsx":
        with open_workbook(file) as sheets:
            _, numbered = next(sheets)
            cells = [(line, _texts(row)) for line, row in islice(cells_or_errors(numbered), MAX_ROWS + 1)]
        header, body = (cells[0][1] if cells else []), iter(cells[1:])
    else:
        fields = {column.name for record_type in record_types().values() for column in record_type.columns}
        names = fields.union(*FIELD_NAMES.values())
        numbered_rows = read_rows(file, names, encoding=encoding)[1]
        header = next(numbered_rows, (0, []))[1]
        body = islice(full_rows(numbered_rows, len(header), file.name, problems), MAX_ROWS)
    names_of_columns = column_names(header)
    if not any(names_of_columns):
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "a line with the names of columns"))
    _refuse_values_as_header(file, [cell.strip() for cell in header])
    dictionaries = ((line, dict(zip(names_of_columns, row, strict=False))) for line, row in body)
    return _sampled(FileSample(encoding=encoding), dictionaries, names_of_columns)


def _texts(row: list[str | CellError]) -> list[str]:
    return ["" if isinstance(cell, CellError) else cell for cell in row]


def _refuse_values_as_header(file: File, header: list[str]) -> None:
    """Raise DatasetError for a first line of which a third are numbers or dates: the file names no columns."""
    cells = [name for name in header if name]
    if sum(1 for name in cells if NUMBER.fullmatch(name)) * 3 < len(cells):
        return
    definitions = ((name, read_mapping(name, Problems()).form.headers) for name in mapping_names())
    fitting = [name for name, headers in definitions if len(header) in map(len, headers)]
    remedy = f"; for this one, load it with --mapping {fitting[0]}" if fitting else ", or headers in a mapping"
    got = f"a first line of values ({quote_value(', '.join(cells))})"
    raise DatasetError(Problem(Location(file.name, 1), "", got, f"the names of columns{remedy}"))


def _rows_path(document: object) -> tuple[str, ...]:
    """The path of the longest list of objects at the top of a document."""
    if not isinstance(document, dict):
        return ()
    lists = {name: len(value) for name, value in document.items() if isinstance(value, list) and value}
    return (max(lists, key=lambda name: lists[name]),) if lists else ()


def _json_cells(value: dict[str, Any]) -> dict[str, str]:
    paths: Counter[tuple[str, ...]] = Counter()
    leaf_paths(value, (), paths)
    cells = {}
    for path in paths:
        try:
            cells[".".join(path)] = Row(0, value).text(".".join(path)) or ""
        except ValueProblem:
            cells[".".join(path)] = ""
    return cells


def _sampled(sample: FileSample, rows: Iterator[tuple[int, dict[str, str]]], names: list[str]) -> FileSample:
    columns = {name: Sample(name) for name in names[:_MAX_COLUMNS] if name}
    for line, row in rows:
        cells = {name: text.strip() for name, text in row.items() if name}
        sample.rows.append(Row(line, dict(cells)))
        for name, text in cells.items():
            if name in columns or len(columns) < _MAX_COLUMNS:
                column = columns.setdefault(name, Sample(name))
                if text:
                    column.values[text] += 1
    sample.columns = list(columns.values())
    return sample
