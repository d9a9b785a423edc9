"""Sessions of users: listing and ending them, and what a new password or a deactivation ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from archive.accounts.audit import AuditDetail, report
from archive.accounts.browsers import browser_name
from archive.accounts.changes import account_changed
from archive.accounts.tokens import end_tokens
from archive.models import AuditAction, UserSession
from archive.text import whole_number

#: How old the time of the last use may be before it is written again.
TOUCH_AFTER = timedelta(minutes=5)
#: How long writing it may wait on SQLite, where a load of a dataset holds the only lock for minutes.
_TOUCH_BUSY_TIMEOUT = "PRAGMA busy_timeout = 100"


def connect() -> None:
    """Connect the receiver; called once, from ``AppConfig.ready``."""
    account_changed.connect(_end_after_change, dispatch_uid="archive.accounts.sessions")


def open_sessions() -> QuerySet[UserSession]:
    """The sessions of users that have not expired, the last used first."""
    return UserSession.objects.filter(user__isnull=False, expire_date__gt=timezone.now()).select_related("user")


def public_id(session: UserSession) -> str:
    """The public id of a session, for forms. Its key is the cookie's value, which no page may contain."""
    return f"{session.user_id}-{salted_hmac('archive.accounts.sessions', session.session_key).hexdigest()[:24]}"


def session_of_id(name: str) -> UserSession | None:
    """The open session with this public id."""
    if (user := whole_number(name.partition("-")[0], 0, 2**63 - 1)) is None:
        return None
    return next((session for session in open_sessions().filter(user=user) if public_id(session) == name), None)


def end(session: UserSession) -> None:
    """End a session, as an entry of the audit log says."""
    session.delete()
    with override(settings.LANGUAGE_CODE):
        browser = browser_name(session.user_agent)
    report(AuditAction.SESSION_ENDED, session.user, browser)


def end_all(user: User | AnonymousUser, but: str | None = None) -> tuple[int, int]:
    """End the open sessions of a user but that with the key ``but``, and the tokens; returns how many of each."""
    sessions = list(open_sessions().filter(user=user.pk).exclude(session_key=but or ""))
    for session in sessions:
        end(session)
    return len(sessions), end_tokens(user)


def touch(session: UserSession, address: str | None, user_agent: str) -> None:
    """Store that a session is in use, if that is not known of the last minutes or its address is another one.

    Where the database cannot write at the moment, nothing is stored: pages can be read all the same.
    """
    now = timezone.now()
    moved = session.address is not None and address != session.address
    if moved or now - session.last_used_at > TOUCH_AFTER:
        rows = UserSession.objects.filter(pk=session.pk)
        with suppress(DatabaseError), _short_busy_timeout():
            rows.update(last_used_at=now, address=address, user_agent=user_agent)


@contextmanager
def _short_busy_timeout() -> Iterator[None]:
    """Context in which SQLite waits for its lock only a moment."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [timeout] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(_TOUCH_BUSY_TIMEOUT)
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(timeout)}")


def _end_after_change(user: User, changes: dict[str, Any] | None, **kwargs: object) -> None:
    """End all sessions of a user with a new password, or who is no longer active.

    The session in which users change their own password goes on: Django writes it again with a new key.
    """
    if changes and ("password" in changes or not user.is_active):
        has_open = open_sessions().filter(user=user).exists()
        UserSession.objects.filter(user=user).delete()
        if has_open:
            has_new_password = "password" in changes
            detail = (
                AuditDetail.SESSIONS_ENDED_BY_PASSWORD
                if has_new_password
                else AuditDetail.SESSIONS_ENDED_BY_DEACTIVATION
            )
            report(AuditAction.SESSION_ENDED, user, detail.value)
