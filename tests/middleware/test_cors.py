"""CORS: any origin reads public data; listed origins send credentials."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from knox.models import AuthToken

from archive.middleware.fast_path import FastPath
from archive.rest import requests
from config import env
from tests.support.fast_path import EVENT, GOOD, Watched, call_application

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LISTED = "https://app.example"
#: What may stand in Origin of those that are not listed.
OTHERS = [
    "https://other.example", "null", "", "*", "https://app.example.evil.example", "http://app.example",
    "https://app.example:8443", "https://app.example/", "HTTPS://APP.EXAMPLE", "https://" + "a" * 8_000, "https://[",
    "\xe9", "https://app.example, https://other.example",
]  # fmt: skip
EXPOSED = {"ETag", "Link", "Location", "Retry-After"}
READS = [
    "/api/v1/", "/api/v1/events/?limit=1", f"/api/v1/events/{EVENT}/", "/api/v1/events/?format=atom",
    "/api/v1/openapi.json", "/graphql/?query={__typename}", "/graphql/?query={__schema{queryType{name}}}",
    "/api/v1/events/?format=ics", "/api/v1/timeline/?from=2019&to=2020", "/oai?verb=Identify", "/oai/record.xsd",
    "/timeline.svg?from=2019&to=2020", "/ko/timeline.svg?from=2019&to=2020", "/sitemap.xml", "/sitemap-events.xml",
    "/robots.txt", "/oembed?url=http://testserver/timeline/",
]  # fmt: skip
ERRORS = [
    ("/api/v1/events/?limit=0", {}, 400), ("/api/v1/events/nothing/", {}, 404), ("/api/v1/nothing/", {}, 404),
    ("/api/v1/events/", {"accept": "image/png"}, 406), ("/graphql/?query={a}", {"accept": "image/png"}, 406),
    ("/oembed?url=x", {}, 404), ("/timeline.svg?from=x", {}, 400),
    ("/graphql/?query=", {}, 400), ("/api/v1/events/", {"host": "elsewhere.example"}, 400), ("/api/v1/events", {}, 404),
]  # fmt: skip


def names(value: str) -> set[str]:
    return {name.strip() for name in value.split(",")} - {""}


def preflight(path: str, method: str, origin: str = "https://other.example", call: str = "content-type") -> Any:
    fields = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": call}
    return Client().options(path, headers=fields)


def is_for_all(response: Any) -> bool:
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert names(response["Access-Control-Expose-Headers"]) == EXPOSED
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    return "origin" not in response.get("Vary", "").lower()


@pytest.mark.parametrize("path", READS)
def test_any_origin_may_read_public_data(module_dossier: None, path: str) -> None:
    client = Client()
    for headers in ({}, {"Origin": OTHERS[0]}):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200
        assert is_for_all(answer)
    if "ETag" in answer:
        again = client.get(path, headers={"Origin": "null", "If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        assert is_for_all(again)


@pytest.mark.parametrize("origin", OTHERS, ids=lambda origin: origin[:20])
def test_whatever_an_origin_is_it_is_not_repeated(module_dossier: None, settings: Any, origin: str) -> None:
    assert is_for_all(Client().get("/api/v1/events/?limit=1", headers={"Origin": origin}))
    settings.CORS_ALLOWED_ORIGINS = [LISTED]
    answer = Client().get("/api/v1/events/?limit=1", headers={"Origin": origin})
    assert not is_for_all(answer)  # by a cache it must not be given to a listed origin


@pytest.mark.parametrize(("path", "headers", "status"), ERRORS)
def test_errors_are_read_too(module_dossier: None, path: str, headers: dict[str, str], status: int) -> None:
    answer = Client().get(path, headers={"Origin": OTHERS[0], **headers})
    assert answer.status_code == status
    assert is_for_all(answer)


def test_a_defect_is_read_too(module_dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **more: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(requests, "list_json", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/events/", headers={"Origin": OTHERS[0]})
    assert answer.status_code == 500
    assert is_for_all(answer)


@pytest.mark.parametrize(("path", "method"), [
    ("/api/v1/events/", "GET"), ("/api/v1/events/nothing/", "HEAD"), ("/graphql/", "POST"), ("/graphql/", "GET"),
])  # fmt: skip
@pytest.mark.parametrize("call", ["content-type", "", "x-odd, authorization", "é,,\t;", "x" * 8_000])
def test_a_read_is_granted_before_it_is_sent(path: str, method: str, call: str) -> None:
    answer = preflight(path, method, call=call)
    assert (answer.status_code, answer.content) == (200, b"")
    assert is_for_all(answer)
    assert method in names(answer["Access-Control-Allow-Methods"])
    granted = names(answer["Access-Control-Allow-Headers"])
    assert {"accept", "content-type", "if-none-match"} <= granted
    assert not {"authorization", "x-odd", "*", "if-match"} & granted
    assert int(answer["Access-Control-Max-Age"]) >= 3_600


@pytest.mark.parametrize(("path", "method"), [
    ("/api/v1/events/", "POST"), ("/api/v1/events/", "DELETE"), ("/api/v1/token/", "POST"), ("/graphql/", "PUT"),
    ("/timeline.svg", "POST"), ("/oai", "PUT"), ("/oai/other", "GET"), ("/timeline/", "GET"),
    ("/api/v1/events/", "x" * 500), ("/api/v1/events/", ""), ("/", "GET"), ("/admin/login/", "POST"),
])  # fmt: skip
@pytest.mark.parametrize("listed", [False, True])
def test_no_write_and_no_page_is_granted(settings: Any, path: str, method: str, listed: bool) -> None:
    settings.CORS_ALLOWED_ORIGINS = [LISTED] if listed else []
    answer = preflight(path, method)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_pages_are_their_own_origins_alone(module_dossier: None) -> None:
    for path in ("/", f"/events/{EVENT}/", "/admin/login/", "/livez"):
        answer = Client().get(path, headers={"Origin": OTHERS[0]})
        assert "Access-Control-Allow-Origin" not in answer
        assert answer.get("Cross-Origin-Resource-Policy") != "cross-origin"


def test_responses_to_sessions_and_tokens_are_private(module_dossier: None, editor: Any) -> None:
    client, token = Client(), AuthToken.objects.create(editor)[1]
    client.force_login(editor)
    for path in ("/api/v1/events/?limit=1", "/graphql/?query={__typename}"):
        for asker, headers in ((client, {}), (Client(), {"Authorization": f"Token {token}"})):
            answer = asker.get(path, headers={"Origin": OTHERS[0], **headers})
            assert answer.status_code == 200
            assert "Access-Control-Allow-Origin" not in answer
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("public", [True, False])
def test_a_listed_origin_sends_credentials_and_writes(
    module_dossier: None, editor: Any, settings: Any, public: bool
) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.ARCHIVE_PUBLIC = [LISTED], public
    granted = preflight("/api/v1/topics/", "POST", LISTED, "authorization,content-type")
    assert {"authorization", "content-type", "if-match", "if-none-match"} <= names(
        granted["Access-Control-Allow-Headers"]
    )
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= names(granted["Access-Control-Allow-Methods"])
    headers = {"Origin": LISTED, "Authorization": f"Token {AuthToken.objects.create(editor)[1]}"}
    topic = {"slug": "a", "name": "A"}
    response = Client().post("/api/v1/topics/", topic, content_type="application/json", headers=headers)
    assert response.status_code == 201
    refused = Client().get("/api/v1/topics/", headers={**headers, "Authorization": "Token nonsense"})
    assert refused.status_code == 401
    for answer in (granted, response, refused):
        assert answer["Access-Control-Allow-Origin"] == LISTED
        assert answer["Access-Control-Allow-Credentials"] == "true"
        assert "origin" in names(answer["Vary"].lower())
    assert names(response["Access-Control-Expose-Headers"]) == EXPOSED


def test_a_private_archive_is_read_by_no_other_origin(module_dossier: None, settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    for path in READS:
        for answer in (Client().get(path, headers={"Origin": OTHERS[0]}), preflight(path, "GET")):
            assert "Access-Control-Allow-Origin" not in answer
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("cache_size", [0, 1_000_000], ids=["computed", "cached"])
@pytest.mark.parametrize("listed", [[], [LISTED]], ids=["none listed", "one listed"])
@pytest.mark.parametrize("call", [GOOD[1], GOOD[5], GOOD[7]], ids=["list", "record", "GraphQL"])
def test_no_origin_costs_a_read_its_fast_path(
    module_dossier: None, settings: Any, cache_size: int, listed: list[str], call: Any
) -> None:
    settings.CORS_ALLOWED_ORIGINS, settings.ANSWER_CACHE_BYTES = listed, cache_size
    django = Watched()
    desk = FastPath(django)
    for _ in range(2):
        call_application(desk, call, HTTP_ORIGIN=OTHERS[0])
    before = django.calls
    for origin in (None, LISTED, *OTHERS):
        expected = call_application(WSGIHandler(), call, HTTP_ORIGIN=origin)
        assert call_application(desk, call, HTTP_ORIGIN=origin) == expected
        wanted = origin if origin in listed else "*"
        fields = {name.lower(): value for name, value in expected[1].items()}
        assert fields["access-control-allow-origin"] == wanted
        assert ("origin" in fields["vary"]) == bool(listed)
    assert django.calls == before
    if cache_size:
        assert desk.store is not None
        assert len(desk.store) == 1


@pytest.mark.parametrize("value", [
    "app.example", "*", "null", "https://app.example/path", "ftp://app.example", "https://*.example", "https://",
    "https://app.example https://b.example", "https://user@app.example", "https://app.example:x",
])  # fmt: skip
def test_an_invalid_origin_in_the_settings_is_refused_at_startup(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CORS_ALLOWED_ORIGINS", value)
    with pytest.raises(ImproperlyConfigured, match=r"CORS_ALLOWED_ORIGINS: got '.*', expected origins such as"):
        env.origins("CORS_ALLOWED_ORIGINS")


def test_origins_are_read_as_browsers_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ALLOWED_ORIGINS", "https://App.Example/, http://localhost:5173,http://[::1]:3000")
    assert env.origins("CORS_ALLOWED_ORIGINS") == ["https://app.example", "http://localhost:5173", "http://[::1]:3000"]
