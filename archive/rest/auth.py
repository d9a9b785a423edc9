"""Authentication by token or password, and the permissions of the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.authentication import BasicAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from archive.permissions import may_delete, may_write


class ArchiveTokenAuthentication(TokenAuthentication):
    """``Authorization: Token <token>``. ``Bearer`` is refused; other schemes are for a proxy in front."""

    def authenticate(self, request: Request) -> Any:
        if "HTTP_AUTHORIZATION" not in request.META:
            return None  # before DRF indexes all headers
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


class TooManyFailedLogins(Throttled):
    """429 for a log-in whose password is not checked: too many failed before it."""

    default_detail = "Too many failed log-ins."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


class PasswordAuthentication(BasicAuthentication):
    """HTTP Basic. Raises TooManyFailedLogins while django-axes locks the client out."""

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> Any:
        if "\0" in userid:  # PostgreSQL stores no such text
            raise AuthenticationFailed("Invalid username/password.")
        log_in: Any = _without_body(request)
        try:
            return super().authenticate_credentials(userid, password, log_in)
        except AuthenticationFailed:
            if getattr(log_in, "axes_locked_out", False):
                raise TooManyFailedLogins(log_in.login_retry_after) from None
            raise


def _without_body(request: Request) -> HttpRequest:
    """The request with its address and headers alone.

    django-axes would read the body as a form before it counts a failure. One that is no form would end the request
    there, and no wrong password be counted.
    """
    copied = HttpRequest()
    copied.method, copied.path, copied.META = request.method, request.path, request.META
    return copied


_ACTION_BY_METHOD = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
EDITORS_ONLY = (
    "Only an editor publishes, or changes what is published; you may write drafts and put them up for review."
)


class ReadAllWriteByPermission(BasePermission):
    """Reads are open to all (``visible_to`` decides which records); writes need Django's model permission."""

    message = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        model, method = getattr(view, "model", None), str(request.method)
        action = _ACTION_BY_METHOD.get(method)
        # A method that the view lacks gets 405, not 403.
        if model is None or action is None or method.lower() not in view.action_map:
            return True
        name = f"archive.{action}_{model._meta.model_name}"
        self.message = f"This needs the permission {name}; ask an administrator to make you a contributor or editor."
        return bool(request.user.has_perm(name))

    def has_object_permission(self, request: Request, view: object, obj: Model) -> bool:
        self.message = EDITORS_ONLY
        if request.method in SAFE_METHODS:
            return True
        return (may_delete if request.method == "DELETE" else may_write)(request.user, obj)


class PostRequiresLogin(BasePermission):
    """POST needs a login; other methods, which the view lacks, get 405."""

    def has_permission(self, request: Request, view: object) -> bool:
        return request.method != "POST" or bool(request.user and request.user.is_authenticated)
