"""Reads by nobody in particular: answered by the view alone, without what serves those who are somebody.

A request with neither a cookie nor a token has no session, no messages, no lock-out and no user to find out about, and
changes nothing that a revision would name its author for. Its answer gets the header fields that all answers have
(``config.headers``) without passing through one middleware after the other.
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
from django.urls import Resolver404, resolve

from config.headers import UsualHeaders
from config.questions import GRAPHQL, READS, REST

_LONGEST_PATH = 200
#: Pages for a browser render forms, which need a session.
_PAGES = "text/html"


class AnonymousReadsMiddleware:
    """Calls the view of a read that carries no credentials; leaves all other requests to the middleware below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        #: A view's defect becomes an answer here, as it would below, so that it too gets its header fields.
        self.answer = convert_exception_to_response(self._answer)
        self.headers = UsualHeaders()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_anonymous_read(request) or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            return self.get_response(request)
        try:
            match = _match(request.path_info)
            request.get_host()
        except (Resolver404, DisallowedHost):
            return self.get_response(request)
        request.user, request.resolver_match = AnonymousUser(), match
        return self.headers.put(request, self.answer(request))  # type: ignore[no-any-return]

    def _answer(self, request: HttpRequest) -> HttpResponse:
        match: Any = request.resolver_match
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not response.is_rendered:
            response = response.render()
        if not response.streaming and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response  # type: ignore[no-any-return]


def _is_anonymous_read(request: HttpRequest) -> bool:
    meta = request.META
    if "HTTP_COOKIE" in meta or "HTTP_AUTHORIZATION" in meta or not settings.ARCHIVE_PUBLIC:
        return False
    path = request.path_info
    door = path if path == GRAPHQL else path[: len(REST)]
    return (
        request.method in READS.get(door, ())
        and len(path) <= _LONGEST_PATH
        and _PAGES not in meta.get("HTTP_ACCEPT", "").lower()
    )


@lru_cache(maxsize=512)
def _match(path: str) -> Any:
    return resolve(path)
