"""Lookup of records by name, country, identifier or slug: the slugs that references of another format mean.

Visibility does not matter here: who may load may refer to any record, drafts included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models as db
from django.db.models import QuerySet

from archive.countries import country_code
from archive.datasets.mappings.rows import ValueProblem
from archive.datasets.problems import REFERENCE, DatasetError, Location, Problem, quote_value
from archive.datasets.schema import RecordType, record_types, type_name
from archive.models import Body, Identifier, Name
from archive.text import closest_matches, fold

#: Records of one type whose names or codes are held in memory.
MAX_RECORDS = 500_000
_FETCH_ROWS = 2_000

#: Folded name, country code or identifier -> the slugs of the records that have it.
Slugs = dict[str, set[str]]


class RecordLookup:
    """Finds records in the archive; each table is read at its first use."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._tables: dict[tuple[str, str, str], Slugs] = {}

    def has_slug(self, record_type: RecordType, slug: str) -> bool:
        return self._rows(record_type.model).filter(slug=slug).exists()

    def by_name(self, target: RecordType, text: str) -> str | None:
        """The slug of the only record with this name, in any spelling; None without one. Raises ValueProblem."""
        return _only(self._names(target).get(fold(text), set()), text, f"the name of one of {target.name}")

    def by_country(self, text: str) -> str | None:
        """The slug of a state by a code of ISO 3166-1 (letters or number) or by its name."""
        states = self._table(Body, "iso3166", "", lambda: _slugs(self._rows(Body), "iso3166"))
        matches = states.get(country_code(text) or text)
        return next(iter(matches)) if matches else self.by_name(record_types()["bodies"], text)

    def by_identifier(self, target: RecordType, scheme: str, value: str) -> str | None:
        """The slug of the record with this identifier."""
        path = f"{target.model._meta.model_name}__slug"

        def read() -> Slugs:
            rows = self._rows(Identifier).filter(scheme=scheme, **{f"{path}__isnull": False})
            return _slugs(rows, "value", path)

        matches = self._table(target.model, "identifier", scheme, read).get(value)
        return next(iter(matches)) if matches else None

    def suggest_name(self, target: RecordType, text: str) -> str:
        """The slug of the record whose name is the most similar, or an empty string."""
        names = self._names(target)
        match = next(iter(closest_matches(fold(text), names)), "")
        return min(names[match]) if match else ""

    def missing(self, target: RecordType, text: str, what: str, suggestion: str = "") -> ValueProblem:
        """The problem of a text that names no record."""
        return ValueProblem(quote_value(text), f"the {what} of one of {target.name}", suggestion, REFERENCE)

    def _names(self, target: RecordType) -> Slugs:
        return self._table(target.model, "name", "", lambda: self._read_names(target))

    def _read_names(self, target: RecordType) -> Slugs:
        fields = {field.name for field in target.model._meta.concrete_fields}
        names: Slugs = {}
        for column in ("name", "title", "sort_name", "abbreviation"):
            if column in fields:
                _add_folded(names, self._rows(target.model).values_list(column, "slug"))
        owner = str(target.model._meta.model_name)
        if owner in Name.subjects:
            rows = self._rows(Name).filter(**{f"{owner}__isnull": False})
            _add_folded(names, rows.values_list("text", f"{owner}__slug"))
        return names

    def _rows(self, model: type[db.Model]) -> db.QuerySet[Any]:
        return model._base_manager.using(self._using)

    def _table(self, model: type[db.Model], kind: str, scheme: str, read: Callable[..., Any]) -> Slugs:
        key = (model._meta.label, kind, scheme)
        if key not in self._tables:
            if self._rows(model).count() > MAX_RECORDS:
                got, expected = f"more than {MAX_RECORDS:,} records to look through", "find: slug or find: slugify"
                raise DatasetError(Problem(Location(type_name(model)), kind, got, expected))
            self._tables[key] = read()
        return self._tables[key]


def _slugs(rows: db.QuerySet[Any], column: str, slug: str = "slug") -> Slugs:
    matches: Slugs = {}
    for value, own in rows.exclude(**{column: None}).values_list(column, slug).iterator(_FETCH_ROWS):
        matches.setdefault(value, set()).add(own)
    return matches


def _add_folded(names: Slugs, rows: QuerySet[Any]) -> None:
    for text, slug in rows.iterator(_FETCH_ROWS):
        if folded := fold(text):
            names.setdefault(folded, set()).add(slug)


def _only(slugs: set[str], text: str, expected: str) -> str | None:
    if len(slugs) > 1:
        got = f"{quote_value(text)}, which {len(slugs)} records are named ({', '.join(sorted(slugs)[:5])})"
        raise ValueProblem(got, f"{expected}; write the slug under values")
    return next(iter(slugs), None)
