"""The Host field: a port that no socket has is refused, and a foreign name is one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse


@lru_cache(maxsize=256)
def has_valid_port(host: str) -> bool:
    """Whether what stands after the name, if anything, is a port."""
    port = host.rpartition("]")[2].partition(":")[2]
    return not port or (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535)


class HostPortMiddleware:
    """Refuses a request whose Host has a port that there is none of: addresses in the answer would have it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.META.get("HTTP_HOST", "")
        if host and not has_valid_port(host):
            raise DisallowedHost(f"Invalid HTTP_HOST header: {host[:120]!r}. The port is none from 1 to 65535.")
        return self.get_response(request)


class OneLineFilter(logging.Filter):
    """A warning without a traceback for a foreign Host, which scanners send by the thousand."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.security.DisallowedHost":
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
