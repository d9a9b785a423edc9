"""A token for scripts: POST with a name and password (HTTP Basic) gives one, stored hashed, that expires."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from knox.views import LoginView, LogoutView
from rest_framework import serializers

from archive.rest.authentication import ArchiveTokenAuthentication, PasswordAuthentication
from archive.rest.permissions import PostWithLogin
from archive.rest.schema import problems

_TOKEN = inline_serializer("Token", {"expiry": serializers.DateTimeField(), "token": serializers.CharField()})


class TokenView(LoginView):
    """``curl -u name:password -X POST .../api/v1/token/`` answers ``{"token": ..., "expiry": ...}``."""

    authentication_classes = (PasswordAuthentication,)
    permission_classes = (PostWithLogin,)

    @extend_schema(
        operation_id="token_create", summary="Get a token", description="For a name and password; it lasts ten hours.",
        request=None, responses={200: _TOKEN, **problems(401, 429)}, tags=["token"],
    )  # fmt: skip
    def post(self, request: Any) -> Any:
        return super().post(request)


class RevokeView(LogoutView):
    """POST with a token ends it."""

    authentication_classes = (ArchiveTokenAuthentication,)
    permission_classes = (PostWithLogin,)

    @extend_schema(
        operation_id="token_revoke", summary="End the token", description="The one that is sent with the request.",
        request=None, responses={204: None, **problems(401)}, tags=["token"],
    )  # fmt: skip
    def post(self, request: Any) -> Any:
        return super().post(request)
