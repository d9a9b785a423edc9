"""Which record may have been meant by a key that names none, and which key an id stands for."""

from __future__ import annotations

import unicodedata
from typing import Any

from archive.datasets import schema
from archive.datasets.resolve import References
from archive.text import closest_matches

_CANDIDATES = 300


class Near:
    """Looks among the archive's records and the dataset's own. Answers are kept: the same typing error comes often."""

    def __init__(self, references: References) -> None:
        self._references, self._database = references, references.database
        self._known: dict[tuple[str, str], str] = {}

    def key(self, target: schema.Kind, key: str) -> str:
        """The nearest key of the kind, or an empty string."""
        asked = (target.name, key)
        if asked not in self._known:
            self._known[asked] = self._slug(target, key) if target.has_slug else ""
        return self._known[asked]

    def _slug(self, target: schema.Kind, key: str) -> str:
        plain = _plain(key)[:120]
        if target.name == "bodies":
            table = self._database.quote(target.model._meta.db_table)
            found = self._database.one(f"SELECT slug FROM {table} WHERE iso3166 = %s OR lower(name) = %s",
                                       [key.upper(), key.lower()])  # fmt: skip
            if found:
                return str(found)
        candidates: list[str] = []
        words = sorted((word for word in plain.split("-") if len(word) > 2), key=len, reverse=True)
        for pattern in (f"{plain[:3]}%", *(f"%{word}%" for word in words[:2])):
            candidates += self._like(target, pattern)
        return next(iter(closest_matches(plain, candidates)), "")

    def _like(self, target: schema.Kind, pattern: str) -> list[str]:
        tables = [self._database.quote(target.model._meta.db_table)]
        if target.name in self._references.rows:
            tables.insert(0, self._references.rows[target.name].table)
        found: list[str] = []
        for table in tables:
            query = f"SELECT slug FROM {table} WHERE slug LIKE %s LIMIT {_CANDIDATES}"
            found += [slug for (slug,) in self._database.rows(query, [pattern])]
        return found

    def name(self, target: str, key: Any) -> str | None:
        """The slug, or the pieces of the key, of a record by its id in the dataset or the archive."""
        if key is None:
            return None
        kind = schema.kinds()[target]
        if not kind.has_slug:
            return self._part(kind, key)
        tables = [self._database.quote(kind.model._meta.db_table)]
        if target in self._references.rows:
            tables.insert(0, self._references.rows[target].table)
        found = (self._database.one(f"SELECT slug FROM {table} WHERE id = %s", [key]) for table in tables)
        return next((str(slug) for slug in found if slug is not None), None)

    def _part(self, kind: schema.Kind, key: Any) -> str:
        """The pieces of a part's key."""
        rows = self._references.rows.get(kind.name)
        columns = [kind.column(name).field.column for name in kind.key]
        told = ", ".join(map(self._database.quote, columns))
        tables = [*([rows.table] if rows else []), self._database.quote(kind.model._meta.db_table)]
        for table in tables:
            for values in self._database.rows(f"SELECT {told} FROM {table} WHERE id = %s", [key]):
                pairs = zip(kind.key, values, strict=True)
                return schema.join_pieces(
                    self.name(kind.column(piece).target, value) if kind.column(piece).target else value
                    for piece, value in pairs
                )
        return ""


def _plain(text: str) -> str:
    """Small letters without accents, in the composed form that slugs have."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.strip().replace(" ", "-").replace("_", "-")
