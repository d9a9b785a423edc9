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
def test_the_answer_has_the_media_type_that_is_asked_for(accept: str, media: str) -> None:
    assert post(NOTHING, accept=accept)["Content-Type"] == f"{media}; charset=utf-8"


def test_a_media_type_that_is_not_there_is_refused() -> None:
    response = post(NOTHING, accept="text/csv")
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "more", "expected"),
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
def test_a_document_that_is_not_run_is_a_400_or_in_plain_json_a_200(query: str, more: Any, expected: str) -> None:
    for accept, status in ((RESPONSE, 400), ("application/json", 200)):
        response = post(query, accept=accept, **more)
        assert (response.status_code, code(response)) == (status, expected)
        assert "data" not in response.json()


def test_an_error_of_a_field_comes_beside_the_data(dossier: None) -> None:
    response = post('{ official(slug: "nobody") { name } events(first: 1) { nodes { slug } } }', accept=RESPONSE)
    assert response.status_code == 200
    assert response.json()["data"] is not None
    assert code(response) == "NOT_FOUND"


def test_several_operations_are_told_apart_by_name() -> None:
    two = "query A { a: __typename } query B { b: __typename }"
    assert post(two, operationName="B").json() == {"data": {"b": "Query"}}
    assert post(two, operationName="A").json() == {"data": {"a": "Query"}}


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
def test_a_body_that_is_no_request_is_a_400_with_a_remedy(body: bytes) -> None:
    response = Client().generic("POST", ADDRESS, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"]
    assert code(response) in ("BAD_REQUEST", "BATCHING_NOT_SUPPORTED")


def test_a_batch_is_refused_and_says_what_to_do() -> None:
    response = Client().post(ADDRESS, [{"query": NOTHING}, {"query": NOTHING}], content_type="application/json")
    assert (response.status_code, code(response)) == (400, "BATCHING_NOT_SUPPORTED")
    assert "several fields" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_of_another_site_can_send_is_refused(kind: str) -> None:
    response = Client().generic("POST", ADDRESS, json.dumps({"query": NOTHING}), content_type=kind)
    assert (response.status_code, code(response)) == (415, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_a_405_that_names_those_allowed(method: str) -> None:
    response = Client().generic(method, ADDRESS)
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in response["Allow"]


@pytest.mark.parametrize("size", [limits.MAX_BYTES + 1, 10_000_000])
def test_a_large_body_is_a_413_before_it_is_read(size: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = post(NOTHING + " " * size)
    assert (response.status_code, code(response)) == (413, "LIMIT_EXCEEDED")


def test_a_get_takes_the_same_parameters(dossier: None) -> None:
    query = "query A($first: Int) { events(first: $first) { nodes { slug } } } query B { __typename }"
    response = get(query=query, operationName="A", variables='{"first": 2}')
    assert len(response.json()["data"]["events"]["nodes"]) == 2


@pytest.mark.parametrize("wrong", [{"variables": "{"}, {"variables": "[]"}, {"extensions": "7"}])
def test_parameters_of_a_get_that_are_no_objects_are_refused(wrong: dict[str, str]) -> None:
    assert code(get(query=NOTHING, **wrong)) == "BAD_REQUEST"


def test_a_get_without_a_document_is_refused() -> None:
    assert get().status_code == 400


def test_a_get_is_tagged_and_a_known_answer_is_not_sent_again(dossier: None) -> None:
    query = "{ events(first: 1) { nodes { slug } } }"
    response = get(query=query)
    assert response["Cache-Control"] == "public, no-cache"
    again = get(query=query, headers={"If-None-Match": f'"other", W/{response["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
    assert "Accept" in again["Vary"]


def test_the_tag_changes_with_the_answer_and_its_media_type(dossier: None) -> None:
    query = "{ events(first: 1) { nodes { name } } }"
    tag = get(query=query)["ETag"]
    assert get(query=query, headers={"Accept": RESPONSE})["ETag"] != tag
    Event.objects.update(name="Another name")
    assert get(query=query)["ETag"] != tag


def test_errors_and_posts_are_not_kept_by_caches() -> None:
    for response in (post(NOTHING), get(query="{"), get(), get(query=NOTHING, variables="[")):
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response


def test_an_editors_answers_are_kept_by_nobody_else(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    assert get(client, query=NOTHING)["Cache-Control"] == "private, no-cache"


def test_a_private_archive_lets_no_shared_cache_keep_an_answer(settings: Any, editor: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    response = get(query=NOTHING)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    client = Client()
    client.force_login(editor)
    assert get(client, query=NOTHING)["Cache-Control"] == "private, no-cache"


DRAFT = '{ event(slug: "2019-07-04-japan-export-curbs-take-effect") { status } }'


@pytest.mark.parametrize(("site", "sees"), [(None, True), ("same-origin", True), ("none", True), ("cross-site", False),
                                            ("same-site", False)])  # fmt: skip
def test_a_session_counts_only_for_requests_of_the_archives_own_pages(
    dossier: None, editor: Any, site: str | None, sees: bool
) -> None:
    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    client = Client()
    client.force_login(editor)
    found = get(client, headers={"Sec-Fetch-Site": site} if site else {}, query=DRAFT).json()
    assert (found["data"]["event"] is not None) == sees


def test_a_session_counts_for_a_listed_origin(dossier: None, editor: Any, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    client = Client()
    client.force_login(editor)
    for origin, sees in (("https://app.example", True), ("https://other.example", False), ("null", False)):
        answer = get(client, headers={"Sec-Fetch-Site": "same-site", "Origin": origin}, query=DRAFT)
        assert (answer.json()["data"]["event"] is not None) == sees
        assert answer.get("Access-Control-Allow-Origin") == (origin if sees else None)
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_token_shows_drafts_and_a_bad_one_is_a_401(dossier: None, editor: Any) -> None:
    from knox.models import AuthToken

    Event.objects.filter(slug="2019-07-04-japan-export-curbs-take-effect").update(status="draft")
    token = AuthToken.objects.create(editor)[1]
    assert get(query=DRAFT, headers={"Authorization": f"Token {token}"}).json()["data"]["event"] == {"status": "DRAFT"}
    for bad in ("junk", token[:-1] + "x"):
        response = get(query=DRAFT, headers={"Authorization": f"Token {bad}"})
        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
        assert response["WWW-Authenticate"] == "Token"


def test_a_null_character_in_any_value_is_an_answer_or_a_clear_error(dossier: None) -> None:
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


def test_no_stack_trace_reaches_a_client(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from archive.graphql import executor, schema

    def broken(*given: Any, **more: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(schema, "search", broken)
    monkeypatch.setattr(executor.PreparedOperation, "execute", lambda *_, **__: None)
    response = post('{ search(q: "japan") { __typename } }')
    assert code(response) == "INTERNAL"
    assert b"secret" not in response.content
    assert "the secret of the house" in caplog.text


def test_a_defect_of_ours_is_a_500_in_the_doors_own_form(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from archive.graphql import executor

    def broken(*given: Any, **more: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(executor.PreparedOperation, "execute", broken)
    response = post("{ events { totalCount } }", Client(raise_request_exception=False))
    assert (response.status_code, code(response)) == (500, "INTERNAL")
    assert b"secret" not in response.content
    assert "the secret of the house" in caplog.text


def test_a_database_that_does_not_answer_is_a_503(monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.graphql import executor

    def gone(*given: Any, **more: Any) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr(executor.PreparedOperation, "execute", gone)
    response = post("{ events { totalCount } }")
    assert (response.status_code, code(response), response["Retry-After"]) == (503, "UNAVAILABLE", "5")


def test_the_settings_are_those_that_the_tests_mean() -> None:
    assert configured.PERSISTED_DOCUMENTS is None
