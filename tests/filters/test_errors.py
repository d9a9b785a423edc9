"""Errors of filters: unknown slugs and invalid values, with suggestions from visible records."""

from __future__ import annotations

import pytest

from archive.exceptions import FilterError, Problem
from tests.support import filter_records as make
from tests.support.filter_records import matching_slugs

pytestmark = pytest.mark.django_db


def refusal(kind: str, /, **params: str | list[str]) -> Problem:
    """The one problem with the question."""
    with pytest.raises(FilterError) as refused:
        matching_slugs(kind, **params)
    [problem] = refused.value.problems
    return problem


def test_an_unknown_slug_is_refused_with_a_suggestion(db: None) -> None:
    make.official("kim-you-geun"), make.official("kang-kyung-wha")
    assert refusal("statements", speaker="kim-yu-geun") == Problem(
        "speaker", "kim-yu-geun", "the slug of a known official", "kim-you-geun"
    )


def test_unpublished_records_are_not_suggested(db: None) -> None:
    make.official("kim-you-geun", status="draft")
    assert refusal("statements", speaker="kim-you-geun").suggestion == ""
    assert refusal("statements", speaker="kim-yu-geun").suggestion == ""


def test_an_unknown_slug_among_known_ones_is_refused(db: None) -> None:
    make.official("kim"), make.topic("trade")
    problem = refusal("statements", speaker=["kim", "lee"])
    assert (problem.field, problem.got) == ("speaker", "lee")


def test_the_error_for_a_party_expects_a_body_or_an_official(db: None) -> None:
    expected = refusal("events", actor="nobody-of-that-name").expected
    assert expected == "the slug of a known body or official, or a state's ISO 3166 code"


def test_country_refuses_a_body_that_is_no_state(db: None) -> None:
    make.body("ministry", make.state("KR"))
    assert refusal("events", country="ministry").field == "country"
    assert refusal("events", country="ZZ").got == "ZZ"
    assert matching_slugs("events", participant="ministry") == []


@pytest.mark.parametrize(
    ("kind", "params", "got", "suggestion"),
    [
        ("events", {"clasification": "ruling"}, "clasification", "classification"),
        ("events", {"classification": "rulling"}, "rulling", "ruling"),
        ("speech-acts", {"state": "opened"}, "opened", "open"),
        ("events", {"order_by": "dates"}, "dates", "date"),
        ("events", {"date": "July 2019"}, "July 2019", "2019-07"),
        ("officials", {"order_by": "date"}, "date", "name"),
    ],
)
def test_typos_are_refused_with_a_suggestion(
    db: None, kind: str, params: dict[str, str], got: str, suggestion: str
) -> None:
    problem = refusal(kind, **params)
    assert problem.got == got
    assert problem.suggestion == suggestion or kind == "officials"


def test_all_problems_are_reported_together(db: None) -> None:
    with pytest.raises(FilterError) as refused:
        matching_slugs("events", date="2019-13", topic="nothing", order="date")
    assert [problem.field for problem in refused.value.problems] == ["order", "date", "topic"]


def test_a_blank_value_is_ignored(db: None) -> None:
    make.event("one")
    assert matching_slugs("events", topic="", date=" ", classification=["", " "]) == ["one"]
