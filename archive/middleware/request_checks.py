"""Middleware that refuses malformed Host fields and oversized forms, and a log filter for foreign hosts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse

from archive.web.errors import bad_request


@lru_cache(maxsize=256)
def has_valid_port(host: str) -> bool:
    """Whether a Host field has no port, or one from 1 to 65535."""
    port = host.rpartition("]")[2].partition(":")[2]
    return not port or (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535)


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
    """Answers 413 for an oversized form before its view runs. REST and GraphQL check bodies themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.path.startswith(("/api/", "/graphql")):
            try:
                request.POST  # noqa: B018 (parsed here for its exceptions)
            except (RequestDataTooBig, TooManyFieldsSent) as error:
                return bad_request(request, error)
        return self.get_response(request)


class OneLineFilter(logging.Filter):
    """Logs a foreign Host, which scanners send by the thousand, as a warning without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.security.DisallowedHost":
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
