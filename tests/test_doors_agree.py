"""Filters have the same results, order and errors in FilterSets, REST, GraphQL and pages.

Each filter of each list is tried with the values of ``tests.support.filter_cases``, by the FilterSet, REST and GraphQL
(each also in its usual way, without the one statement), and where a page lists the records, through the page.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from archive.choices import SpeechActKind
from archive.exceptions import Problem
from archive.filters import FILTERSETS
from tests.support import api_clients, filter_cases

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOBODY = AnonymousUser()
ALL = list(filter_cases.filters())


def agree(kind: str, params: filter_cases.FilterCase, both_ways: bool = False) -> api_clients.Answer:
    """The one answer that all doors give, or the test fails; ``both_ways``: also without the one statement."""
    expected = api_clients.by_filterset(kind, params, NOBODY)
    assert api_clients.by_rest(kind, params, Client()) == expected, f"REST: {params}"
    if both_ways:
        assert api_clients.by_rest(kind, params, Client(), as_usual=True) == expected, f"REST as usual: {params}"
    answers = {"GraphQL": api_clients.by_graphql(kind, params, Client())}
    if both_ways:
        answers["GraphQL as usual"] = api_clients.by_graphql_as_usual(kind, params, NOBODY)
    for way, answer in answers.items():
        if expected.problems is not None and _in_graphqls_own_words(kind, params):
            variables = {problem["field"] for problem in answer.problems or ()}
            assert answer.slugs is None, f"{way}: {params}"
            assert variables <= {f"${name}" for name in params}, f"{way}: {params}"
            assert variables or way != "GraphQL", f"{way}: {params}"
            continue
        assert answer == expected, f"{way}: {params}"
    return expected


def _in_graphqls_own_words(kind: str, params: filter_cases.FilterCase) -> bool:
    """Whether GraphQL refuses the value itself: no member of an enum, or a list where one value belongs."""
    return any(
        api_clients.says_it_itself(kind, name) or (len(texts) > 1 and not FILTERSETS[kind].base_filters[name].many)
        for name, texts in params.items()
    )


@pytest.fixture(scope="module")
def totals(complete_dossier: None, django_db_blocker: Any) -> dict[str, int]:
    """The rows of each list without filters."""
    with django_db_blocker.unblock():
        return {kind: len(agree(kind, {}).slugs or []) for kind in FILTERSETS}


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_filter_finds_the_same_records_in_the_same_order(totals: dict[str, int], kind: str, name: str) -> None:
    sizes = set()
    for number, params in enumerate(filter_cases.answered(kind, name)):
        agreed = agree(kind, params, both_ways=number < 2)
        assert agreed.slugs is not None, params
        sizes.add(len(agreed.slugs))
    assert sizes - {0}, "no value of this filter finds anything"
    assert name in NARROWS_NOTHING or sizes - {totals[kind]}, "no value of this filter leaves anything out"


#: An order leaves nothing out.
NARROWS_NOTHING = {"order_by"}


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_filter_refuses_the_same_values_with_the_same_message(complete_dossier: None, kind: str, name: str) -> None:
    for params in filter_cases.refused(kind, name):
        problems = agree(kind, params).problems
        assert problems is not None, f"not refused: {params}"
        [problem] = problems
        assert problem["field"] == name
        assert problem["expected"]
        assert problem.get("got") or not params[name][0].strip()


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_lone_surrogates_are_refused_before_the_query(kind: str, name: str) -> None:
    """No address and no body brings one in; a dataset or a command may."""
    [problem] = api_clients.by_filterset(kind, {name: ["\ud800"]}, NOBODY).problems or []
    assert (problem["field"], problem["got"]) == (name, "\\ud800")


def test_every_filter_has_test_values() -> None:
    """A filter that nobody asks can differ from door to door unseen."""
    for kind, name in ALL:
        assert len(filter_cases.answered(kind, name)) >= 3, (kind, name)
        assert len(filter_cases.refused(kind, name)) >= 2, (kind, name)
    assert {kind for kind, _ in ALL} == set(FILTERSETS)


@pytest.mark.parametrize("kind", FILTERSETS)
def test_an_unknown_name_is_refused_with_the_same_suggestion(complete_dossier: None, kind: str) -> None:
    filter_name = next(iter(FILTERSETS[kind].base_filters))
    [expected] = api_clients.by_filterset(kind, {f"{filter_name}_": ["x"]}, NOBODY).problems or []
    [sentences] = api_clients.by_rest(kind, {f"{filter_name}_": ["x"]}, Client()).problems or []
    assert (sentences["field"], sentences["got"], sentences["suggestion"]) == (
        f"{filter_name}_",
        f"{filter_name}_",
        expected["suggestion"],
    )
    assert sentences["suggestion"] == filter_name


@pytest.mark.parametrize("kind", api_clients.PAGES)
def test_a_page_lists_what_its_filters_find(complete_dossier: None, kind: str) -> None:
    """The ledger shows some kinds of act unless told which; here it is told."""
    for name in FILTERSETS[kind].base_filters:
        for params in filter_cases.answered(kind, name)[:1]:
            question = {**({"kind": list(SpeechActKind.values)} if kind == "speech-acts" else {}), **params}
            expected = api_clients.by_filterset(kind, question, NOBODY).slugs
            assert api_clients.by_page(kind, question, Client())[0] == expected, question
        for params in filter_cases.refused(kind, name)[:1]:
            problems = api_clients.by_filterset(kind, params, NOBODY).problems or []
            refusals = [Problem(**item).sentence().partition(": ")[2] for item in problems]
            slugs, sentences = api_clients.by_page(kind, params, Client())
            named = [sentence.partition(": ") for sentence in sentences]
            assert (slugs, [rest for _, _, rest in named]) == (None, refusals), params
            assert not [label for label, _, _ in named if "_" in label], "a page has the labels of its form"
