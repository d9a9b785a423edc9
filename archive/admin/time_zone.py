"""The page on which a user of the admin chooses the time zone in which its times are shown and read."""

from __future__ import annotations

from collections import defaultdict

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.moments import COOKIE, moment_text, zone_name, zone_names

_COOKIE_SECONDS = 31_536_000


def _choices() -> list[tuple[str, object]]:
    """UTC, and the zones of each part of the world."""
    areas: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in zone_names()[1:]:
        areas[name.partition("/")[0]].append((name, name.replace("_", " ")))
    return [("UTC", "UTC"), *areas.items()]


class TimeZoneForm(forms.Form):
    """A time zone by its name."""

    zone = forms.ChoiceField(
        label=_("Time zone"), choices=_choices,
        error_messages={"invalid_choice": _("Got '%(value)s', expected one of the list, such as Asia/Seoul.")},
    )  # fmt: skip


def time_zone(request: HttpRequest) -> HttpResponse:
    """The form; a POST stores the zone in a cookie of the admin, and goes back to where the user came from."""
    form = TimeZoneForm(request.POST if request.method == "POST" else None, initial={"zone": zone_name()})
    next_url = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = reverse("admin:index")
    if form.is_valid():
        zone = form.cleaned_data["zone"]
        response = HttpResponseRedirect(next_url)
        response.set_cookie(
            COOKIE, zone, max_age=_COOKIE_SECONDS, path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
        messages.success(request, gettext("Times are shown and read in {zone}.").format(zone=zone))
        return response
    context = {
        **admin.site.each_context(request),
        "title": gettext("Time zone"),
        "form": form,
        "next": next_url,
        "now": moment_text(timezone.now()),
    }
    return TemplateResponse(request, "admin/archive/time_zone.html", context)
