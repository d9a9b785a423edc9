"""SQL for the texts of a record: its own columns, and those of its parts, as the registry lists them.

The same expressions serve triggers, where the row is a table's alias, ``NEW`` or ``OLD``, and the rebuild.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.dates import SORT_BLANK
from archive.registry import Collection, IndexedText, indexed

ENTRIES, QUEUE = "archive_searchentry", "archive_searchqueue"
#: Stands before and after each name on SQLite, so that a phrase can match a name from its start to its end.
NAME_BOUNDARY = "\ue000"
#: The date of records without one: before all others.
NO_DATE = 0


@dataclass(frozen=True, slots=True)
class PartTexts:
    """The indexed columns of the parts of a record: ``key`` is their foreign key to it."""

    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordText:
    """The indexed columns of a collection's records, with SQL for them."""

    collection: Collection
    text: IndexedText

    @property
    def kind(self) -> str:
        return self.collection.name

    @property
    def table(self) -> str:
        return str(self.collection.model._meta.db_table)

    @property
    def columns(self) -> tuple[str, ...]:
        """The record's own columns on which its entry depends."""
        groups = (self.text.name, self.text.other_names, self.text.summary, self.text.text, self.text.original)
        own = [path for group in groups for path in group if "__" not in path]
        return tuple(dict.fromkeys((*own, *filter(None, (self.text.language, self._date_column)))))

    @property
    def _date_column(self) -> str:
        return f"{self.text.date}_sort" if self.text.date else ""

    def date(self, row: str) -> str:
        """SQL of the date by which the record is sorted."""
        return f'coalesce(nullif({row}."{self._date_column}", {SORT_BLANK}), {NO_DATE})' if self.text.date else "0"

    def language(self, row: str) -> str:
        """SQL of the language of its original texts."""
        return f'{row}."{self.text.language}"' if self.text.language else "''"

    def parts(self) -> dict[str, PartTexts]:
        """The parts whose texts are indexed, by table."""
        groups = (self.text.name, self.text.other_names, self.text.summary, self.text.text, self.text.original)
        parts: dict[str, PartTexts] = {}
        for _, part in self._part_paths([path for group in groups for path in group]):
            columns = (*parts[part.table].columns, *part.columns) if part.table in parts else part.columns
            parts[part.table] = PartTexts(part.table, part.key, columns)
        return parts

    def pieces(self, paths: Sequence[str], row: str) -> list[str]:
        """SQL of the record's own columns among the paths."""
        return [f"coalesce({row}.\"{path}\", '')" for path in paths if "__" not in path]

    def part_pieces(self, paths: Sequence[str]) -> Iterator[tuple[PartTexts, list[str]]]:
        """The parts among the paths, and SQL of their columns for a row ``part``."""
        for _, part in self._part_paths(paths):
            yield part, [f"coalesce(part.\"{column}\", '')" for column in part.columns]

    def _part_paths(self, paths: Sequence[str]) -> Iterator[tuple[str, PartTexts]]:
        by_relation: dict[str, list[str]] = {}
        for path in paths:
            relation, _, column = path.partition("__")
            if column:
                by_relation.setdefault(relation, []).append(column)
        for relation, columns in by_relation.items():
            field: Any = self.collection.model._meta.get_field(relation)
            yield relation, PartTexts(field.related_model._meta.db_table, field.field.column, tuple(columns))


def record_texts() -> list[RecordText]:
    """The indexed texts of each collection."""
    return [RecordText(collection, collection.indexed) for collection in indexed() if collection.indexed is not None]


def without_hyphens(text: str) -> str:
    """SQL of a name with its hyphens and apostrophes removed, by which "You-geun" is also "Yougeun"."""
    for character in ("-", "''", "’"):
        text = f"replace({text}, '{character}', '')"
    return text


def with_spellings(columns: Sequence[str]) -> list[str]:
    """SQL of names, each also without hyphens and apostrophes; folded names have none."""
    spelled = []
    for column in columns:
        spelled += [column] if '"folded"' in column else [column, without_hyphens(column)]
    return spelled
