"""Conditions on ``SearchEntry``: entries that match a search in all texts, in names, or as a whole name.

Each is an expression for ``filter`` and ``When``. Results have the order (``tier``, ``date_sort`` descending, ``kind``,
``record_id``): records with exactly this name, then with all terms in their names (of these, those without a date
first), then the others, each from the most recent.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Case, Expression, F, IntegerField, Q, Value, When
from django.db.models.sql.compiler import SQLCompiler

from archive.bind_parameters import BindParam, text_sql
from archive.models import SearchEntry
from archive.search_index.postgresql_functions import all_texts
from archive.search_index.record_text import NO_DATE
from archive.search_index.search_query import FTS5Conditions, SearchQuery, Substring

_WORDS, _SUBSTRINGS, _TERMS = "archive_search_words", "archive_search_substrings", "archive_search_substring_terms"


class Scope(Enum):
    """The texts of a record in which the terms of a search must occur."""

    TEXTS = "in any text"
    NAMES = "all in the names"
    WHOLE_NAME = "a name consists of them"


class Matches(Expression):
    """An entry matches the search; the entry is that of the queryset that the condition filters.

    With ``is_driving`` the index finds the entries; without, each entry that is read is checked.
    """

    conditional = True

    def __init__(self, search: SearchQuery, scope: Scope = Scope.TEXTS, is_driving: bool = True) -> None:
        super().__init__(output_field=BooleanField())
        self.search, self.scope, self.is_driving = search, scope, is_driving
        self.entry: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.entry]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.entry,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        if connection.vendor == "postgresql":
            return self._as_tsquery(compiler)
        entry, params = compiler.compile(self.entry)
        return _FTS5(compiler, entry if self.is_driving else f"+{entry}", params).condition(self.search, self.scope)

    def _as_tsquery(self, compiler: SQLCompiler) -> tuple[str, list[Any]]:
        table = compiler.quote_name_unless_alias(self.entry.alias)
        vector = all_texts(table) if self.scope is Scope.TEXTS else f"{table}.name_vector"
        function, text = "archive_search_query", self.search.json
        if self.scope is Scope.WHOLE_NAME:
            function, text = "archive_search_exact_query", self.search.name
        if not text:
            return "false", []
        param, params = text_sql(text, compiler)
        # In a subquery the function is executed once, not for each row.
        matches = f"{vector} @@ (SELECT {function}({param}))"
        return matches if self.is_driving else f"({matches}) IS TRUE", params


class _FTS5:
    """SQL of conditions on SQLite, for the SQL of an entry's id."""

    def __init__(self, compiler: SQLCompiler, entry: str, entry_params: Sequence[object]) -> None:
        self.compiler, self.entry, self.entry_params = compiler, entry, list(entry_params)

    def condition(self, search: SearchQuery, scope: Scope) -> tuple[str, list[Any]]:
        if scope is Scope.WHOLE_NAME:
            if not search.name:
                return "0", []
            return self._match(_WORDS, search.name_match)
        options = search.texts if scope is Scope.TEXTS else search.names
        return self._joined(" OR ", [self._all_of(option) for option in options]) if options else ("0", [])

    def _all_of(self, option: FTS5Conditions) -> tuple[str, list[Any]]:
        conditions = [self._match(_WORDS, option.match)] if option.match else []
        conditions += [self._substring(part) for part in option.substrings]
        conditions += [self._negated(*self._all_of(excluded)) for excluded in option.excluded]
        return self._joined(" AND ", conditions)

    def _substring(self, part: Substring) -> tuple[str, list[Any]]:
        return self._range(part) if part.is_range else self._match(_SUBSTRINGS, part.match)

    def _match(self, table: str, match: str | BindParam) -> tuple[str, list[Any]]:
        param, params = text_sql(match, self.compiler)
        return self._in(f"SELECT rowid FROM {table} WHERE {table} MATCH {param}", params)

    def _range(self, part: Substring) -> tuple[str, list[Any]]:
        first, params = text_sql(part.match, self.compiler)
        last, last_params = text_sql(part.last, self.compiler)
        columns = ", ".join(f"'{column}'" for column in part.columns)
        column = f" AND col IN ({columns})" if columns else ""
        rows = f"SELECT doc FROM {_TERMS} WHERE term >= {first} AND term <= {last}{column}"
        return self._in(rows, [*params, *last_params])

    def _in(self, rows: str, params: list[Any]) -> tuple[str, list[Any]]:
        return f"{self.entry} IN ({rows})", [*self.entry_params, *params]

    @staticmethod
    def _negated(sql: str, params: list[Any]) -> tuple[str, list[Any]]:
        return f"NOT ({sql})", params

    @staticmethod
    def _joined(operator: str, conditions: list[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
        params = [param for _, own in conditions for param in own]
        return f"({operator.join(sql for sql, _ in conditions)})", params


def matching_entries(search: SearchQuery, kind: str = "", scope: Scope = Scope.TEXTS) -> Any:
    """The entries that match, of one collection or of all; also those of records that a user may not see."""
    entries = SearchEntry.objects.filter(kind=kind) if kind else SearchEntry.objects.all()
    return entries.none() if search.is_empty else entries.filter(Q(Matches(search, scope)))


def tier(search: SearchQuery) -> Case:
    """The first part of the order of matching entries: 0 for a whole name, 1 or 2 for all terms in names, else 3.

    Of those with all terms in their names, records without a date have 1.
    """
    in_names = Q(Matches(search, Scope.NAMES))
    return Case(
        When(Matches(search, Scope.WHOLE_NAME), then=Value(0)),
        When(in_names & Q(date_sort=NO_DATE), then=Value(1)),
        When(in_names, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
