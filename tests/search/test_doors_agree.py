"""A search has the same results, order, fragments, counts and errors in REST, GraphQL and on its page."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from archive.registry import COLLECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TEXTS = [
    "gsomia", "kim", "the", "nothing of this name", "김유근", "%", "japan export", '"etching gas" OR wto -panel',
    "expor*", "name:moon", "text:probe", "()",
]  # fmt: skip
_SELECTED = """{ totalCount suggestion kinds { kind count } pageInfo { hasNextPage endCursor }
  nodes { __typename } edges { cursor tier fragment { html text marks { start end } } node { __typename
  ... on Event { slug } ... on Measure { slug } ... on Statement { slug } ... on Official { slug } ... on Body { slug }
  ... on Office { slug } ... on Topic { slug } ... on Source { slug } ... on Dossier { slug } } } }"""
_DOCUMENT = f"""query($q: String!, $kind: [RecordKind!], $first: Int, $after: String) {{
  search(q: $q, kind: $kind, first: $first) {{ __typename }}
  searchResults(q: $q, kind: $kind, first: $first, after: $after) {_SELECTED} }}"""
_TYPES = {collection.type_name: name for name, collection in COLLECTIONS.items()}
_ROW = re.compile(
    r'<li><p class="what"><a href="/([a-z-]+)/([^/]+)/">.*?</p>\n'
    r'(?:<p dir="auto"[^>]* class="fragment">(.*?)</p>)?</li>',
    re.DOTALL,
)


def rest(text: str, **params: Any) -> dict[str, Any]:
    content: dict[str, Any] = Client().get("/api/v1/search/", {"q": text, **params}).json()
    return content


def graphql(text: str, **variables: Any) -> dict[str, Any]:
    payload = {"query": _DOCUMENT, "variables": {"q": text, **variables}}
    content: dict[str, Any] = Client().post("/graphql/", payload, content_type="application/json").json()
    return content


def results_of_rest(content: dict[str, Any]) -> list[Any]:
    return [
        (row["kind"], row["slug"], row["tier"], row["fragment"]["html"], row["fragment"]["marks"])
        for row in content["results"]
    ]


def results_of_graphql(content: dict[str, Any]) -> list[Any]:
    rows = []
    for edge in content["data"]["searchResults"]["edges"]:
        marks = [[mark["start"], mark["end"]] for mark in edge["fragment"]["marks"]]
        kind = _TYPES[edge["node"]["__typename"]]
        rows.append((kind, edge["node"]["slug"], edge["tier"].lower(), edge["fragment"]["html"], marks))
    return rows


def enum(kind: str) -> str:
    return kind.upper().replace("-", "_")


@pytest.mark.parametrize("text", TEXTS)
def test_results_fragments_and_counts_are_the_same(module_dossier: None, text: str) -> None:
    expected = rest(text, count="true", limit=20)
    content = graphql(text, first=20)
    connection = content["data"]["searchResults"]
    assert results_of_graphql(content) == results_of_rest(expected)
    assert connection["totalCount"] == expected["count"]
    assert {count["kind"]: count["count"] for count in connection["kinds"]} == {
        enum(kind): count for kind, count in expected["kinds"].items()
    }
    assert connection["suggestion"] == expected["suggestion"]
    assert connection["pageInfo"]["hasNextPage"] == bool(expected["next"])
    types = [row["__typename"] for row in content["data"]["search"]]
    assert types == [row["__typename"] for row in connection["nodes"]]
    assert [_TYPES[name] for name in types] == [row["kind"] for row in expected["results"]]


@pytest.mark.parametrize("text", TEXTS)
def test_the_page_shows_the_results_and_counts_of_rest(module_dossier: None, text: str) -> None:
    expected = rest(text, count="true", limit=20)
    page = Client().get("/search/", {"q": text}).content.decode()
    assert [(kind, slug, fragment or "") for kind, slug, fragment in _ROW.findall(page)] == [
        (row["kind"], row["slug"], row["fragment"]["html"]) for row in expected["results"]
    ]
    if len(expected["kinds"]) > 1:
        counts = [int(count) for count in re.findall(r'<span class="count">\((\d+)\)</span>', page)]
        assert counts == [expected["count"], *(expected["kinds"][kind] for kind in kinds_in_order(expected))]


def kinds_in_order(content: dict[str, Any]) -> list[str]:
    ranks = {name: collection.search_rank for name, collection in COLLECTIONS.items()}
    return sorted(content["kinds"], key=lambda kind: ranks[kind])


@pytest.mark.parametrize("kind", ["events", "statements", "topics"])
def test_pages_of_a_kind_are_the_same(module_dossier: None, kind: str) -> None:
    expected, content = rest("export", kind=kind, limit=2), graphql("export", kind=[enum(kind)], first=2)
    seen = []
    while True:
        assert results_of_graphql(content) == results_of_rest(expected)
        seen += results_of_rest(expected)
        if not expected["next"]:
            break
        expected = Client().get(expected["next"]).json()
        cursor = content["data"]["searchResults"]["pageInfo"]["endCursor"]
        content = graphql("export", kind=[enum(kind)], first=2, after=cursor)
    assert seen
    assert seen == results_of_rest(rest("export", kind=kind))


@pytest.mark.parametrize("text", [" ", "a\x00b", "x" * 1_001])
def test_a_text_is_refused_with_the_same_message(module_dossier: None, text: str) -> None:
    [problem] = rest(text)["errors"]
    errors = graphql(text)["errors"]
    sentence = errors[0]["message"]
    page = Client().get("/search/", {"q": text})
    assert {error["path"][0] for error in errors} == {"search", "searchResults"}
    assert problem["expected"] in sentence
    if text.strip():
        assert page.status_code == 400
        assert html.escape(problem["expected"]) in page.content.decode()


def test_a_cursor_of_nothing_is_refused_in_both(module_dossier: None) -> None:
    [problem] = rest("export", cursor="x")["errors"]
    [error] = graphql("export", after="x")["errors"]
    assert (problem["field"], error["extensions"]["code"]) == ("cursor", "BAD_CURSOR")
    assert problem["expected"] in error["message"]


def test_filters_without_words_list_the_kinds_that_have_them(module_dossier: None) -> None:
    page = Client().get("/search/", {"topic": "gsomia"}).content.decode()
    results, _, _ = page.partition("<aside")
    assert re.findall("<h2>(.*?)</h2>", results) == ["Events", "Statements"]
