"""Samples of the columns of a file, for the suggestion of a mapping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from archive.datasets.mappings.json_document import leaf_paths, read_document, read_lines_of_json, rows_at
from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.mappings.rows import Row, ValueProblem
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.csv import read_rows
from archive.datasets.readers.files import File
from archive.datasets.readers.xlsx import cells_or_errors, open_workbook
from archive.datasets.schema import record_types
from archive.dates import PartialDate, PartialDateError
from archive.text import fold

_SAMPLE_ROWS = 1_000
_MAX_COLUMNS = 200
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}")
_WORD_OF_NAME = re.compile("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_ID_WORDS = frozenset({"id", "identifier", "uuid", "guid"})
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
MAX_VALUES = 40
#: Words of other formats for fields of the archive.
SYNONYMS = {
    "headline": "name", "title": "name", "label": "name", "text": "summary", "description": "summary",
    "notes": "summary", "type": "classification", "kind": "classification", "category": "classification",
    "day": "date", "when": "date", "location": "place", "city": "place", "birthdate": "born", "deathdate": "died",
    "birthday": "born", "country": "state", "nationality": "state", "link": "url", "sourceurl": "url",
    "startdate": "start", "enddate": "end", "acronym": "abbreviation",
}  # fmt: skip


@dataclass(slots=True)
class Sample:
    """A column: its first values, and how many rows have one."""

    name: str
    values: Counter[str] = field(default_factory=Counter)

    def matches(self, words: list[str]) -> bool:
        """Whether most of its values are words of a vocabulary."""
        understood = sum(count for text, count in self.values.items() if vocabulary_word(text, words))
        return understood * 2 > self.values.total() > 0

    @property
    def is_id(self) -> bool:
        """Whether it is named like an id, and each of its values is another."""
        words = {word.lower() for word in _WORD_OF_NAME.findall(self.name)}
        return bool(words & _ID_WORDS) and len(self.values) == self.values.total() > 0

    @property
    def is_date(self) -> bool:
        """Whether all of its values are dates and more than a bare number."""
        texts = list(islice(self.values, MAX_VALUES))
        return bool(texts) and all(map(_is_date, texts)) and any(len(text) > 4 for text in texts)

    @property
    def order(self) -> str:
        """The order of day, month and year in figures such as 12/7/2019; empty where these are no such figures."""
        figures = [match for text in islice(self.values, _SAMPLE_ROWS) if (match := _DAY_AND_MONTH.fullmatch(text))]
        if not figures:
            return ""
        return "mdy" if any(int(match[2]) > 12 for match in figures) else "dmy"


def read_samples(file: File) -> tuple[tuple[str, ...], list[Sample]]:
    """The path to the rows, and a sample of each column. Raises DatasetError for a file that can't be read."""
    problems = Problems()
    suffix = file.name.lower().rpartition(".")[2]
    if suffix in ("json", "jsonl", "ndjson"):
        document = (
            read_document(file) if suffix == "json" else list(islice(read_lines_of_json(file, problems), _SAMPLE_ROWS))
        )
        path = _rows_path(document)
        return path, _sampled(_json_cells(row.values) for row in islice(rows_at(document, path), _SAMPLE_ROWS))
    if suffix == "xlsx":
        with open_workbook(file) as sheets:
            _, rows = next(sheets)
            cells = [[str(cell) for cell in row] for _, row in islice(cells_or_errors(rows), _SAMPLE_ROWS)]
    else:
        names = {column.name for record_type in record_types().values() for column in record_type.columns}
        cells = [row for _, row in islice(read_rows(file, names | SYNONYMS.keys())[1], _SAMPLE_ROWS)]
    header = [name.strip() for name in cells[0]] if cells else []
    if not any(header):
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "a line with the names of columns"))
    _refuse_values_as_header(file, header)
    rows_of_cells = chain([[]], cells[1:])  # the first without cells: a file may have no rows, but it has columns
    return (), _sampled(
        ({**dict.fromkeys(header, ""), **dict(zip(header, row, strict=False))}) for row in rows_of_cells
    )


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


def _sampled(rows: Iterator[dict[str, str]]) -> list[Sample]:
    samples: dict[str, Sample] = {}
    for row in rows:
        for name, text in row.items():
            if name and (name in samples or len(samples) < _MAX_COLUMNS):
                sample = samples.setdefault(name, Sample(name))
                if text.strip():
                    sample.values[text.strip()] += 1
    return list(samples.values())


def _is_date(text: str) -> bool:
    if _DAY_AND_MONTH.fullmatch(text):
        return True
    try:
        PartialDate.parse(text)
    except PartialDateError as error:
        return bool(error.suggestion)
    return True


def vocabulary_word(text: str, words: list[str]) -> str:
    """The word of a vocabulary that a text is, apart from case and separators, or an empty string."""
    return {fold(word): word for word in words}.get(fold(text), "")
