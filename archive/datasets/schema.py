"""The layout of a dataset: its files, record types, columns and metadata, for readers and writers.

Nothing is listed by hand: a file is named after its model's plural, its columns after the model's fields. The user's
documentation is ``docs/reference/datasets.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.db import models as db

from archive.datasets.problems import DatasetError, Location, Problem, quote_value
from archive.models.base import Tracked
from archive.models.fields import PartialDateField
from archive.models.merged_record import MergedRecord
from archive.registry import stored_models
from archive.text import closest_match

DataType = Literal["text", "date", "number", "boolean", "relation", "relations"]

#: The file with the dataset's metadata, and its keys.
METADATA_FILE = "dataset.yaml"
METADATA_KEYS = ("title", "licence", "publisher", "version", "description", "source", "created")
#: Tables have commas, semicolons or tabs between the columns: the header line decides, not the name.
TABLE_SUFFIXES = (".csv", ".tsv")
RECORD_SUFFIXES = (*TABLE_SUFFIXES, ".jsonl")
#: Files that a dataset may contain and that are not read.
IGNORED_FILES = frozenset(
    {
        "attachments.csv", "data_dictionary.csv", "data_dictionary.md", "datapackage.json", "citation.cff",
        "sha256sums", "thumbs.db", "desktop.ini",
        "readme", "readme.md", "readme.txt",
        "licence", "licence.md", "licence.txt", "license", "license.md", "license.txt",
    }
)  # fmt: skip

#: REST writes a date or a relation as several columns (``date.text``, ``date.display``): the one that is read, and
#: those that are ignored.
_READ_PART: dict[str, str] = {"date": "text", "relation": "slug"}
_IGNORED_PARTS: dict[str, tuple[str, ...]] = {"date": ("display", "earliest", "latest"), "relation": ("name", "type")}
_SET_BY_THE_ARCHIVE = frozenset({"version", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """The content of ``dataset.yaml``; empty where the file has nothing."""

    title: str = ""
    licence: str = ""
    publisher: str = ""
    version: str = ""

    @property
    def reason_prefix(self) -> str:
        """The start of the change reason of every revision that a load of this title writes, in any version."""
        return f'Loaded from "{self.title}"' if self.title else "Loaded from a dataset"

    @property
    def change_reason(self) -> str:
        """The change reason, one line: ``Loaded from "Talks" (version 2, Example Institute)``."""
        details = [f"version {self.version}" if self.version else "", self.publisher, self.licence]
        text = ", ".join(filter(None, details))
        return f"{self.reason_prefix} ({text})" if text else self.reason_prefix


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: the model field of the same name, the type of its cells, the record type it refers to."""

    name: str
    field: Any
    data_type: DataType
    target: str = ""

    @property
    def required(self) -> bool:
        """Whether a new record needs a value: the field may not be blank and has no default."""
        return not self.field.blank and not self.field.has_default()


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type of record: its file's name without suffix, its model and its columns in order."""

    name: str
    model: type[Tracked]
    columns: tuple[Column, ...]
    #: Names of the columns that form the natural key, in the order in which a reference gives them.
    key: tuple[str, ...]

    @property
    def has_slug(self) -> bool:
        return self.key == ("slug",)

    @property
    def has_status(self) -> bool:
        return any(column.name == "status" for column in self.columns)

    @property
    def ignored_columns(self) -> frozenset[str]:
        """Columns of REST's tables that follow from others or are set by the archive."""
        parts = {
            f"{column.name}.{part}" for column in self.columns for part in _IGNORED_PARTS.get(column.data_type, ())
        }
        return frozenset(parts | _SET_BY_THE_ARCHIVE)

    def column_for_header(self, header: str) -> Column | None:
        """The column of a header cell, by its name or by REST's path (``date.text``, ``speaker.slug``)."""
        name, _, part = header.partition(".")
        column = next((column for column in self.columns if column.name == name), None)
        return column if column is not None and part in ("", _READ_PART.get(column.data_type)) else None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def unknown_column(self, location: Location, name: str) -> Problem:
        """The problem of a column that the record type does not have."""
        suggestion = closest_match(name.strip().lower(), [column.name for column in self.columns])
        got, expected = f"a column {quote_value(name)}", f"columns of {self.name}"
        return Problem(location, "", got, expected, suggestion, "unknown column")


