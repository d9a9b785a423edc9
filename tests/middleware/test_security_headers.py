"""Public reads get the same security headers as requests through all middleware."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

READS = [
    "/api/v1/",
    "/api/v1/events/?limit=2",
    "/api/v1/events/?limit=0",
    "/api/v1/events/2019-07-04-japan-export-curbs-take-effect/",
    "/api/v1/events/nothing/",
    "/api/v1/events.csv",
    "/api/v1/events/?format=jsonl",
    "/api/v1/schema/",
    "/api/v1/docs/",
    "/graphql/?query={events{totalCount}}",
    "/graphql/?query={nothing}",
    "/graphql/",
]


def headers(path: str, secure: bool, **more: Any) -> dict[str, str]:
    response = Client(raise_request_exception=False).get(path, secure=secure, headers=more)
    results = {"status": str(response.status_code), **dict(response.items())}
    if results.get("Content-Encoding") == "gzip":
        results.pop("Content-Length", None)  # Django pads what it compresses by chance, so that no length tells of it
    return results


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_security_headers_equal_those_of_the_full_stack(
    dossier: None, settings: Any, path: str, secure: bool, encoding: str
) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    query = {"accept-encoding": encoding} if encoding else {}
    # A cookie of somebody else's, which means nothing here, makes a request take the long way.
    assert headers(path, secure, **query) == headers(path, secure, cookie="seen=yes", **query)


def test_plain_http_is_redirected_before_the_view(dossier: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    fields = headers("/api/v1/events/", secure=False)
    assert (fields["status"], fields["Location"]) == ("301", "https://testserver/api/v1/events/")
    assert headers("/api/v1/events/", secure=True)["status"] == "200"


def test_a_host_that_is_not_ours_is_refused_the_same_way(dossier: None) -> None:
    fields = headers("/api/v1/events/", secure=False, host="elsewhere.example")
    assert fields == headers("/api/v1/events/", secure=False, host="elsewhere.example", cookie="seen=yes")
    assert fields["status"] == "400"


def test_a_500_has_the_security_headers(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.rest import requests

    def broken(*args: Any, **more: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(requests, "list_json", broken)
    fields = headers("/api/v1/events/", secure=True)
    assert fields["status"] == "500"
    assert fields == headers("/api/v1/events/", secure=True, cookie="seen=yes")
    assert fields["X-Frame-Options"] == "DENY"
