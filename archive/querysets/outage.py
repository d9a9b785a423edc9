"""Errors of the database that are no defect: it is away, or has no room left on its disk."""

from __future__ import annotations

from time import monotonic

from django.db import Error, InterfaceError, OperationalError

#: What Django raises of a database that can't be reached, goes away, is busy or has no room.
UNAVAILABLE = (OperationalError, InterfaceError)
#: How long an error for want of room counts, in seconds.
_REMEMBERED = 60
_last_full: list[float] = []


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database did not do what it was asked for reasons of its own."""
    return isinstance(error, UNAVAILABLE)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether there was no room to write (PostgreSQL's 53100 and 53400, SQLite's SQLITE_FULL)."""
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in ("53100", "53400"):
        return True
    return getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or "disk is full" in str(error)


def note_full_disk() -> None:
    """The database had no room for a write of this process just now."""
    _last_full[:] = [monotonic()]


def was_full_lately() -> bool:
    """Whether it had none within the last minute."""
    return any(monotonic() - moment < _REMEMBERED for moment in _last_full)
