"""The labels of the values that the filters of a page have, and slugs in place of codes of states."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError

from archive.filters import FILTERSETS
from archive.filters.fields import RecordField
from archive.registry import collection_of
from archive.search.lists import listed_name, record_node
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.reads import Read
from archive.sql.row_lists import RowsOf
from archive.terms import term
from archive.visibility import Viewer

#: Filter -> value -> its label.
Labels = dict[str, dict[str, str]]


class FilterLabels(Read):
    """The visible records that filters name by slug or code; ``collections`` are those whose filters they are."""

    def __init__(self, filters: Mapping[str, list[str]], collections: Collection[str], user: Viewer) -> None:
        self.filters = filters
        self.words = {name: words for name in filters if (words := _words(name, collections))}
        self.fields = {name: field for name in filters if (field := _record_field(name, collections, user))}
        for name in [*self.fields]:
            try:
                self.fields[name].check(filters[name])
            except ValidationError:
                del self.fields[name]  # the list itself refuses it

    def plan_key(self) -> Hashable:
        return tuple(
            (name, type(field), field.models, field.plan_key(self.filters[name])) for name, field in self.fields.items()
        )

    def bind(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            values |= field.bind(f"c.{name}", self.filters[name])
        return values

    def node(self) -> Root:
        return query_tree.Object(
            tuple(
                (name, query_tree.Object(
                    tuple(
                        (str(number), RowsOf(tuple(rows), _node))
                        for number, rows in enumerate(field.must_exist(f"c.{name}", self.filters[name]))
                    )
                ))
                for name, field in self.fields.items()
            )
        ), []  # fmt: skip

    def check(self) -> None:
        """It has no condition."""

    def apply(self, content: Mapping[str, Any]) -> tuple[dict[str, list[str]], Labels]:
        """The filters with the slugs of records in place of codes, and the labels of their values."""
        filters, labels = dict(self.filters), dict(self.words)
        for name, rows in content.items():
            texts = dict.fromkeys(text.strip() for text in self.filters[name])
            records = {text: row[0] for text, row in zip(texts, rows.values(), strict=True) if row}
            slugs = {text: record["slug"] for text, record in records.items()}
            filters[name] = [*dict.fromkeys(slugs.get(text.strip(), text) for text in self.filters[name])]
            labels[name] = {record["slug"]: listed_name(record) for record in records.values()}
        return filters, labels


def _declared(name: str, collections: Collection[str]) -> list[Any]:
    """The filter as each of the collections that have it declares it."""
    return [FILTERSETS[kind].base_filters[name] for kind in collections if name in FILTERSETS[kind].base_filters]


def _words(name: str, collections: Collection[str]) -> dict[str, str]:
    """The labels of the words that a filter with a vocabulary takes."""
    vocabularies = [item.vocabulary for item in _declared(name, collections) if hasattr(item, "vocabulary")]
    return {value: term(label) for vocabulary in vocabularies for value, label in vocabulary.choices}


def _record_field(name: str, collections: Collection[str], user: Viewer) -> RecordField | None:
    """The field of a filter that takes records: they are the same in all collections that have it."""
    fields = (item.field for item in _declared(name, collections))
    field = next((field for field in fields if isinstance(field, RecordField)), None)
    if field is None:
        return None
    field = copy(field)  # the declared field is shared by all requests
    field.user = user
    return field


def _node(model: type[Any]) -> query_tree.Object:
    collection = collection_of(model)
    assert collection is not None  # noqa: S101 (filters name records of collections)
    return record_node(collection.name)
