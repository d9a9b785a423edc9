"""The SQL of periods agrees with the calendar and with partial dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.dates import PartialDate
from archive.sql.periods import UNITS, Unit, first_day, period_number, period_sql
from archive.sql.query import CompiledQuery

pytestmark = pytest.mark.django_db


def evaluate(expressions: list[str]) -> list[str]:
    sql = " || '|' || ".join(f"CAST({expression} AS text)" for expression in expressions)
    text: Any = CompiledQuery(f"SELECT {sql}", ()).run({})
    return (text.decode() if isinstance(text, bytes) else text).split("|")


@given(st.dates())
@example(date.min)
@example(date.max)
@example(date(2000, 2, 29))
@example(date(1900, 3, 1))
@example(date(9, 12, 31))
@example(date(1000, 1, 1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("unit", UNITS)
def test_period_of_a_day(unit: Unit, day: date) -> None:
    sql = period_sql(unit, connection.vendor)
    ordinal, number = str(day.toordinal()), period_number(unit, day)
    text = str(number)
    numbers = evaluate([sql.number(ordinal), sql.start(text), sql.end(text)])
    assert [int(item) for item in numbers] == [number, first_day(unit, number), first_day(unit, number + 1) - 1]
    value, label, first, last = evaluate(
        [sql.value(text), sql.label(text), sql.day_text(sql.start(text)), sql.day_text(sql.end(text))]
    )
    parsed = PartialDate.parse(value)
    assert (str(parsed.earliest), str(parsed.latest)) == (first, last)
    assert first <= day.isoformat() <= last
    assert label == (f"{day.isocalendar().year:04}-W{day.isocalendar().week:02}" if unit == "week" else parsed.display)
