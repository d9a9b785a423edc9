"""Rows by the thousand, column by column: what all readers give, and all that comes after takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.datasets import schema
from archive.datasets.problems import DatasetError, Place, Problem, Problems
from archive.sql.suggestions import suggest_word

#: Rows of a batch: enough that work by column pays, few enough that texts of any usual length stay small in memory.
ROWS = 2_000


@dataclass(slots=True)
class Batch:
    """Some rows of one file: a list of cells per column that the file gives; ``textual`` says that all are CSV's."""

    kind: schema.Kind
    file: str
    lines: list[int]
    cells: dict[str, list[Any]]
    textual: bool
    #: Whether an apostrophe in front may stand there for spreadsheets only (CSV).
    guarded: bool = True


def from_objects(
    kind: schema.Kind, file: str, rows: list[tuple[int, dict[str, Any]]], problems: Problems, ignored: frozenset[str]
) -> Batch:
    """A batch of mappings. A name that is no column is a problem once per line, or nothing where it is ``ignored``."""
    known = {column.name for column in kind.columns}
    given: set[str] = set()
    for line, row in rows:
        given |= row.keys()
        for name in row.keys() - known - ignored if not row.keys() <= known else ():
            problems.add(unknown_column(kind, Place(file, line), name))
    cells = {column.name: [row.get(column.name) for _, row in rows] for column in kind.columns if column.name in given}
    return Batch(kind, file, [line for line, _ in rows], cells, textual=False)


def unknown_column(kind: schema.Kind, place: Place, name: str) -> Problem:
    near = suggest_word(name.strip().lower(), [column.name for column in kind.columns])
    return Problem(place, "", f"a column '{name[:64]}'", f"columns of {kind.name}", near, "unknown column")


@dataclass(slots=True)
class Gatherer:
    """Gathers objects of any kinds in any order into batches."""

    file: str
    problems: Problems
    ignored: frozenset[str] = frozenset()
    _rows: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, kind: schema.Kind, line: int, row: dict[str, Any]) -> Iterator[Batch]:
        rows = self._rows.setdefault(kind.name, [])
        rows.append((line, row))
        if len(rows) >= ROWS:
            del self._rows[kind.name]
            yield from_objects(kind, self.file, rows, self.problems, self.ignored)

    def rest(self) -> Iterator[Batch]:
        for name, rows in self._rows.items():
            yield from_objects(schema.kinds()[name], self.file, rows, self.problems, self.ignored)
        self._rows = {}


def _fits(kind: schema.Kind, names: set[str]) -> bool:
    """Whether all names are columns of the kind, and those among them without which no record can be."""
    return {one.name for one in kind.columns if one.required} <= names <= {one.name for one in kind.columns}


def kind_of(stem: str, file: str, header: Iterable[str] | None = None) -> schema.Kind:
    """The kind that a file's or sheet's name says, or else the only one to which its columns belong.

    Raises DatasetError, naming the nearest kind.
    """
    kinds = schema.kinds()
    if stem in kinds:
        return kinds[stem]
    names = set(header or ())
    fits = [kind for kind in kinds.values() if _fits(kind, names)]
    if len(fits) == 1:
        return fits[0]
    expected = f"a name of a kind: {', '.join(kinds)}"
    raise DatasetError(
        Problem(
            Place(file), "", f"'{stem[:64]}', which is no kind of record", expected, suggest_word(stem, list(kinds))
        )
    )
