"""Session engine that stores whose a session is, and where and when it was last used; and middleware of sessions.

It is Django's database engine over the table of ``UserSession``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from simple_history.models import HistoricalRecords

from archive.accounts.changes import password_rehashed
from archive.accounts.sessions import open_sessions, touch
from archive.accounts.two_factor import ADMINISTRATORS, lacks_code
from archive.middleware.client_address import client_address
from archive.models import UserSession

_MAX_USER_AGENT = 300


class SessionStore(DatabaseStore):
    """Django's database sessions with the columns of ``UserSession``."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        #: The environment of the request that uses the session; empty for a command.
        self.meta: Mapping[str, Any] = {}
        #: The row that was loaded; None for a new session.
        self.row: UserSession | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        return UserSession

    def _get_session_from_db(self) -> Any:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        session.created_at = self.row.created_at if self.row is not None and self._continues() else timezone.now()
        session.last_used_at = timezone.now()
        session.address, session.user_agent = self._client()
        return session

    def touch(self) -> None:
        """Store that a session which was only read is in use."""
        if self.row is not None and self.row.user_id is not None and self._continues():
            touch(self.row, *self._client())

    def _continues(self) -> bool:
        """Whether the session still has the key of the row that was loaded: a log-in changes it."""
        return self.row is not None and self.row.pk == self.session_key

    def _client(self) -> tuple[str | None, str]:
        """The client's address and browser; of the loaded row where there is no request."""
        if not self.meta and self.row is not None:
            return self.row.address, self.row.user_agent
        user_agent = str(self.meta.get("HTTP_USER_AGENT", "")).replace("\x00", "")
        return client_address(self.meta), user_agent[:_MAX_USER_AGENT]


def connect() -> None:
    """Connect the receiver; called once, from ``AppConfig.ready``."""
    password_rehashed.connect(_store_new_hash, dispatch_uid="archive.middleware.sessions")


def _store_new_hash(user: User, old: str, **kwargs: object) -> None:
    """Write the digest of the new password hash to the user's sessions.

    Django ends a session with another digest, also where the password is the same.
    """
    before = type(user)(password=old)
    digests = {before.get_session_auth_hash(), *before.get_session_auth_fallback_hash()}
    new = user.get_session_auth_hash()
    store = SessionStore()
    for row in open_sessions().filter(user=user):
        data = store.decode(row.session_data)
        if data.get(HASH_SESSION_KEY) in digests:
            row.session_data = store.encode({**data, HASH_SESSION_KEY: new})
            row.save(update_fields=["session_data"])
    # The session of the request, which may be stored again as it was loaded.
    session = getattr(getattr(HistoricalRecords.context, "request", None), "session", None)
    if session is not None and session.get(SESSION_KEY) == str(user.pk) and session.get(HASH_SESSION_KEY) in digests:
        session[HASH_SESSION_KEY] = new


class SessionUseMiddleware:
    """Tells the session store which client uses the session, and has it stored that it was used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        session.meta = request.META
        response = self.get_response(request)
        # What modified the session is stored with it, by Django's middleware.
        if not session.modified:
            session.touch()
        return response


class SecondFactorMiddleware:
    """Takes the session of a user who must give a second factor, and has given none, as one of nobody.

    The pages, REST and GraphQL show what anonymous users see. The admin itself leads to the page of the second factor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TWO_FACTOR == ADMINISTRATORS and not request.path.startswith(reverse("admin:index")):
            session_user: Any = request.user
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: AnonymousUser() if lacks_code(session_user, request.session) else session_user
            )
        return self.get_response(request)
