"""Reads by nobody in particular: answered by the view alone, without what serves those who are somebody.

A request with neither a cookie nor a token has no session, no messages, no lock-out and no user to find out about, and
changes nothing that a revision would name its author for. What stands before this middleware (the public's kept
answers, TLS, the content security policy, frames) is passed by everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

#: The doors that programs read by, and the methods that only read there.
_DOORS = {"/api/v1/": frozenset({"GET", "HEAD"}), "/graphql/": frozenset({"GET", "HEAD", "POST"})}
_LONGEST_PATH = 200
#: Pages for a browser render forms, which need a session.
_PAGES = "text/html"


class AnonymousReadsMiddleware:
    """Calls the view of a read that carries no credentials; leaves all other requests to the middleware below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_anonymous_read(request):
            return self.get_response(request)
        try:
            match = _match(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost, as CommonMiddleware would
        request.user, request.resolver_match = AnonymousUser(), match
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not response.is_rendered:
            response = response.render()
        if not response.streaming and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response


def _is_anonymous_read(request: HttpRequest) -> bool:
    meta = request.META
    if "HTTP_COOKIE" in meta or "HTTP_AUTHORIZATION" in meta or not settings.ARCHIVE_PUBLIC:
        return False
    path = request.path_info
    door = "/graphql/" if path == "/graphql/" else path[:8]
    return (
        request.method in _DOORS.get(door, ())
        and len(path) <= _LONGEST_PATH
        and _PAGES not in meta.get("HTTP_ACCEPT", "")
    )


@lru_cache(maxsize=512)
def _match(path: str) -> Any:
    return resolve(path)
