"""What is known of a write that ended in an error: it was undone, or nobody can say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

#: What a server says of a connection that it ends itself, perhaps after it has stored all (SQLSTATE of PostgreSQL).
_ENDED_BY_THE_SERVER = frozenset({"57P01", "57P02", "57P03"})
UNKNOWN = (
    "It is not known whether what you sent was stored: the connection to the database broke while it was being stored. "
    "Read {} again before you send it once more."
)


def is_outcome_unknown(error: BaseException | None) -> bool:
    """Whether the connection broke while a transaction was being committed.

    Before COMMIT is sent a broken connection undoes the transaction; once the database has answered that it refuses,
    it has undone it too. In between, it may have stored all and its answer was lost (SQLSTATE 08007).
    """
    return any(_is_lost(one) and _is_of_commit(one) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_lost(error: BaseException) -> bool:
    """Whether the error is of the connection, and not the database's answer."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if (name := getattr(cause, "sqlite_errorname", None)) is not None:
        return str(name).startswith("SQLITE_IOERR")
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith("08") or state in _ENDED_BY_THE_SERVER


def _is_of_commit(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code is BaseDatabaseWrapper._commit.__code__:
            return True
        trace = trace.tb_next
    return False
