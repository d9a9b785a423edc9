"""Files of records: JSON Lines as the database wrote them, CSV, Parquet."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from archive.datasets import schema


class Summed:
    """A file that knows the SHA-256 sum of what was written to it."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.name, self.size, self._stream, self._sum = path.name, 0, stream, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        self.size += len(data)
        return self._stream.write(data)

    @property
    def sum(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def summed(path: Path) -> Iterator[Summed]:
    """Raises OSError where the file can't be written."""
    with path.open("xb", buffering=1 << 18) as stream:
        yield Summed(path, stream)


class JsonLines:
    """One object a line."""

    suffix = ".jsonl"

    def __init__(self, kind: schema.Kind, file: Summed) -> None:
        self.file = file

    def write(self, page: bytes) -> None:
        self.file.write(page)
        self.file.write(b"\n")

    def end(self) -> None: ...


class Csv:
    """A header and a row for each record; no cell begins as a formula does."""

    suffix = ".csv"

    def __init__(self, kind: schema.Kind, file: Summed) -> None:
        self.file = file
        self.cells: list[Callable[[Any], Any]] = [_CELLS.get(column.form, _plain) for column in kind.columns]
        self.write_rows([[column.name for column in kind.columns]])

    def write(self, page: bytes) -> None:
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        self.write_rows(
            [cell(value) for cell, value in zip(self.cells, decode(line).values(), strict=True)]
            for line in page.split(b"\n")
        )

    def write_rows(self, rows: Any) -> None:
        text = io.StringIO()
        schema.csv_writer(text).writerows(rows)
        self.file.write(text.getvalue().encode())

    def end(self) -> None: ...


def _plain(value: Any) -> Any:
    return "" if value is None else schema.guard(value) if isinstance(value, str) else value


def _relation(value: Any) -> str:
    return schema.guard(schema.join_pieces(value)) if isinstance(value, list) else value or ""


_CELLS: dict[str, Callable[[Any], Any]] = {"relation": _relation, "relations": schema.join_values}


def writer_of(form: str) -> Any:
    """The writer's class for a format. Raises ImportError where Parquet is asked for and pyarrow is not there."""
    if form == "parquet":
        from archive.datasets.export.parquet import Parquet

        return Parquet
    return {"jsonl": JsonLines, "csv": Csv}[form]
