"""The one dialect of CSV that the archive writes and reads: REST's tables, exports, reports and datasets.

UTF-8, commas, lines that end with LF, quotation marks where they are needed (RFC 4180 but for the line ends). A cell
that a spreadsheet would run as a formula has an apostrophe before it. Several values in a cell have ";" between, the
pieces of a key "|"; a backslash escapes either.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any

BETWEEN_PIECES, BETWEEN_VALUES, ESCAPE = "|", ";", "\\"
#: The byte order mark by which Excel knows UTF-8; written on request only.
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
    """The values of a cell, spaces around them taken away; empty ones too."""
    if BETWEEN_VALUES not in text and ESCAPE not in text:
        return [stripped] if (stripped := text.strip()) else []
    return [stripped for value in _split(text, BETWEEN_VALUES) if (stripped := value.strip())]


def _escaped(text: str) -> str:
    return re.sub(r"[\\|;]", r"\\\g<0>", text)


def _split(text: str, separator: str) -> list[str]:
    if ESCAPE not in text:
        return text.split(separator)
    found, piece, letters = [], "", iter(text)
    for letter in letters:
        if letter == ESCAPE:
            piece += next(letters, ESCAPE)
        elif letter == separator:
            found.append(piece)
            piece = ""
        else:
            piece += letter
    return [*found, piece]


class _Lines:
    """Takes rows that end with CRLF, and ends them with LF."""

    def __init__(self, into: Any) -> None:
        self._into = into

    def write(self, row: str) -> None:
        self._into.write(f"{row[:-2]}\n")


def csv_writer(into: Any) -> Any:
    """A writer of CSV as the archive writes it: commas, quotation marks where they are needed, lines that end with LF.

    Python quotes the characters with which lines end, and no others: told of LF alone, it would leave a carriage return
    within a cell bare, and nobody could read the file.
    """
    return csv.writer(_Lines(into), lineterminator="\r\n")


#: What a spreadsheet takes for the start of a formula, or skips before one; East Asian Excel takes fullwidth forms too
#: (OWASP, "CSV Injection").
_FORMULA = "[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
_RUNS = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")


def guard(cell: str) -> str:
    """A CSV cell that no spreadsheet runs: an apostrophe before what begins as a formula does."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguard(cell: str) -> str:
    """What :func:`guard` was given; a cell that it never wrote stays as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guard_quoted(cell: str) -> str:
    """The same for a report that nobody loads back: a value in quotation marks begins with one already."""
    return cell if cell.startswith("'") else guard(cell)
