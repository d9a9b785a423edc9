"""Reader of files of other formats: CSV, XLSX, JSON, JSON Lines and SPARQL results as rows for the rules of a mapping.

A column that the mapping uses and the file lacks is a problem; columns that the mapping does not use are warnings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from archive.datasets.mappings.definition import MappingDefinition, RecordRule
from archive.datasets.mappings.json_document import leaf_paths, read_document, read_lines_of_json, rows_at
from archive.datasets.mappings.rows import EACH, PARENT, PLAIN_VALUE, Row, column_names
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.csv import full_rows, read_rows
from archive.datasets.readers.files import File
from archive.datasets.readers.xlsx import cells_or_errors, open_workbook
from archive.text import closest_match

#: A row, and the rules of the records that it becomes.
RuledRow = tuple[Row, tuple[RecordRule, ...]]


class Source:
    """The rows of one file for the rules of one mapping."""

    def __init__(self, definition: MappingDefinition, file: File, problems: Problems) -> None:
        self.definition, self.file, self.problems = definition, file, problems
        self.suffix = file.name.lower().rpartition(".")[2]

    def rows(self) -> Iterator[RuledRow]:
        """Each row with its rules. Raises DatasetError where the file can't be read on, or lacks a column."""
        if self.suffix in ("json", "jsonl", "ndjson"):
            yield from self._json_rows()
            return
        nested = next((record for record in self.definition.records if record.rows), None)
        if nested is not None:
            got, expected = f"rows: {'.'.join(nested.rows)}", "it for JSON only: a table has no paths"
            raise DatasetError(Problem(Location(self.definition.name, nested.line), "rows", got, expected))
        reader = self._xlsx_rows() if self.suffix == "xlsx" else self._csv_rows()
        for row in reader:
            yield row, self.definition.records

    # Tables

    def _csv_rows(self) -> Iterator[Row]:
        form = self.definition.form
        names = set(self.definition.used_columns) | self.definition.ignored
        _, numbered = read_rows(self.file, names, form.delimiter, form.is_quoted, form.encoding)
        header, rows = self._header(numbered)
        for line, cells in full_rows(rows, len(header), self.file.name, self.problems):
            yield Row(line, dict(zip(header, cells, strict=True)))

    def _header(self, rows: Iterator[tuple[int, list[str]]]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
        """The names of the columns, from the file or from the mapping, and the rows below."""
        line, first = next(rows, (1, []))
        headers = self.definition.form.headers
        if not headers:
            header = column_names(first)
            self._check_columns(header, line)
            return header, rows
        widths = [len(header) for header in headers]
        if len(first) not in widths:
            got, expected = f"{len(first)} cells", f"{' or '.join(map(str, widths))}, as the mapping has columns"
            raise DatasetError(Problem(Location(self.file.name, line), "", got, expected))
        header = list(headers[widths.index(len(first))])
        self._check_columns(header, line)
        return header, chain([(line, first)], rows)

    def _xlsx_rows(self) -> Iterator[Row]:
        wanted = self.definition.form.sheet
        with open_workbook(self.file) as sheets:
            titles = []
            for title, cells in sheets:
                titles.append(title)
                if wanted in ("", title):
                    yield from self._sheet_rows(cells)
                    return
        got, expected = f"no sheet '{wanted}'", f"one of {', '.join(titles)}"
        raise DatasetError(Problem(Location(self.file.name), "", got, expected, closest_match(wanted, titles)))

    def _sheet_rows(self, cells: Iterator[Any]) -> Iterator[Row]:
        header: list[str] = []
        for line, values in cells_or_errors(cells):
            if header:
                yield Row(line, dict(zip(header, values, strict=False)))
                continue
            header = column_names([str(value) for value in values])
            while header and not header[-1]:
                header.pop()
            self._check_columns(header, line)

    def _check_columns(self, header: list[str], line: int) -> None:
        """Report columns that are absent or not used, and used ones that the header has twice.

        Raises DatasetError where one is absent. A mapping that names the second (``Note (2)``) says which is which.
        """
        if not any(header):
            got, expected = "an empty file", "a line with the names of columns"
            raise DatasetError(Problem(Location(self.file.name), "", got, expected))
        location = Location(self.file.name, line)
        used = self.definition.used_columns.keys()
        for name in used:
            second = f"{name} (2)"
            if name in header and second in header and second not in used | self.definition.ignored:
                expected = (
                    f"each once, or the second in the mapping too, as {quote_value(second)}: used, or under ignored"
                )
                self.problems.add(Problem(location, name, "this column twice", expected, code="column twice"))
        self._report_absent([column for column in self.definition.used_columns if column not in header], header, line)
        self._report_left(name or f"column {index}" for index, name in enumerate(header, 1) if name not in used)

    # JSON

    def _json_rows(self) -> Iterator[RuledRow]:
        paths: dict[tuple[str, ...], list[RecordRule]] = {}
        for record in self.definition.records:
            paths.setdefault(record.rows, []).append(record)
        seen: Counter[tuple[str, ...]] = Counter()
        documents: Iterable[Any]
        if self.suffix == "json":
            documents = [read_document(self.file, self.problems)]
        else:
            documents = read_lines_of_json(self.file, self.problems)
        for document in documents:
            leaf_paths(document, (), seen)
            rows = [(row, tuple(records)) for path, records in paths.items() for row in rows_at(document, path)]
            counts = Counter(line for line, _ in {(row.line, row.place) for row, _ in rows})
            for row, rules in rows:
                is_shared = counts[row.line] > 1 and row.place
                yield replace(row, line=self.problems.number_of_place(row.place)) if is_shared else row, rules
        self._check_paths(seen)

    def _check_paths(self, seen: Counter[tuple[str, ...]]) -> None:
        """Warn of paths that no object has (JSON leaves out what is empty), and of those that are not used."""
        used: list[tuple[str, ...]] = []
        for record in self.definition.records:
            for column in record.used_columns:
                path = _absolute_path(record, column)
                if column != EACH:
                    used.append(path[:-1] if column == PLAIN_VALUE and path[:-1] in seen else path)
        absent = [path for path in dict.fromkeys(used) if not any(leaf[: len(path)] == path for leaf in seen)]
        names = [name for path in absent if not _is_listed(name := ".".join(path), self.definition.optional)]
        if names:
            got, expected = f"no object with {', '.join(names)}", "it in the file, or listed under optional"
            self.problems.add(Problem(Location(self.file.name), "", got, expected, code="absent column"), "warning")
        self._report_left([".".join(path) for path in seen if not any(path[: len(own)] == own for own in used)])

    # Reports

    def _report_absent(self, absent: list[str], names: list[str], line: int) -> None:
        """Report columns that the file lacks, but for optional ones. Raises DatasetError if there are any."""
        absent = [column for column in absent if column not in self.definition.optional and column != EACH]
        for column in absent[:-1]:
            self.problems.add(self._absent(column, names, line))
        if absent:
            raise DatasetError(self._absent(absent[-1], names, line))

    def _absent(self, column: str, names: list[str], line: int) -> Problem:
        rule_line = self.definition.used_columns.get(column, 0)
        got = f"no column '{column}'"
        expected = f"it, because the mapping uses it (line {rule_line}); list it under optional if it may be absent"
        return Problem(Location(self.file.name, line), "", got, expected, closest_match(column, names), "absent column")

    def _report_left(self, left: Iterable[str]) -> None:
        """Warn of columns that become no field."""
        names = list(dict.fromkeys(left))
        ignored = [name for name in names if _is_listed(name, self.definition.ignored)]
        for group, expected in (
            ([name for name in names if name not in ignored], "each in the mapping: in a field, or under ignored"),
            (ignored, "this: the mapping lists them under ignored"),
        ):
            if group:
                got = f"{len(group)} {'columns that become' if len(group) > 1 else 'column that becomes'} no field"
                got += f" ({', '.join(group)})"
                self.problems.add(Problem(Location(self.file.name), "", got, expected, code=expected), "warning")


def _is_listed(name: str, listed: frozenset[str]) -> bool:
    """Whether the column, or an object that it lies in, is in the list."""
    return any(name == item or name.startswith(f"{item}.") for item in listed)


def _absolute_path(record: RecordRule, column: str) -> tuple[str, ...]:
    """The path of a rule's column from the root of the document."""
    base = record.rows
    while column.startswith(PARENT):
        base, column = base[:-1], column.removeprefix(PARENT)
    return (*base, *column.split("."))
