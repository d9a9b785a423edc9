"""Counts of the compiled statement equal those computed record by record (``tests.reference.slow_counts``)."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.counts import counted
from archive.filters import FILTERSETS
from tests.reference import slow_counts

pytestmark = pytest.mark.django_db

FILTERS: dict[str, list[dict[str, list[str]]]] = {
    "events": [{}, {"date": ["2019"]}, {"country": ["JP"], "date_after": ["2019-07-04"]}],
    "statements": [{"date": ["2019-07-10/2019-09"]}, {"speech_act": ["demand", "denial"]}],
    "measures": [{"date": ["2019-08/2021-06"]}],
    "speech-acts": [{"date_before": ["2019-08-15"], "date": ["2019"]}],
}


def compare(collection: str, by: list[str], filters: dict[str, list[str]], **options: Any) -> None:
    params = {**filters, "by": by, **options}
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(f"/api/v1/{collection}/counts/?{urlencode(params, doseq=True)}")
    assert response.status_code == 200, response.content
    assert len(queries) == 1
    content = json.loads(response.content)
    expected = slow_counts.table(collection, by, filters, AnonymousUser(), **options)
    has_period = any(FILTERSETS[collection].dimensions()[name].unit for name in by)
    assert content["total"] == expected.total
    for name in ("vague", "open", "undated"):
        assert content[name] == (expected.numbers[name] if has_period else None), name
    assert content["outside"] == (pytest.approx(float(expected.outside), abs=1e-5) if has_period else None)
    counts: dict[Any, float] = {}
    for row in content["counts"]:
        key = tuple((item["kind"], item["value"]) for item in row["keys"])
        assert key not in counts
        counts[key] = row["count"]
    assert counts == pytest.approx({key: float(count) for key, count in expected.counts.items()}, abs=1e-5)


def by_options(collection: str) -> list[list[str]]:
    """Each dimension alone, and each pair of dimensions of the first dossier's size."""
    names = list(FILTERSETS[collection].dimensions())
    units = [name for name in names if FILTERSETS[collection].dimensions()[name].unit]
    others = [name for name in names if name not in units]
    pairs = [[*pair] for pair in combinations(others, 2)][::8]
    pairs += [[name, units[number % 2]][:: 1 if number % 3 else -1] for number, name in enumerate(others) if units]
    return [[name] for name in others + units[:2]] + pairs


@pytest.mark.parametrize("collection", counted())
def test_counts_of_every_dimension_equal_those_of_the_records(dossier: None, collection: str) -> None:
    options = by_options(collection)
    for position, filters in enumerate(FILTERS.get(collection, [{}])):
        for number, by in enumerate(options if position == 0 else options[position::3]):
            compare(collection, by, filters, spans=("spread", "possible", "certain")[number % 3])


@pytest.mark.parametrize("unit", ["month", "week", "day"])
@pytest.mark.parametrize("spans", ["spread", "possible", "certain"])
@pytest.mark.parametrize("collection", ["events", "statements", "measures"])
def test_short_periods_equal_those_of_the_records(dossier: None, collection: str, unit: str, spans: str) -> None:
    for date in ("2019-06-17/2020-01", "2019"):
        compare(collection, [unit], {"date": [date]}, spans=spans)
        compare(collection, ["topic", unit], {"date": [date]}, spans=spans, limit=2)


@pytest.mark.parametrize("by", [["topic"], ["participant", "classification"], ["country", "source"]])
def test_groups_beyond_the_limit_are_counted_together(dossier: None, by: list[str]) -> None:
    for limit in (1, 3):
        compare("events", by, {}, limit=limit)
