"""What a save checks is read by indexes, from the saved record on: in a large archive no rule reads a whole table."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection

from archive import models
from archive.checks.finding import Rule
from archive.checks.rows_to_check import _QueryCollector
from archive.checks.rules import RULES

pytestmark = pytest.mark.django_db
#: The records whose saves are checked.
CHECKED = [
    models.Appointment, models.Body, models.Event, models.Measure, models.Office, models.Official, models.Source,
    models.Statement, models.Topic,
]  # fmt: skip


def queries(rule: Rule, model: Any) -> list[Any]:
    """The queries that the rule reads at the save of a record."""
    collector = _QueryCollector(model, (1,))
    list(rule.find(collector))
    return collector.queries


def plan(rows: Any) -> list[str]:
    """The steps of SQLite's plan of a query."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.sqlite  # which says of each table whether it is read by an index
@pytest.mark.parametrize("model", CHECKED)
def test_no_rule_reads_a_whole_table_at_a_save(model: Any) -> None:
    plans = {rule.name: [step for rows in queries(rule, model) for step in plan(rows)] for rule in RULES}
    assert sum(map(len, plans.values())) > 0
    scans = {name: [step for step in steps if step.startswith("SCAN")] for name, steps in plans.items()}
    assert {name: steps for name, steps in scans.items() if set(steps) - {"SCAN CONSTANT ROW"}} == {}


@pytest.mark.parametrize("model", CHECKED)
def test_queries_at_a_save_join_at_most_eight_tables(model: Any) -> None:
    """PostgreSQL keeps the order of further ones (``join_collapse_limit``), and so may begin with a whole table."""
    joined = {rule.name: max((len(rows.query.alias_map) for rows in queries(rule, model)), default=0) for rule in RULES}
    assert {name: number for name, number in joined.items() if number > 7} == {}
