"""Writers of record files: JSON Lines as the database wrote them, CSV, and Parquet by its own module."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from archive.csv_dialect import csv_writer, guard, join_pieces, join_values
from archive.datasets.schema import RecordType


class HashedFile:
    """A file with the SHA-256 checksum and the size of what was written to it."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.name, self.size, self._stream, self._hash = path.name, 0, stream, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._stream.write(data)

    @property
    def checksum(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def hashed_file(path: Path) -> Iterator[HashedFile]:
    """Create a file. Raises OSError."""
    with path.open("xb", buffering=1 << 18) as stream:
        yield HashedFile(path, stream)


class JsonLinesWriter:
    """Writes one JSON object a line."""

    suffix = ".jsonl"

    def __init__(self, record_type: RecordType, file: HashedFile) -> None:
        self.file = file

    def write(self, page: bytes) -> None:
        """Write a page of lines of JSON without the last line's end."""
        self.file.write(page)
        self.file.write(b"\n")

    def close(self) -> None: ...


class CsvWriter:
    """Writes a header and a row for each record; cells that a spreadsheet would run as a formula are guarded."""

    suffix = ".csv"

    def __init__(self, record_type: RecordType, file: HashedFile) -> None:
        self.file = file
        self.cells: list[Callable[[Any], object]] = [
            _CELL_WRITERS.get(column.data_type, _value_cell) for column in record_type.columns
        ]
        self._write_rows([[column.name for column in record_type.columns]])

    def write(self, page: bytes) -> None:
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        self._write_rows(
            [cell(value) for cell, value in zip(self.cells, decode(line).values(), strict=True)]
            for line in page.split(b"\n")
        )

    def _write_rows(self, rows: Iterable[Iterable[Any]]) -> None:
        stream = io.StringIO()
        csv_writer(stream).writerows(rows)
        self.file.write(stream.getvalue().encode())

    def close(self) -> None: ...


def _value_cell(value: object) -> Any:
    return "" if value is None else guard(value) if isinstance(value, str) else value


def _relation_cell(value: list[str] | str | None) -> str:
    return guard(join_pieces(value)) if isinstance(value, list) else value or ""


_CELL_WRITERS: dict[str, Callable[[Any], Any]] = {"relation": _relation_cell, "relations": join_values}


def writer_class(file_format: str) -> Any:
    """The writer of a format. Raises ImportError for Parquet where pyarrow is not installed."""
    if file_format == "parquet":
        from archive.datasets.export.parquet import ParquetWriter

        return ParquetWriter
    return {"jsonl": JsonLinesWriter, "csv": CsvWriter}[file_format]
