"""Cross-origin resource sharing: header fields that let pages of other origins read answers.

Any origin reads what the public reads, without credentials. The origins of ``CORS_ALLOWED_ORIGINS`` may also send
tokens and sessions, and write. The fields are added outside the response cache: one cached answer serves all origins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from archive.cache.responses import GRAPHQL, READS, REST

Headers = tuple[tuple[str, str], ...]

_ORIGIN, _CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
_EXPOSED, _POLICY = "Access-Control-Expose-Headers", "Cross-Origin-Resource-Policy"
_ADDED = frozenset(name.lower() for name in (_ORIGIN, _CREDENTIALS, _EXPOSED, _POLICY))
#: The APIs, also where the slash at the end was forgotten: the redirection is read by the page's script as well.
_APIS = (REST.rstrip("/"), GRAPHQL.rstrip("/"))
_OAI = "/oai"
#: What programs read besides the APIs: harvests, drawings (in the language of the address), oEmbed, sitemaps.
_FILES = re.compile(
    r"/oai(?:/record\.xsd)?|(?:/(?:ko|ja))?/(?:oembed|timeline\.(?:svg|png)|sitemap(?:-[a-z-]+)?\.xml|robots\.txt)"
)


class CrossOriginMiddleware(CorsMiddleware):
    """django-cors-headers' middleware for the listed origins; ``*`` for public reads by all others.

    ``*`` does not depend on the request's Origin, so such an answer needs no ``Vary: Origin``, and is sent also where
    no Origin came. Where origins are listed every answer of the APIs has it: a cache must not give a listed origin
    what it got for another.
    """

    def is_enabled(self, request: HttpRequest) -> bool:
        return _is_enabled(request.path_info)

    def check_preflight(self, request: HttpRequest) -> Any:
        """An empty answer to a preflight that is granted; None for others: the view answers, without the fields."""
        is_granted = _allows_every_origin(request) or request.headers.get("Origin") in settings.CORS_ALLOWED_ORIGINS
        return super().check_preflight(request) if is_granted else None

    def add_response_headers(self, request: HttpRequest, response: HttpResponse) -> Any:
        if not self.is_enabled(request):
            return response
        if settings.CORS_ALLOWED_ORIGINS:
            super().add_response_headers(request, response)
        is_public = _allows_every_origin(request)
        response[_POLICY] = "cross-origin" if is_public else "same-origin"
        if is_public and _ORIGIN not in response:
            response[_ORIGIN] = "*"
            response[_EXPOSED] = ", ".join(settings.CORS_EXPOSE_HEADERS)
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = ", ".join(sorted(_methods(request)))
                response["Access-Control-Allow-Headers"] = ", ".join(settings.CORS_PUBLIC_HEADERS)
                response["Access-Control-Max-Age"] = str(settings.CORS_PREFLIGHT_MAX_AGE)
        return response

    def origin_found_in_white_lists(self, origin: str, url: object) -> bool:
        return origin in settings.CORS_ALLOWED_ORIGINS


def with_cors(headers: Headers, path: str, origin: str) -> Headers:
    """The header fields of an anonymous read's answer with those that the middleware adds to it."""
    if not _is_enabled(path):
        return headers
    origins = settings.CORS_ALLOWED_ORIGINS
    added = _cors_headers(origin if origin in origins else "", bool(origins))
    if not origins:
        return headers + added
    response = HttpResponse(headers=dict(headers))
    patch_vary_headers(response, ("origin",))
    return (*response.items(), *added)


def without_cors(headers: Iterable[tuple[str, str]]) -> Headers:
    """The header fields as they were before the middleware."""
    own = ((name, value) for name, value in headers if name.lower() not in _ADDED)
    return tuple((name, value.removesuffix(", origin") if name == "Vary" else value) for name, value in own)


@lru_cache(maxsize=256)
def _cors_headers(origin: str, has_listed: bool) -> Headers:
    request, response = HttpRequest(), HttpResponse()
    request.method, request.path_info = "GET", REST
    request.META = {"HTTP_ORIGIN": origin} if origin else {}
    CrossOriginMiddleware(lambda _: response).add_response_headers(request, response)
    return tuple((name, value) for name, value in response.items() if name.lower() in _ADDED)


def _is_enabled(path: str) -> bool:
    return path.startswith(_APIS) or _FILES.fullmatch(path) is not None


def _allows_every_origin(request: HttpRequest) -> bool:
    """Whether the request, or that which a preflight announces, reads without credentials what the public may read."""
    if not settings.ARCHIVE_PUBLIC or "HTTP_AUTHORIZATION" in request.META:
        return False
    method = request.META.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") if request.method == "OPTIONS" else request.method
    return method in _methods(request) and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _methods(request: HttpRequest) -> frozenset[str]:
    return READS[GRAPHQL if request.path_info.startswith((_APIS[1], _OAI)) else REST]
