"""The fast path answers as Django would, and passes all other requests on."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from archive.cache.triggers.public_version import RAISED
from archive.lru import LRUCache
from archive.middleware.fast_path import FastPath
from archive.models import Event
from archive.rest import fast_path
from tests.support.fast_path import EVENT, GOOD, OTHERS, QUERY, Call, Watched, call_application

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("encoding", ["", "br", "gzip, br"])
@pytest.mark.parametrize("call", GOOD, ids=str)
def test_the_fast_path_answers_as_django_does(cache_size: int, call: Call, encoding: str, scheme: str) -> None:
    fields = {"wsgi.url_scheme": scheme} | ({"HTTP_ACCEPT_ENCODING": encoding} if encoding else {})
    django = Watched()
    desk = FastPath(django)
    # A query is known once Django has answered it, and the fields around its answer once it was known.
    answers = [call_application(desk, call, **fields) for _ in range(2)]
    assert answers[0][0] == "200 OK"
    before = django.calls
    answers.append(call_application(desk, call, **fields))
    assert django.calls == before
    assert answers == [call_application(WSGIHandler(), call, **fields)] * 3


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON", " application/json ;"],
)
def test_a_media_type_may_have_parameters(cache_size: int, content_type: str) -> None:
    call, fields = ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}}), {"CONTENT_TYPE": content_type}
    django = Watched()
    application = FastPath(django)
    answers = [call_application(application, call, **fields) for _ in range(2)]
    before = django.calls
    answers.append(call_application(application, call, **fields))
    assert django.calls == before
    assert answers == [call_application(WSGIHandler(), call, **fields)] * 3


@pytest.mark.parametrize("call", OTHERS, ids=str)
def test_other_requests_are_passed_to_django(cache_size: int, call: Call) -> None:
    desk = FastPath(Watched())
    for good in GOOD:
        call_application(desk, good)
    expected = call_application(WSGIHandler(), call)
    assert [call_application(desk, call), call_application(desk, call)] == [expected] * 2


def test_responses_of_a_view_share_their_header_template(dossier: None) -> None:
    django = Watched()
    desk = FastPath(django)
    call_application(desk, ("/api/v1/events/?limit=5", None))
    following = quote(
        json.loads(call_application(desk, ("/api/v1/events/?limit=2&fields=slug,name,summary", None))[2])["next"][17:],
        "/?&=,%",
    )
    for text in (following, "/api/v1/events/?limit=4&order_by=-date", "/api/v1/events/?date=2019"):
        assert call_application(desk, (text, None)) == call_application(WSGIHandler(), (text, None))
    assert django.calls == 1


def test_a_repeated_url_is_parsed_once(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = fast_path._parse
    monkeypatch.setattr(fast_path, "_PARSED", LRUCache(10_000))
    monkeypatch.setattr(
        fast_path, "_parse", lambda path, query, site: read.append(query) or original(path, query, site)
    )
    desk = FastPath(Watched())
    for text in ("limit=2", "limit=3", "limit=2", "limit=none", "limit=none"):
        expected = call_application(WSGIHandler(), (f"/api/v1/events/?{text}", None))
        assert call_application(desk, (f"/api/v1/events/?{text}", None)) == expected
    assert read == ["limit=2", "limit=3", "limit=none", "limit=none"]


def test_requests_with_unknown_parameters_are_not_cached(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: LRUCache[Any] = LRUCache(10_000)
    monkeypatch.setattr(fast_path, "_PARSED", stored)
    desk = FastPath(Watched())
    for text in ("limit=2&a=1", "limit=2&a&b&c", "order_by=-date&limit=2"):
        call_application(desk, (f"/api/v1/events/?{text}", None))
    assert len(stored) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"HTTP_COOKIE": "seen=yes"},
        {"HTTP_AUTHORIZATION": "Token nonsense"},
        {"HTTP_IF_NONE_MATCH": '"x"'},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_ACCEPT": "text/html"},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "DELETE"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"SCRIPT_NAME": "/archive"},
    ],
    ids=str,
)
def test_only_public_reads_take_the_fast_path(cache_size: int, fields: dict[str, str]) -> None:
    django = Watched()
    desk = FastPath(django)
    query = GOOD[5]
    call_application(desk, query)
    seen = [call_application(desk, query, **fields)[0] for _ in range(2)]
    assert seen == [call_application(WSGIHandler(), query, **fields)[0]] * 2
    assert django.calls >= 2


@pytest.mark.parametrize("accept", ["text/csv", "image/png"])
def test_json_by_format_takes_the_fast_path_whatever_is_accepted(cache_size: int, accept: str) -> None:
    django = Watched()
    desk = FastPath(django)
    query = "/api/v1/events/?format=json", None
    expected = call_application(WSGIHandler(), query, HTTP_ACCEPT=accept)
    assert [call_application(desk, query, HTTP_ACCEPT=accept) for _ in range(3)] == [expected] * 3
    assert django.calls == 1


def test_a_persisted_document_takes_the_fast_path_once_it_is_registered(cache_size: int) -> None:
    django = Watched()
    desk = FastPath(django)
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256(QUERY.encode()).hexdigest()}}
    by_hash = "/graphql/", {"extensions": extensions, "variables": {"slug": EVENT}}
    registration = "/graphql/", {**by_hash[1], "query": QUERY}
    for _ in range(2):
        call_application(desk, registration)
    assert django.calls == 2
    call_application(desk, by_hash)
    before = django.calls
    assert call_application(desk, by_hash) == call_application(WSGIHandler(), registration)
    assert django.calls == before


def test_a_private_archive_needs_a_login(settings: Any, dossier: None) -> None:
    desk = FastPath(WSGIHandler())
    call_application(desk, GOOD[0])
    settings.ARCHIVE_PUBLIC = False
    assert call_application(FastPath(WSGIHandler()), GOOD[0])[0].startswith("401")
    assert call_application(desk, GOOD[0])[0].startswith("401")


def test_a_read_takes_one_statement_and_with_the_cache_one_for_the_version(cache_size: int) -> None:
    desk = FastPath(WSGIHandler())
    for query in GOOD:
        call_application(desk, query), call_application(desk, query)
    with CaptureQueriesContext(connection) as ran:
        call_application(desk, ("/api/v1/events/?limit=7", None))
    assert len(ran.captured_queries) == (2 if cache_size else 1)
    with CaptureQueriesContext(connection) as ran:
        call_application(desk, ("/api/v1/events/?limit=7", None))
    assert len(ran.captured_queries) == 1


def test_a_change_is_seen_at_once(cache_size: int) -> None:
    desk = FastPath(WSGIHandler())
    for call in (GOOD[5], GOOD[7]):
        assert b"Changed" not in call_application(desk, call)[2] + call_application(desk, call)[2]
    if connection.vendor == "postgresql":  # a write as a transaction of its own would make it
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{RAISED}', '', true)")
    Event.objects.filter(slug=EVENT).update(name="Changed")
    for call in (GOOD[5], GOOD[7]):
        assert b"Changed" in call_application(desk, call)[2]


@pytest.mark.parametrize("call", [GOOD[0], GOOD[7]], ids=["REST", "GraphQL"])
@pytest.mark.parametrize("error", [OperationalError("canceling statement due to statement timeout"), RuntimeError("!")])
def test_a_failing_query_runs_once_and_the_view_reports_it(
    dossier: None, monkeypatch: pytest.MonkeyPatch, call: Call, error: Exception
) -> None:
    desk = FastPath(WSGIHandler())
    assert [call_application(desk, call)[0] for _ in range(3)] == ["200 OK"] * 3
    failed = []

    def fail(*args: Any) -> Any:
        failed.append(args)
        raise error

    monkeypatch.setattr("archive.sql.query.CompiledQuery.run", fail)
    status, headers, body = call_application(desk, call)
    assert len(failed) == 1
    assert status[:3] == ("503" if isinstance(error, OperationalError) else "500")
    assert headers["X-Frame-Options"] == "DENY"
    assert b"Traceback" not in body


def test_a_header_cannot_inject_a_stored_error(dossier: None) -> None:
    assert call_application(FastPath(WSGIHandler()), GOOD[0], HTTP_ARCHIVE_FAILED="yes")[0] == "200 OK"


def test_fast_responses_are_counted_in_the_metrics(dossier: None, settings: Any) -> None:
    settings.METRICS = True
    desk = FastPath(lambda environ, start_response: pytest.fail("Django was called"))
    assert desk.metrics is not None
    counted = desk.metrics.metrics.responses_by_status_view_method.labels("200", "rest:events-list", "GET")
    usual = FastPath(WSGIHandler())
    call_application(usual, GOOD[0])
    desk.templates = usual.templates
    before = counted._value.get()
    call_application(desk, GOOD[0])
    assert counted._value.get() == before + 1
