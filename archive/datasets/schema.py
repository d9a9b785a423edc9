"""What a dataset looks like: its files, their columns, and how values stand in a cell; for readers and writers alike.

Nothing is listed by hand: a file's name is its model's plural, its columns are the model's fields. The prose is in
``docs/reference/datasets.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.db import models as db

from archive import models
from archive.csv_dialect import csv_writer as csv_writer
from archive.csv_dialect import guard as guard
from archive.csv_dialect import join_pieces as join_pieces
from archive.csv_dialect import join_values as join_values
from archive.csv_dialect import split_pieces as split_pieces
from archive.csv_dialect import split_values as split_values
from archive.csv_dialect import unguard as unguard
from archive.models.base import Tracked
from archive.models.fields import PartialDateField

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


#: The part of a date or a link that is its value, and the parts that follow from it, as REST names them.
_MAIN: dict[str, str] = {"date": "text", "relation": "slug"}
_DERIVED: dict[str, tuple[str, ...]] = {"date": ("display", "earliest", "latest"), "relation": ("name", "type")}
_SET_BY_THE_ARCHIVE = frozenset({"version", "created_at", "updated_at"})


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

    @property
    def unread(self) -> frozenset[str]:
        """Columns of REST's tables that follow from others, or that the archive sets itself: they are not read."""
        derived = {f"{column.name}.{part}" for column in self.columns for part in _DERIVED.get(column.form, ())}
        return frozenset(derived | _SET_BY_THE_ARCHIVE)

    def column_of(self, name: str) -> Column | None:
        """The column that a header names, by its own name or as REST's paths do (``date.text``, ``speaker.slug``)."""
        plain, _, part = name.partition(".")
        column = next((column for column in self.columns if column.name == plain), None)
        return column if column is not None and part in ("", _MAIN.get(column.form)) else None

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


def link(many: Any) -> tuple[Any, str, str]:
    """The table of a many-to-many field, its column for the record, and its column for what is linked."""
    through = many.remote_field.through
    return through, many.m2m_column_name(), many.m2m_reverse_name()
