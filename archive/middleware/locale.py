"""Middleware of languages and time zones: pages in the language of their address, the admin in what its user chose.

Django's ``LocaleMiddleware`` would add ``Vary: Accept-Language`` to all other responses, REST's among them, and leave
the language active after the request: the fast path and ``PublicReadMiddleware``, which answer above this middleware,
would answer the thread's next read in Korean. Responses outside the admin have times in UTC.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import timezone, translation

from archive.cache.responses import GRAPHQL, REST
from archive.moments import zone_of_cookies
from archive.page_language import active_tag, cookie_language, path_language

_ADMIN = "/admin/"
#: Paths whose responses are in English and do not say so.
_WITHOUT_LANGUAGE = (REST, GRAPHQL, "/oai", "/static/")


class LanguageMiddleware:
    """Activates a language while a request is answered, and adds Content-Language to pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Schemas and forms are built when they are imported: never while a request has another language active.
        _ = get_resolver().url_patterns

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(_WITHOUT_LANGUAGE):
            return self.get_response(request)
        language = cookie_language(request.COOKIES) if path.startswith(_ADMIN) else path_language(path)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            if response.get("Content-Type", "").startswith("text/html"):
                response.headers.setdefault("Content-Language", active_tag())
        return response


class TimeZoneMiddleware:
    """Activates the time zone while a request for the admin is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_ADMIN):
            return self.get_response(request)
        with timezone.override(zone_of_cookies(request.COOKIES)):
            return self.get_response(request)
