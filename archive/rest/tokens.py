"""A token for scripts: POST with a name and password (HTTP Basic) gives one, stored hashed, that expires."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from knox.views import LoginView, LogoutView
from rest_framework.authentication import BasicAuthentication

from archive.rest.authentication import ArchiveTokenAuthentication
from archive.rest.permissions import PostWithLogin


@extend_schema(exclude=True)
class TokenView(LoginView):
    """``curl -u name:password -X POST .../api/v1/token/`` answers ``{"token": ..., "expiry": ...}``."""

    authentication_classes = (BasicAuthentication,)
    permission_classes = (PostWithLogin,)


@extend_schema(exclude=True)
class RevokeView(LogoutView):
    """POST with a token ends it."""

    authentication_classes = (ArchiveTokenAuthentication,)
    permission_classes = (PostWithLogin,)
