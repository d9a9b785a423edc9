"""Middleware that compresses responses with brotli or gzip, except where their length could reveal a secret (BREACH).

Public responses contain no secret. A response to a session may contain one (drafts, a form's CSRF token) next to text
that another site chose, so it is not compressed; nor is one that sets a cookie. Responses to tokens are compressed:
no other site can make a browser send a token.
"""

from __future__ import annotations

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

#: Shorter bodies are sent uncompressed.
MIN_BYTES = 500
#: Of 0 to 11. At 4 brotli is smaller than gzip's default, and no slower.
BROTLI_QUALITY = 4
_COMPRESSIBLE_TYPES = (
    "application/json", "application/graphql-response+json", "application/problem+json", "application/ld+json",
    "application/vnd.oai.openapi", "application/atom+xml", "application/jsonl", "application/x-ndjson", "text/",
)  # fmt: skip


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
        if not request.META.get("HTTP_ACCEPT_ENCODING"):
            _vary_by_encoding(response)
            return response
        if response.streaming or not accepts_brotli(request.META.get("HTTP_ACCEPT_ENCODING", "")):
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


def accepts_brotli(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding field accepts brotli."""
    for part in accept_encoding.split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip().lower() == "br":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
