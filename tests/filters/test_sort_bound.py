"""``sorting_by``: the bound on the sort column excludes no matching record."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.filters import FILTERSETS
from archive.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> None:
    for text in ("2010", "2010-06-12", "2011-01-01", "../2015", "2009/..", "2012/2014"):
        slug = text.replace("/", "-").replace("..", "open")
        Event.objects.create(slug=slug, name=slug, classification="meeting", date=text, status="published")


@pytest.mark.parametrize(
    ("params", "result"),
    [
        ({"date": ["2010"]}, ["2009-open", "2010", "2010-06-12", "open-2015"]),
        ({"date_before": ["2010-01-01"]}, ["2009-open", "2010", "open-2015"]),
        ({"date": ["2010"], "certain": ["true"]}, ["2010", "2010-06-12"]),
        ({"date_before": ["2010"], "certain": ["true"]}, ["2010", "2010-06-12"]),
        ({"date": ["../2009"]}, ["2009-open", "open-2015"]),
    ],
)
def test_dates_with_an_unknown_start_are_found_although_they_sort_later(
    params: dict[str, list[str]], result: list[str], events: Any
) -> None:
    rows = FILTERSETS["events"](params, AnonymousUser()).result()
    assert sorted(rows.values_list("slug", flat=True)) == result
    query = "&".join(f"{name}={values[0]}" for name, values in params.items())
    answer = Client().get(f"/api/v1/events/?{query}&order_by=-date&fields=slug").json()
    assert sorted(result["slug"] for result in answer["results"]) == result
