"""The pages of log-in and of a new password.

The log-in page asks for name and password, then for a code of the second factor where the user has one.
Between the two the session has no user, only whose password was right and when. A wrong code counts as a failed
log-in, for the limits and in the audit log.
"""

from __future__ import annotations

from time import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.accounts import two_factor
from archive.accounts.audit import AuditDetail, report
from archive.models import AuditAction

#: The session's key of the log-in that waits for a code, and how many seconds it waits.
_WAITING, _MAX_WAIT = "waits_for_code", 600
WRONG_CODE = _(
    "The code is wrong or was used before: expected the six digits that the app shows now, or a recovery code."
)


class CodeForm(forms.Form):
    """The code of an app, or a recovery code."""

    code = forms.CharField(
        max_length=64,
        label=_("Code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class SignInView(LoginView):
    """Django's log-in view with a second step."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "code" in request.POST and two_factor.is_on():
            return self._code_sent(CodeForm(request.POST))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if not (two_factor.is_on() and two_factor.has_app(user)):
            return super().form_valid(form)
        report(AuditAction.PASSWORD_RIGHT, user)
        self.request.session[_WAITING] = {
            "user": user.pk, "backend": user.backend, "hash": user.get_session_auth_hash(), "since": time(),
        }  # fmt: skip
        return self.render_to_response(self.get_context_data(form=CodeForm()))

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """With whether the page was asked for another one, to which the log-in leads."""
        following = self.get_redirect_url()
        return {**super().get_context_data(**kwargs), "asks_for_page": following not in ("", reverse("admin:index"))}

    def _code_sent(self, form: CodeForm) -> HttpResponse:
        user = self._waiting_user()
        if user is None:
            password_form = self.get_form_class()(self.request)
            return self.render_to_response(self.get_context_data(form=password_form, timed_out=True))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        device, message = verified_or_reason(self.request, user, form.cleaned_data["code"])
        if device is None:
            form.add_error("code", message)
            return self.render_to_response(self.get_context_data(form=form))
        del self.request.session[_WAITING]
        user.otp_device = device  # django-otp stores it in the session when the user is logged in
        login(self.request, user)
        return HttpResponseRedirect(self.get_success_url())

    def _waiting_user(self) -> Any:
        """The user whose password was right a moment ago; None if there is none, or the account changed since."""
        waiting = self.request.session.get(_WAITING) or {}
        if not waiting or time() - waiting["since"] > _MAX_WAIT:
            return None
        user = get_user_model()._default_manager.filter(pk=waiting["user"], is_active=True).first()
        if user is None or not constant_time_compare(user.get_session_auth_hash(), waiting["hash"]):
            return None
        user.backend = waiting["backend"]  # type: ignore[attr-defined]
        return user


def is_own_password(request: HttpRequest, password: str) -> bool:
    """Whether it is the password of the request's user. A wrong one counts as a failed log-in.

    Where the limits of log-ins refuse to look at it, django-axes' middleware replaces the response by its own.
    """
    user = authenticate(request, username=request.user.get_username(), password=password)
    return user is not None and user.pk == request.user.pk


class OwnPasswordChangeForm(AdminPasswordChangeForm):
    """Django's form of a new password, which counts a wrong old one as a failed log-in."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        password = str(self.cleaned_data["old_password"])
        if not is_own_password(self.request, password):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password


class OwnPasswordChangeView(PasswordChangeView):
    """Django's page of a new password with ``OwnPasswordChangeForm``."""

    form_class = OwnPasswordChangeForm

    def get_form(self, form_class: type[PasswordChangeForm] | None = None) -> PasswordChangeForm:
        form = super().get_form(form_class)
        form.request = self.request  # type: ignore[attr-defined]
        return form


def verified_or_reason(request: HttpRequest, user: User | AnonymousUser, code: str) -> tuple[Any, str]:
    """The device whose code it is; or None, and why. A wrong code is counted like a wrong password.

    Where the limits of log-ins refuse to look at it, django-axes' middleware replaces the response by its own.
    """
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out, request.axes_credentials = True, credentials  # type: ignore[attr-defined]
        return None, gettext("Too many failed log-ins.")
    if wait := two_factor.seconds_to_wait(user):
        return None, wait_message(wait)
    device = two_factor.verify(user, code)
    if device is None:
        reason = AuditDetail.WRONG_CODE.value
        user_login_failed.send(sender=__name__, credentials=credentials, request=request, reason=reason)
        return None, str(WRONG_CODE)
    return device, ""


def wait_message(seconds: int) -> str:
    """Says how long a code is not looked at after a wrong one."""
    return ngettext(
        "After a wrong code there is a wait: try again in {count} second.",
        "After a wrong code there is a wait: try again in {count} seconds.",
        seconds,
    ).format(count=seconds)
