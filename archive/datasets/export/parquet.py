"""Parquet, by pyarrow, which is not needed for anything else: ``requirements-parquet.txt``."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow
from pyarrow import parquet

from archive.datasets import schema
from archive.datasets.export.writers import Summed

#: Rows that are held until they are written as one group.
_GROUP = 32_000


class Parquet:
    """Texts, numbers and lists of texts; a column's meaning is its field's ``description``."""

    suffix = ".parquet"

    def __init__(self, kind: schema.Kind, file: Summed) -> None:
        self.schema = pyarrow.schema([_field(column) for column in kind.columns])
        self.rows: list[dict[str, Any]] = []
        self.decode = msgspec.json.Decoder(dict[str, Any]).decode
        self.file = _Sink(file)
        self.writer = parquet.ParquetWriter(self.file, self.schema, compression="zstd")

    def write(self, page: bytes) -> None:
        self.rows += [self.decode(line) for line in page.split(b"\n")]
        if len(self.rows) >= _GROUP:
            self._group()

    def end(self) -> None:
        if self.rows:
            self._group()
        self.writer.close()

    def _group(self) -> None:
        self.writer.write_table(pyarrow.Table.from_pylist(self.rows, self.schema))
        self.rows = []


class _Sink:
    """What pyarrow asks of a file to write to."""

    closed = False

    def __init__(self, file: Summed) -> None:
        self._file = file

    def write(self, data: Any) -> int:
        return self._file.write(bytes(data))

    def tell(self) -> int:
        return self._file.size

    def flush(self) -> None: ...

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def _field(column: schema.Column) -> Any:
    several = column.form == "relations" or (column.form == "relation" and not schema.kinds()[column.target].has_slug)
    kind = pyarrow.list_(pyarrow.string()) if several else pyarrow.string()
    if column.form == "number":
        kind = pyarrow.int64()
    return pyarrow.field(column.name, kind, metadata={"description": str(column.field.help_text)})
