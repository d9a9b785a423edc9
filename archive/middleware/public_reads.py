"""Middleware that calls the view of a public API read directly, without sessions, messages, lock-out and the like.

A request without cookie or token has no session, no messages and no user, and changes nothing that a revision would
name its author for. Its response gets the same security header fields as any other (:class:`SecurityHeaders`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, resolve

from archive.cache.responses import GRAPHQL, READS, REST
from archive.middleware.response_headers import CompressionMiddleware, SecurityPolicyMiddleware, overrides_policy

_MAX_PATH = 200
#: Pages for a browser contain forms, which need a session.
_HTML = "text/html"
#: The middleware that adds header fields, in the order of the settings from the innermost.
_HEADER_MIDDLEWARE = (XFrameOptionsMiddleware, SecurityPolicyMiddleware, SecurityMiddleware, CompressionMiddleware)


class PublicReadMiddleware:
    """Answers API reads without credentials; leaves all other requests to the middleware below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        #: An exception in a view becomes a response here, so that it gets its header fields too.
        self.call_view = convert_exception_to_response(self._call_view)
        self.headers = SecurityHeaders()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_public_read(request) or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
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


class SecurityHeaders:
    """Adds to a response what the header middleware would, computed once for plain responses.

    The redirection of plain HTTP is not part of it: ``SecurityMiddleware`` does that before any view.
    """

    def __init__(self) -> None:
        *self.middleware, self.compression = [middleware(_unused_get_response) for middleware in _HEADER_MIDDLEWARE]
        #: Whether the request came by TLS -> the header fields of a plain response.
        self.fields: dict[bool, dict[str, str]] = {}

    def apply(self, request: HttpRequest, response: Any) -> Any:
        """The response with all header fields, compressed if the client accepts that."""
        is_framed = hasattr(response, "xframe_options_exempt")
        is_plain = type(response) is HttpResponse and response.status_code == 200 and not is_framed
        if is_plain and not overrides_policy(request, response):
            for name, value in self._plain_fields(request).items():
                response.headers.setdefault(name, value)
        else:
            for middleware in self.middleware:
                response = middleware.process_response(request, response)
        return self.compression.process_response(request, response)

    def _plain_fields(self, request: HttpRequest) -> dict[str, str]:
        is_secure = bool(request.is_secure())
        if is_secure not in self.fields:
            response: Any = HttpResponse()
            for middleware in self.middleware:
                response = middleware.process_response(request, response)
            self.fields[is_secure] = {name: value for name, value in response.items() if name != "Content-Type"}
        return self.fields[is_secure]


def _unused_get_response(request: HttpRequest) -> HttpResponse:
    raise AssertionError("SecurityHeaders calls process_response only")


def _is_public_read(request: HttpRequest) -> bool:
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
