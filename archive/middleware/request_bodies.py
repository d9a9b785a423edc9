"""ASGI application that reads a request's whole body on the event loop, and then runs a WSGI application in a thread.

A body that trickles in holds no thread: it waits on the event loop, where thousands can wait, until it is complete or
its deadline has passed. A WSGI server reads the body in the thread that answers, and cannot be interrupted there.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from threading import Event
from time import monotonic
from typing import IO, Any

from django.conf import settings
from django.db import Error, close_old_connections
from django.http import parse_cookie

from archive.media_types import PROBLEM_MEDIA_TYPE, problem_body

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Above this a body waits on the disk: as large as GraphQL's largest.
MEMORY_BYTES = 100_000
#: No dataset that is uploaded is larger. Other bodies have Django's limit, ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
MAX_BYTES = 200_000_000
#: What a body must bring on average once its first seconds are over.
MIN_BYTES_PER_SECOND = 16_384
#: Where files are uploaded.
_UPLOADS = "/admin/"
#: Answered by a thread of its own, so that it tells of the process also while all others work.
_LIVENESS = "/livez"


class BufferedBodies:
    """An ASGI application around a WSGI one, served by a pool of ``threads`` threads.

    ``timeout``: seconds that a body may take, longer at ``MIN_BYTES_PER_SECOND`` or faster; and that a client may take
    to accept a piece of a streamed response.
    """

    def __init__(self, application: Callable[..., Any], threads: int, timeout: float) -> None:
        self.application, self.timeout = application, timeout
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="archive")
        self.liveness = ThreadPoolExecutor(1, thread_name_prefix="liveness")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"got {scope['type']}, expected http")
        environ = _environ(scope)
        with SpooledTemporaryFile(max_size=MEMORY_BYTES) as body:
            if refusal := await self._read(environ, receive, body):
                if isinstance(refusal, tuple):
                    await _refuse(send, environ["PATH_INFO"], *refusal)
                return
            environ["wsgi.input"] = body
            threads = self.liveness if environ["PATH_INFO"] == _LIVENESS else self.threads
            loop = asyncio.get_running_loop()
            stream = _Stream(loop, receive, send, self.timeout)
            for message in await loop.run_in_executor(threads, self._answer, environ, stream):
                await send(message)

    async def _read(self, environ: dict[str, Any], receive: Receive, body: IO[bytes]) -> tuple[int, str] | bool:
        """Copy the body. The status and text of a refusal; True where the client is gone; False where all is there."""
        length, limit = environ.get("CONTENT_LENGTH", ""), _small_body()
        if length == "0" or (not length and not _may_have_undeclared_body(environ)):
            return False
        if length.isdigit() and int(length) > limit:
            limit = await self._limit_of_user(environ)
            if int(length) > limit:
                return _too_large(limit)
        began, received, more = monotonic(), 0, True
        while more:
            left = self.timeout + received / MIN_BYTES_PER_SECOND - (monotonic() - began)
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.001))
            except TimeoutError:
                return 408, f"The body did not arrive within {self.timeout:g} seconds. Send it again, faster."
            if message["type"] != "http.request":
                return True
            received += len(message.get("body", b""))
            if received > limit:
                limit = await self._limit_of_user(environ)
                if received > limit:
                    return _too_large(limit)
            body.write(message.get("body", b""))
            more = message.get("more_body", False)
        if length.isdigit() and received < int(length):
            return True
        if length or received:
            environ["CONTENT_LENGTH"] = str(received)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        body.seek(0)
        return False

    async def _limit_of_user(self, environ: dict[str, Any]) -> int:
        """The largest body of this request: no cookie that somebody invented lets large ones be stored."""
        limit = largest_body(environ)
        if limit > _small_body():
            loop = asyncio.get_running_loop()
            if not await loop.run_in_executor(self.threads, has_open_session, environ):
                return _small_body()
        return limit

    def _answer(self, environ: dict[str, Any], stream: _Stream) -> Iterable[dict[str, Any]]:
        """The messages of the response that are not sent yet: none of one that is streamed."""
        start: dict[str, Any] = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            start["status"] = int(status.partition(" ")[0])
            start["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

        response = self.application(environ, start_response)
        try:
            if getattr(response, "streaming", False):
                stream.put(start, response)
                return ()
            return start, {"type": "http.response.body", "body": b"".join(response)}
        finally:
            if hasattr(response, "close"):
                response.close()


class _Stream:
    """A response that is sent in pieces by the thread that makes them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send, timeout: float) -> None:
        self.loop, self.receive, self.send, self.timeout = loop, receive, send, timeout

    def put(self, start: dict[str, Any], pieces: Iterable[bytes]) -> None:
        """Send all pieces, each once the one before it is taken.

        Stops where the client is gone, and where it takes no piece within ``timeout`` seconds: the response then has no
        end, so that the client notices.
        """
        gone = Event()
        watch = asyncio.run_coroutine_threadsafe(self._watch(gone), self.loop)
        try:
            self._send(start)
            for piece in pieces:
                if gone.is_set():
                    return
                self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return
        finally:
            watch.cancel()

    def _send(self, message: dict[str, Any]) -> None:
        async def sent() -> None:  # a server may return another awaitable than a coroutine
            await self.send(message)

        future = asyncio.run_coroutine_threadsafe(sent(), self.loop)
        try:
            future.result(self.timeout)
        except TimeoutError:
            future.cancel()
            raise

    async def _watch(self, gone: Event) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        gone.set()


