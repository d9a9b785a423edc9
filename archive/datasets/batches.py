"""Batches of rows, column by column: the output of the readers and the input of the parsers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from archive.datasets.problems import DatasetError, Location, Problems
from archive.datasets.schema import RecordType, file_types

#: Rows of a batch: enough that work by column pays, few enough that long texts stay small in memory.
BATCH_ROWS = 2_000


class Invalid(Enum):
    """A cell that the reader has reported already."""

    CELL = "invalid"


@dataclass(slots=True)
class Batch:
    """Rows of one file: their line numbers, and for each column that the file has a list of cells."""

    record_type: RecordType
    file: str
    lines: list[int]
    cells: dict[str, list[Any]]
    #: Whether all cells are text (CSV, XLSX), not JSON values.
    is_text: bool
    #: Whether cells have an apostrophe before what a spreadsheet would run as a formula (CSV).
    is_guarded: bool = True


@dataclass(slots=True)
class Batcher:
    """Collects JSON objects of any record types, in any order, into batches."""

    file: str
    problems: Problems
    #: Names that are not columns and are no problem.
    ignored: frozenset[str] = frozenset()
    _rows: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, record_type: RecordType, line: int, row: dict[str, Any]) -> Iterator[Batch]:
        """Add a row; a batch when there are enough of its record type."""
        rows = self._rows.setdefault(record_type.name, [])
        rows.append((line, row))
        if len(rows) >= BATCH_ROWS:
            del self._rows[record_type.name]
            yield self._batch(record_type, rows)

    def add_all(self, rows: Iterator[tuple[RecordType, int, dict[str, Any]]]) -> Iterator[Batch]:
        """Add rows, and flush; also the rows before an error of their reader, which have mistakes of their own."""
        failure: DatasetError | None = None
        try:
            for record_type, line, row in rows:
                yield from self.add(record_type, line, row)
        except DatasetError as error:
            failure = error
        yield from self.flush()
        if failure is not None:
            raise failure

    def flush(self) -> Iterator[Batch]:
        """Batches of the remaining rows."""
        for name, rows in self._rows.items():
            yield self._batch(file_types()[name], rows)
        self._rows = {}

    def _batch(self, record_type: RecordType, rows: list[tuple[int, dict[str, Any]]]) -> Batch:
        columns = [column.name for column in record_type.columns]
        names: set[str] = set()
        for line, row in rows:
            names |= row.keys()
            for name in row.keys() - set(columns) - self.ignored if not row.keys() <= set(columns) else ():
                self.problems.add(record_type.unknown_column(Location(self.file, line), name))
        cells = {name: [row.get(name) for _, row in rows] for name in columns if name in names}
        return Batch(record_type, self.file, [line for line, _ in rows], cells, is_text=False)
