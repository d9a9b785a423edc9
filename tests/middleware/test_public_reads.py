"""Public reads skip most middleware and get the same response."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from archive.cache.responses import mark_cacheable
from archive.middleware.public_reads import is_cacheable_response

QUERY = "{ events(first: 2) { nodes { slug } } }"
READS = [
    "/api/v1/",
    "/api/v1/events/?limit=2",
    "/api/v1/events/?nonsense=1",
    "/api/v1/events/no-such-event/",
    "/api/v1/no-such-collection/",
    "/api/v1/openapi.json",
    "/graphql/?query={events(first:2){nodes{slug}}}",
    "/graphql/?query={nonsense}",
    "/graphql/",
    "/graphql/nothing/here/",
]


@pytest.fixture(autouse=True)
def cache_size(db: None, settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 0


def _parts(response: Any) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in response.headers.items() if name not in ("Set-Cookie", "Vary")}
    return response.status_code, headers, response.content


@pytest.mark.parametrize("path", READS)
def test_public_reads_answer_like_the_full_stack(path: str, dossier: Any) -> None:
    short, long = Client(), Client()
    long.cookies["sweet"] = "yes"
    assert _parts(short.get(path)) == _parts(long.get(path))


def test_posted_queries_answer_like_the_full_stack(dossier: Any) -> None:
    short, long = Client(), Client()
    long.cookies["sweet"] = "yes"
    params = {"path": "/graphql/", "data": {"query": QUERY}, "content_type": "application/json"}
    answer = short.post(**params)
    assert b'"nodes":[{"slug"' in answer.content
    assert _parts(answer) == _parts(long.post(**params))


def test_public_reads_run_no_query_for_a_session(dossier: Any, django_assert_num_queries: Any) -> None:
    Client().get("/api/v1/events/?limit=2")
    with django_assert_num_queries(1):
        Client().get("/api/v1/events/?limit=2")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writes_take_the_full_stack(method: str) -> None:
    assert getattr(Client(enforce_csrf_checks=True), method)("/api/v1/events/").status_code in (401, 403, 405)


def test_a_host_that_is_not_ours_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["archive.example"]
    assert Client().get("/api/v1/events/", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_private_archive_needs_a_login(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    assert Client().get("/api/v1/events/").status_code == 401


def test_an_invalid_token_of_a_read_is_401() -> None:
    assert Client().get("/api/v1/events/", headers={"authorization": "Token nonsense"}).status_code == 401


@pytest.mark.parametrize("path", ["/", "/api/v1/events/", "/graphql/?query={__typename}", "/api/v1/docs/"])
def test_every_answer_has_the_policy_that_the_settings_give(path: str) -> None:
    policy = Client().get(path).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_response_with_a_cookie_is_not_cached() -> None:
    response = mark_cacheable(HttpResponse())
    assert is_cacheable_response(response)
    response.set_cookie("language", "ko")
    assert not is_cacheable_response(response)
    assert not is_cacheable_response(HttpResponse())
