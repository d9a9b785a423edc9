"""Middleware that adds header fields to responses and compresses them.

Responses are compressed with brotli or gzip, except where their length could reveal a secret (BREACH). Public responses
contain no secret. A response to a session may contain one (drafts, a form's CSRF token) next to text that another site
chose, so it is not compressed; nor is one that sets a cookie. Responses to tokens are compressed: no other site can
make a browser send a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import brotli
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers

#: Shorter bodies are sent uncompressed.
MIN_BYTES = 500
#: Of 0 to 11. At 4 brotli is smaller than gzip's default, and no slower.
BROTLI_QUALITY = 4
_COMPRESSIBLE_TYPES = (
    "application/json", "application/graphql-response+json", "application/problem+json", "application/ld+json",
    "application/vnd.oai.openapi", "application/atom+xml", "application/jsonl", "application/x-ndjson", "text/",
    "application/xml", "application/x-bibtex", "application/x-research-info-systems",
    "application/vnd.citationstyles.csl+json", "application/vnd.timelinejs+json",
)  # fmt: skip
#: The weight of a coding in Accept-Encoding.
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
#: Directives that say already which caches may store a response.
_STORAGE_DIRECTIVES = ("private", "public", "no-store")


class PrivateCacheControlMiddleware:
    """Sets ``Cache-Control: private`` on responses to requests with credentials: they may contain drafts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            directives = response.get("Cache-Control", "")
            if not any(word in directives for word in _STORAGE_DIRECTIVES):
                response["Cache-Control"] = f"private, {directives or 'no-cache'}"
        return response


class SecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware with the default policy built once per process; it handles other policies and nonces."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> Any:
        if overrides_policy(request, response) or response.status_code >= 400:
            response = super().process_response(request, response)
            if (policy := response.headers.get("Content-Security-Policy")) is not None:
                response.headers["Content-Security-Policy"] = _sort_directives(policy)
            return response
        response.headers.setdefault("Content-Security-Policy", _default_policy())
        return response


def overrides_policy(request: HttpRequest, response: object) -> bool:
    """Whether the response has a policy of its own (django-csp's decorators or a nonce)."""
    return any(name.startswith("_csp_") for name in vars(response)) or hasattr(request, "_csp_nonce")


@lru_cache(maxsize=1)
def _default_policy() -> str:
    return _sort_directives(build_policy())


def _sort_directives(policy: str) -> str:
    """The directives by name: django-csp takes them from a set, whose order differs between processes."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))


class CompressionMiddleware(GZipMiddleware):
    """Compresses below the response cache, so that each cached response is compressed once."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:  # type: ignore[override]
        if not response.get("Content-Type", "").startswith(_COMPRESSIBLE_TYPES) or response.has_header(
            "Content-Encoding"
        ):
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            return response
        if not response.streaming and len(response.content) < MIN_BYTES:
            return response
        codings = acceptable_codings(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if not codings or (response.streaming and "gzip" not in codings):
            _vary_by_encoding(response)
            return response
        if response.streaming or codings[0] == "gzip":
            return super().process_response(request, response)  # type: ignore[no-any-return]
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = brotli.compress(response.content, quality=BROTLI_QUALITY)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "br"
        if (tag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{tag}"
        return response


def _vary_by_encoding(response: HttpResponse) -> None:
    """Add Accept-Encoding to Vary; Django's ``patch_vary_headers`` parses the whole field each time."""
    vary = response.headers.get("Vary", "*")
    if "*" in vary or "encoding" in vary.lower():
        patch_vary_headers(response, ("Accept-Encoding",))
    else:
        response.headers["Vary"] = f"{vary}, Accept-Encoding"


@lru_cache(maxsize=256)
def acceptable_codings(accept_encoding: str) -> tuple[str, ...]:
    """Those of ``br`` and ``gzip`` that an Accept-Encoding field lists, by descending weight; equal weights: br first.

    A weight of 0, or one that is not valid, makes a coding unacceptable (RFC 9110, 12.5.3). ``*`` is taken as identity.
    """
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, *params = (text.strip() for text in part.split(";"))
        texts = [param.removeprefix("q=").strip() for param in params if param.startswith("q=")]
        weight = 1.0 if not texts else float(texts[0]) if _WEIGHT.fullmatch(texts[0]) else 0.0
        weights[coding.removeprefix("x-")] = weight
    codings = [coding for coding in ("br", "gzip") if weights.get(coding, 0) > 0]
    return tuple(sorted(codings, key=lambda coding: -weights[coding]))


def prefers_brotli(accept_encoding: str) -> bool:
    """Whether a response to a request with this Accept-Encoding field is compressed with brotli."""
    return acceptable_codings(accept_encoding)[:1] == ("br",)


#: The middleware that adds header fields, in the order of the settings from the innermost.
_HEADER_MIDDLEWARE = (XFrameOptionsMiddleware, SecurityPolicyMiddleware, SecurityMiddleware, CompressionMiddleware)


class SecurityHeaders:
    """Adds to a response what the header middleware would, computed once for plain responses.

    The redirection of plain HTTP is not part of it: ``SecurityMiddleware`` does that before any view.
    """

    def __init__(self) -> None:
        *self.middleware, self.compression = [middleware(_unused_get_response) for middleware in _HEADER_MIDDLEWARE]
        #: Whether the request came by TLS -> the header fields of a plain response.
        self.fields: dict[bool, dict[str, str]] = {}

    def apply(self, request: HttpRequest, response: Any) -> Any:
        """The response with all header fields, compressed if the client accepts that."""
        is_framed = hasattr(response, "xframe_options_exempt")
        is_plain = type(response) is HttpResponse and response.status_code == 200 and not is_framed
        if is_plain and not overrides_policy(request, response):
            for name, value in self._plain_fields(request).items():
                response.headers.setdefault(name, value)
        else:
            for middleware in self.middleware:
                response = middleware.process_response(request, response)
        return self.compression.process_response(request, response)

    def _plain_fields(self, request: HttpRequest) -> dict[str, str]:
        is_secure = bool(request.is_secure())
        if is_secure not in self.fields:
            response: Any = HttpResponse()
            for middleware in self.middleware:
                response = middleware.process_response(request, response)
            self.fields[is_secure] = {name: value for name, value in response.items() if name != "Content-Type"}
        return self.fields[is_secure]


def _unused_get_response(request: HttpRequest) -> HttpResponse:
    raise AssertionError("SecurityHeaders calls process_response only")
