"""Limits on documents: cost, size and nesting, checked before any SQL in a bounded number of visits."""

from __future__ import annotations

import re
from sqlite3 import sqlite_version_info
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query, parse
from graphql.language import visit
from graphql.language.visitor import Visitor

from archive.graphql import executor, limits
from archive.graphql.limits import DocumentCost, SelectionSize
from archive.graphql.schema import schema
from archive.graphql.view import EXAMPLE_QUERY
from tests.support.graphql_client import RESPONSE, code, data, get, post

pytestmark = pytest.mark.django_db


def size(query: str, **variables: Any) -> SelectionSize:
    document = parse(query)
    return DocumentCost(schema.graphql_schema, document, variables).operation(document.definitions[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ __typename }", 0),
        ("{ events(first: 10) { nodes { slug name } } }", 10),
        ("{ events(first: 10) { edges { cursor node { slug } } } }", 10),
        ("{ events { nodes { slug } } }", 50),
        ("{ events(last: 7) { nodes { slug } } }", 7),
        ("{ events(first: 0) { nodes { slug } } }", 0),
        ("{ events(first: 1000000000) { nodes { slug } } }", 100),
        ("{ events(first: -1) { nodes { slug } } }", 100),
        ("{ events(first: 100) { totalCount } }", 50),
        ("{ events(first: 10) { totalCount nodes { slug } pageInfo { endCursor } } }", 70),
        ("{ events(first: 10) { nodes { topics { name } } } }", 10 * (1 + 3)),
        ("{ events(first: 10) { nodes { partOf { name } } } }", 10 * (1 + 1)),
        ("{ events(first: 10) { nodes { statements(first: 5) { totalCount nodes { speaker { name } } } } } }",
         10 * (1 + 5 * (1 + 1) + 50)),
        ("{ speechActs(first: 10) { nodes { state addressees { name } } } }", 10 * (1 + 1 + 3)),
        ("{ officials(first: 10) { nodes { names { bearer { slug } } } } }", 10 * (1 + 3 * (1 + 1))),
        ("{ events(first: 10) { nodes { citations { subject { ... on Event { topics { name } } "
         "... on Body { names { text } parent { slug } } } } } } }", 10 * (1 + 3 * (1 + 1 + 3 + 3 + 1))),
        ('{ event(slug: "x") { name date { text } } }', 1),
        ('{ node(id: "x") { id } }', 1),
        ('{ nodes(ids: ["x", "y", "z"]) { ... on Event { topics { name } } } }', 3 * (1 + 3)),
        ('{ search(q: "x") { ... on Event { slug } } }', 100),
        ('{ searchResults(q: "x", first: 10) { totalCount kinds { kind } nodes { ... on Event { topics { id } } } } }',
         100 + 10 * (1 + 3) + 2 * 50),
        ('{ search(q: "x", kind: [EVENTS, STATEMENTS], topic: ["y"], date: "2019") { ... on Event { slug } } }',
         100 + 2 * 2 * 10),
        ('{ searchResults(q: "x", updatedAfter: "2019", first: 10) { nodes { __typename } } }', 100 + 9 * 10 + 10),
        ('{ __type(name: "Event") { name } }', 100),
        ("{ __schema { types { name } } }", 2_000),
        ("{ a: events(first: 3) { nodes { slug } } b: events(first: 4) { nodes { slug } } }", 7),
    ],
)  # fmt: skip
def test_cost_of_a_document(query: str, cost: int) -> None:
    assert size(query).cost == cost


def test_cost_of_variables_is_their_value_or_else_the_maximum() -> None:
    query = "query ($n: Int, $ids: [ID!]!) { events(first: $n) { nodes { slug } } nodes(ids: $ids) { id } }"
    assert size(query, n=7, ids=["a", "b"]).cost == 7 + 2
    assert size(query).cost == 100
    assert size(query, n=-5, ids="a").cost == 100 + 1
    assert size(query, n=10**9).cost == 100


def test_default_values_of_variables_count_unless_others_are_sent() -> None:
    query = (
        'query ($n: Int = 9, $ids: [ID!]! = ["a", "b", "c"]) '
        "{ events(first: $n) { nodes { slug } } nodes(ids: $ids) { id } }"
    )
    assert size(query).cost == 9 + 3
    assert size(query, n=7, ids=["a"]).cost == 7 + 1
    by = "query ($by: [EventDimension!]! = [YEAR, TOPIC]) { eventCounts(by: $by) { dimension } }"
    assert size(by).cost >= 2 * limits.DIMENSION_COST


@pytest.mark.parametrize("kind", ["null", "[]", "$kind"])
def test_a_search_without_a_choice_of_kinds_costs_as_all_kinds(kind: str) -> None:
    declared = "($kind: [SearchKind!])" if kind == "$kind" else ""
    query = f'query {declared} {{ search(q: "x", topic: ["y"], kind: {kind}) {{ ... on Event {{ slug }} }} }}'
    assert size(query).cost == size('{ search(q: "x", topic: ["y"]) { ... on Event { slug } } }').cost


