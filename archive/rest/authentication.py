"""Who asks: by token, with errors that say what to do."""

from __future__ import annotations

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.authentication import BasicAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled


class ArchiveTokenAuthentication(TokenAuthentication):
    """``Authorization: Token <token>``. A bearer is told so; other schemes are a proxy's in front of us."""

    def authenticate(self, request: Any) -> Any:
        if "HTTP_AUTHORIZATION" not in request.META:
            return None  # without making an index of all headers first
        if get_authorization_header(request).lower().startswith(b"bearer"):
            raise AuthenticationFailed("Got 'Authorization: Bearer', expected 'Authorization: Token <token>'.")
        return super().authenticate(request)

    def authenticate_credentials(self, token: bytes) -> Any:
        try:
            return super().authenticate_credentials(token)
        except (AuthenticationFailed, UnicodeDecodeError) as error:
            raise AuthenticationFailed(
                "The token is not known, has expired or was revoked: get a new one by POST to /api/v1/token/."
            ) from error


class TooManyFailures(Throttled):
    """A password that was not looked at."""

    default_detail = "Too many failed log-ins."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


class PasswordAuthentication(BasicAuthentication):
    """HTTP Basic; raises TooManyFailures where the lock-out refuses to look at the password."""

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> Any:
        if "\0" in userid:  # PostgreSQL takes no such text
            raise AuthenticationFailed("Invalid username/password.")
        try:
            return super().authenticate_credentials(userid, password, request)
        except AuthenticationFailed:
            if getattr(request, "axes_locked_out", False):
                raise TooManyFailures(request.login_retry_after) from None
            raise
