"""Which rules have rows to look at in a scope, by one statement.

A saved record rarely contradicts anything, and each rule took a query or two to say so. Every rule reads its first rows
by ``Scope.read`` and finds nothing without them. Run on a scope that only collects these queries, the rules show what
they would read; one statement asks whether each query has a row, and only rules with rows are run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, QuerySet

from archive.checks.finding import Rule
from archive.checks.scope import Scope

#: The most records for which one statement is made: it has their keys for each query.
_MAX_RECORDS = 100


@dataclass(frozen=True, slots=True)
class _QueryCollector(Scope):
    """A scope that collects the queries of a rule instead of reading their rows."""

    queries: list[QuerySet[Any]] = field(default_factory=list)

    def read(self, rows: QuerySet[Any]) -> Iterable[Any]:
        self.queries.append(rows)
        return ()


def rules_with_rows(rules: Iterable[Rule], scope: Scope) -> Iterator[Rule]:
    """Those of the rules that have rows to look at in a scope of a few records; all for a larger scope."""
    if scope.is_whole or len(scope.keys) > _MAX_RECORDS:
        yield from rules
        return
    queries: list[tuple[Rule, Exists]] = []
    for rule in rules:
        collector = _QueryCollector(scope.model, scope.keys)
        list(rule.find(collector))
        queries += [(rule, Exists(rows)) for rows in collector.queries if not rows.query.is_empty()]
    if not queries:
        return
    records = scope.model._base_manager.filter(pk__in=scope.keys)
    answers = records.values_list(*(exists for _, exists in queries)).first()
    if answers is not None:
        yield from dict.fromkeys(rule for (rule, _), has_rows in zip(queries, answers, strict=True) if has_rows)
