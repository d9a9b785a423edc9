"""Where the archive is not public (``ARCHIVE_PUBLIC=false``), every door asks for a login or a token."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

_OPEN = ("/admin/", "/api/v1/token/", "/static/", "/livez", "/readyz", "/metrics")
_REMEDY = "Log in, or send a token: 'Authorization: Token <token>'."


class PrivateArchiveMiddleware:
    """Lets the anonymous through to the log-in page only; answers others in their door's own form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ARCHIVE_PUBLIC or request.path.startswith(_OPEN) or _known(request):
            return self.get_response(request)
        if request.path.startswith("/graphql"):
            error = {"message": f"This archive is private. {_REMEDY}", "extensions": {"code": "UNAUTHENTICATED"}}
            return JsonResponse({"errors": [error]}, status=401)
        if request.path.startswith("/api/"):
            body = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": _REMEDY, "errors": []}
            return JsonResponse(
                body, status=401, content_type="application/problem+json", headers={"WWW-Authenticate": "Token"}
            )
        return redirect_to_login(request.get_full_path())


def _known(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return True
    try:
        return TokenAuthentication().authenticate(request) is not None
    except (AuthenticationFailed, UnicodeDecodeError):
        return False
