"""Keeps answers to somebody in particular out of caches that serve several."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: What already says who may keep the answer.
_DECIDED = ("private", "public", "no-store")


class PrivateAnswersMiddleware:
    """Marks the answer to a request with credentials ``private``: drafts may be in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            found = response.get("Cache-Control", "")
            if not any(word in found for word in _DECIDED):
                response["Cache-Control"] = f"private, {found or 'no-cache'}"
        return response
