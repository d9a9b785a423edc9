"""Statement timeout of the serving processes, and the pages for a database that times out, is away or is full."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from archive.web.errors import unavailable


def set_timeout_on_connect() -> None:
    """Set ``STATEMENT_TIMEOUT`` on every new connection of this process.

    The servers' entry points call it; commands such as ``migrate`` and ``load`` have no timeout.
    """
    connection_created.connect(set_statement_timeout, dispatch_uid="archive.statement_timeout")


def set_statement_timeout(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Set it for the session on PostgreSQL. Behind a transaction pooler it would leak to other clients' sessions."""
    if connection.vendor == "postgresql" and settings.STATEMENT_TIMEOUT and settings.PREPARED_STATEMENTS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{settings.STATEMENT_TIMEOUT}s"])


class DatabaseErrorMiddleware:
    """Answers 503 or 507 for a page whose statement timed out, or while the database is away or full.

    REST and GraphQL have their own formats. Exceptions of other middleware, such as of sessions, reach
    ``archive.web.errors.server_error``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error)
