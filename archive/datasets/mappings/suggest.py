"""A mapping to begin from, suggested by the columns of a file and samples of its values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import yaml

from archive.datasets.mappings.json_document import leaf_paths, read_document, read_lines_of_json, rows_at
from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.mappings.rows import EACH, Row, ValueProblem
from archive.datasets.problems import DatasetError, Location, Problem, Problems
from archive.datasets.readers.csv import read_rows
from archive.datasets.readers.files import File, read_mapped_file
from archive.datasets.readers.xlsx import cells_or_errors, open_workbook
from archive.datasets.schema import Column, RecordType, record_types
from archive.dates import PartialDate, PartialDateError
from archive.text import closest_matches, fold

_SAMPLE_ROWS = 1_000
_MAX_VALUES = 40
_MAX_COLUMNS = 200
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}")
#: Words of other formats for fields of the archive.
_SYNONYMS = {
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
        understood = sum(count for text, count in self.values.items() if _word(text, words))
        return understood * 2 > self.values.total() > 0

    @property
    def is_date(self) -> bool:
        """Whether all of its values are dates and more than a bare number."""
        texts = list(islice(self.values, _MAX_VALUES))
        return bool(texts) and all(map(_is_date, texts)) and any(len(text) > 4 for text in texts)

    @property
    def order(self) -> str:
        """The order of day, month and year in figures such as 12/7/2019; empty where these are no such figures."""
        figures = [match for text in islice(self.values, _SAMPLE_ROWS) if (match := _DAY_AND_MONTH.fullmatch(text))]
        if not figures:
            return ""
        return "mdy" if any(int(match[2]) > 12 for match in figures) else "dmy"


def suggest_mapping(path: Path, file_format: str = "", type_name: str = "") -> str:
    """The YAML of a mapping for the file, with comments on what is left to do. Raises DatasetError."""
    for file in read_mapped_file(path, lambda done, total: None, file_format):
        rows_path, samples = _samples(file)
        record_type = record_types()[type_name] if type_name else _nearest_type(samples)
        return _Suggestion(file.name, record_type, rows_path, samples).text()
    raise DatasetError(Problem(Location(path.name), "", "no file", "one to suggest a mapping for"))


# Samples


def _samples(file: File) -> tuple[tuple[str, ...], list[Sample]]:
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
        cells = [row for _, row in islice(read_rows(file, names | _SYNONYMS.keys())[1], _SAMPLE_ROWS)]
    header = [name.strip() for name in cells[0]] if cells else []
    if not any(header):
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "a line with the names of columns"))
    rows_of_cells = chain([[]], cells[1:])  # the first without cells: a file may have no rows, but it has columns
    return (), _sampled(
        ({**dict.fromkeys(header, ""), **dict(zip(header, row, strict=False))}) for row in rows_of_cells
    )


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


# Guesses


def _nearest_type(samples: list[Sample]) -> RecordType:
    """The record type with a slug that has the most fields named like the columns."""
    types = [record_type for record_type in record_types().values() if record_type.has_slug]
    events = record_types()["events"]
    best = max(types, key=lambda record_type: len(_guesses(record_type, samples)))
    return best if len(_guesses(best, samples)) > len(_guesses(events, samples)) else events


def _guesses(record_type: RecordType, samples: list[Sample]) -> dict[str, Sample]:
    """Field -> the column that is named like it, or has values like its vocabulary or a date."""
    fields = {column.name: column for column in record_type.columns if column.name != "status"}
    guesses: dict[str, Sample] = {}
    for sample in samples:
        name = _field_name(sample.name, list(fields))
        if name and name not in guesses and _is_possible(fields[name], sample):
            guesses[name] = sample
    for column in fields.values():
        if column.name in guesses:
            continue
        taken = {sample.name for sample in guesses.values()}
        free = [sample for sample in samples if sample.name not in taken]
        words = _words(column)
        match = next((sample for sample in free if words and sample.matches(words)), None)
        if match is None and column.data_type == "date" and column.required:
            match = next((sample for sample in free if sample.is_date), None)
        if match is not None:
            guesses[column.name] = match
    return guesses


def _field_name(name: str, fields: list[str]) -> str:
    """The field that a column is named like, or an empty string."""
    last = fold(name.rpartition(".")[2])
    by_fold = {fold(own): own for own in fields}
    if last in by_fold:
        return by_fold[last]
    for word, own in _SYNONYMS.items():
        if own in fields and word in last:
            return own
    match = next(iter(closest_matches(last, by_fold)), "")
    return by_fold[match] if match and (match in last or last in match) and len(last) > 2 else ""


def _guessed_word(text: str, words: list[str]) -> str:
    """Our word for a text, with a comment where it is a guess; null without one."""
    if word := _word(text, words):
        return word
    nearest = next(iter(closest_matches(text.lower(), words)), "")
    return f"{nearest}  # guessed" if nearest else "~  # nothing like it"


def _fitting_mappings(columns: set[str]) -> Iterator[str]:
    """The mappings of the archive whose columns a table has, but for optional ones."""
    for name in mapping_names():
        definition = read_mapping(name, Problems())
        needed = {column for column in definition.used_columns if column not in definition.optional and column != EACH}
        if needed <= columns and not definition.form.headers and not definition.records[0].rows:
            yield name


def _is_possible(column: Column, sample: Sample) -> bool:
    return column.data_type != "date" or not sample.values or sample.is_date


def _is_date(text: str) -> bool:
    if _DAY_AND_MONTH.fullmatch(text):
        return True
    try:
        PartialDate.parse(text)
    except PartialDateError as error:
        return bool(error.suggestion)
    return True


def _words(column: Column) -> list[str]:
    return [str(word) for word, _ in column.field.flatchoices] if not column.target else []


def _word(text: str, words: list[str]) -> str:
    """The word of a vocabulary that a text is, apart from case and separators, or an empty string."""
    return {fold(word): word for word in words}.get(fold(text), "")


# YAML


class _Suggestion:
    def __init__(self, file: str, record_type: RecordType, path: tuple[str, ...], samples: list[Sample]) -> None:
        self.file, self.record_type, self.path, self.samples = file, record_type, path, samples
        self.guesses = _guesses(record_type, samples)
        #: The columns named year, month and day, if there is a year.
        names = {fold(sample.name): sample.name for sample in samples}
        self.date_parts = {part: names[part] for part in ("year", "month", "day") if part in names and "year" in names}

    def text(self) -> str:
        return "\n".join([*self._head(), *self._fields(), *self._left(), ""])

    def _head(self) -> Iterator[str]:
        yield f"# Suggested for {self.file}: check every line. The keys are in docs/reference/mappings.md."
        for name in _fitting_mappings({sample.name for sample in self.samples}):
            yield f"# The archive has a mapping for such files: load {self.file} --mapping {name}"
        yield f"description: {_quoted('Rows of ' + self.file)}"
        yield "# dataset: {title: ..., licence: ..., publisher: ...}"
        yield "records:"
        yield f"  - collection: {self.record_type.name}"
        if self.path:
            yield f"    rows: {_quoted('.'.join(self.path))}"
        yield "    fields:"

    def _fields(self) -> Iterator[str]:
        for column in self.record_type.columns:
            sample = self.guesses.get(column.name)
            if sample is not None:
                yield from self._field(column, sample)
            elif column.name == "slug":
                yield from self._slug()
            elif column.data_type == "date" and column.required and self.date_parts:
                parts = ", ".join(f"{part}: {_quoted(name)}" for part, name in self.date_parts.items())
                yield f"      {column.name}: {{{parts}}}"
            elif column.required:
                words = f"  # one of {', '.join(_words(column))}" if _words(column) else ""
                yield f"      # {column.name}: needed; {column.field.help_text}"
                if words:
                    yield f"      {column.name}: {{value: {_words(column)[-1]}}}{words}"

    def _slug(self) -> Iterator[str]:
        names = [self.guesses[name].name for name in ("date", "name", "title") if name in self.guesses]
        if "date" not in self.guesses:
            names = [*self.date_parts.values(), *names]
        columns = names or [sample.name for sample in self.samples[:1]]
        template = " ".join(f"{{{name}}}" for name in columns)
        yield f"      slug: {{template: {_quoted(template)}}}  # an address for good: take an id if there is one"

    def _field(self, column: Column, sample: Sample) -> Iterator[str]:
        words, examples = _words(column), ", ".join(list(sample.values)[:3])
        source = _quoted(sample.name)
        if words:
            yield f"      {column.name}:"
            yield f"        from: {source}"
            yield f"        values:  # ours: {', '.join(words)}"
            for text in sorted(sample.values, key=lambda text: -sample.values[text])[:_MAX_VALUES]:
                yield f"          {_quoted(text)}: {_guessed_word(text, words)}"
        elif column.target == "bodies":
            yield f"      {column.name}: {{from: {source}, find: name}}  # or country, identifier; {_comment(examples)}"
        elif column.target:
            yield f"      {column.name}: {{from: {source}, find: name}}  # {_comment(examples)}"
        elif column.data_type == "date" and sample.order:
            yield f"      {column.name}: {{from: {source}, order: {sample.order}}}  # dmy or mdy? {_comment(examples)}"
        else:
            yield f"      {column.name}: {source}  # {_comment(examples)}"

    def _left(self) -> Iterator[str]:
        used = {sample.name for sample in self.guesses.values()}
        used |= set() if "date" in self.guesses else set(self.date_parts.values())
        left = [sample for sample in self.samples if sample.name not in used]
        if left:
            yield "# Columns that become no field. What is left on purpose goes under ignored:"
        for sample in left:
            kind = (
                "dates" if sample.is_date else f"{len(sample.values):,} value{'s' if len(sample.values) != 1 else ''}"
            )
            examples = _comment(", ".join(list(sample.values)[:3]))
            yield f"#   {_comment(sample.name)}: {kind}{f', such as {examples}' if examples else ''}"
        if left:
            prefix = [".".join(self.path)] if self.path else []
            yield f"ignored: [{', '.join(_quoted('.'.join([*prefix, sample.name])) for sample in left)}]"


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000).strip()


def _comment(text: str) -> str:
    """A text that ends no comment."""
    cleaned = "".join(letter if letter.isprintable() else " " for letter in text)
    return cleaned[:80]
