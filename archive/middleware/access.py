"""Middleware for who may read and who may store a response: private archives, and Cache-Control: private."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from archive.problem_json import CONTENT_TYPE, problem_body

_EXEMPT_PATHS = ("/admin/", "/api/v1/token/", "/static/", "/livez", "/readyz", "/metrics")
_REMEDY = "Log in, or send a token: 'Authorization: Token <token>'."
#: Directives that say already which caches may store a response.
_STORAGE_DIRECTIVES = ("private", "public", "no-store")


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
            return JsonResponse(body, status=401, content_type=CONTENT_TYPE, headers={"WWW-Authenticate": "Token"})
        return redirect_to_login(request.get_full_path())


class PrivateCacheControlMiddleware:
    """Sets ``Cache-Control: private`` on responses to requests with credentials: they may contain drafts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            directives = response.get("Cache-Control", "")
            if not any(word in directives for word in _STORAGE_DIRECTIVES):
                response["Cache-Control"] = f"private, {directives or 'no-cache'}"
        return response


def _is_authenticated(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return True
    try:
        return TokenAuthentication().authenticate(request) is not None
    except (AuthenticationFailed, UnicodeDecodeError):
        return False
