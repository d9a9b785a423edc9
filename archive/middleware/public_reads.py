"""Middleware of public reads: the response cache, and the views of the APIs called directly.

The public version is read from the database in each request, on the connection that would compute the response, so a
cached response is never older than a computed one; on a lagging replica both are the replica's. ETags derive from the
version and the cache key, so a client that holds the current response gets 304 without any other query.

A read of an API without cookie or token has no session, no messages and no user, and changes nothing that a revision
would name its author for. So its view is called without the middleware for those, and its response gets the same
security header fields as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed, RequestDataTooBig
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from archive.cache.backends import BestEffortCache
from archive.cache.responses import (
    GRAPHQL,
    READS,
    REST,
    VARY_NAMES,
    CachedResponse,
    ResponseStore,
    cache_key,
    is_cacheable,
    is_marked_cacheable,
    matches_etag,
    not_modified,
    parse_if_none_match,
    sign,
    stored_prefix,
)
from archive.middleware.response_headers import SecurityHeaders

#: Characters of the cache key that an ETag contains.
_DIGEST_LENGTH = 24
#: An ETag without W/ (RFC 9110, 8.8.3).
_ETAG = re.compile(r'"[!#-~]*"')
_DEFAULT_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding, Authorization, Cookie"}
#: Keys of the WSGI environ: the fast path's store, and the cache key that it did not find there.
STORE_KEY, MISSED_KEY = "archive.store", "archive.missed"
#: Longest path whose view is looked up in a cache.
_MAX_PATH = 200
#: Pages for a browser contain forms, which need a session.
_HTML = "text/html"


def response_store() -> ResponseStore | None:
    """An empty store of the configured size; None when caching is off or the archive is private."""
    if not settings.ANSWER_CACHE_BYTES or not settings.ARCHIVE_PUBLIC:
        return None
    return ResponseStore(settings.ANSWER_CACHE_BYTES, BestEffortCache() if settings.CACHE_IS_SHARED else None)


class ResponseCacheMiddleware:
    """The response cache, above the middleware that adds header fields: cached responses contain them already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        store = response_store()
        if store is None:
            raise MiddlewareNotUsed
        self.get_response, self.store = get_response, store

    def __call__(self, request: HttpRequest) -> HttpResponse:
        store = request.META.get(STORE_KEY, self.store)
        if MISSED_KEY in request.META:
            return self._compute(request, store, request.META[MISSED_KEY])
        if not (key := _request_key(request)):
            return self.get_response(request)
        if request.method != "POST" and (matching := _matching_etag(request, key)):
            return _from_cache(not_modified(HttpResponse(headers={**_DEFAULT_HEADERS, "ETag": matching})))
        if (cached := store.get(key)) is not None:
            return _from_cache(_conditional(request, HttpResponse(cached.body, headers=dict(cached.headers))))
        return self._compute(request, store, key)

    def _compute(self, request: HttpRequest, store: ResponseStore, key: str) -> HttpResponse:
        response = self.get_response(request)
        if is_cacheable_response(response):
            if request.method != "POST":
                _set_headers(response, key)
            if request.method != "HEAD" and not response.streaming:
                store.set(key, CachedResponse(tuple(response.items()), response.content))
            return _conditional(request, response)
        return response


def is_cacheable_response(response: HttpResponse) -> bool:
    """Whether the response may be sent to any other client that makes the same request."""
    if response.status_code != 200 or not is_marked_cacheable(response) or response.cookies:
        return False
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return varies <= VARY_NAMES


def etag(original: str, key: str) -> str:
    """The ETag with the public version in it. A record's prefix stays: writes send it in If-Match."""
    return f'"{sign(stored_prefix(original.removeprefix("W/").strip(chr(34))), _digest(key))}"'


class PublicReadMiddleware:
    """Answers API reads without credentials; leaves all other requests to the middleware below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        #: An exception in a view becomes a response here, so that it gets its header fields too.
        self.call_view = convert_exception_to_response(self._call_view)
        self.headers = SecurityHeaders()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _needs_no_session(request) or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            return self.get_response(request)
        try:
            match = _resolve(request.path_info)
            request.get_host()
        except (Resolver404, DisallowedHost):
            return self.get_response(request)
        request.user, request.resolver_match = AnonymousUser(), match
        return self.headers.apply(request, self.call_view(request))  # type: ignore[no-any-return]

    def _call_view(self, request: HttpRequest) -> HttpResponse:
        match: Any = request.resolver_match
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not response.is_rendered:
            response = response.render()
        if not response.streaming and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response  # type: ignore[no-any-return]


def _needs_no_session(request: HttpRequest) -> bool:
    """Whether it reads an API without credentials, and not as a page for a browser."""
    meta = request.META
    if "HTTP_COOKIE" in meta or "HTTP_AUTHORIZATION" in meta or not settings.ARCHIVE_PUBLIC:
        return False
    path = request.path_info
    api = path if path == GRAPHQL else path[: len(REST)]
    return (
        request.method in READS.get(api, ())
        and len(path) <= _MAX_PATH
        and _HTML not in meta.get("HTTP_ACCEPT", "").lower()
    )


@lru_cache(maxsize=512)
def _resolve(path: str) -> Any:
    return resolve(path)


def _request_key(request: HttpRequest) -> str:
    """The cache key of a request; empty when it is not cacheable."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES or not is_cacheable(request.META, request.path_info):
        return ""
    try:
        body = request.body if request.method == "POST" else b""
    except (RequestDataTooBig, OSError):
        return ""
    return cache_key(request.META, str(request.scheme), request.path_info, body)


def _digest(key: str) -> str:
    return key[:_DIGEST_LENGTH]


def _matching_etag(request: HttpRequest, key: str) -> str:
    """The ETag in If-None-Match that stands for the current response; empty when there is none."""
    for candidate in parse_if_none_match(request.META.get("HTTP_IF_NONE_MATCH", "")):
        if _ETAG.fullmatch(candidate) and candidate.strip('"').rpartition(".")[2][:_DIGEST_LENGTH] == _digest(key):
            return candidate
    return ""


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or 304 if If-None-Match names its ETag, or any."""
    if request.method == "POST" or response.streaming:
        return response
    is_known = matches_etag(request.META.get("HTTP_IF_NONE_MATCH", ""), response.get("ETag", ""))
    return not_modified(response) if is_known else response


def _from_cache(response: HttpResponse) -> HttpResponse:
    """The response, marked as one that was not computed, for the rate limit."""
    response.is_from_cache = True  # type: ignore[attr-defined]
    return response


def _set_headers(response: HttpResponse, key: str) -> None:
    response["ETag"] = etag(response.get("ETag", ""), key)
    for name, value in _DEFAULT_HEADERS.items():
        response.headers.setdefault(name, value)
