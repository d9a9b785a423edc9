"""Writer of Parquet, by pyarrow, an optional dependency: ``requirements-parquet.txt``."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow
from pyarrow import parquet

from archive.datasets.export.writers import HashedFile
from archive.datasets.schema import Column, RecordType, record_types

#: Rows of a row group, which are held in memory.
_GROUP_ROWS = 32_000


class ParquetWriter:
    """Writes texts, integers, booleans and lists of texts; a column's metadata has the help text as ``description``."""

    suffix = ".parquet"

    def __init__(self, record_type: RecordType, file: HashedFile) -> None:
        self.schema = pyarrow.schema([_field(column) for column in record_type.columns])
        self.rows: list[dict[str, Any]] = []
        self.decode = msgspec.json.Decoder(dict[str, Any]).decode
        self.stream = _Stream(file)
        self.writer = parquet.ParquetWriter(self.stream, self.schema, compression="zstd")

    def write(self, page: bytes) -> None:
        self.rows += [self.decode(line) for line in page.split(b"\n")]
        if len(self.rows) >= _GROUP_ROWS:
            self._write_group()

    def close(self) -> None:
        if self.rows:
            self._write_group()
        self.writer.close()

    def _write_group(self) -> None:
        self.writer.write_table(pyarrow.Table.from_pylist(self.rows, self.schema))
        self.rows = []


class _Stream:
    """A file object with the methods that pyarrow uses."""

    closed = False

    def __init__(self, file: HashedFile) -> None:
        self._file = file

    def write(self, data: bytes | memoryview) -> int:
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


def _field(column: Column) -> Any:
    is_list = column.data_type == "relations" or (
        column.data_type == "relation" and not record_types()[column.target].has_slug
    )
    data_type = pyarrow.list_(pyarrow.string()) if is_list else pyarrow.string()
    if column.data_type == "number":
        data_type = pyarrow.int64()
    elif column.data_type == "boolean":
        data_type = pyarrow.bool_()
    return pyarrow.field(column.name, data_type, metadata={"description": str(column.field.help_text)})
