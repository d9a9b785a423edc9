"""Middleware that refuses requests: malformed Host fields, oversized forms, anonymous users of a private archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from archive.media_types import PROBLEM_MEDIA_TYPE, problem_body
from archive.middleware.request_bodies import MAX_BYTES, largest_body
from archive.rest.auth import ArchiveTokenAuthentication
from archive.text import whole_number
from archive.web.errors import bad_request

_EXEMPT_PATHS = ("/admin/", "/api/v1/token/", "/static/", "/robots.txt", "/livez", "/readyz", "/metrics")
_REMEDY = "Log in, or send a token: 'Authorization: Token <token>'."


@lru_cache(maxsize=256)
def has_valid_port(host: str) -> bool:
    """Whether a Host field has no port, or one from 1 to 65535."""
    port = host.rpartition("]")[2].partition(":")[2]
    return not port or (len(port) <= 5 and whole_number(port, 1, 65_535) is not None)


class HostPortMiddleware:
    """Answers 400 for a Host with an invalid port, which URLs in the response would contain."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.META.get("HTTP_HOST", "")
        if host and not has_valid_port(host):
            raise DisallowedHost(f"Host: got {host[:120]!r}, expected a port from 1 to 65535.")
        return self.get_response(request)


class FormSizeMiddleware:
    """Answers 413 for an oversized form before its view runs. REST and GraphQL check bodies themselves.

    Only forms of the admin are parsed; elsewhere, and without a session, the size alone decides.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.path.startswith(("/api/", "/graphql")):
            length = whole_number(request.META.get("CONTENT_LENGTH") or "0", 0, MAX_BYTES)
            if length is None or length > largest_body(request.META) or (_is_upload(length) and _is_anonymous(request)):
                return bad_request(request, RequestDataTooBig())
            if not request.path.startswith("/admin/"):
                return self.get_response(request)
            try:
                request.POST  # noqa: B018 (parsed here for its exceptions)
            except (RequestDataTooBig, TooManyFieldsSent) as error:
                return bad_request(request, error)
        return self.get_response(request)


def _is_upload(length: int) -> bool:
    """Whether the body is larger than what anybody may send."""
    return length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or MAX_BYTES)


def _is_anonymous(request: HttpRequest) -> bool:
    """Whether the session, which the cookie may only pretend, has no user."""
    return SESSION_KEY not in request.session


class PrivateArchiveMiddleware:
    """Asks for a login or a token when ``ARCHIVE_PUBLIC`` is false, in the error format of each door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ARCHIVE_PUBLIC or request.path.startswith(_EXEMPT_PATHS) or _is_authenticated(request):
            return self.get_response(request)
        if request.path.startswith("/graphql"):
            error = {"message": f"This archive is private. {_REMEDY}", "extensions": {"code": "UNAUTHENTICATED"}}
            return JsonResponse({"errors": [error]}, status=401)
        if request.path.startswith("/api/"):
            body = problem_body(401, "Unauthorized", _REMEDY)
            return JsonResponse(
                body, status=401, content_type=PROBLEM_MEDIA_TYPE, headers={"WWW-Authenticate": "Token"}
            )
        if request.path.startswith("/oai"):
            return HttpResponse(_REMEDY, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Token"})
        return redirect_to_login(request.get_full_path())


def _is_authenticated(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return True
    try:
        return ArchiveTokenAuthentication().authenticate(Request(request)) is not None
    except AuthenticationFailed:
        return False
