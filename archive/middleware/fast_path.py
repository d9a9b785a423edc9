"""WSGI middleware that answers public reads from the response cache or by the compiled query, without Django's request.

The first request of a kind passes through Django and all middleware; the header fields of its response are stored as a
template and reused for later responses of that kind, whose bodies come from ``archive.rest.fast_path`` and
``archive.graphql.fast_path``. Requests with credentials, with errors in them, and of any other kind are Django's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from timeit import default_timer
from typing import Any, Protocol

import brotli
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse

from archive.cache.responses import ERROR_KEY, GRAPHQL, REST, CachedResponse, cache_key, is_cacheable, vary_key
from archive.graphql.fast_path import parse as parse_graphql
from archive.lru import LRUCache
from archive.middleware.cors import with_cors, without_cors
from archive.middleware.metrics import RequestMetrics
from archive.middleware.public_reads import MISSED_KEY, STORE_KEY, etag, is_cacheable_response, response_store
from archive.middleware.rate_limit import CACHED, COMPUTED, client_key, limiter
from archive.middleware.request_checks import has_valid_port
from archive.middleware.response_headers import BROTLI_QUALITY, MIN_BYTES, prefers_brotli
from archive.rest.fast_path import parse as parse_rest

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
#: Keys of the environ that make a request Django's.
_EXCLUDED_KEYS = frozenset({"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_TRANSFER_ENCODING"})
#: Header fields that depend on the body.
_BODY_HEADERS = ("Content-Length", "ETag")
#: Characters counted for a template in addition to those of its key.
_OVERHEAD = 1_000


class FastRead(Protocol):
    """A parsed read. Responses to reads of equal ``header_key`` have equal header fields."""

    @property
    def header_key(self) -> str: ...

    @property
    def view(self) -> str: ...

    def answer(self) -> tuple[bytes, str, bool]:
        """The body, its ETag (empty if it has none), and whether it may be cached. Raises what the view must report."""


@dataclass(frozen=True, slots=True)
class HeaderTemplate:
    """The header fields of a response that do not depend on its body."""

    fields: tuple[tuple[str, str], ...]
    #: What precedes the ETag, ``W/`` or nothing; None for a response without an ETag.
    etag_prefix: str | None
    is_brotli: bool

    def apply(self, body: bytes, tag: str) -> CachedResponse:
        if self.is_brotli:
            body = brotli.compress(body, quality=BROTLI_QUALITY)
        fields = [("Content-Length", str(len(body)))]
        if self.etag_prefix is not None:
            fields.append(("ETag", f"{self.etag_prefix}{tag}"))
        return CachedResponse((*self.fields, *fields), body)


class FastPath:
    """A WSGI application in front of Django's."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        self.store = response_store()
        self.metrics = RequestMetrics() if settings.METRICS else None
        self.limits = limiter()
        #: By (key, is long): short bodies are not compressed. Bounded by characters.
        self.templates: LRUCache[HeaderTemplate] = LRUCache(500_000)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        start = default_timer()
        if self.store is not None:
            environ[STORE_KEY] = self.store
        if not settings.ARCHIVE_PUBLIC or not _is_eligible(environ):
            return self.application(environ, start_response)
        client = client_key(environ) if self.limits else ""
        if self.limits and client and self.limits.seconds_to_wait(client):
            return self.application(environ, start_response)
        database = connections[DEFAULT_DB_ALIAS]
        if not database.in_atomic_block:  # the test client's transaction would end with its connection
            database.close_if_unusable_or_obsolete()
        try:
            body = _read_body(environ)
        except OSError:
            return self.application(environ, start_response)
        scheme, key = _scheme(environ), ""
        if self.store is not None:
            if not (key := cache_key(environ, scheme, environ["PATH_INFO"], body)):
                return self.application(environ, start_response)
            if (cached := self.store.get(key)) is not None:
                if self.limits and client:
                    self.limits.add(client, CACHED)
                return self._send(cached, "none", start, environ, start_response)
            environ[MISSED_KEY] = key
        read = _parse(environ, scheme, body)
        if read is None:
            return self.application(environ, start_response)
        header_key = (read.header_key, *vary_key(environ, scheme))
        if (response := self._compute(read, header_key, key, environ)) is not None:
            if self.limits and client:
                self.limits.add(client, COMPUTED)
            return self._send(response, read.view, start, environ, start_response)
        django_response = self.application(environ, start_response)
        self._learn(header_key, environ, django_response)
        return django_response

    def _compute(
        self, read: FastRead, header_key: tuple[str, ...], key: str, environ: Environ
    ) -> CachedResponse | None:
        """The response; None without a template. The view raises an exception that is left in the environ."""
        templates = self.templates.get((header_key, False)), self.templates.get((header_key, True))
        if templates == (None, None):
            return None
        try:
            body, tag, is_cacheable = read.answer()
        except Exception as error:
            environ[ERROR_KEY] = error
            return None
        if (template := templates[len(body) >= MIN_BYTES]) is None:
            return None
        response = template.apply(body, etag(tag, key) if key else tag)
        if self.store is not None and key and is_cacheable:
            self.store.set(key, response)
        return response

    def _learn(self, header_key: tuple[str, ...], environ: Environ, response: HttpResponse) -> None:
        """Store the template of a response that Django made."""
        if not is_cacheable_response(response) or response.streaming:
            return
        is_brotli = response.get("Content-Encoding") == "br"
        is_long = is_brotli or len(response.content) >= MIN_BYTES
        if is_brotli != (is_long and bool(environ.get("HTTP_ACCEPT_ENCODING"))):
            return
        fields = without_cors((name, value) for name, value in response.items() if name not in _BODY_HEADERS)
        tag = response.get("ETag")
        etag_prefix = None if tag is None else "W/" if tag.startswith("W/") else ""
        weight = _OVERHEAD + sum(len(text) for text in header_key)
        self.templates.set((header_key, is_long), HeaderTemplate(fields, etag_prefix, is_brotli), weight)

    def _send(
        self, response: CachedResponse, view: str, start: float, environ: Environ, start_response: StartResponse
    ) -> list[bytes]:
        headers = with_cors(response.headers, environ["PATH_INFO"], environ.get("HTTP_ORIGIN", ""))
        start_response("200 OK", list(headers))
        if self.metrics:
            self.metrics.start()
            self.metrics.finish(start, view, environ["REQUEST_METHOD"], 200)
        return [response.body]