def largest_body(environ: Mapping[str, Any]) -> int:
    """The largest body that is read, in bytes: files are uploaded by users of the admin alone.

    Whether the cookie is that of a session is not looked at here (:func:`has_open_session`).
    """
    has_cookie = settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
    if has_cookie and environ.get("PATH_INFO", "").startswith(_UPLOADS):
        return MAX_BYTES
    return _small_body()


def has_open_session(environ: Mapping[str, Any]) -> bool:
    """Whether the cookie of a request is that of a user's open session, by one query in a thread of the pool."""
    # Imported here: the models are ready only once the application that this module wraps has loaded them.
    from archive.accounts.sessions import open_sessions

    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")
    if not (key.isascii() and key.isalnum()):
        return False
    close_old_connections()
    try:
        return open_sessions().filter(session_key=key).exists()
    except Error:
        return False
    finally:
        close_old_connections()


def _small_body() -> int:
    return min(MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or MAX_BYTES)


def _too_large(limit: int) -> tuple[int, str]:
    return 413, f"The body is too large: at most {limit} bytes are read. Send it in several parts."


def _may_have_undeclared_body(environ: Mapping[str, Any]) -> bool:
    """Whether a request without Content-Length may have a body: HTTP/1 needs another header, HTTP/2 and 3 none."""
    return "HTTP_TRANSFER_ENCODING" in environ or not environ["SERVER_PROTOCOL"].startswith("HTTP/1")


async def _refuse(send: Send, path: str, status: int, text: str) -> None:
    """An error in the format of its door. The server then closes the connection: the rest of the body is not read."""
    media_type, body = "text/plain; charset=utf-8", f"{text}\n"
    if path.startswith("/api/"):
        media_type, body = PROBLEM_MEDIA_TYPE, json.dumps(problem_body(status, HTTPStatus(status).phrase, text))
    elif path.startswith("/graphql"):
        code = "LIMIT_EXCEEDED" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "BAD_REQUEST"
        media_type, body = "application/json", json.dumps({"errors": [{"message": text, "extensions": {"code": code}}]})
    headers = [(b"content-type", media_type.encode()), (b"connection", b"close"),
               (b"content-length", str(len(body.encode())).encode()), (b"cache-control", b"no-store")]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _environ(scope: Scope) -> dict[str, Any]:
    """The WSGI environment of an ASGI scope, as granian's WSGI interface makes it."""
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode(errors="surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.input": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:  # else X_Forwarded_For would be read as X-Forwarded-For, which proxies set
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        name = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        if name in environ:
            value = f"{environ[name]}{';' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value
    return environ
