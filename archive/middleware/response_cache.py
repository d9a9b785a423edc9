"""Middleware that answers public reads from the response cache, and conditional requests with 304.

The public version is read from the database in each request, on the connection that would compute the response, so a
cached response is never older than a computed one; on a lagging replica both are the replica's. ETags derive from the
version and the cache key, so a client that holds the current response gets 304 without any other query.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from archive.cache.responses import (
    VARY_NAMES,
    BestEffortCache,
    CachedResponse,
    ResponseStore,
    cache_key,
    is_cacheable,
    is_marked_cacheable,
    parse_if_none_match,
    sign,
    stored_prefix,
)

#: Characters of the cache key that an ETag contains.
_DIGEST_LENGTH = 24
_DEFAULT_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding, Authorization, Cookie"}
#: Keys of the WSGI environ: the fast path's store, and the cache key that it did not find there.
STORE_KEY, MISSED_KEY = "archive.store", "archive.missed"


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
            return _not_modified(matching)
        if (cached := store.get(key)) is not None:
            return HttpResponse(cached.body, headers=dict(cached.headers))
        return self._compute(request, store, key)

    def _compute(self, request: HttpRequest, store: ResponseStore, key: str) -> HttpResponse:
        response = self.get_response(request)
        if is_cacheable_response(response):
            if request.method != "POST":
                _set_headers(response, key)
            if request.method != "HEAD" and not response.streaming:
                store.set(key, CachedResponse(tuple(response.items()), response.content))
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
        if candidate.strip('"').rpartition(".")[2][:_DIGEST_LENGTH] == _digest(key):
            return candidate
    return ""


def _not_modified(matching: str) -> HttpResponse:
    response = HttpResponse(status=304, headers={**_DEFAULT_HEADERS, "ETag": matching})
    del response["Content-Type"]
    return response


def _set_headers(response: HttpResponse, key: str) -> None:
    response["ETag"] = etag(response.get("ETag", ""), key)
    for name, value in _DEFAULT_HEADERS.items():
        response.headers.setdefault(name, value)