def test_the_largest_default_of_several_operations_counts() -> None:
    fragment = "fragment F on Query { nodes(ids: $ids) { id } }"
    operations = (
        'query A($ids: [ID!]! = ["a"]) { ...F } query B($ids: [ID!]! = ["a", "b", "c"]) { ...F } '
        'query C($ids: [ID!]! = ["a", "b"]) { ...F } '
    )
    assert size(operations + fragment).cost == 3


def test_a_default_value_is_refused_like_the_literal() -> None:
    ids = ", ".join(f'"{n}"' for n in range(100))
    selection = "{ ... on Event { statements(first: 100) { nodes { speechActs { text } } } } }"
    by_default = post(f"query ($ids: [ID!]! = [{ids}]) {{ nodes(ids: $ids) {selection} }}").json()
    assert (
        by_default["errors"][0]["message"]
        == post(f"{{ nodes(ids: [{ids}]) {selection} }}").json()["errors"][0]["message"]
    )
    assert by_default["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


def test_example_and_introspection_queries_are_within_the_limits() -> None:
    for query in (EXAMPLE_QUERY, get_introspection_query(input_value_deprecation=True, schema_description=True)):
        assert limits.check(parse(query), {}) == []
    assert data(get_introspection_query())["__schema"]["queryType"]["name"] == "Query"


COSTLY = "{ events(first: 100) { nodes { statements(first: 100) { nodes { speechActs { text } } } } } }"


def test_error_has_the_cost_and_the_limit() -> None:
    message = post(COSTLY).json()["errors"][0]["message"]
    assert message.startswith(
        f"The query is too large: got {100 * (1 + 100 * (1 + 3))} as its cost, expected at most {limits.MAX_COST}. "
        "'events' costs "
    )


def test_page_size_from_a_variable_is_checked_at_each_request(dossier: None) -> None:
    query = """query ($n: Int) {
      events(first: $n) { nodes { statements(first: $n) { nodes { speechActs { text } } } } }
    }"""
    assert "data" in post(query, variables={"n": 1}).json()
    assert code(post(query, variables={"n": 100})) == "LIMIT_EXCEEDED"
    assert "data" in post(query, variables={"n": 2}).json()


def round_trips(rounds: int) -> str:
    """From an event to its citations, from each citation to its event, and so on."""
    return "citations { subject { ... on Event { " * rounds + "slug" + " } } }" * rounds


def test_each_nested_link_and_link_back_triples_the_cost_and_adds_two_levels() -> None:
    sizes = [size(f"{{ events(first: 1) {{ nodes {{ {round_trips(rounds)} }} }} }}") for rounds in range(6)]
    assert [size.cost for size in sizes] == [1, 1 + 6, 1 + 24, 1 + 78, 1 + 240, 1 + 726]
    assert [size.depth for size in sizes] == [3, 5, 7, 9, 11, 13]


def chain(length: int) -> str:
    links = [f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(length - 1)]
    return "{ ...F0 } " + " ".join([*links, f"fragment F{length - 1} on Query {{ __typename }}"])


def doubling(levels: int) -> str:
    links = [f"fragment F{level} on Topic {{ parent {{ ...F{level + 1} }} p: parent {{ ...F{level + 1} }} }}"
             for level in range(levels)]  # fmt: skip
    return '{ topic(slug: "x") { ...F0 } } ' + " ".join([*links, f"fragment F{levels} on Topic {{ slug }}"])


ATTACKS = {
    "a fragment within itself": "{ ...A } fragment A on Query { ...A }",
    "a cycle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } "
    "fragment C on Query { ...A }",
    "a cycle through fields": '{ topic(slug: "x") { ...A } } fragment A on Topic { parent { ...A } }',
    "a cycle that is not spread": "{ __typename } fragment A on Query { ...A }",
    "a chain of 90 fragments": chain(90),
    "a chain of 1,000 fragments": chain(1_000),
    "a chain that is not spread": "{ __typename } " + chain(90).partition("} ")[2],
    "fragments that double": doubling(14),
    "fragments that double 60 times": doubling(60),
    "10,000 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(10_000)) + " }",
    "51 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(51)) + " }",
    "51 directives": "{ " + " ".join("__typename @include(if: true)" for _ in range(51)) + " }",
    "17 levels": '{ topic(slug: "x") {' + "parent {" * 15 + "slug" + "}" * 17,
    "500 levels": '{ topic(slug: "x") {' + "parent {" * 500 + "slug" + "}" * 502,
    "1,900 levels": "{ a " * 1_900 + "}" * 1_900,
    "inline fragments within each other": "{ " + "... { " * 100 + "__typename" + " }" * 101,
    "a field 3,000 times": "{ " + "__typename " * 2_900 + "}",
    "an object 600 times": "{ " + 'topic(slug: "x") { slug } ' * 400 + "}",
    "nested repetition": '{ topic(slug: "x") {' + ("parent { " + "parent { slug slug slug } " * 12 + "} ") * 12 + "} }",
    "the same spread everywhere": '{ topic(slug: "x") { ' + " ".join(f"a{n}: parent {{ ...F }}" for n in range(40))
    + " } } fragment F on Topic { " + "slug name " * 100 + "}",
    "pages within pages": COSTLY,
    "8 round trips": f'{{ event(slug: "x") {{ {round_trips(8)} }} }}',
    "5 round trips from each event": f"{{ events(first: 100) {{ nodes {{ {round_trips(5)} }} }} }}",
    "recursion by links back": '{ event(slug: "x") { ...A } } fragment A on Event { citations { subject { ...A } } }',
    "counts of every row": "{ events(first: 100) { nodes { a: statements { totalCount } b: statements { totalCount }"
    " c: statements { totalCount } d: statements { totalCount } } } }",
    "introspection eleven times": "{ " + " ".join(f"a{n}: __schema {{ __typename }}" for n in range(11)) + " }",
}  # fmt: skip


