"""Lines of UTF-8 text out of bytes; what is no UTF-8 is named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from archive.datasets.problems import DatasetError, Place, Problem

MOST_BYTES = 10_000_000
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x1f\x8b": "a packed file", b"PK": "a packed file"}


def lines(stream: IO[bytes], file: str) -> Iterator[str]:
    """Each line with its end; a byte order mark left out. Raises DatasetError with the line's number."""
    number = 0
    while data := stream.readline(MOST_BYTES + 1):
        number += 1
        if number == 1:
            data = _first(data, file)
        if len(data) > MOST_BYTES:
            raise _wrong(file, number, f"more than {MOST_BYTES:,} bytes in one line", "shorter lines")
        try:
            yield data.decode()
        except UnicodeDecodeError as error:
            got = f"the byte {data[error.start]:#04x} at {error.start + 1} ({_shown(data, error.start)})"
            raise _wrong(file, number, got, "UTF-8; save the file anew in that encoding") from error


def _first(data: bytes, file: str) -> bytes:
    for mark, what in _MARKS.items():
        if data.startswith(mark):
            raise _wrong(file, 0, what, "a text file in UTF-8; in Excel, save as CSV UTF-8")
    return data.removeprefix(b"\xef\xbb\xbf")


def _shown(data: bytes, at: int) -> str:
    """The place of the byte, as it would read in the encoding that Western spreadsheets write."""
    around = data[max(0, at - 12) : at + 12].decode("cp1252", errors="replace")
    return f"in Windows-1252 it would read '{''.join(c if c.isprintable() else ' ' for c in around).strip()}'"


def _wrong(file: str, line: int, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Place(file, line), "", got, expected))
