"""Persisted documents: registered by clients, or listed in PERSISTED_DOCUMENTS."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from archive.graphql import request
from archive.graphql.request import GraphQLRequest, document_hash, register
from archive.lru import LRUCache
from config import env
from tests.support.graphql_client import RESPONSE, code, get, post

pytestmark = pytest.mark.django_db
QUERY = "query Typename { __typename }"
HASH = sha256(QUERY.encode()).hexdigest()


def extensions(digest: str = HASH) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


@pytest.fixture(autouse=True)
def none_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "_REGISTERED", LRUCache(60))


def test_client_registers_a_document_and_sends_its_hash() -> None:
    parameter = json.dumps(extensions())
    unknown = get(extensions=parameter)
    assert unknown.status_code == 200
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert post(QUERY, extensions=extensions()).json() == {"data": {"__typename": "Query"}}
    response = get(extensions=parameter)
    assert response.json() == {"data": {"__typename": "Query"}}
    assert response["ETag"]
    assert post(extensions=extensions()).json() == {"data": {"__typename": "Query"}}


def test_a_hash_in_capitals_is_the_same() -> None:
    assert post(QUERY, extensions=extensions(HASH.upper())).json() == {"data": {"__typename": "Query"}}
    assert post(extensions=extensions(HASH.upper())).json() == {"data": {"__typename": "Query"}}
    assert post(extensions=extensions()).json() == {"data": {"__typename": "Query"}}


def test_unknown_hash_is_a_400_in_the_response_media_type() -> None:
    assert post(extensions=extensions(), accept=RESPONSE).status_code == 400


def test_hash_of_another_document_is_refused_and_not_registered() -> None:
    other = sha256(b"{ other }").hexdigest()
    assert code(post(QUERY, extensions=extensions(other))) == "BAD_REQUEST"
    assert code(post(extensions=extensions(other))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("query", ["{", "{ nothing }"])
def test_invalid_document_is_not_registered(query: str) -> None:
    digest = document_hash(query)
    post(query, extensions=extensions(digest))
    assert code(post(extensions=extensions(digest))) == "PERSISTED_QUERY_NOT_FOUND"


def test_registered_documents_are_bounded() -> None:
    queries = [f"query A{number} {{ __typename }}" for number in range(3)]
    for query in queries:
        post(query, extensions=extensions(document_hash(query)))
    codes = [code(post(extensions=extensions(document_hash(query)))) if number == 0 else "" for number, query in
            enumerate(queries)]  # fmt: skip
    assert codes[0] == "PERSISTED_QUERY_NOT_FOUND"
    long = "{ __typename } #" + "x" * 20_000
    register(GraphQLRequest(long, {}, None, document_hash(long)))
    assert code(post(extensions=extensions(document_hash(long)))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.fixture
def listed(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typename.graphql").write_text(QUERY)
    monkeypatch.setenv("PERSISTED_DOCUMENTS", str(tmp_path))
    settings.PERSISTED_DOCUMENTS = env.documents("PERSISTED_DOCUMENTS")


@pytest.mark.usefixtures("listed")
def test_listed_document_is_executed_by_name_hash_and_text() -> None:
    for parameters in (
        {"documentId": "typename"},
        {"documentId": HASH},
        {"extensions": extensions()},
        {"query": QUERY},
    ):
        assert post(**parameters).json() == {"data": {"__typename": "Query"}}
    assert get(documentId="typename").json() == {"data": {"__typename": "Query"}}


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "parameters",
    [{"query": "{ __typename }"}, {"documentId": "other"}, {"query": "{ __typename }", "documentId": "typename"}],
)
def test_unlisted_document_is_refused(parameters: dict[str, str]) -> None:
    response = post(**parameters)
    assert (response.status_code, code(response)) == (403, "DOCUMENT_NOT_LISTED")


@pytest.mark.usefixtures("listed")
def test_clients_can_not_register_documents_if_documents_are_listed() -> None:
    query = "{ __typename }"
    post(query, extensions=extensions(document_hash(query)))
    assert code(post(extensions=extensions(document_hash(query)))) == "DOCUMENT_NOT_LISTED"


def test_list_may_be_a_json_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list.json").write_text(json.dumps({"a": QUERY}))
    monkeypatch.setenv("PERSISTED_DOCUMENTS", str(tmp_path / "list.json"))
    assert env.documents("PERSISTED_DOCUMENTS") == {"a": QUERY}


def test_empty_list_refuses_every_document(settings: Any) -> None:
    settings.PERSISTED_DOCUMENTS = {}
    assert code(post(QUERY)) == "DOCUMENT_NOT_LISTED"


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 1}'])
def test_invalid_list_is_a_configuration_error(text: str, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "list.json").write_text(text)
    monkeypatch.setenv("PERSISTED_DOCUMENTS", str(tmp_path / "list.json"))
    with pytest.raises(ImproperlyConfigured, match="PERSISTED_DOCUMENTS: got "):
        env.documents("PERSISTED_DOCUMENTS")


def test_missing_list_is_a_configuration_error(monkeypatch: Any) -> None:
    monkeypatch.setenv("PERSISTED_DOCUMENTS", "/no/such/place")
    with pytest.raises(ImproperlyConfigured, match="'/no/such/place', expected a directory"):
        env.documents("PERSISTED_DOCUMENTS")
