"""Slow request bodies occupy no thread and time out; others arrive unchanged."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone

from archive.accounts import sessions
from archive.middleware import request_bodies
from archive.middleware.request_bodies import BufferedBodies, has_open_session
from archive.models import UserSession
from scripts.slow_clients import drill
from tests.support.servers import ROOT, free_port

LAST = {"type": "http.request", "body": b"", "more_body": False}


def chunk(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def scope(method: str = "POST", *headers: tuple[bytes, bytes], path: str = "/") -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"a=\xe9", "http_version": "1.1",
        "headers": headers, "client": ("192.0.2.1", 4711), "server": ("127.0.0.1", 8000), "scheme": "http",
    }  # fmt: skip


class Exchange:
    """One request to an application, and what it sent."""

    def __init__(self, application: Any, scope: dict[str, Any], *messages: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.waiting = list(messages)
        asyncio.run(BufferedBodies(application, 1, 0.05)(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        if not self.waiting:
            await asyncio.sleep(60)
        message = self.waiting.pop(0)
        if isinstance(message, float):
            await asyncio.sleep(message)
            return await self.receive()
        return dict(message)

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("header", [(b"content-length", b"6"), (b"transfer-encoding", b"chunked")])
def test_a_chunked_body_arrives_completely(header: tuple[bytes, bytes]) -> None:
    exchange = Exchange(echo, scope("POST", header), chunk(b"abc"), 0.01, chunk(b"def"), LAST)
    assert (exchange.status, exchange.body) == (200, b"abcdef")
    assert exchange.sent[0]["headers"] == [(b"x-length", b"6")]


def test_a_request_without_a_body_waits_for_nothing() -> None:
    assert Exchange(echo, scope("GET")).status == 200
    assert Exchange(echo, scope("POST", (b"content-length", b"0"))).status == 200


@pytest.mark.parametrize("messages", [(), (chunk(b"a"),), [chunk(b"a"), 0.03] * 5, (0.2, chunk(b"a" * 6), LAST)])
def test_a_body_that_is_late_is_answered_408_and_never_read(messages: Any) -> None:
    exchange = Exchange(None, scope("POST", (b"content-length", b"1000")), *messages)
    assert exchange.status == 408
    assert b"did not arrive" in exchange.body
    assert (b"connection", b"close") in exchange.sent[0]["headers"]


def test_a_long_body_has_time_as_long_as_it_keeps_coming() -> None:
    pieces = [chunk(b"a" * 2_000), 0.03] * 4
    exchange = Exchange(echo, scope("POST", (b"content-length", b"8000")), *pieces, LAST)
    assert (exchange.status, len(exchange.body)) == (200, 8_000)


@pytest.mark.parametrize("header", [(b"content-length", b"11"), (b"transfer-encoding", b"chunked")])
def test_a_body_that_is_too_large_is_answered_413(monkeypatch: pytest.MonkeyPatch, header: tuple[bytes, bytes]) -> None:
    monkeypatch.setattr(request_bodies, "MAX_BYTES", 10)
    assert Exchange(None, scope("POST", header), chunk(b"a" * 11), LAST).status == 413


SESSION = (b"cookie", b"csrftoken=a; sessionid=b")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [("/admin/archive/datasetimport/add/", [SESSION], 200), ("/admin/login/", [], 413), ("/", [SESSION], 413),
     ("/api/v1/events/", [SESSION], 413), ("/graphql/", [], 413)],
)  # fmt: skip
def test_large_bodies_are_read_for_users_of_the_admin_alone(
    monkeypatch: pytest.MonkeyPatch, path: str, headers: Any, status: int
) -> None:
    monkeypatch.setattr(request_bodies, "has_open_session", lambda environ: True)
    body = b"a" * 2_621_441
    for length in ((b"content-length", str(len(body)).encode()), (b"transfer-encoding", b"chunked")):
        assert Exchange(echo, scope("POST", length, *headers, path=path), chunk(body, more=False)).status == status


@pytest.mark.parametrize("header", [(b"content-length", b"2621441"), (b"transfer-encoding", b"chunked")])
def test_an_invented_cookie_lets_no_large_body_in(monkeypatch: pytest.MonkeyPatch, header: tuple[bytes, bytes]) -> None:
    cookies: list[str] = []
    monkeypatch.setattr(request_bodies, "has_open_session", lambda environ: cookies.append(environ["HTTP_COOKIE"]))
    pieces = [chunk(b"a" * 1_000_000)] * 3
    exchange = Exchange(None, scope("POST", header, SESSION, path="/admin/"), *pieces, LAST)
    assert exchange.status == 413
    assert b"at most 2621440 bytes" in exchange.body
    assert cookies == [SESSION[1].decode()]


@pytest.mark.django_db
def test_only_open_sessions_of_users_count(editor: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "close_old_connections", lambda: None)  # the test's own connection

    def is_open(key: str) -> bool:
        return has_open_session({"HTTP_COOKIE": f"csrftoken=a; sessionid={key}"})

    client.force_login(editor)
    key = client.cookies["sessionid"].value
    assert is_open(key)
    assert not has_open_session({"HTTP_COOKIE": f"xsessionid={key}"})
    assert not has_open_session({})
    for invented in ("", "b", "\x00", "é", "a" * 5_000):
        assert not is_open(invented)
    UserSession.objects.update(expire_date=timezone.now())
    assert not is_open(key)
    anonymous = Client().session
    anonymous["a"] = 1
    anonymous.save()
    assert not is_open(anonymous.session_key)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_database_is_down_no_session_counts(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "close_old_connections", lambda: None)
    monkeypatch.setattr(sessions, "open_sessions", Mock(side_effect=error))
    assert not has_open_session({"HTTP_COOKIE": "sessionid=b"})


@pytest.mark.parametrize("version", ["2", "2.0", "3"])
def test_a_body_without_a_length_is_read_over_http_2(version: str) -> None:
    request = scope("POST") | {"http_version": version}
    exchange = Exchange(echo, request, chunk(b"abc"), chunk(b"def"), LAST)
    assert (exchange.status, exchange.body) == (200, b"abcdef")
    assert exchange.sent[0]["headers"] == [(b"x-length", b"6")]
    exchange = Exchange(echo, scope("GET") | {"http_version": version}, LAST)
    assert (exchange.status, exchange.body, exchange.sent[0]["headers"]) == (200, b"", [(b"x-length", b"none")])


@pytest.mark.parametrize(
    ("path", "media_type", "read"),
    [("/api/v1/events/", b"application/problem+json", lambda body: (body["status"], body["detail"])),
     ("/graphql/", b"application/json",
      lambda body: (413, body["errors"][0]["message"]) if body["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}
      else None)],
)  # fmt: skip
def test_a_refused_body_is_a_problem_of_its_door(path: str, media_type: bytes, read: Any) -> None:
    exchange = Exchange(None, scope("POST", (b"content-length", b"9000000"), path=path))
    assert (b"content-type", media_type) in exchange.sent[0]["headers"]
    status, text = read(json.loads(exchange.body))
    assert (status, "at most 2621440 bytes" in text) == (413, True)


@pytest.mark.parametrize("messages", [({"type": "http.disconnect"},), (chunk(b"ab"), {"type": "http.disconnect"})])
def test_half_a_body_is_never_answered(messages: Any) -> None:
    assert Exchange(None, scope("POST", (b"content-length", b"6")), *messages).sent == []
    assert Exchange(None, scope("POST", (b"content-length", b"6")), chunk(b"ab"), LAST).sent == []


def test_the_environment_is_that_of_wsgi() -> None:
    seen: dict[str, Any] = {}

    def look(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    headers = ((b"host", b"archive.example"), (b"x-forwarded-for", b"a"), (b"x-forwarded-for", b"b"),
               (b"x_forwarded_for", b"c"), (b"content_length", b"7"), (b"cookie", b"a=1"), (b"cookie", b"b=2"),
               (b"content-type", b"text/plain"))  # fmt: skip
    assert Exchange(look, scope("GET", *headers, path="/김/")).status == 204
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/김/"
    assert (seen["QUERY_STRING"], seen["REMOTE_ADDR"], seen["CONTENT_TYPE"]) == ("a=\xe9", "192.0.2.1", "text/plain")
    assert "CONTENT_LENGTH" not in seen
    assert (seen["HTTP_HOST"], seen["HTTP_X_FORWARDED_FOR"], seen["HTTP_COOKIE"]) == (
        "archive.example", "a,b", "a=1;b=2",
    )  # fmt: skip


class Streamed:
    """A response in pieces, as Django has them."""

    streaming, closed = True, False

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            time.sleep(0.01)
            yield piece

    def close(self) -> None:
        self.closed = True


def test_a_streamed_response_is_sent_in_its_pieces_and_closed() -> None:
    response = Streamed(b"a", b"b")
    exchange = Exchange(lambda environ, start: start("200 OK", []) or response, scope("GET"), LAST)
    assert [message.get("body") for message in exchange.sent] == [None, b"a", b"b", b""]
    assert response.closed


def test_a_streamed_response_ends_where_the_client_is_gone() -> None:
    response = Streamed(*[b"a"] * 1_000)
    gone = {"type": "http.disconnect"}
    exchange = Exchange(lambda environ, start: start("200 OK", []) or response, scope("GET"), LAST, gone)
    assert len(exchange.sent) < 50
    assert response.closed


class Stuck(Exchange):
    """A client that takes the beginning of a response and one piece."""

    async def send(self, message: dict[str, Any]) -> None:
        if len(self.sent) >= 2:
            await asyncio.sleep(60)
        await super().send(message)


def test_a_streamed_response_ends_where_the_client_does_not_read() -> None:
    response = Streamed(*[b"a"] * 1_000)
    before = time.monotonic()
    exchange = Stuck(lambda environ, start: start("200 OK", []) or response, scope("GET"), LAST)
    assert [message.get("body") for message in exchange.sent] == [None, b"a"]
    assert response.closed
    assert time.monotonic() - before < 5


@contextmanager
def granian() -> Iterator[str]:
    """The address of a server of the slow application."""
    port = free_port()
    words = ["-m", "granian", "--interface", "asginl", "tests.support.slow_app:application", "--port", str(port)]
    process = subprocess.Popen([sys.executable, *words, "--log-level", "error"], cwd=ROOT)
    try:
        for _ in range(100):
            try:
                with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                    connection.request("GET", "/")
                    break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_slow_clients_of_a_server_hold_nobody_up() -> None:
    with granian() as url:
        assert drill(url, clients=100, seconds=0.8, within=2)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is the client of HTTP/2")
@pytest.mark.parametrize("body", [b"hello", b""])
def test_a_server_reads_a_body_without_a_length_over_http_2(body: bytes) -> None:
    with granian() as url:
        words = ["curl", "-sS", "--max-time", "10", "--http2-prior-knowledge", "-X", "POST", "-T", "-", f"{url}/"]
        assert subprocess.run(words, input=body, capture_output=True, check=True).stdout == body
        words = ["curl", "-sS", "--max-time", "10", "--http2-prior-knowledge", "-w", "%{http_code} %{http_version}"]
        answer = subprocess.run([*words, f"{url}/"], capture_output=True, check=True)
        assert answer.stdout == b"200 2"
