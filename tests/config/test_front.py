"""What the front desk answers is what Django would have answered, and it lets through all that it should."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from archive.models import Event
from config import front
from config.front import Front
from config.release import release

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
QUERY = "query Q($slug: String!) { event(slug: $slug) { name date { text } statements(first: 3) { nodes { slug } } } }"
#: Path with query, and what is posted.
Asked = tuple[str, Any]
GOOD: list[Asked] = [
    ("/api/v1/events/", None),
    ("/api/v1/events/?limit=1", None),
    ("/api/v1/events/?limit=2&count=true&order_by=-date&fields=slug,name&q=export", None),
    ("/api/v1/events/?date=2019-07&topic=export-controls&topic=", None),
    ("/api/v1/statements/?limit=3&fields=slug,speaker&speaker=kim-you-geun", None),
    (f"/api/v1/events/{EVENT}/", None),
    (f"/api/v1/events/{EVENT}/?fields=slug&include=citations", None),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}}),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}, "operationName": "Q"}),
    ("/graphql/", {"query": "{ events(first: 20) { nodes { slug name summary } } }", "variables": None}),
]
OTHERS: list[Asked] = [
    ("/graphql/", {"query": QUERY, "variables": {"slug": "nothing"}, "operationName": "Q"}),
    ("/", None),
    ("/api/v1/", None),
    ("/api/v1/events/?limit=0", None),
    ("/api/v1/events/?limit=1&limit=2", None),
    ("/api/v1/events/?nonsense=1", None),
    ("/api/v1/events/?topic=exports", None),
    ("/api/v1/events/?cursor=nonsense", None),
    ("/api/v1/events/?date=never", None),
    ("/api/v1/events/?format=csv", None),
    ("/api/v1/events/?q=%ff", None),
    ("/api/v1/events/nothing/", None),
    (f"/api/v1/events/{EVENT}/history/", None),
    (f"/api/v1/events/{EVENT}/?limit=1", None),
    (f"/api/v1/events/{EVENT}/?fields=nmae", None),
    ("/api/v1/events", None),
    ("/api/v1/events//", None),
    ("/api/v1/events/\n", None),
    (f"/api/v1/events/{EVENT}//", None),
    ("//api/v1/events/", None),
    ("/api/v1/nothing/", None),
    ("/api/v1/events/no\x00thing/", None),
    ("/api/v1/events/?=1", None),
    ("/api/v1/officials/%EC%9C%A0/", None),
    ("/graphql/", {"query": "{ nothing }"}),
    ("/graphql/", {"query": QUERY}),
    ("/graphql/", {"query": QUERY, "variables": {"slug": EVENT}, "other": 1}),
    ("/graphql/", {"query": QUERY, "variables": 3}),
    ("/graphql/", {"query": "{ __schema { queryType { name } } }"}),
    ("/graphql/", [1]),
]


class Watched:
    """Django, and how often it was asked."""

    def __init__(self) -> None:
        self.django, self.asked = WSGIHandler(), 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.asked += 1
        return self.django(environ, start_response)


def ask(application: Callable[..., Any], asked: Asked, **fields: str) -> tuple[str, dict[str, str], bytes]:
    path, _, query = asked[0].partition("?")
    body = b"" if asked[1] is None else json.dumps(asked[1]).encode()
    environ = {
        "REQUEST_METHOD": "GET" if asked[1] is None else "POST", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body), "CONTENT_TYPE": "application/json" if body else "",
        "CONTENT_LENGTH": str(len(body)) if body else "", **fields,
    }  # fmt: skip
    environ = {name: value for name, value in environ.items() if value is not None}
    told: list[Any] = []
    sent = b"".join(application(environ, lambda status, headers: told.append((status, headers))))
    [(status, headers)] = told
    assert len({name for name, _ in headers}) == len(headers)
    return status, dict(headers), sent


@pytest.fixture(params=[0, 1_000_000], ids=["made", "kept"])
def kept(request: Any, settings: Any, dossier: None) -> int:
    settings.ANSWER_CACHE_BYTES = request.param
    settings.SECURE_HSTS_SECONDS = 60
    return int(request.param)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("encoding", ["", "br", "gzip, br"])
@pytest.mark.parametrize("asked", GOOD, ids=str)
def test_it_answers_as_django_does(kept: int, asked: Asked, encoding: str, scheme: str) -> None:
    fields = {"wsgi.url_scheme": scheme} | ({"HTTP_ACCEPT_ENCODING": encoding} if encoding else {})
    django = Watched()
    desk = Front(django)
    # A query is known once Django has answered it, and the fields around its answer once it was known.
    answers = [ask(desk, asked, **fields) for _ in range(2)]
    assert answers[0][0] == "200 OK"
    before = django.asked
    answers.append(ask(desk, asked, **fields))
    assert django.asked == before
    assert answers == [ask(WSGIHandler(), asked, **fields)] * 3


@pytest.mark.parametrize("asked", OTHERS, ids=str)
def test_all_else_is_answered_by_django(kept: int, asked: Asked) -> None:
    desk = Front(Watched())
    for good in GOOD:
        ask(desk, good)
    expected = ask(WSGIHandler(), asked)
    assert [ask(desk, asked), ask(desk, asked)] == [expected] * 2


def test_answers_of_a_kind_share_their_fields_whatever_is_asked(dossier: None) -> None:
    django = Watched()
    desk = Front(django)
    ask(desk, ("/api/v1/events/?limit=5", None))
    following = quote(
        json.loads(ask(desk, ("/api/v1/events/?limit=2&fields=slug,name,summary", None))[2])["next"][17:], "/?&=,%"
    )
    for asked in (following, "/api/v1/events/?limit=4&order_by=-date", "/api/v1/events/?date=2019"):
        assert ask(desk, (asked, None)) == ask(WSGIHandler(), (asked, None))
    assert django.asked == 1


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
def test_what_is_not_the_publics_plain_read_is_djangos(kept: int, fields: dict[str, str]) -> None:
    django = Watched()
    desk = Front(django)
    asked = GOOD[5]
    ask(desk, asked)
    seen = [ask(desk, asked, **fields)[0] for _ in range(2)]
    assert seen == [ask(WSGIHandler(), asked, **fields)[0]] * 2
    assert django.asked >= 2


def test_a_private_archive_asks_who_is_there(settings: Any, dossier: None) -> None:
    desk = Front(WSGIHandler())
    ask(desk, GOOD[0])
    settings.ARCHIVE_PUBLIC = False
    assert ask(Front(WSGIHandler()), GOOD[0])[0].startswith("401")
    assert ask(desk, GOOD[0])[0].startswith("401")


def test_it_runs_one_statement_and_with_kept_answers_the_version_before_it(kept: int) -> None:
    desk = Front(WSGIHandler())
    for asked in GOOD:
        ask(desk, asked), ask(desk, asked)
    with CaptureQueriesContext(connection) as ran:
        ask(desk, ("/api/v1/events/?limit=7", None))
    assert len(ran.captured_queries) == (2 if kept else 1)
    with CaptureQueriesContext(connection) as ran:
        ask(desk, ("/api/v1/events/?limit=7", None))
    assert len(ran.captured_queries) == 1


def test_a_change_is_seen_at_once(kept: int) -> None:
    desk = Front(WSGIHandler())
    for asked in (GOOD[5], GOOD[7]):
        assert b"Changed" not in ask(desk, asked)[2] + ask(desk, asked)[2]
    Event.objects.filter(slug=EVENT).update(name="Changed")
    for asked in (GOOD[5], GOOD[7]):
        assert b"Changed" in ask(desk, asked)[2]


@pytest.mark.parametrize("asked", [GOOD[0], GOOD[7]], ids=["REST", "GraphQL"])
@pytest.mark.parametrize("error", [OperationalError("canceling statement due to statement timeout"), RuntimeError("!")])
def test_what_fails_is_asked_once_and_told_by_the_door(
    dossier: None, monkeypatch: pytest.MonkeyPatch, asked: Asked, error: Exception
) -> None:
    desk = Front(WSGIHandler())
    assert [ask(desk, asked)[0] for _ in range(3)] == ["200 OK"] * 3
    failed = []

    def fail(*given: Any) -> Any:
        failed.append(given)
        raise error

    monkeypatch.setattr("archive.projection.statement.Statement.run", fail)
    status, headers, body = ask(desk, asked)
    assert len(failed) == 1
    assert status[:3] == ("503" if isinstance(error, OperationalError) else "500")
    assert headers["X-Frame-Options"] == "DENY"
    assert b"Traceback" not in body


def test_the_public_can_not_pretend_a_failure(dossier: None) -> None:
    assert ask(Front(WSGIHandler()), GOOD[0], HTTP_ARCHIVE_FAILED="yes")[0] == "200 OK"


def test_what_it_answers_is_measured(dossier: None, settings: Any) -> None:
    settings.METRICS = True
    desk = Front(lambda environ, start_response: pytest.fail("Django was asked"))
    assert desk.measures is not None
    counted = desk.measures.metrics.responses_by_status_view_method.labels("200", "rest:events-list", "GET")
    usual = Front(WSGIHandler())
    ask(usual, GOOD[0])
    desk.frames = usual.frames
    before = counted._value.get()
    ask(desk, GOOD[0])
    assert counted._value.get() == before + 1


def test_what_decides_the_fields_is_bounded_by_its_length(dossier: None) -> None:
    desk = Front(WSGIHandler())
    for number in range(12):
        fields = {"HTTP_ACCEPT": f"*/*, text/{number}{'x' * 60_000}", "HTTP_ACCEPT_ENCODING": f"br, x{number}"}
        assert ask(desk, GOOD[1], **fields)[0] == "200 OK"
    assert 0 < len(desk.frames) < 10
    assert desk.frames.weight <= desk.frames.most


def test_kept_answers_are_in_one_store_whichever_way_they_came(dossier: None, settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    desk = Front(WSGIHandler())
    assert desk.answers is not None
    ask(desk, GOOD[1], HTTP_COOKIE="seen=yes")
    assert len(desk.answers) == 1
    with CaptureQueriesContext(connection) as ran:
        ask(desk, GOOD[1])
    assert len(ran.captured_queries) == 1


@pytest.mark.parametrize("length", ["000000000300000051", "0" * 5_000, "-1", "\u0661", "1000000"])
def test_a_body_whose_length_is_not_plain_is_not_read_here(kept: int, length: str) -> None:
    class Unread(BytesIO):
        def read(self, *given: Any) -> bytes:
            raise AssertionError("read")

    desk = Front(lambda environ, start_response: start_response("413", []) or [b""])
    fields: Any = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    assert ask(desk, GOOD[7], **fields)[0] == "413"


def test_whose_body_ends_early_is_told_by_django(kept: int) -> None:
    class Broken(BytesIO):
        def read(self, *given: Any) -> bytes:
            raise OSError("gone")

    fields: Any = {"wsgi.input": Broken()}
    expected = ask(WSGIHandler(), GOOD[7], **fields)
    assert ask(Front(WSGIHandler()), GOOD[7], **fields)[0] == expected[0]


@pytest.mark.parametrize("fields", [{"HTTP_ACCEPT": ""}, {"HTTP_HOST": ""}, {"HTTP_ACCEPT": "text/css"}], ids=str)
@pytest.mark.parametrize("asked", [GOOD[0], GOOD[7]], ids=["REST", "GraphQL"])
def test_a_field_that_is_empty_is_not_one_that_is_missing(kept: int, asked: Asked, fields: dict[str, str]) -> None:
    desk = Front(WSGIHandler())
    for _ in range(3):
        assert ask(desk, asked)[0] == "200 OK"
    expected = ask(WSGIHandler(), asked, **fields)
    assert expected[0][:1] == "4"
    assert ask(desk, asked, **fields) == expected


def test_a_request_that_names_no_host_is_djangos(kept: int) -> None:
    desk = Front(WSGIHandler())
    for number in (1, 2, 3):
        asked = f"/api/v1/events/?limit={number}&fields=slug", None
        environ: Any = {"HTTP_HOST": None}
        assert b"http://testserver/api" in ask(desk, asked, **environ)[2]


def test_what_gzip_can_not_shorten_does_not_decide_for_others(kept: int) -> None:
    desk = Front(WSGIHandler())
    fields = {"HTTP_ACCEPT_ENCODING": "gzip, deflate"}
    dense = "_" + b64encode(Random(1).randbytes(357), altchars=b"__").decode()
    for end in ("", "a", "b"):
        answer = ask(desk, ("/graphql/", {"query": f"{{ {dense}{end}: __typename }}"}), **fields)
        assert len(answer[2]) >= 490
    asked = "/graphql/", {"query": "{ events(first: 50) { nodes { slug name } } }"}
    for _ in range(3):
        assert ask(desk, asked, **fields)[1]["Content-Encoding"] == "gzip"


def test_who_takes_gzip_alone_costs_no_statement_more(kept: int) -> None:
    desk = Front(WSGIHandler())
    for number in (1, 40, 41):
        with CaptureQueriesContext(connection) as ran:
            ask(desk, (f"/api/v1/events/?limit={number}", None), HTTP_ACCEPT_ENCODING="gzip, deflate")
        assert len(ran.captured_queries) == (2 if kept else 1)


def test_where_the_version_can_not_be_read_the_question_is_not_asked_here(
    dossier: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000
    desk = Front(WSGIHandler())
    ask(desk, GOOD[0]), ask(desk, GOOD[1])
    monkeypatch.setattr("config.questions._version", lambda: "")
    monkeypatch.setattr(front, "_question", lambda *given: pytest.fail("asked"))
    assert ask(desk, ("/api/v1/events/?limit=9", None))[0] == "200 OK"


def test_other_settings_are_another_release(settings: Any) -> None:
    release.cache_clear()
    before = release()
    settings.PERSISTED_DOCUMENTS = {}
    assert release() == before  # made once per process
    release.cache_clear()
    assert release() != before
    release.cache_clear()
