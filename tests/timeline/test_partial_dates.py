"""Records known to a month, a year or an open period never look like days."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.models import Event
from archive.rest.timeline import timeline_json

pytestmark = pytest.mark.django_db


def add(date: str, number: int = 1) -> None:
    for count in range(number):
        Event.objects.create(
            slug=f"e-{Event.objects.count():03}", name=f"{date} {count}", date=date, status="published",
            classification="meeting",
        )  # fmt: skip


def ask(**params: str) -> dict[str, Any]:
    content = timeline_json({name.rstrip("_"): [text] for name, text in params.items()}, AnonymousUser())
    return json.loads(content)  # type: ignore[no-any-return]


def clusters(timeline: dict[str, Any]) -> list[tuple[int, str, str]]:
    [lane] = timeline["lanes"]
    return [(cluster["count"], cluster["earliest"], cluster["latest"]) for cluster in lane["clusters"]]


def test_events_known_to_a_year_are_in_no_cluster_of_days() -> None:
    add("1950-07-04", 5)
    add("1950", 4)
    assert clusters(ask(from_="1949", to="1951")) == [
        (4, "1950-01-01", "1950-12-31"), (5, "1950-07-04", "1950-07-04"),
    ]  # fmt: skip


def test_a_period_within_a_year_shows_the_events_of_that_year_as_long_as_they_are() -> None:
    add("1950", 4)
    add("1950-07-04")
    timeline = ask(from_="1950-07-01", to="1950-07-10", width="100")
    assert clusters(timeline) == [(4, "1950-01-01", "1950-12-31")]
    assert [record["date"]["text"] for record in timeline["lanes"][0]["records"]] == ["1950-07-04"]


def test_a_cluster_with_an_open_date_has_no_such_end() -> None:
    add("1950/..", 5)
    assert clusters(ask(from_="1949", to="1960")) == [(5, "1950-01-01", None)]


def test_a_day_shows_as_many_events_as_its_pixels_permit() -> None:
    add("1950-07-04", 40)
    assert len(ask(from_="1950-07-04", to="1950-07-04")["lanes"][0]["records"]) == 40
    assert clusters(ask(from_="1950-07-04", to="1950-07-04", width="100")) == [(40, "1950-07-04", "1950-07-04")]


def test_columns_stay_where_they_are_when_the_period_moves() -> None:
    for day in range(1, 29):
        add(f"1950-07-{day:02}", 4)
    early = clusters(ask(from_="1950-06-10", to="1950-08-20", width="400"))
    late = clusters(ask(from_="1950-06-14", to="1950-08-24", width="400"))
    assert early == late
    assert sum(count for count, *_ in early) == 4 * 28


def test_the_period_is_that_of_the_records_if_none_is_given() -> None:
    assert (ask()["from"], ask()["to"], ask()["lanes"]) == (None, None, [])
    add("1950")
    add("1961-03-01/..")
    assert (ask()["from"], ask()["to"]) == ("1950-01-01", "1961-03-01")
    assert (ask(from_="1955")["from"], ask(to="1955")["to"]) == ("1955-01-01", "1955-12-31")
