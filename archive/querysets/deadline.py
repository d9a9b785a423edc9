"""Statements that take too long are stopped: by the server on PostgreSQL, by the process on SQLite."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import OperationalError

#: SQLite looks at the clock after so many of its steps: about every millisecond.
_STEPS = 50_000


class stopped_in_time:
    """What runs within is stopped after STATEMENT_TIMEOUT seconds, with an OperationalError.

    On SQLite the connection is opened for it if it is not. On PostgreSQL nothing is done here: each connection of a
    serving process has its limit (``archive.middleware.database_errors``).
    """

    __slots__ = ("connection", "end", "ends")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.ends: list[float] | None = None

    def __enter__(self) -> None:
        if self.connection.vendor != "sqlite":
            return
        self.connection.ensure_connection()
        if limit := settings.STATEMENT_TIMEOUT:
            self.ends, self.end = _ends(self.connection), monotonic() + limit
            self.ends.append(self.end)

    def __exit__(self, *_: object) -> None:
        if self.ends is not None:
            self.ends.remove(self.end)


def _ends(connection: Any) -> list[float]:
    """The ends that are waited for on a connection; threads that share it leave in any order.

    To hang a handler on it for each statement took longer than what else is done around one.
    """
    raw, ends = getattr(connection, "chancery_ends", (None, []))
    if raw is not connection.connection:
        raw, ends = connection.chancery_ends = connection.connection, []
        raw.set_progress_handler(lambda: monotonic() > min(ends, default=inf), _STEPS)
    return ends


def is_timeout(error: BaseException | None) -> bool:
    """Whether the database stopped a statement that took too long (PostgreSQL's 57014, SQLite's interrupt)."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "57014" or str(cause) == "interrupted"