def _is_eligible(environ: Environ) -> bool:
    path = environ.get("PATH_INFO", "")
    if environ.get("REQUEST_METHOD") == "HEAD" or not _EXCLUDED_KEYS.isdisjoint(environ) or environ.get("SCRIPT_NAME"):
        return False
    if not (host := environ.get("HTTP_HOST")) or not has_valid_port(host):
        return False
    return is_cacheable(environ, path) and path.isascii() and environ.get("QUERY_STRING", "").isascii()


def _scheme(environ: Environ) -> str:
    """``http`` or ``https``, by the same settings as Django's ``request.scheme``."""
    if settings.SECURE_PROXY_SSL_HEADER is None or settings.SECURE_PROXY_SSL_HEADER[0] not in environ:
        return str(environ.get("wsgi.url_scheme", "http"))
    name, secure = settings.SECURE_PROXY_SSL_HEADER
    return "https" if environ[name].split(",", 1)[0].strip() == secure else "http"


def _read_body(environ: Environ) -> bytes:
    """The body of a POST, left in the environ for Django to read again."""
    if environ["REQUEST_METHOD"] != "POST":
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _parse(environ: Environ, scheme: str, body: bytes) -> FastRead | None:
    """The read that a request asks for; None for all that Django must answer.

    A client that does not prefer brotli is Django's: whether gzip is used depends on what it saves.
    """
    path, accept_encoding = environ["PATH_INFO"], environ.get("HTTP_ACCEPT_ENCODING", "")
    if accept_encoding and not prefers_brotli(accept_encoding):
        return None
    if path == GRAPHQL:
        media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()  # as Django's content_type
        return parse_graphql(body, media_type) if environ["REQUEST_METHOD"] == "POST" else None
    if path.startswith(REST):
        site, accept = f"{scheme}://{environ.get('HTTP_HOST', '')}", environ.get("HTTP_ACCEPT", "*/*")
        return parse_rest(path, environ.get("QUERY_STRING", ""), site, accept)
    return None