@lru_cache(maxsize=1)
def record_types() -> dict[str, RecordType]:
    """All record types by name; each comes after those that its foreign keys refer to."""
    tracked = stored_models()
    ordered: list[type[Tracked]] = []
    while tracked:
        ready = [model for model in tracked if not _related_models(model) & (set(tracked) - {model})]
        ordered += ready
        tracked = [model for model in tracked if model not in ready]
    return {type_name(model): _record_type(model) for model in ordered}


def _redirects() -> RecordType:
    merged: Any = MergedRecord
    kind = db.CharField(max_length=40, help_text="The file of the record that the old slug leads to: events.")
    target = db.CharField(max_length=130, help_text="The slug of the record that it leads to.")
    columns = (
        Column("kind", kind, "text"),
        Column("slug", merged._meta.get_field("slug"), "text"),
        Column("target", target, "text"),
        Column("was_public", merged._meta.get_field("was_public"), "boolean"),
    )
    return RecordType("redirects", merged, columns, ("kind", "slug"))


#: Old slugs of merged records. No records: they have no revisions, and are read and written by modules of their own.
REDIRECTS = _redirects()


def file_types() -> dict[str, RecordType]:
    """The kinds of content that a file of a dataset may have, by its name: a type of record, or redirects."""
    return {**record_types(), REDIRECTS.name: REDIRECTS}


def type_name(model: type[db.Model]) -> str:
    """The name of a model's record type: the plural in snake case (``speech_acts``)."""
    return str(model._meta.verbose_name_plural).replace(" ", "_")


def find_record_type(stem: str, file: str, header: Iterable[str] = ()) -> RecordType:
    """The record type that a file or sheet is named after, else the only one that has all columns of the header.

    Raises DatasetError, which suggests the most similar name.
    """
    types, names = file_types(), {str(name) for name in header}
    if stem.lower() in types:
        return types[stem.lower()]
    matches = [record_type for record_type in types.values() if _has_columns(record_type, names)]
    if len(matches) == 1:
        return matches[0]
    got, expected = f"'{stem[:64]}', which is no kind of record", f"a name of a kind: {', '.join(types)}"
    raise DatasetError(Problem(Location(file), "", got, expected, closest_match(stem, list(types))))


def m2m_columns(field: Any) -> tuple[Any, str, str]:
    """The through model of a many-to-many field, its column for the owner, and its column for the target."""
    return field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()


def _has_columns(record_type: RecordType, names: set[str]) -> bool:
    """Whether the names are columns of the record type, all required ones among them."""
    columns = record_type.columns
    return {column.name for column in columns if column.required} <= names <= {column.name for column in columns}


def _related_models(model: type[Tracked]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _record_type(model: type[Tracked]) -> RecordType:
    key = tuple(dict.fromkeys(path.partition("__")[0] for path in model.natural_key_fields))
    fields = [
        field
        for field in model._meta.concrete_fields
        if (field.editable or field.name in key) and not field.primary_key
    ]
    columns = tuple(_column(field) for field in [*fields, *model._meta.many_to_many])
    return RecordType(type_name(model), model, columns, key)


def _column(field: Any) -> Column:
    if field.is_relation:
        data_type: DataType = "relations" if field.many_to_many else "relation"
        return Column(field.name, field, data_type, type_name(field.related_model))
    if isinstance(field, PartialDateField):
        return Column(field.name, field, "date")
    if isinstance(field, db.BooleanField):
        return Column(field.name, field, "boolean")
    return Column(field.name, field, "number" if isinstance(field, db.IntegerField) else "text")
