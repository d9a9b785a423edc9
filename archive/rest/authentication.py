"""Who asks: by token, with errors that say what to do."""

from __future__ import annotations

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed


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
