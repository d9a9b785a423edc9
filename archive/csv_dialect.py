"""The CSV dialect of REST's tables, exports, reports and datasets.

UTF-8, commas, lines that end with LF, quotation marks where they are needed (RFC 4180 but for the line ends). A cell
that a spreadsheet would run as a formula has an apostrophe before it. Several values in a cell have ";" between, the
pieces of a key "|"; a backslash escapes either.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, TextIO

BETWEEN_PIECES, BETWEEN_VALUES, ESCAPE = "|", ";", "\\"
#: The byte order mark by which Excel recognizes UTF-8; written on request only.
BOM = b"\xef\xbb\xbf"


def join_pieces(pieces: Iterable[str | None]) -> str:
    """A key of several pieces as one text; an absent piece is empty: ``g20-summit||japan|host``."""
    return BETWEEN_PIECES.join(_escaped(piece or "") for piece in pieces)


def split_pieces(text: str) -> list[str | None]:
    """The pieces of a key; None for an absent one."""
    return [piece or None for piece in _split(text, BETWEEN_PIECES)]


def join_values(values: Iterable[str]) -> str:
    """Several values in one cell: ``japan;south-korea``."""
    return BETWEEN_VALUES.join(_escaped(value) for value in values)


def split_values(text: str) -> list[str]:
    """The values of a cell, stripped, without empty ones."""
    if BETWEEN_VALUES not in text and ESCAPE not in text:
        return [stripped] if (stripped := text.strip()) else []
    return [stripped for value in _split(text, BETWEEN_VALUES) if (stripped := value.strip())]


def _escaped(text: str) -> str:
    return re.sub(r"[\\|;]", r"\\\g<0>", text)


def _split(text: str, separator: str) -> list[str]:
    if ESCAPE not in text:
        return text.split(separator)
    pieces, piece, letters = [], "", iter(text)
    for letter in letters:
        if letter == ESCAPE:
            piece += next(letters, ESCAPE)
        elif letter == separator:
            pieces.append(piece)
            piece = ""
        else:
            piece += letter
    return [*pieces, piece]


class _LineFeedStream:
    """Replaces the CRLF at the end of each row by LF."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> None:
        self._stream.write(f"{row[:-2]}\n")


def csv_writer(stream: TextIO) -> Any:
    """A ``csv.writer`` of this dialect.

    Python quotes cells with characters of ``lineterminator``. With LF alone it would not quote a cell with a carriage
    return, which readers take for the end of a line.
    """
    return csv.writer(_LineFeedStream(stream), lineterminator="\r\n")


#: Characters with which a formula begins, or which spreadsheets skip before one; East Asian Excel accepts fullwidth
#: forms too (OWASP, "CSV Injection").
_FORMULA = "[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
_UNSAFE = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")


def guard(cell: str) -> str:
    """The cell with an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if _UNSAFE.match(cell) else cell


def unguard(cell: str) -> str:
    """The argument of :func:`guard`; a cell that it never returns is unchanged."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guard_quoted(cell: str) -> str:
    """``guard`` for reports that are never loaded: a quoted value begins with an apostrophe already."""
    return cell if cell.startswith("'") else guard(cell)
