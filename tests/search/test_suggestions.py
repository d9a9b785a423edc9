"""Did you mean: misspelt words of a search without results, and that no draft is suggested."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.models import Event
from archive.search.ranking import parse_search
from archive.search.suggestions import suggestion
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def suggested(text: str, kinds: tuple[str, ...] | None = None) -> str | None:
    return suggestion(parse_search([text], kinds), NOBODY)


@pytest.fixture
def gsomia() -> Any:
    return make.event("gsomia", name="South Korea suspends the expiry of GSOMIA", summary="On conditions.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gsomai", "gsomia"),
        ("GSOMAI expirry", "gsomia expiry"),
        ('"expirry of gsomia" -japan', '"expiry of gsomia" -japan'),
        ("name:suspens gsomia", "name:suspends gsomia"),
        ("gsomia xyzzyq", None),
        ("gs", None),
        ("()", None),
    ],
)
def test_misspelt_words_are_replaced_if_there_are_results(gsomia: Any, text: str, expected: str | None) -> None:
    assert suggested(text) == expected


def test_words_that_only_texts_have_are_left(gsomia: Any) -> None:
    assert suggested("conditions gsomai") == "conditions gsomia"


def test_only_words_of_the_kind_are_suggested(gsomia: Any) -> None:
    assert suggested("gsomai", ("officials",)) is None


@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_drafts_are_not_suggested(gsomia: Any, status: str) -> None:
    Event.objects.filter(pk=gsomia.pk).update(status=status)
    assert suggested("gsomai") != "gsomia"


def listed(collection: str, **params: str) -> dict[str, Any]:
    return Client().get(f"/api/v1/{collection}/", params).json()


def test_a_list_without_results_has_the_suggestion_of_the_search(gsomia: Any) -> None:
    answer = listed("events", q="GSOMAI expirry")
    assert (answer["results"], answer["suggestion"]) == ([], "gsomia expiry")
    assert listed("events", q=answer["suggestion"])["results"]
    assert listed("events", q="gsomia xyzzyq")["suggestion"] is None


def test_a_suggestion_of_a_list_has_results_under_its_filters(gsomia: Any) -> None:
    assert listed("events", q="gsomai", date="2019", order_by="name")["suggestion"] == "gsomia"
    assert listed("events", q="gsomai", date="1936")["suggestion"] is None
    assert listed("measures", q="gsomai")["suggestion"] is None


def test_only_a_list_without_matches_of_q_has_a_suggestion(gsomia: Any) -> None:
    assert "suggestion" not in listed("events", q="gsomia")
    assert "suggestion" not in listed("events", date="1936")


@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_a_list_suggests_no_draft(gsomia: Any, status: str) -> None:
    Event.objects.filter(pk=gsomia.pk).update(status=status)
    assert listed("events", q="gsomai")["suggestion"] is None
