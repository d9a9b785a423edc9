"""Suggestions for wrong parameters and words of requests."""

from __future__ import annotations

import pytest

from tests.rest.conftest import RestClient


@pytest.mark.django_db
def test_the_code_of_a_country_as_a_state_names_the_filter_for_countries(public: RestClient) -> None:
    for code in ("KOR", "kr"):
        [error] = public.get(f"speech-acts/?state={code}").json()["errors"]
        assert error["expected"].endswith("; a country is asked for with country=KR")
        assert "suggestion" not in error
    [error] = public.get("events/?state=KOR").json()["errors"]
    assert error["suggestion"] == "country"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["events/?facets=month", "search/?q=a&facets=month", "search/?q=a&facets=weeks"])
def test_months_as_facets_are_said_to_be_counts(public: RestClient, path: str) -> None:
    [error] = public.get(path).json()["errors"]
    assert "months, weeks and days are no facets but counts" in error["expected"]
    assert "suggestion" not in error


@pytest.mark.django_db
@pytest.mark.parametrize(("order", "suggestion"), [("name_desc", "-name"), ("dates", "date"), ("-nam", "-name")])
def test_a_wrong_order_keeps_its_direction(public: RestClient, order: str, suggestion: str) -> None:
    [error] = public.get(f"events/?order_by={order}").json()["errors"]
    assert error["suggestion"] == suggestion


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["statements/?month=2019-07", "appointments/?year=2019", "events/counts/?by=year&week=1"]
)
def test_a_period_is_asked_for_with_date(public: RestClient, path: str) -> None:
    [error] = public.get(path).json()["errors"]
    assert error["suggestion"] == "date"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["month", "date"])
def test_the_period_of_a_timeline_begins_with_from(public: RestClient, name: str) -> None:
    [error] = public.get(f"timeline/?{name}=2019-07").json()["errors"]
    assert error["suggestion"] == "from"
