"""Middleware that answers 413 where a form is too large, also while DEBUG is on."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse

from archive.web.errors import bad_request


class FormSizeMiddleware:
    """Reads a form before the views do. REST and GraphQL read and refuse bodies themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.path.startswith(("/api/", "/graphql")):
            try:
                request.POST  # noqa: B018 (read here, for its exceptions)
            except (RequestDataTooBig, TooManyFieldsSent) as error:
                return bad_request(request, error)
        return self.get_response(request)
