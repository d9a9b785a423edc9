"""Statements that take too long are stopped: by the server on PostgreSQL, by the process on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import OperationalError

#: SQLite looks at the clock after so many of its steps: about every millisecond.
_STEPS = 50_000


@contextmanager
def stopped_in_time(connection: Any) -> Iterator[None]:
    """What runs within is stopped after STATEMENT_TIMEOUT seconds, with an OperationalError.

    On PostgreSQL nothing is done here: each connection of a serving process has its limit (``config.timeouts``).
    """
    if connection.vendor != "sqlite" or not settings.STATEMENT_TIMEOUT:
        yield
        return
    connection.ensure_connection()
    raw, end = connection.connection, monotonic() + settings.STATEMENT_TIMEOUT
    raw.set_progress_handler(lambda: monotonic() > end, _STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def is_timeout(error: BaseException | None) -> bool:
    """Whether the database stopped a statement that took too long (PostgreSQL's 57014, SQLite's interrupt)."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "57014" or str(cause) == "interrupted"
