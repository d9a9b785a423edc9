"""What a dataset looks like: its files, their columns, and how values stand in a cell; for readers and writers alike.

Nothing is listed by hand: a file's name is its model's plural, its columns are the model's fields. The prose is in
``docs/reference/datasets.md``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.db import models as db

from archive import models
from archive.fields import PartialDateField
from archive.models.base import Tracked

Form = Literal["text", "date", "number", "boolean", "relation", "relations"]

#: The file that describes the dataset, and its keys.
DESCRIPTION = "dataset.yaml"
DESCRIPTION_KEYS = ("title", "licence", "publisher", "version", "description", "source", "created")
#: Files that may lie beside the records and are not read.
BESIDE = frozenset(
    {
        "data_dictionary.csv", "data_dictionary.md", "citation.cff", "sha256sums", "readme", "readme.md", "readme.txt",
        "licence", "licence.md", "licence.txt", "license", "license.md", "license.txt",
    }
)  # fmt: skip
SUFFIXES = (".csv", ".jsonl")
BETWEEN_PIECES, BETWEEN_VALUES, ESCAPE = "|", ";", "\\"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: the field whose name it has, what its cells hold, and the kind that a relation leads to."""

    name: str
    field: Any
    form: Form
    target: str = ""

    @property
    def required(self) -> bool:
        """Whether a new record must say it: it may not be empty, and has no default."""
        return not self.field.blank and not self.field.has_default()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its file's name without suffix, its model, its columns in order, and those that are its key."""

    name: str
    model: type[Tracked]
    columns: tuple[Column, ...]
    #: The names of the columns that together are the natural key, in the order in which a reference gives them.
    key: tuple[str, ...]

    @property
    def has_slug(self) -> bool:
        return self.key == ("slug",)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """All kinds by name, each after those that its keys lead to."""
    found = [one for name in models.__all__ if issubclass(one := getattr(models, name), Tracked)]
    ordered: list[type[Tracked]] = []
    while found:
        ready = [model for model in found if not _needs(model) & (set(found) - {model})]
        ordered += ready
        found = [model for model in found if model not in ready]
    return {name(model): _kind(model) for model in ordered}


def name(model: type[db.Model]) -> str:
    """A kind's name: the plural in snake case (``speech_acts``)."""
    return str(model._meta.verbose_name_plural).replace(" ", "_")


def _needs(model: type[Tracked]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _kind(model: type[Tracked]) -> Kind:
    key = tuple(dict.fromkeys(path.partition("__")[0] for path in model.natural_key_fields))
    plain = [field for field in model._meta.concrete_fields if field.editable or field.name in key]
    fields = [field for field in plain if not field.primary_key] + list(model._meta.many_to_many)
    return Kind(name(model), model, tuple(_column(field) for field in fields), key)


def _column(field: Any) -> Column:
    if field.many_to_many:
        return Column(field.name, field, "relations", name(field.related_model))
    if field.is_relation:
        return Column(field.name, field, "relation", name(field.related_model))
    if isinstance(field, PartialDateField):
        return Column(field.name, field, "date")
    if isinstance(field, db.BooleanField):
        return Column(field.name, field, "boolean")
    return Column(field.name, field, "number" if isinstance(field, db.IntegerField) else "text")


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


_RUNS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(cell: str) -> str:
    """A CSV cell that no spreadsheet runs: an apostrophe before what begins with ``=``, ``+``, ``-``, ``@``."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguard(cell: str) -> str:
    """What :func:`guard` was given; a cell that it never wrote stays as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell
