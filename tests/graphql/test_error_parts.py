"""Errors of GraphQL name the argument or variable, what it got and what it expected, as documents spell them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.support.graphql_client import post

pytestmark = pytest.mark.django_db


def answer(document: str, **variables: Any) -> Any:
    """The JSON of the response."""
    return post(document, variables=variables).json()


def problems(document: str, code: str = "BAD_INPUT", **variables: Any) -> list[dict[str, str]]:
    """The problems of the only error of a document."""
    [error] = answer(document, **variables)["errors"]
    assert error["extensions"]["code"] == code
    listed: list[dict[str, str]] = error["extensions"]["errors"]
    return listed


@pytest.mark.parametrize(
    ("declared", "argument", "variables", "problem"),
    [
        ("EDTF", "date: $v", {"v": 1945}, {"field": "$v", "got": "1945", "expected": "a value of the type EDTF"}),
        ("EDTF!", "date: $v", {}, {"field": "$v", "got": "none", "expected": "a value of the type EDTF!"}),
        ("Int", "first: $v", {"v": "ten"}, {"field": "$v", "got": '"ten"', "expected": "a value of the type Int"}),
        ("[String!]", "topic: $v", {"v": ["gsomia", None]},
         {"field": "$v", "got": '["gsomia", null]', "expected": "a value of the type [String!]"}),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_named(
    dossier: None, declared: str, argument: str, variables: dict[str, Any], problem: dict[str, str]
) -> None:
    document = f"query($v: {declared}) {{ events({argument}) {{ totalCount }} }}"
    assert problems(document, **variables) == [problem]


def test_a_wrong_value_of_an_enum_in_a_variable_is_refused_with_its_values(dossier: None) -> None:
    document = "query($v: MeasureOrderBy) { measures(orderBy: $v) { totalCount } }"
    [problem] = problems(document, v="NAME_AS")
    assert (problem["field"], problem["got"], problem["suggestion"]) == ("$v", '"NAME_AS"', "NAME_ASC")
    assert "NAME_ASC, NAME_DESC" in problem["expected"]


def test_fields_without_a_past_are_named(dossier: None) -> None:
    [problem] = problems('{ topic(slug: "gsomia", asOf: "2099-01-01") { version } }')
    assert problem["field"] == "asOf"


def test_counts_by_nothing_list_the_dimensions_as_the_enum_does(dossier: None) -> None:
    [problem] = problems("{ statementCounts(by: []) { total } }")
    assert problem["expected"].startswith("1 to 2 of CLASSIFICATION, ")
    [problem] = problems("{ eventCounts(by: [YEAR, DECADE]) { total } }")
    assert (problem["got"], problem["expected"]) == ("YEAR, DECADE", "at most one period")


def test_a_cursor_of_another_order_names_the_order_as_the_client_does(dossier: None) -> None:
    page = answer("{ measures(first: 1, orderBy: DATE_DESC) { pageInfo { endCursor } } }")["data"]["measures"]
    cursor = page["pageInfo"]["endCursor"]
    [problem] = problems(f'{{ measures(orderBy: NAME_ASC, after: "{cursor}") {{ totalCount }} }}', "BAD_CURSOR")
    assert "(measures by NAME_ASC)" in problem["expected"]
    response = Client().get("/api/v1/measures/", {"order_by": "-name", "cursor": cursor}).json()
    assert "(measures by -name)" in response["errors"][0]["expected"]


def test_an_error_of_a_nested_argument_is_listed_for_ten_rows(dossier: None) -> None:
    content = answer('{ bodies(first: 50) { nodes { statements(date: "2019-99") { totalCount } } } }')
    assert len(content["errors"]) == 10
    assert [node["statements"] for node in content["data"]["bodies"]["nodes"]] == [None] * 50


def test_descriptions_spell_arguments_as_graphql_does() -> None:
    fields = answer("{ __schema { queryType { fields { args { description } } } } }")["data"]["__schema"]["queryType"]
    texts = [argument["description"] or "" for field in fields["fields"] for argument in field["args"]]
    assert any("certain: true" in text for text in texts)
    assert not [text for text in texts if "certain=" in text]


def test_the_endpoint_without_its_slash_sends_the_request_on() -> None:
    client = Client(enforce_csrf_checks=True)
    posted = client.post("/graphql", {"query": "{ __typename }"}, content_type="application/json", follow=True)
    assert posted.json() == {"data": {"__typename": "Query"}}
    response = client.get("/graphql?query={__typename}")
    assert (response.status_code, response["Location"]) == (308, "/graphql/?query=%7B__typename%7D")


def test_options_and_blank_variables_are_taken() -> None:
    response = Client().options("/graphql/")
    assert (response.status_code, response.content) == (204, b"")
    assert {"GET", "POST"} <= {*response["Allow"].split(", ")}
    blank = Client().get("/graphql/", {"query": "{ __typename }", "variables": " ", "extensions": ""})
    assert blank.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("document", "meant"),
    [
        ("{ officials { slug } }", "nodes { slug }"),
        ("{ measures { inForce { text } } }", "nodes { inForce }"),
        ("{ topics { results { slug } } }", "nodes"),
        ("{ bodies(orderBy: NAME) { totalCount } }", "NAME_ASC"),
        ('{ statements(orderBy: "-date") { totalCount } }', "DATE_DESC"),
        ("{ sources(orderBy: UPDATED_AT) { totalCount } }", "UPDATED_AT_ASC"),
    ],
)
def test_first_queries_get_a_hint(document: str, meant: str) -> None:
    [error, *_] = answer(document)["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"].endswith(f"Did you mean '{meant}'?")


@pytest.mark.parametrize("arguments", ["", "(first: 90)"])
def test_a_query_that_costs_too_much_says_what_fits(dossier: None, arguments: str) -> None:
    nodes = "nodes { statements(first: 100) { nodes { slug topics { name } } } }"
    document = "{ topics { totalCount } events%s { totalCount " + nodes + " } }"
    [error] = answer(document % arguments)["errors"]
    fitting = re.search(r"'events' costs \d+ .* it fits with 'first: (\d+)'", error["message"])
    assert fitting is not None
    assert "50 rows" in error["message"]
    assert [problem["expected"] for problem in error["extensions"]["errors"]] == ["at most 20000"]
    assert "errors" not in answer(document % f"(first: {fitting[1]})")
    assert "errors" in answer(document % f"(first: {int(fitting[1]) + 1})")
