"""Authentication by token or password, and the permissions of the API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db.models import Model
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.authentication import BasicAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from archive.accounts import two_factor
from archive.accounts.audit import report
from archive.exceptions import Problem
from archive.models import AuditAction
from archive.permissions import may_delete, may_write

#: The header with the code of the second factor.
CODE_HEADER = "One-Time-Code"
_CODE = "the six digits that the app shows now, or a recovery code"


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
            user, auth = super().authenticate_credentials(token)
        except (AuthenticationFailed, UnicodeDecodeError) as error:
            raise AuthenticationFailed(
                "The token is not known, has expired or was revoked: get a new one by POST to /api/v1/token/."
            ) from error
        if two_factor.lacks_required_app(user):
            raise AuthenticationFailed(two_factor.APP_REQUIRED)
        return user, auth


class TooManyFailedLogins(Throttled):
    """429 for a log-in whose password is not checked: too many failed before it."""

    default_detail = "Too many failed log-ins."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


class CodeRequiredError(AuthenticationFailed):
    """401 for a right password without a right code of the second factor."""

    def __init__(self, detail: str, got: str, expected: str) -> None:
        super().__init__(detail)
        self.problems = [Problem(CODE_HEADER, got, expected)]


class PasswordAuthentication(BasicAuthentication):
    """HTTP Basic, with a code in the header ``One-Time-Code`` of who has a second factor.

    Raises TooManyFailedLogins while django-axes locks the client out, or django-otp waits after a wrong code.
    """

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> Any:
        if "\0" in userid:  # PostgreSQL stores no such text
            raise AuthenticationFailed("Invalid username/password.")
        log_in: Any = _without_body(request)
        try:
            user, auth = super().authenticate_credentials(userid, password, log_in)
        except AuthenticationFailed:
            if getattr(log_in, "axes_locked_out", False):
                raise TooManyFailedLogins(log_in.login_retry_after) from None
            raise
        if two_factor.is_on():
            _check_code(log_in, user)
        return user, auth


def _without_body(request: Request) -> HttpRequest:
    """The request with its address and headers alone.

    django-axes would read the body as a form before it counts a failure. One that is no form would end the request
    there, and no wrong password be counted.
    """
    copied = HttpRequest()
    copied.method, copied.path, copied.META = request.method, request.path, request.META
    return copied


def _check_code(request: HttpRequest, user: User) -> None:
    """Raises CodeRequiredError unless the request has a code of the user's, or needs none; TooManyFailedLogins."""
    if not two_factor.has_app(user):
        if two_factor.must_give_second_factor(user):
            raise CodeRequiredError(
                two_factor.APP_REQUIRED,
                "an account without a second factor", "a code of the app that was set up",
            )  # fmt: skip
        return
    code = request.headers.get(CODE_HEADER, "")
    if not code:
        report(AuditAction.PASSWORD_RIGHT, user)
        raise CodeRequiredError(
            f"This account has a second factor: send its code too, as '{CODE_HEADER}: 123456'.",
            "none", _CODE,
        )  # fmt: skip
    if wait := two_factor.seconds_to_wait(user):
        raise TooManyFailedLogins(wait)
    if two_factor.verify(user, code) is None:
        user_login_failed.send(
            sender=__name__, credentials={"username": user.get_username()}, request=request, reason="wrong code"
        )
        raise CodeRequiredError("The code is wrong or was used before.", "a wrong code", _CODE)


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