def selections(query: str) -> int:
    """The number of fields, spreads and inline fragments in the text."""
    count = 0

    class SelectionCounter(Visitor):
        def enter_selection_set(self, node: Any, *_: Any) -> None:
            nonlocal count
            count += len(node.selections)

    visit(parse(query), SelectionCounter())
    return count


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_without_sql_and_without_validation(name: str, django_assert_num_queries: Any) -> None:
    with mock.patch.object(executor, "validate", side_effect=AssertionError), django_assert_num_queries(0):
        response = post(ATTACKS[name], accept=RESPONSE)
    assert response.status_code in (400, 413)
    assert code(response) in ("LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in ("500 levels", "1,900 levels")])
def test_number_of_visits_per_selection_is_bounded(name: str) -> None:
    checker = limits.LimitChecker(parse(ATTACKS[name]), {})
    assert checker.errors
    assert checker.visits <= 2 * selections(ATTACKS[name]) + limits.MAX_SELECTIONS


def test_visits_grow_at_most_linearly_with_the_document() -> None:
    visits_per_selection = [
        limits.LimitChecker(parse(doubling(levels)), {}).visits / selections(doubling(levels))
        for levels in (10, 20, 40)
    ]
    assert max(visits_per_selection) <= 2 + limits.MAX_SELECTIONS / selections(doubling(10))
    assert visits_per_selection[2] <= visits_per_selection[0]


@pytest.mark.parametrize(
    "text",
    ["{ " + "__typename " * 90_000 + "}", "#" * 1_000_000, "{" * 1_000_000],
    ids=["fields", "comment", "braces"],
)
def test_document_of_a_megabyte_is_not_parsed(text: str, django_assert_num_queries: Any) -> None:
    with mock.patch.object(executor, "parse", side_effect=AssertionError), django_assert_num_queries(0):
        for response in (post(text), get(query=text)):
            assert (response.status_code, code(response)) == (413, "LIMIT_EXCEEDED")


def test_parsing_stops_at_the_limit_of_tokens() -> None:
    response = post("{ " + "a " * (limits.MAX_TOKENS + 1) + "}")
    assert code(response) == "LIMIT_EXCEEDED"
    assert re.search("4,?000", response.json()["errors"][0]["message"])


def test_every_operation_of_a_document_is_checked() -> None:
    assert code(post("query A { __typename } query B " + COSTLY, operationName="A")) == "LIMIT_EXCEEDED"


def test_nested_introspection_is_refused() -> None:
    nested = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    assert code(post(nested)) == "GRAPHQL_VALIDATION_FAILED"


def test_documents_that_break_the_specifications_rules_are_refused() -> None:
    for document in (
        '{ a: event(slug: "x") { slug } a: event(slug: "y") { slug } }', "{ ...Nothing }", "{ events { nodes } }",
        "{ events(nothing: 1) { totalCount } }", "fragment A on Query { __typename } { __typename }",
        "query ($a: Int) { __typename }", "{ events(first: $b) { totalCount } }", "{ __typename @nothing }",
        "fragment A on Nothing { x } { ...A }",
    ):  # fmt: skip
        assert code(post(document)) == "GRAPHQL_VALIDATION_FAILED", document


def test_valid_document_runs_one_query(dossier: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert data(EXAMPLE_QUERY)["statement"]["speaker"]["name"] == "Kim You-geun"
    assert len(queries.captured_queries) == 1


EVENT = "2019-07-04-japan-export-curbs-take-effect"


def nested_links(depth: int) -> str:
    inner = "slug"
    for _ in range(depth):
        inner = f"citations {{ subject {{ ... on Event {{ {inner} }} }} }}"
    return f'{{ event(slug: "{EVENT}") {{ {inner} }} }}'


@pytest.mark.parametrize("depth", range(1, 8))
def test_nested_links_at_each_depth(dossier: None, django_assert_max_num_queries: Any, depth: int) -> None:
    if connection.vendor == "sqlite" and sqlite_version_info < (3, 46) and depth > 3:
        assert code(post(nested_links(depth))) == "LIMIT_EXCEEDED"
        return
    with django_assert_max_num_queries(1):
        event = data(nested_links(depth))["event"]
    for _ in range(depth):
        assert event["citations"]
        event = event["citations"][0]["subject"]
    assert event == {"slug": EVENT}
