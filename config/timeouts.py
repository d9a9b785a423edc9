"""A limit on each statement while the archive serves; commands such as ``migrate`` and ``load`` have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from archive.querysets.deadline import is_timeout


def limit_statements() -> None:
    """From here on every new connection of this process has the limit. Called by the servers' entry points."""
    connection_created.connect(limit, dispatch_uid="config.timeouts")


def limit(connection: Any, **kwargs: Any) -> None:
    """PostgreSQL: set it for the session. A pooler that hands connections on would hand the setting on too."""
    if connection.vendor == "postgresql" and settings.STATEMENT_TIMEOUT and settings.PREPARED_STATEMENTS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{settings.STATEMENT_TIMEOUT}s"])


class TimeoutMiddleware:
    """Answers 503 where a page's statement was stopped; REST and GraphQL have forms of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_timeout(error):
            return None
        return HttpResponse(
            "The answer took too long to find. Ask for less, or try again later.", status=503,
            content_type="text/plain; charset=utf-8", headers={"Retry-After": "5", "Cache-Control": "no-store"},
        )  # fmt: skip
