"""What goes over HTTP: methods, media types, statuses, tags, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import OperationalError
from django.test import Client

from archive.graphql import limits
from archive.models import Event
from tests.support.graphql_client import ADDRESS, RESPONSE, code, data, get, post

pytestmark = pytest.mark.django_db
NOTHING = "{ __typename }"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"), ("*/*", "application/json"), ("application/*", "application/json"),
        ("application/json", "application/json"), (RESPONSE, RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE), (f"application/json, {RESPONSE};q=0.1", "application/json"),
        ("application/json; charset=utf-8", "application/json"), ("application/json;charset=UTF-8", "application/json"),
        (f"{RESPONSE}; charset=utf-8", RESPONSE), ("text/html,application/json; charset=utf-8", "application/json"),
        ("*/*; charset=utf-8", "application/json"), ("application/json;q=0, */*", RESPONSE),
        (f"{RESPONSE};charset=utf-8, application/json;charset=utf-8;q=0.9", RESPONSE),
        (f"{RESPONSE}, application/graphql+json, application/json, multipart/mixed", RESPONSE),
        ("application/json;profile=x, image/png", "application/json"),
    ],
)  # fmt: skip
def test_response_has_the_accepted_media_type(accept: str, media: str) -> None:
    assert post(NOTHING, accept=accept)["Content-Type"] == f"{media}; charset=utf-8"


def test_unavailable_media_type_is_a_406() -> None:
    response = post(NOTHING, accept="text/csv")
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_INPUT"),
        ("query A { __typename } query B { __typename }", {}, "BAD_REQUEST"),
        ("query A { __typename }", {"operationName": "B"}, "BAD_REQUEST"),
        ("mutation { __typename }", {}, "BAD_REQUEST"),
        ("subscription { __typename }", {}, "BAD_REQUEST"),
    ],
)
def test_document_that_is_not_executed_is_a_400_or_in_application_json_a_200(
    query: str, parameters: Any, expected: str
) -> None:
    for accept, status in ((RESPONSE, 400), ("application/json", 200)):
        response = post(query, accept=accept, **parameters)
        assert (response.status_code, code(response)) == (status, expected)
        assert "data" not in response.json()


def test_error_of_a_field_is_in_the_response_with_the_data(dossier: None) -> None:
    response = post('{ official(slug: "nobody") { name } events(first: 1) { nodes { slug } } }', accept=RESPONSE)
    assert response.status_code == 200
    assert response.json()["data"] is not None
    assert code(response) == "NOT_FOUND"


def test_operation_name_selects_the_operation() -> None:
    two = "query A { a: __typename } query B { b: __typename }"
    assert post(two, operationName="B").json() == {"data": {"b": "Query"}}
    assert post(two, operationName="A").json() == {"data": {"a": "Query"}}


def test_a_name_that_selects_no_operation_is_answered_with_the_names() -> None:
    two = "query First { a: __typename } query Second { b: __typename }"
    [error] = post(two).json()["errors"]
    assert "expected one of First, Second" in error["message"]
    [error] = post(two, operationName="Secnod").json()["errors"]
    assert error["message"] == "operationName: got 'Secnod', expected one of First, Second. Did you mean 'Second'?"


@pytest.mark.parametrize("literal", ["2019", "true", "[2019]", "{year: 2019}", "JULY"])
def test_a_literal_that_is_no_date_is_located(literal: str) -> None:
    [error] = post(f"{{ events(first: 1, date: {literal}) {{ totalCount }} }}").json()["errors"]
    assert error["locations"] == [{"line": 1, "column": 26}]
    assert literal in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"[1]", b'"text"', b"null", b"7", b'{"query": 7}', b'{"query": ""}', b'{"query": "  "}',
        b"\xff",
        b'{"query": "{a}", "variables": [1]}', b'{"query": "{a}", "variables": "x"}', b"[" * 90_000,
        b'{"query": "{a}", "operationName": 1}', b'{"query": "{a}", "extensions": 1}', b'{"query": "\\ud800"}',
        b'{"query": "{a}", "extensions": {"persistedQuery": 1}}',
        b'{"query": "{a}", "extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}}',
    ],
    ids=range(18),
)  # fmt: skip
def test_invalid_payload_is_a_400_with_a_message(body: bytes) -> None:
    response = Client().generic("POST", ADDRESS, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"]
    assert code(response) in ("BAD_REQUEST", "BATCHING_NOT_SUPPORTED")


def test_batch_is_refused_with_a_remedy() -> None:
    response = Client().post(ADDRESS, [{"query": NOTHING}, {"query": NOTHING}], content_type="application/json")
    assert (response.status_code, code(response)) == (400, "BATCHING_NOT_SUPPORTED")
    assert "several fields" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_content_types_that_html_forms_can_send_are_refused(kind: str) -> None:
    response = Client().generic("POST", ADDRESS, json.dumps({"query": NOTHING}), content_type=kind)
    assert (response.status_code, code(response)) == (415, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_a_405_with_allow_header(method: str) -> None:
    response = Client().generic(method, ADDRESS)
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in response["Allow"]


@pytest.mark.parametrize("size", [limits.MAX_BYTES + 1, 10_000_000])
def test_large_payload_is_a_413_without_queries(size: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = post(NOTHING + " " * size)
    assert (response.status_code, code(response)) == (413, "LIMIT_EXCEEDED")


def test_get_accepts_the_same_parameters(dossier: None) -> None:
    query = "query A($first: Int) { events(first: $first) { nodes { slug } } } query B { __typename }"
    response = get(query=query, operationName="A", variables='{"first": 2}')
    assert len(response.json()["data"]["events"]["nodes"]) == 2


@pytest.mark.parametrize("wrong", [{"variables": "{"}, {"variables": "[]"}, {"extensions": "7"}])
def test_get_parameters_that_are_not_objects_are_refused(wrong: dict[str, str]) -> None:
    assert code(get(query=NOTHING, **wrong)) == "BAD_REQUEST"


def test_get_without_a_document_is_refused() -> None:
    assert get().status_code == 400


def test_get_has_an_etag_and_returns_304_if_it_matches(dossier: None) -> None:
    query = "{ events(first: 1) { nodes { slug } } }"
    response = get(query=query)
    assert response["Cache-Control"] == "public, no-cache"
    for header in (f'"other", W/{response["ETag"]}', "*"):
        again = get(query=query, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
        assert "Accept" in again["Vary"]
        assert "Content-Type" not in again


def test_etag_changes_with_content_and_media_type(dossier: None) -> None:
    query = "{ events(first: 1) { nodes { name } } }"
    tag = get(query=query)["ETag"]
    assert get(query=query, headers={"Accept": RESPONSE})["ETag"] != tag
    Event.objects.update(name="Another name")
    assert get(query=query)["ETag"] != tag


def test_errors_and_posts_are_not_stored_by_caches() -> None:
    for response in (post(NOTHING), get(query="{"), get(), get(query=NOTHING, variables="[")):
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response


def test_responses_to_an_editor_are_private(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    assert get(client, query=NOTHING)["Cache-Control"] == "private, no-cache"


def test_responses_of_a_private_archive_are_private(settings: Any, editor: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    response = get(query=NOTHING)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    client = Client()
    client.force_login(editor)
    assert get(client, query=NOTHING)["Cache-Control"] == "private, no-cache"


DRAFT = '{ event(slug: "2019-07-04-japan-export-curbs-take-effect") { status } }'


@pytest.mark.parametrize(("site", "sees"), [(None, True), ("same-origin", True), ("none", True), ("cross-site", False),
                                            ("same-site", False)])  # fmt: skip
def test_session_is_ignored_for_cross_site_requests(dossier: None, editor: Any, site: str | None, sees: bool) -> None:
    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    client = Client()
    client.force_login(editor)
    response = get(client, headers={"Sec-Fetch-Site": site} if site else {}, query=DRAFT).json()
    assert (response["data"]["event"] is not None) == sees


def test_session_is_used_for_allowed_origins(dossier: None, editor: Any, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    client = Client()
    client.force_login(editor)
    for origin, sees in (("https://app.example", True), ("https://other.example", False), ("null", False)):
        response = get(client, headers={"Sec-Fetch-Site": "same-site", "Origin": origin}, query=DRAFT)
        assert (response.json()["data"]["event"] is not None) == sees
        assert response.get("Access-Control-Allow-Origin") == (origin if sees else None)
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_token_of_an_editor_shows_drafts_and_an_invalid_one_is_a_401(dossier: None, editor: Any) -> None:
    from knox.models import AuthToken

    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    token = AuthToken.objects.create(editor)[1]
    assert get(query=DRAFT, headers={"Authorization": f"Token {token}"}).json()["data"]["event"] == {"status": "DRAFT"}
    for bad in ("junk", token[:-1] + "x"):
        response = get(query=DRAFT, headers={"Authorization": f"Token {bad}"})
        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
        assert response["WWW-Authenticate"] == "Token"


def test_null_character_in_any_value_is_handled(dossier: None) -> None:
    nul = "a\x00b"
    for query in (
        "query ($v: String!) { official(slug: $v) { name } }",
        "query ($v: String) { events(q: $v) { nodes { slug } } }",
        "query ($v: String!) { search(q: $v) { __typename } }",
        "query ($v: String) { events(after: $v) { nodes { slug } } }",
        "query ($v: [String!]) { events(topic: $v) { nodes { slug } } }",
    ):  # fmt: skip
        assert code(post(query, variables={"v": nul})) in ("BAD_INPUT", "BAD_CURSOR")
    assert data("query ($v: ID!) { node(id: $v) { id } }", v=nul) == {"node": None}


def test_unexpected_exception_is_a_500_in_graphql_format(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from archive.graphql import executor

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(executor.PreparedOperation, "execute", broken)
    response = post("{ events { totalCount } }", Client(raise_request_exception=False))
    assert (response.status_code, code(response)) == (500, "INTERNAL")
    assert b"secret" not in response.content
    assert "the secret of the house" in caplog.text


def test_database_outage_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.graphql import executor

    def gone(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(executor.PreparedOperation, "execute", gone)
    response = post("{ events { totalCount } }")
    assert (response.status_code, code(response), response["Retry-After"]) == (503, "UNAVAILABLE", "5")


def test_no_documents_are_listed_by_default_in_these_tests() -> None:
    assert configured.PERSISTED_DOCUMENTS is None
