"""A private archive needs a login or a token for every page and API, with each API's error format."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from knox.models import AuthToken

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
PAGES = [
    "/",
    f"/events/{EVENT}/",
    "/events/no-such-event/",
    "/search/?q=kim",
    "/speech-acts/",
    "/about/api/",
    "/nothing",
]
REST = ["/api/v1/", f"/api/v1/events/{EVENT}/", "/api/v1/search/?q=kim", "/api/v1/openapi.json", "/api/v1/nothing/"]
GRAPHQL = ["/graphql/", "/graphql/?query={__typename}", "/graphql"]
BACKEND = "archive.accounts.backend.PermissionBackend"


@pytest.fixture(autouse=True)
def private(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False


def _with_token(user: Any, path: str) -> Any:
    return Client().get(path, headers={"authorization": f"Token {AuthToken.objects.create(user)[1]}"})


@pytest.mark.parametrize("path", PAGES)
def test_pages_redirect_anonymous_users_to_the_login_and_back(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={quote(path)}")


@pytest.mark.parametrize("path", REST)
def test_rest_answers_401_problem_json(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == "Token"
    assert response.json()["detail"] == "Log in, or send a token: 'Authorization: Token <token>'."


@pytest.mark.parametrize("path", GRAPHQL)
def test_graphql_answers_401_with_an_error_code(client: Client, path: str) -> None:
    for response in (client.get(path), client.post(path, {"query": "{__typename}"}, content_type="application/json")):
        assert response.status_code == 401
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert "Authorization: Token <token>" in error["message"]


def test_oai_answers_401_until_a_token_is_sent(client: Client, contributor: Any) -> None:
    response = client.get("/oai?verb=Identify")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")
    assert _with_token(contributor, "/oai?verb=Identify").status_code == 200


@pytest.mark.parametrize(("path", "expected"), [("/livez", "alive"), ("/readyz", "ready")])
def test_monitoring_needs_no_login(client: Client, path: str, expected: str) -> None:
    assert client.get(path).json() == {"status": expected}


def test_the_login_is_open_and_leads_back(client: Client, contributor: Any) -> None:
    form = client.get("/admin/login/?next=/about/api/")
    assert form.status_code == 200
    typed = {"username": contributor.get_username(), "password": "a-test-password", "next": "/about/api/"}
    assert client.post("/admin/login/?next=/about/api/", typed)["Location"] == "/about/api/"
    assert client.get("/about/api/").status_code == 200


def test_the_admin_has_its_own_login(client: Client) -> None:
    assert client.get("/admin/archive/event/")["Location"].startswith("/admin/login/?next=")


@pytest.mark.parametrize("path", ["/api/v1/events/?limit=1", "/graphql/?query={__typename}", "/speech-acts/"])
def test_a_token_opens_every_door(contributor: Any, path: str) -> None:
    assert _with_token(contributor, path).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/events/?limit=1", "/graphql/?query={__typename}", "/speech-acts/"])
def test_a_session_opens_every_door(client: Client, contributor: Any, path: str) -> None:
    client.force_login(contributor, backend=BACKEND)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "", "two words", "ü"])
def test_an_invalid_token_is_401(client: Client, token: str) -> None:
    headers = {"authorization": f"Token {token}"}
    assert client.get("/api/v1/events/", headers=headers).status_code == 401
    assert client.get("/graphql/?query={__typename}", headers=headers).status_code == 401
    assert client.get("/speech-acts/", headers=headers).status_code == 302


def test_a_token_can_be_had_for_a_password(client: Client, contributor: Any) -> None:
    basic = b64encode(f"{contributor.get_username()}:a-test-password".encode()).decode()
    response = client.post(
        "/api/v1/token/", content_type="application/json", headers={"authorization": f"Basic {basic}"}
    )
    assert response.status_code == 200
    token = response.json()["token"]
    assert client.get("/api/v1/", headers={"authorization": f"Token {token}"}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/token/", "/api/v1/token/revoke/"])
def test_the_token_endpoints_authenticate_themselves(client: Client, path: str) -> None:
    guess = b64encode(b"nobody:a-guess").decode()
    for headers in ({}, {"authorization": f"Basic {guess}"}):
        response = client.post(path, content_type="application/json", headers=headers)
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
