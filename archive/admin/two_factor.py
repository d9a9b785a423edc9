"""The page of the second factor: set up an app by a QR code, recovery codes, apps in use; and who must have one."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django_otp import login as mark_verified

from archive.accounts import two_factor
from archive.accounts.sessions import end_all
from archive.admin.record_lookup import is_primary_key
from archive.admin.sign_in import WRONG_CODE, CodeForm, is_own_password, verified_or_reason, wait_message

#: Pages that administrators without a second factor may open, by the names of their URLs.
_OPEN_PAGES = ("second_factor", "logout", "jsi18n")
#: The session's key of the app that is being set up in it.
_PENDING_APP = "pending_app"
#: Of the fields above the apps, so that no two fields of the page have the same id.
_AUTO_ID = "id_apps_%s"


class PasswordForm(forms.Form):
    """The user's password, before anything of the second factor is changed."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not is_own_password(self.request, password):
            raise forms.ValidationError(gettext("The password is wrong: expected the one by which you log in."))
        return password


class SetUpForm(PasswordForm, CodeForm):
    """A new app: its name, a code of it, and the user's password."""

    name = forms.CharField(label=_("Name of the app or device"), max_length=64, required=False)
    field_order = ("name", "code", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("autofocus", None)


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The user's second factor; by ``who`` an administrator's page for resetting that of another user."""
    if not two_factor.is_on():
        raise Http404(gettext("Two-factor log-in is off: TWO_FACTOR=optional or administrators turns it on."))
    who = request.GET.get("who", "").replace("\x00", "").strip()[:150]
    if two_factor.has_app(request.user) and not two_factor.is_verified(request.user, request.session):
        return _verification(request)
    if who and who != request.user.get_username():
        return _reset_of(request, who)
    if request.method == "POST":
        return _changed(request)
    return _page(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the user must give a second factor before opening the page."""
    match = request.resolver_match
    is_open = match is not None and match.url_name in _OPEN_PAGES
    return not is_open and two_factor.lacks_code(request.user, request.session)


def _changed(request: HttpRequest) -> HttpResponse:
    """Do what the pressed button says."""
    if "set_up" in request.POST:
        return _set_up(request)
    form = PasswordForm(request, request.POST, auto_id=_AUTO_ID)
    if not form.is_valid():
        return _page(request, password_form=form)
    if "codes" in request.POST and two_factor.has_app(request.user):
        return _page(request, codes=two_factor.new_recovery_codes(request.user))
    number = request.POST.get("remove", "")
    if is_primary_key(number) and two_factor.remove_app(request.user, int(number)):
        messages.success(request, gettext("The app is removed: its codes are not accepted any more."))
    else:
        messages.info(request, gettext("Nothing was changed: that app is removed already."))
    return HttpResponseRedirect(request.path)


def _set_up(request: HttpRequest) -> HttpResponse:
    """Confirm a new app. With the first one, all other sessions end, and there are recovery codes."""
    form = SetUpForm(request, request.POST)
    if not form.is_valid():
        return _page(request, set_up_form=form)
    user, app = request.user, _pending_app(request)
    is_first = not two_factor.has_app(user)
    if wait := two_factor.seconds_to_wait_for(app):
        form.add_error("code", wait_message(wait))
        return _page(request, set_up_form=form)
    if not two_factor.confirm(app, form.cleaned_data["code"], form.cleaned_data["name"]):
        form.add_error("code", gettext("{wrong_code} Is the clock of the device right?").format(wrong_code=WRONG_CODE))
        return _page(request, set_up_form=form)
    del request.session[_PENDING_APP]
    app.confirmed = True
    mark_verified(request, app)
    if not is_first:
        messages.success(request, gettext("The app is added."))
        return HttpResponseRedirect(request.path)
    end_all(user, but=request.session.session_key)
    return _page(request, codes=two_factor.new_recovery_codes(user))


def _page(request: HttpRequest, codes: list[str] | None = None, **forms_sent: object) -> HttpResponse:
    user: Any = request.user
    apps = two_factor.apps_of(user)
    context: dict[str, Any] = {
        "title": gettext("Second factor"),
        "apps": apps,
        "codes": codes,
        "codes_left": two_factor.codes_left(user),
        "is_required": two_factor.must_give_second_factor(user),
        "next_url": _next_url(request),
        "password_form": forms_sent.get("password_form") or PasswordForm(request, auto_id=_AUTO_ID),
    }
    if codes is None:
        app = _pending_app(request)
        context |= {
            "qr_code": _qr_code(app.config_url),
            "secret": two_factor.secret_of(app),
            "set_up_form": forms_sent.get("set_up_form") or SetUpForm(request),
        }
    return _response(request, context)


def _pending_app(request: HttpRequest) -> Any:
    """The app that is being set up in this session, whose secret no other session of the user shows."""
    app = two_factor.unconfirmed_app(request.user, request.session.get(_PENDING_APP))
    if request.session.get(_PENDING_APP) != app.pk:
        request.session[_PENDING_APP] = app.pk
    return app


def _verification(request: HttpRequest) -> HttpResponse:
    """The page that asks for a code in a session that began before there was an app."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_bound and form.is_valid():
        device, message = verified_or_reason(request, request.user, form.cleaned_data["code"])
        if device is not None:
            mark_verified(request, device)
            return HttpResponseRedirect(_next_url(request))
        form.add_error("code", message)
    return _response(request, {"title": gettext("Second factor"), "code_form": form})


def _reset_of(request: HttpRequest, who: str) -> HttpResponse:
    """The page by which an administrator removes the second factor of a user who lost it."""
    if not two_factor.is_administrator(request.user):
        raise PermissionDenied
    user = get_user_model()._default_manager.filter(username=who).first()
    if user is None:
        raise Http404(gettext("There is no user '{name}'.").format(name=who))
    form = PasswordForm(request, request.POST) if request.method == "POST" else PasswordForm(request)
    if form.is_bound and form.is_valid():
        done = two_factor.reset(user)
        end_all(user)
        text = (
            gettext("The second factor of {who} is removed, and all sessions and tokens are ended.")
            if done
            else gettext("The second factor of {who} is not set up.")
        )
        messages.success(request, text.format(who=who))
        return HttpResponseRedirect(request.get_full_path())
    context = {"apps": two_factor.apps_of(user), "codes_left": two_factor.codes_left(user), "other": user}
    return _response(
        request, {**context, "title": gettext("Second factor of {who}").format(who=who), "password_form": form}
    )


def _response(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request, "admin/archive/second_factor.html", {**admin.site.each_context(request), **context}
    )


def _next_url(request: HttpRequest) -> str:
    url = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_own else reverse("admin:index")


def _qr_code(text: str) -> str:
    """The text as an SVG element, black on white in both themes, sized by the style sheet."""
    image = segno.make(text, error="m", micro=False)
    svg = image.svg_inline(dark="#000", light="#fff", border=4, omitsize=True, svgclass="qr-code", lineclass=None)
    return mark_safe(svg)  # noqa: S308 (segno writes numbers and paths, never the text)
