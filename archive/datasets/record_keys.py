"""Natural keys for messages: the key of a record by its id, and suggestions for keys that match no record."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from archive.countries import country_code
from archive.csv_dialect import join_pieces
from archive.datasets.database import Database
from archive.datasets.schema import RecordType, record_types
from archive.models import Body, Official
from archive.sql.similar_names import similar_names
from archive.text import closest_matches

_MAX_CANDIDATES = 300


class RecordKeys:
    """Looks keys up in the dataset's tables of rows (``row_tables``, by record type) and in the archive's."""

    def __init__(self, database: Database, row_tables: dict[str, str]) -> None:
        self._database, self._row_tables = database, row_tables
        #: The same typing error is often repeated.
        self._suggestions: dict[tuple[str, str], str] = {}

    def suggest(self, target: RecordType, key: str) -> str:
        """The most similar slug of the record type, or an empty string."""
        if not target.has_slug:
            return ""
        if (target.name, key) not in self._suggestions:
            self._suggestions[target.name, key] = self._suggest_slug(target, key)
        return self._suggestions[target.name, key]

    def key_of(self, type_name: str, pk: object) -> str:
        """The slug, or the parts of the key, of a record by its id; an empty string for None and unknown ids."""
        if pk is None:
            return ""
        record_type = record_types()[type_name]
        columns = [self._database.quote(record_type.column(name).field.column) for name in record_type.key]
        for table in self._tables(record_type):
            query = f"SELECT {', '.join(columns)} FROM {table} WHERE id = %s"
            if record_type.has_slug:
                if (slug := self._database.scalar(query, [pk])) is not None:
                    return str(slug)
                continue
            for values in list(self._database.rows(query, [pk])):
                parts = zip(map(record_type.column, record_type.key), values, strict=True)
                return join_pieces(self.key_of(part.target, value) if part.target else value for part, value in parts)
        return ""

    def _tables(self, record_type: RecordType) -> Iterator[str]:
        if record_type.name in self._row_tables:
            yield self._row_tables[record_type.name]
        yield self._database.table(record_type.model)

    def _suggest_slug(self, target: RecordType, key: str) -> str:
        if target.name == "bodies":
            table = self._database.table(target.model)
            query = f"SELECT slug FROM {table} WHERE iso3166 = %s OR lower(name) = %s"
            if slug := self._database.scalar(query, [country_code(key) or key.upper(), key.lower()]):
                return str(slug)
        slug = _slug_like(key)[:120]
        words = sorted((word for word in slug.split("-") if len(word) > 2), key=len, reverse=True)
        candidates: list[str] = []
        for pattern in (f"{slug[:3]}%", *(f"%{word}%" for word in words[:2])):
            for table in self._tables(target):
                query = f"SELECT slug FROM {table} WHERE slug LIKE %s LIMIT {_MAX_CANDIDATES}"
                candidates += [candidate for (candidate,) in self._database.rows(query, [pattern])]
        return next(iter(closest_matches(slug, candidates)), "") or self._suggest_by_name(target, key)

    def _suggest_by_name(self, target: RecordType, key: str) -> str:
        """The slug of the official or body with the most similar name, in any spelling, order and script."""
        if target.model not in (Official, Body):
            return ""
        similar = similar_names(target.model._base_manager.using(self._database.using), key, 1)
        return similar[0].slug if similar else ""


def _slug_like(text: str) -> str:
    """The text in small letters without accents, words joined by hyphens."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return letters.strip().replace(" ", "-").replace("_", "-")
