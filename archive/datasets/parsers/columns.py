"""Cells into values, a column at a time: it is searched for what is wrong as a whole, and only then cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models as db

from archive.datasets import schema
from archive.datasets.batches import Batch
from archive.datasets.problems import Place, Problem, Problems, quoted


class Column:
    """One column of one batch on its way from cells to values; notes what is wrong, and in which rows."""

    def __init__(self, batch: Batch, column: schema.Column, bad: bytearray, problems: Problems) -> None:
        self.batch, self.column, self.field, self.bad, self.problems = batch, column, column.field, bad, problems
        self.cells: list[Any] = batch.cells[column.name]
        if batch.textual and batch.guarded:
            joined = "\0".join(self.cells)
            if "\0'" in joined or joined.startswith("'"):
                self.cells = [schema.unguard(cell) for cell in self.cells]

    def fail(self, row: int, got: str, expected: str, suggestion: str = "", sort: str = "value") -> None:
        self.bad[row] = 1
        place = Place(self.batch.file, self.batch.lines[row])
        self.problems.add(Problem(place, self.column.name, got, expected, suggestion, sort))

    def fail_where(self, wrong: Callable[[Any], bool], expected: str, sort: str = "value") -> None:
        for row, cell in enumerate(self.cells):
            if wrong(cell):
                self.fail(row, quoted(cell), expected, sort=sort)

    def missing(self, row: int) -> None:
        self.fail(row, "nothing", f"a value: {self.field.help_text.rstrip('.') or 'it is required'}", sort="nothing")

    def strings(self) -> None:
        if not self.batch.textual and not set(map(type, self.cells)) <= {str}:
            for row, cell in enumerate(self.cells):
                if cell is not None and not isinstance(cell, str):
                    self.fail(row, quoted(cell), "text in quotation marks")
            self.cells = [cell if isinstance(cell, str) else "" for cell in self.cells]

    def check_each(self) -> None:
        """The field's own validators, beside length; once per different text."""
        usual = (MaxLengthValidator, ProhibitNullCharactersValidator)
        validators = [one for one in self.field.validators if not isinstance(one, usual)]
        wrong: dict[Any, str] = {}
        for cell in set(self.cells) if validators else ():
            for validator in validators if cell not in ("", None) else ():
                try:
                    validator(cell)
                except ValidationError as error:
                    wrong[cell] = " ".join(error.messages).rstrip(".").lower()
        for row, cell in enumerate(self.cells) if wrong else ():
            if cell in wrong:
                self.fail(row, quoted(cell), f"what the field takes ({wrong[cell]})")

    def numbers(self) -> list[int | None]:
        if self.batch.textual:
            self.cells = [int(cell) if cell.strip().isdecimal() and len(cell) < 20 else cell for cell in self.cells]
        found: list[int | None] = []
        for row, cell in enumerate(self.cells):
            whole = isinstance(cell, int) and not isinstance(cell, bool)
            found.append(cell if whole else None)
            if whole:
                continue
            if cell not in (None, ""):
                self.fail(row, quoted(cell), "a whole number")
            elif not self.field.null:
                self.missing(row)
        self.cells = found
        self.check_each()
        return [0 if self.bad[row] else cell for row, cell in enumerate(found)]

    def claims(self) -> list[bool | None]:
        words = {"true": True, "false": False, True: True, False: False, "": None, None: None}
        for row, cell in enumerate(self.cells):
            if cell not in words or (isinstance(cell, int) and not isinstance(cell, bool)):
                self.fail(row, quoted(cell), "true or false")
        usual = self.field.get_default()
        found = [words.get(cell) for cell in self.cells]
        return [usual if cell is None else cell for cell in found]


def usual(field: db.Field[Any, Any]) -> Any:
    """The value that a new record has where its file says nothing about the field."""
    value = field.get_default()
    return None if value == "" and field.null else value
