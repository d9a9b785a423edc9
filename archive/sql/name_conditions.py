"""Names of officials and bodies by any spelling, order and script: conditions over the trigrams of folded names.

PostgreSQL has trigram indexes; SQLite has FTS5 tables of trigrams, which answer LIKE. Parts of one or two letters read
all names.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Q
from django.db.models.sql.compiler import SQLCompiler

from archive.bind_parameters import BindParam, text_param, text_sql
from archive.models import Body, Name, Official
from archive.sql.text_conditions import contains_pattern
from archive.text import name_parts

Bearer = type[Official] | type[Body]

OFFICIALS, BODIES, NAMES = (model._meta.db_table for model in (Official, Body, Name))
#: Shorter parts of names have no trigram.
TRIGRAM = 3
#: SQLite: table with folded names -> the table of their trigrams.
TRIGRAM_TABLES = {table: f"{table}_trigrams" for table in (OFFICIALS, BODIES, NAMES)}


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The LIKE pattern of a part of a folded name; a short one is not found by trigrams."""

    pattern: str | BindParam
    is_short: bool

    @classmethod
    def parse(cls, part: str) -> NamePattern:
        return cls(contains_pattern(part), len(part) < TRIGRAM)

    def parameter(self, key: str) -> NamePattern:
        """The pattern with a bind parameter."""
        return NamePattern(text_param(key), self.is_short)


def name_patterns(text: str) -> list[NamePattern]:
    """The patterns of the folded parts of a name or of some of its words."""
    return [NamePattern.parse(part) for part in name_parts(text)]


def name_matches(model: Bearer, patterns: Sequence[NamePattern]) -> Q:
    """Records one of whose names fits every one of the patterns (``name_patterns``); none without a pattern."""
    return Q(HasName(model, tuple(patterns))) if patterns else Q(pk__in=[])


class HasName(Expression):
    """A record has a name whose folded form fits all LIKE patterns, or with ``trigrams`` any one of them.

    ``trigrams`` is the FTS5 expression of any one of the patterns.
    """

    conditional = True

    def __init__(self, model: Bearer, patterns: tuple[NamePattern, ...], trigrams: str | BindParam = "") -> None:
        super().__init__(output_field=BooleanField())
        self.model, self.patterns, self.trigrams = model, patterns, trigrams
        self.record: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.record]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.record,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        record, record_params = compiler.compile(self.record)
        table = self.model._meta.db_table
        bearer = "official_id" if self.model is Official else "body_id"
        find = self._on_sqlite if connection.vendor == "sqlite" else self._on_postgresql
        own, own_params = find(compiler, table)
        other, other_params = find(compiler, NAMES)
        rows = (
            f"SELECT id FROM {table} WHERE {own} "
            f"UNION ALL SELECT {bearer} FROM {NAMES} WHERE {bearer} IS NOT NULL AND {other}"
        )
        return f"{record} IN ({rows})", [*record_params, *own_params, *other_params]

    def _on_postgresql(self, compiler: SQLCompiler, table: str) -> tuple[str, list[Any]]:
        return self._likes(compiler, self.patterns)

    def _on_sqlite(self, compiler: SQLCompiler, table: str) -> tuple[str, list[Any]]:
        trigrams = TRIGRAM_TABLES[table]
        if self.trigrams:
            # FTS5 would read all rows for an OR of LIKEs.
            match, match_params = text_sql(self.trigrams, compiler)
            return f"id IN (SELECT rowid FROM {trigrams} WHERE {trigrams} MATCH {match})", match_params
        conditions: list[str] = []
        params: list[Any] = []
        for is_short, patterns in groupby(sorted(self.patterns, key=_is_short), _is_short):
            likes, own = self._likes(compiler, patterns)
            conditions.append(likes if is_short else f"id IN (SELECT rowid FROM {trigrams} WHERE {likes})")
            params += own
        return " AND ".join(conditions), params

    def _likes(self, compiler: SQLCompiler, patterns: Iterable[NamePattern]) -> tuple[str, list[Any]]:
        conditions: list[str] = []
        params: list[Any] = []
        for pattern in patterns:
            sql, own = text_sql(pattern.pattern, compiler)
            # Folded names have no characters to escape; with ESCAPE, FTS5 would not use its index.
            conditions.append(f"folded LIKE {sql}")
            params += own
        connector = " OR " if self.trigrams else " AND "
        return f"({connector.join(conditions)})", params


def _is_short(pattern: NamePattern) -> bool:
    return pattern.is_short
