"""The search takes the filters of its kinds, with the same results and errors in REST, GraphQL and pages.

What it finds under a filter is what the FilterSet of each kind finds with the search as its ``q``.
"""

from __future__ import annotations

import html
import json
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from graphene.utils.str_converters import to_camel_case
from graphql import get_named_type

from archive.filters import FILTERSETS
from archive.graphql.schema import schema
from archive.graphql.search_arguments import SEARCH_OPTIONS
from archive.registry import COLLECTIONS
from archive.search.ranking import kind_names
from archive.search.search_filters import search_filters
from tests.support import api_clients, filter_cases

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = "japan OR the OR minister OR kim"
ARGUMENTS = schema.graphql_schema.query_type.fields["searchResults"].args  # type: ignore[union-attr]
FILTERS = search_filters()
_TYPES = {collection.type_name: name for name, collection in COLLECTIONS.items()}
_SELECTED = "__typename " + " ".join(f"... on {COLLECTIONS[kind].type_name} {{ slug }}" for kind in kind_names())
Params = dict[str, list[str]]
Answer = tuple[list[tuple[str, str]] | None, list[dict[str, str]]]


def by_rest(kinds: list[str], params: Params) -> Answer:
    content = Client().get("/api/v1/search/", {"q": WORDS, "kind": kinds, **params, "limit": 100}).json()
    if "errors" in content:
        return None, content["errors"]
    return [(row["kind"], row["slug"]) for row in content["results"]], []


def by_graphql(kinds: list[str], params: Params) -> Answer:
    values = {name: api_clients.filter_variable(kinds[0], name, texts) for name, texts in params.items()}
    variables = {"kind": [kind.upper() for kind in kinds]} | {
        to_camel_case(name): value for name, value in values.items()
    }
    declared = ", ".join(f"${name}: {ARGUMENTS[name].type}" for name in variables)
    arguments = ", ".join(f"{name}: ${name}" for name in variables)
    query = (
        f"query({declared}) {{ search(q: {json.dumps(WORDS)}, first: 100, {arguments}) {{ __typename }} "
        f"searchResults(q: {json.dumps(WORDS)}, first: 100, {arguments}) {{ totalCount nodes {{ {_SELECTED} }} }} }}"
    )
    payload = {"query": query, "variables": variables}
    content = Client().post("/graphql/", payload, content_type="application/json").json()
    if "errors" in content:
        extensions = [error["extensions"] for error in content["errors"]]
        assert {item["code"] for item in extensions} == {"BAD_INPUT"}, content
        assert len({json.dumps(item.get("errors", [])) for item in extensions}) == 1, "both fields say the same"
        return None, extensions[0].get("errors", [])
    nodes = content["data"]["searchResults"]["nodes"]
    assert [row["__typename"] for row in content["data"]["search"]] == [node["__typename"] for node in nodes]
    assert min(content["data"]["searchResults"]["totalCount"], 100) == len(nodes)
    return [(_TYPES[node["__typename"]], node["slug"]) for node in nodes], []


def by_filtersets(kinds: list[str], params: Params) -> set[tuple[str, str]]:
    matches = set()
    for kind in kinds:
        slugs = api_clients.by_filterset(kind, {**params, "q": [WORDS]}, AnonymousUser()).slugs
        assert slugs is not None
        matches |= {(kind, slug) for slug in slugs}
    return matches


def agree(kinds: list[str], params: Params) -> Answer:
    """The one answer of both doors, or the test fails."""
    results, problems = by_rest(kinds, params)
    queried, queried_problems = by_graphql(kinds, params)
    assert queried == results, params
    if results is None and is_refused_by_graphql(kinds[0], params):
        return None, problems
    assert queried_problems == [as_graphql(problem) for problem in problems], params
    return results, problems


def as_graphql(problem: dict[str, str]) -> dict[str, str]:
    """REST's problem with the argument's name and kinds as GraphQL documents spell them."""
    spelt = {**problem, "field": to_camel_case(problem["field"])}
    beginning, is_by_kind, kinds = problem["expected"].partition(" only with kind=")
    if not is_by_kind:
        return spelt
    if "word" in beginning:
        spelt["got"] = problem["got"].upper()
    return {**spelt, "expected": f"{beginning} only with kind: [{kinds.upper().replace('-', '_')}]"}


def is_refused_by_graphql(kind: str, params: Params) -> bool:
    """Whether GraphQL refuses a value itself: no member of an enum, or a list where one value belongs."""
    return any(
        get_named_type(ARGUMENTS[to_camel_case(name)].type).name not in ("String", "EDTF", "DateTime")
        or (len(texts) > 1 and not FILTERSETS[kind].base_filters[name].many)
        for name, texts in params.items()
    )


