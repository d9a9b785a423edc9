"""The rules that have rows to check in a scope, found by one SQL statement.

A saved record rarely contradicts anything, and each rule took a query or two to say so. Every rule reads its first rows
by ``Scope.read`` and finds nothing without them. Run on a scope that only collects these queries, the rules show what
they would read; one statement asks whether each query has a row, and only rules with rows are run. Django takes about
100 ms to make the SQL of these queries, so it is made once for each model and number of records, with placeholders for
the records' keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.models import Exists, QuerySet

from archive.checks.finding import Rule
from archive.checks.scope import Scope
from archive.lru import LRUCache

#: The most records for which one statement is made: it has their keys for each query.
_MAX_RECORDS = 100
#: The key that stands for the first record in a statement; those of the others follow. No row has it.
_FIRST_PLACEHOLDER = -(2**62)


@dataclass(frozen=True, slots=True)
class _QueryCollector(Scope):
    """A scope that collects the queries of a rule instead of reading their rows."""

    queries: list[QuerySet[Any]] = field(default_factory=list)

    def read(self, rows: QuerySet[Any]) -> Iterable[Any]:
        self.queries.append(rows)
        return ()


@dataclass(frozen=True, slots=True)
class _ExistsQuery:
    """The SQL of one row with a column for each query of each of ``rules``: whether it has rows."""

    rules: tuple[Rule, ...]
    sql: str = ""
    params: tuple[Any, ...] = ()

    def rules_with_rows(self, keys: tuple[int, ...], using: str) -> Iterator[Rule]:
        if not self.rules:
            return
        values = {_FIRST_PLACEHOLDER + place: key for place, key in enumerate(keys)}
        with connections[using].cursor() as cursor:
            cursor.execute(self.sql, [values.get(param, param) for param in self.params])
            row = cursor.fetchone()
        if row is not None:
            yield from dict.fromkeys(rule for rule, has_rows in zip(self.rules, row, strict=True) if has_rows)


_CACHE: LRUCache[_ExistsQuery] = LRUCache(50)


def rules_with_rows(rules: Iterable[Rule], scope: Scope) -> Iterator[Rule]:
    """The rules that have rows to check in a scope of a few records; all for a larger scope."""
    rules = tuple(rules)
    if scope.is_whole or len(scope.keys) > _MAX_RECORDS:
        yield from rules
        return
    using = scope.model._base_manager.db
    key = connections[using].vendor, rules, scope.model, len(scope.keys)
    statement = _CACHE.get_or_set(key, lambda: _compile(rules, scope.model, len(scope.keys)))
    yield from statement.rules_with_rows(scope.keys, using)


def _compile(rules: Iterable[Rule], model: Any, count: int) -> _ExistsQuery:
    """The statement for this number of records of a model."""
    keys = tuple(range(_FIRST_PLACEHOLDER, _FIRST_PLACEHOLDER + count))
    queries: list[tuple[Rule, Exists]] = []
    for rule in rules:
        collector = _QueryCollector(model, keys)
        list(rule.find(collector))
        queries += [(rule, Exists(rows)) for rows in collector.queries if not rows.query.is_empty()]
    if not queries:
        return _ExistsQuery(())
    records = model._base_manager.filter(pk__in=keys)
    row = records.order_by().values_list(*(exists for _, exists in queries))[:1]
    sql, params = row.query.sql_with_params()
    return _ExistsQuery(tuple(rule for rule, _ in queries), sql, params)
