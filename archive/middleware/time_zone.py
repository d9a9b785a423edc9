"""Middleware that answers requests for the admin in the time zone of the user's cookie; all others stay in UTC."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from archive.moments import zone_of_cookies

_ADMIN = "/admin/"


class TimeZoneMiddleware:
    """Activates the time zone while a request for the admin is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_ADMIN):
            return self.get_response(request)
        with timezone.override(zone_of_cookies(request.COOKIES)):
            return self.get_response(request)
