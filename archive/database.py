"""Values in chunks for queries, and the meaning of database exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")
#: Keys or rows that are named in one query.
CHUNK_SIZE = 500


def in_chunks(values: Iterable[T], size: int = CHUNK_SIZE) -> Iterator[list[T]]:
    """The values, in their order, in lists that fit into one query."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def is_timeout(error: BaseException | None) -> bool:
    """Whether a statement timed out (PostgreSQL's 57014, SQLite's interrupt)."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "57014" or str(cause) == "interrupted"


#: Exceptions for a database that is unreachable, disconnects, is busy or is full.
UNAVAILABLE_ERRORS = (OperationalError, InterfaceError)
#: Seconds for which a full disk is reported after it was seen.
_FULL_DISK_SECONDS = 60
_last_full: list[float] = []


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database itself failed, rather than the request."""
    return isinstance(error, UNAVAILABLE_ERRORS)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether the disk was full (PostgreSQL's 53100 and 53400, SQLite's SQLITE_FULL)."""
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in ("53100", "53400"):
        return True
    return getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or "disk is full" in str(error)


def record_full_disk() -> None:
    """Remember that a write of this process met a full disk now."""
    _last_full[:] = [monotonic()]


def was_full_recently() -> bool:
    """Whether a write met a full disk within the last minute."""
    return any(monotonic() - moment < _FULL_DISK_SECONDS for moment in _last_full)


#: PostgreSQL's SQLSTATEs for a connection that the server ended, perhaps after it committed.
_SERVER_SHUTDOWN_CODES = frozenset({"57P01", "57P02", "57P03"})
UNKNOWN_OUTCOME = (
    "It is not known whether what you sent was stored: the connection to the database broke while it was being stored. "
    "Read {} again before you send it once more."
)


def is_outcome_unknown(error: BaseException | None) -> bool:
    """Whether the connection broke while a transaction was being committed.

    Before COMMIT is sent a broken connection rolls the transaction back, and so does an error that the database
    reports. In between the database may have committed although its reply was lost (SQLSTATE 08007).
    """
    return any(_is_connection_lost(cause) and _was_committing(cause) for cause in _exception_chain(error))


def _exception_chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_connection_lost(error: BaseException) -> bool:
    """Whether the connection failed, rather than the database reporting an error."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if (name := getattr(cause, "sqlite_errorname", None)) is not None:
        return str(name).startswith("SQLITE_IOERR")
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith("08") or state in _SERVER_SHUTDOWN_CODES


def _was_committing(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code is BaseDatabaseWrapper._commit.__code__:  # type: ignore[attr-defined]
            return True
        trace = trace.tb_next
    return False
