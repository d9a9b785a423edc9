"""Requests that the fast path passes to Django, and the bounds of its caches."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.cache.responses import code_version
from archive.middleware import fast_path
from archive.middleware.fast_path import FastPath
from tests.support.fast_path import GOOD, Call, call_application

pytestmark = pytest.mark.django_db


def test_header_templates_are_bounded_by_total_length(dossier: None) -> None:
    desk = FastPath(WSGIHandler())
    for number in range(12):
        fields = {"HTTP_ACCEPT": f"*/*, text/{number}{'x' * 60_000}", "HTTP_ACCEPT_ENCODING": f"br, x{number}"}
        assert call_application(desk, GOOD[1], **fields)[0] == "200 OK"
    assert 0 < len(desk.templates) < 10
    assert desk.templates.weight <= desk.templates.max_weight


def test_fast_path_and_middleware_share_one_response_cache(dossier: None, settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    desk = FastPath(WSGIHandler())
    assert desk.store is not None
    call_application(desk, GOOD[1], HTTP_COOKIE="seen=yes")
    assert len(desk.store) == 1
    with CaptureQueriesContext(connection) as ran:
        call_application(desk, GOOD[1])
    assert len(ran.captured_queries) == 1


@pytest.mark.parametrize("length", ["000000000300000051", "0" * 5_000, "-1", "\u0661", "1000000"])
def test_a_body_with_an_invalid_content_length_is_left_to_django(cache_size: int, length: str) -> None:
    class Unread(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("read")

    desk = FastPath(lambda environ, start_response: start_response("413", []) or [b""])
    fields: Any = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    assert call_application(desk, GOOD[7], **fields)[0] == "413"


def test_a_body_that_ends_early_is_left_to_django(cache_size: int) -> None:
    class Broken(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise OSError("gone")

    fields: Any = {"wsgi.input": Broken()}
    expected = call_application(WSGIHandler(), GOOD[7], **fields)
    assert call_application(FastPath(WSGIHandler()), GOOD[7], **fields)[0] == expected[0]


@pytest.mark.parametrize("fields", [{"HTTP_ACCEPT": ""}, {"HTTP_HOST": ""}, {"HTTP_ACCEPT": "text/css"}], ids=str)
@pytest.mark.parametrize("call", [GOOD[0], GOOD[7]], ids=["REST", "GraphQL"])
def test_an_empty_header_differs_from_a_missing_one(cache_size: int, call: Call, fields: dict[str, str]) -> None:
    desk = FastPath(WSGIHandler())
    for _ in range(3):
        assert call_application(desk, call)[0] == "200 OK"
    expected = call_application(WSGIHandler(), call, **fields)
    assert expected[0][:1] == "4"
    assert call_application(desk, call, **fields) == expected


def test_a_request_without_host_is_left_to_django(cache_size: int) -> None:
    desk = FastPath(WSGIHandler())
    for number in (1, 2, 3):
        query = f"/api/v1/events/?limit={number}&fields=slug", None
        environ: Any = {"HTTP_HOST": None}
        assert b"http://testserver/api" in call_application(desk, query, **environ)[2]


def test_a_body_that_gzip_cannot_shorten_sets_no_template(cache_size: int) -> None:
    desk = FastPath(WSGIHandler())
    fields = {"HTTP_ACCEPT_ENCODING": "gzip, deflate"}
    dense = "_" + b64encode(Random(1).randbytes(357), altchars=b"__").decode()
    for end in ("", "a", "b"):
        answer = call_application(desk, ("/graphql/", {"query": f"{{ {dense}{end}: __typename }}"}), **fields)
        assert len(answer[2]) >= 490
    query = "/graphql/", {"query": "{ events(first: 50) { nodes { slug name } } }"}
    for _ in range(3):
        assert call_application(desk, query, **fields)[1]["Content-Encoding"] == "gzip"


def test_clients_with_gzip_only_cost_no_extra_statement(cache_size: int) -> None:
    desk = FastPath(WSGIHandler())
    for number in (1, 40, 41):
        with CaptureQueriesContext(connection) as ran:
            call_application(desk, (f"/api/v1/events/?limit={number}", None), HTTP_ACCEPT_ENCODING="gzip, deflate")
        assert len(ran.captured_queries) == (2 if cache_size else 1)


def test_without_the_public_version_requests_are_left_to_django(
    dossier: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    desk = FastPath(WSGIHandler())
    call_application(desk, GOOD[0]), call_application(desk, GOOD[1])
    monkeypatch.setattr("archive.cache.responses._version", lambda: "")
    monkeypatch.setattr(fast_path, "_parse", lambda *args: pytest.fail("call"))
    assert call_application(desk, ("/api/v1/events/?limit=9", None))[0] == "200 OK"


def test_changed_settings_change_the_code_version(settings: Any) -> None:
    code_version.cache_clear()
    before = code_version()
    settings.PERSISTED_DOCUMENTS = {}
    assert code_version() == before  # made once per process
    code_version.cache_clear()
    assert code_version() != before
    code_version.cache_clear()