def test_every_door_offers_the_filters_of_the_kinds() -> None:
    own = {name for kind in kind_names() for name in FILTERSETS[kind].base_filters} - {"q", "order_by", "kind"}
    assert {*FILTERS} == own
    for field in ("search", "searchResults"):
        arguments = schema.graphql_schema.query_type.fields[field].args  # type: ignore[union-attr]
        assert {*arguments} - {*SEARCH_OPTIONS} == {to_camel_case(name) for name in own}
        assert all(argument.description for argument in arguments.values())
    parameters = Client().get("/api/v1/openapi.json").json()["paths"]["/api/v1/search/"]["get"]["parameters"]
    declared = {item["name"]: item for item in parameters}
    assert own <= declared.keys()
    assert {"meeting", "press_statement"} <= {*declared["classification"]["schema"]["items"]["enum"]}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_the_lists_find(complete_dossier: None, name: str) -> None:
    sizes = set()
    for kind in FILTERS[name].declared:
        for params in filter_cases.answered(kind, name)[::2]:
            results, _ = agree([kind], params)
            assert results is not None, params
            assert set(results) == by_filtersets([kind], params), params
            sizes.add(len(results))
    assert len(sizes) > 1, "no value of this filter narrows the search"


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_holds_for_all_kinds_that_have_it(complete_dossier: None, name: str) -> None:
    having = list(FILTERS[name].declared)
    params = filter_cases.answered(having[0], name)[0]
    kinds = [kind for kind in having if params.keys() <= FILTERSETS[kind].base_filters.keys()]
    results, problems = agree(kinds, params)
    if len(set(FILTERS[name].vocabularies.values())) > 1:
        assert problems[0]["expected"] == f"this word only with kind={having[0]}"
    else:
        refused = (api_clients.by_filterset(kind, params, AnonymousUser()).problems for kind in kinds[1:])
        assert problems == next((problems for problems in refused if problems), [])
    assert results is None or set(results) <= by_filtersets(kinds, params)
    if lacking := [kind for kind in kind_names() if kind not in having]:
        _, problems = agree([*kinds, lacking[0]], params)
        [expected] = [problem["expected"] for problem in problems if problem["field"] == name]
        assert expected == f"this filter only with kind={', '.join(having)}"


@pytest.mark.parametrize("kind", kind_names())
def test_filters_narrow_together(complete_dossier: None, kind: str) -> None:
    """All of a record's filters, and some pairs of them: each filter is in one."""
    cases = [filter_cases.answered(kind, name)[0] for name in FILTERS if kind in FILTERS[name].declared]
    for one, other in [*pairwise(cases)][::2]:
        results, _ = agree([kind], one | other)
        assert results is not None
        assert set(results) == by_filtersets([kind], one | other)
    together = {name: texts for case in cases for name, texts in case.items()}
    results, _ = agree([kind], together)
    assert results is not None
    assert set(results) == by_filtersets([kind], together)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_refuses_what_the_lists_refuse(complete_dossier: None, name: str) -> None:
    kind = next(iter(FILTERS[name].declared))
    for params in filter_cases.refused(kind, name)[::2]:
        results, problems = agree([kind], params)
        assert results is None, params
        assert problems == api_clients.by_filterset(kind, params, AnonymousUser()).problems
        page = Client().get("/search/", {"q": WORDS, "kind": [kind], **params})
        assert page.status_code == 400
        assert html.escape(problems[0]["expected"]) in page.content.decode()


def test_a_word_that_each_kind_has_narrows_all_of_them(complete_dossier: None) -> None:
    results, _ = agree(["events", "statements"], {"classification": ["other"]})
    assert results is not None
    assert set(results) == by_filtersets(["events", "statements"], {"classification": ["other"]})


def test_no_record_matches_an_empty_list(complete_dossier: None) -> None:
    assert by_graphql(["events"], {"topic": ["gsomia"]})[0]
    query = f'{{ searchResults(q: "{WORDS}", kind: [EVENTS], topic: []) {{ totalCount suggestion }} }}'
    content = Client().post("/graphql/", {"query": query}, content_type="application/json").json()
    assert content["data"]["searchResults"] == {"totalCount": 0, "suggestion": None}


def test_pages_and_counts_of_a_filtered_search_are_the_same(complete_dossier: None) -> None:
    arguments = 'q: "japan", kind: [EVENTS, STATEMENTS], country: ["KR"], first: 3'
    slugs = "... on Event { slug } ... on Statement { slug }"
    selected = f"totalCount kinds {{ kind count }} pageInfo {{ hasNextPage endCursor }} nodes {{ {slugs} }}"
    params = {"q": "japan", "kind": ["events", "statements"], "country": "KR", "limit": 3, "count": "true"}
    expected = Client().get("/api/v1/search/", params).json()
    after, pages = "", 0
    while True:
        query = f"{{ searchResults({arguments}{after}) {{ {selected} }} }}"
        content = Client().post("/graphql/", {"query": query}, content_type="application/json").json()
        connection = content["data"]["searchResults"]
        assert [node["slug"] for node in connection["nodes"]] == [row["slug"] for row in expected["results"]]
        assert connection["totalCount"] == expected["count"]
        assert {item["kind"].lower(): item["count"] for item in connection["kinds"]} == expected["kinds"]
        assert connection["pageInfo"]["hasNextPage"] == bool(expected["next"])
        pages += 1
        if not expected["next"]:
            break
        after = f', after: "{connection["pageInfo"]["endCursor"]}"'
        expected = Client().get(expected["next"]).json()
    assert pages > 3
