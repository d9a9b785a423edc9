"""Answers for pages while the database is away or has no room: an outage, not a defect."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from archive.querysets.deadline import is_timeout
from archive.querysets.outage import is_unavailable
from archive.web.errors import unavailable


class OutageMiddleware:
    """Answers 503 or 507 for a page that the database failed; REST and GraphQL have forms of their own.

    A statement that took too long is left to ``TimeoutMiddleware``. Errors of other middleware, such as of sessions,
    reach ``archive.web.errors.server_error``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_unavailable(error) and not is_timeout(error):
            return unavailable(request, error)
        return None
