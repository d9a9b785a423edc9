"""Statements that take too long are stopped: by the server on PostgreSQL, by the process on SQLite."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import Any
from weakref import ref

from django.conf import settings
from django.db import OperationalError

#: SQLite looks at the clock after so many of its steps: about every millisecond.
_STEPS = 50_000


class stopped_in_time:
    """What runs within is stopped after STATEMENT_TIMEOUT seconds, with an OperationalError.

    On PostgreSQL nothing is done here: each connection of a serving process has its limit (``config.timeouts``).
    """

    __slots__ = ("clock", "connection", "end")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.clock: _Clock | None = None

    def __enter__(self) -> None:
        if self.connection.vendor == "sqlite" and settings.STATEMENT_TIMEOUT:
            self.clock = _clock(self.connection)
            self.end = monotonic() + settings.STATEMENT_TIMEOUT
            self.clock.begin(self.end)

    def __exit__(self, *_: object) -> None:
        if self.clock is not None:
            self.clock.leave(self.end)


class _Clock:
    """When SQLite stops what it is at, on one connection: at the first of the ends that are waited for."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.end = raw, inf
        self.ends: list[float] = []
        stopped = ref(self)  # the connection holds its handler, and must not be held by it

        def is_over() -> bool:
            clock = stopped()
            return clock is not None and monotonic() > clock.end

        raw.set_progress_handler(is_over, _STEPS)

    def begin(self, end: float) -> None:
        self.ends.append(end)
        self.end = min(self.ends)

    def leave(self, end: float) -> None:
        """Threads that share a connection leave in any order."""
        self.ends.remove(end)
        self.end = min(self.ends, default=inf)


def _clock(connection: Any) -> _Clock:
    """The connection's: to hang a handler on it for each statement took longer than what else is done around one."""
    connection.ensure_connection()
    found: _Clock | None = getattr(connection, "chancery_clock", None)
    if found is None or found.raw is not connection.connection:
        found = connection.chancery_clock = _Clock(connection.connection)
    return found


def is_timeout(error: BaseException | None) -> bool:
    """Whether the database stopped a statement that took too long (PostgreSQL's 57014, SQLite's interrupt)."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "57014" or str(cause) == "interrupted"
