"""Rows of a file of another format: a line and its values by column or path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.datasets.problems import quote_value
from archive.datasets.readers.xlsx import CellError

#: The column with the piece that a record is made of, under ``each``.
EACH = "each"
#: The column of a value in a list of plain values.
PLAIN_VALUE = "value"
#: The beginning of a path that starts in the object around a row.
PARENT = "parent."
_SEPARATOR = "; "
#: Wikidata's *unknown value*, a blank node: there is a value that nobody knows.
_UNKNOWN_VALUE = re.compile(r"https?://\S+/\.well-known/genid/\S+")


def column_names(header: list[str]) -> list[str]:
    """The names of the columns of a header; a repeated one is numbered: ``Note``, ``Note (2)``."""
    names: list[str] = []
    for index, cell in enumerate(header):
        name = cell.strip()
        count = sum(1 for other in header[: index + 1] if other.strip() == name)
        names.append(f"{name} ({count})" if name and count > 1 else name)
    return names


class RecordSkipped(Exception):
    """A record that is left out, because a text names no record."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class ValueProblem(Exception):
    """A value that can't be converted: what it is, what is expected, a suggestion."""

    def __init__(self, got: str, expected: str, suggestion: str = "", code: str = "value") -> None:
        self.got, self.expected, self.suggestion, self.code = got, expected, suggestion, code
        super().__init__(f"got {got}, expected {expected}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row or JSON object, with the object that it lies in, and its path in the document."""

    line: int
    values: dict[str, Any]
    parent: Row | None = None
    place: str = ""

    def get(self, column: str) -> Any:
        """The value of a column, or at a dotted path; None where there is none."""
        if column in self.values:
            return self.values[column]
        if column.startswith(PARENT) and self.parent is not None:
            return self.parent.get(column.removeprefix(PARENT))
        value: Any = self.values
        for name in column.split("."):
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    def text(self, column: str) -> str | None:
        """The value as stripped text; several are joined; None for an empty one. Raises ValueProblem."""
        return _SEPARATOR.join(self.texts(column)) or None

    def texts(self, column: str) -> list[str]:
        """The values of a list, or the only value, as texts; none for an empty or unknown one. Raises ValueProblem."""
        return [text for text in self._own_texts(column) if not _UNKNOWN_VALUE.fullmatch(text)]

    def unknown_values(self, column: str) -> list[str]:
        """The texts that say that there is a value which nobody knows. Raises ValueProblem."""
        return [text for text in self._own_texts(column) if _UNKNOWN_VALUE.fullmatch(text)]

    def _own_texts(self, column: str) -> list[str]:
        value = self.get(column)
        items = value if isinstance(value, list) else [value]
        return [text for item in items if (text := _text(item, column))]


def _text(value: object, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, CellError):
        raise ValueProblem(value.got, value.expected)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    raise ValueProblem(quote_value(value), f"a text in {column}, or a path to one such as {column}.name")
