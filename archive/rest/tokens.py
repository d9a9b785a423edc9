"""The views that issue (for a name and password), list and revoke API tokens, which are stored hashed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.accounts.tokens import end_token, end_tokens, token_id, valid_tokens
from archive.exceptions import Problem
from archive.rest.auth import CODE_HEADER, ArchiveTokenAuthentication, PasswordAuthentication, PostRequiresLogin
from archive.rest.errors import ProblemError
from archive.rest.schemas import error_responses

_TOKEN = inline_serializer("Token", {"expiry": serializers.DateTimeField(), "token": serializers.CharField()})
_TOKEN_ENTRY = inline_serializer(
    "TokenEntry",
    {
        "id": serializers.CharField(help_text="What names the token in its address; not the token itself."),
        "created": serializers.DateTimeField(),
        "expiry": serializers.DateTimeField(allow_null=True),
        "current": serializers.BooleanField(help_text="Whether the request was sent with this one."),
    },
    many=True,
)
_CODE = OpenApiParameter(
    CODE_HEADER, str, OpenApiParameter.HEADER, description="The code of the second factor, of who has one."
)
_TOKEN_LIST = inline_serializer("TokenList", {"results": _TOKEN_ENTRY})


class TokenView(APIView):
    """``curl -u name:password -X POST .../api/v1/token/`` answers ``{"token": ..., "expiry": ...}``."""

    authentication_classes = (PasswordAuthentication,)
    permission_classes = (PostRequiresLogin,)

    @extend_schema(
        operation_id="token_create", summary="Get a token", description="For a name and password; it lasts ten hours.",
        parameters=[_CODE], request=None, responses={200: _TOKEN, **error_responses(401, 403, 429)}, tags=["token"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        with transaction.atomic():
            # The row lock serializes the requests that count a user's tokens.
            get_user_model().objects.select_for_update().get(username=request.user.get_username())
            _check_limit(request.user)
            token, text = AuthToken.objects.create(request.user)
        _record_log_in(request)
        return Response({"expiry": _json_time(token.expiry), "token": text}, headers={"Cache-Control": "no-store"})


class RevokeView(APIView):
    """POST with a token ends it."""

    authentication_classes = (ArchiveTokenAuthentication,)
    permission_classes = (PostRequiresLogin,)

    @extend_schema(
        operation_id="token_revoke", summary="End the token", description="The one that is sent with the request.",
        request=None, responses={204: None, **error_responses(401)}, tags=["token"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        request.auth.delete()
        return Response(status=204)


class TokenListView(APIView):
    """The tokens of whoever sends the request: by token, by session, or by name and password."""

    authentication_classes = (ArchiveTokenAuthentication, PasswordAuthentication, SessionAuthentication)
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="tokens_list", summary="Your tokens", description="Those that have not expired, the newest first.",
        responses={200: _TOKEN_LIST, **error_responses(401)}, tags=["token"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        current = getattr(request.auth, "digest", None)
        results = [
            {
                "id": token_id(token.digest),
                "created": _json_time(token.created),
                "expiry": _json_time(token.expiry),
                "current": token.digest == current,
            }
            for token in valid_tokens(request.user)
        ]
        return Response({"results": results}, headers={"Cache-Control": "private, no-store"})

    @extend_schema(
        operation_id="tokens_revoke_all", summary="End all your tokens",
        description="The one that is sent with the request, too.",
        request=None, responses={204: None, **error_responses(401, 403)}, tags=["token"],
    )  # fmt: skip
    def delete(self, request: Request) -> Response:
        end_tokens(request.user)
        return Response(status=204)


class TokenDetailView(APIView):
    """One of the tokens of whoever sends the request."""

    authentication_classes = TokenListView.authentication_classes
    permission_classes = TokenListView.permission_classes

    @extend_schema(
        operation_id="tokens_revoke", summary="End one of your tokens", description="By its id in the list.",
        parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH, description="The token's id.")],
        request=None, responses={204: None, **error_responses(401, 403, 404)}, tags=["token"],
    )  # fmt: skip
    def delete(self, request: Request, id: str) -> Response:
        if not end_token(request.user, id):
            expected = "the id of one of your tokens, as GET /api/v1/tokens/ lists them"
            raise ProblemError(404, "None of your tokens has this id.", [Problem("id", id[:64], expected)])
        return Response(status=204)


def _check_limit(user: User | AnonymousUser) -> None:
    """Raises ProblemError when the user has the maximal number of tokens."""
    limit = knox_settings.TOKEN_LIMIT_PER_USER
    if limit is not None and (count := valid_tokens(user).count()) >= limit:
        raise ProblemError(
            403,
            f"You have {count} tokens, and may have {limit}: end some by DELETE /api/v1/tokens/<id>/, or all by "
            "DELETE /api/v1/tokens/.",
            [Problem("tokens", str(count), f"at most {limit} that have not expired")],
        )


def _record_log_in(request: Request) -> None:
    """Send Django's log-in signal without a session, which the log-in record would otherwise create."""
    if hasattr(request._request, "session"):
        del request._request.session
    user_logged_in.send(sender=type(request.user), request=request, user=request.user)


def _json_time(moment: datetime) -> Any:
    return serializers.DateTimeField().to_representation(moment) if moment else None
