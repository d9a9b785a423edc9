"""Values in chunks for queries, and database exceptions with their sentences for users."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from django.db import Error, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_LOG = logging.getLogger("django.request")
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


def is_deadlock(error: BaseException | None) -> bool:
    """Whether two transactions waited for each other's rows, and this one was ended for it (PostgreSQL's 40P01)."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == "40P01"


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
#: SQLite's names of errors for a file that it cannot open, read or lock.
_UNUSABLE_FILE_ERRORS = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_LOCKED", "SQLITE_NOTADB", "SQLITE_READONLY")
#: PostgreSQL's SQLSTATEs for a table and for a column that are not there.
_UNKNOWN_NAME_CODES = frozenset({"42P01", "42703"})


def unknown_outcome(place: str) -> str:
    """The sentence for a write that may have been committed; ``place`` is where its user can look."""
    return gettext(
        "It is not known whether what you sent was stored: the connection to the database broke while it was being "
        "stored. Read {place} again before you send it once more."
    ).format(place=place)


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


@dataclass(frozen=True, slots=True)
class Unavailability:
    """Why the database did not serve a request: HTTP status, GraphQL code, a sentence, and seconds until a retry.

    ``retry_after`` is 0 where the same request would fail again, or may have been stored.
    """

    status: int
    code: str
    sentence: str
    retry_after: int = 0


def unavailability(error: BaseException | None, address: str, place: str = "") -> Unavailability | None:
    """Why the database failed in a request, which is logged; None if it did not. A full disk is remembered.

    ``address`` is the method and path of the request, for the log; ``place`` is where to look for what it stored, by
    default the page.
    """
    if not is_unavailable(error):
        return None
    if is_disk_full(error):
        record_full_disk()
        _LOG.error("The database's disk is full: %s", error)
        return Unavailability(507, "UNAVAILABLE", str(_DISK_FULL))
    if is_outcome_unknown(error):
        _LOG.error("The database broke off while it committed %s: %s", address, error)
        return Unavailability(503, "UNAVAILABLE", unknown_outcome(place or gettext("the page")))
    if is_timeout(error):
        _LOG.warning("A statement of %s was stopped: %s", address, error)
        return Unavailability(503, "TIMEOUT", str(_TOOK_TOO_LONG))
    _LOG.warning("The database did not answer %s: %s", address, error)
    return Unavailability(503, "UNAVAILABLE", str(_NO_ANSWER), retry_after=5)


def command_failure(error: Error) -> str | None:
    """Why the database failed a command, in a line for who runs it; None if the command's own statement is wrong."""
    reason = " ".join(str(error).split()).rstrip(".?")
    cause = error.__cause__
    if getattr(cause, "sqlstate", "") in _UNKNOWN_NAME_CODES or reason.startswith(("no such table", "no such column")):
        reason = reason.partition(" LINE ")[0]
        return f"The database was not migrated by this version: {reason}. Run manage.py migrate; nothing was changed."
    if is_disk_full(error):
        return f"The database's disk is full: {reason}. Nothing was changed; make room and run the command again."
    if _is_connection_lost(error) or getattr(cause, "sqlite_errorname", "").startswith(_UNUSABLE_FILE_ERRORS):
        return f"The database did not answer: {reason}. Look at DATABASE_URL and the server, and run it again."
    return None


_DISK_FULL = _(
    "The archive's disk is full, so nothing can be stored. Nothing was changed. It stays so until "
    "those who run the archive make room; what was stored before can be read."
)
_TOOK_TOO_LONG = _("This took too long and was stopped; nothing was changed. Ask for less, or try again later.")
_NO_ANSWER = _("The database does not answer. Nothing was changed; try again in a moment.")
