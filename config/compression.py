"""Answers in gzip or Brotli to who takes them, where no secret can be guessed by their length (BREACH).

What is public holds no secret. An answer to a session may hold one (drafts, a form's token) beside text that another
site chose, so it goes out as it is; so does one that sets a cookie. Tokens are no concern: no other site can
make a browser send one.
"""

from __future__ import annotations

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

#: Shorter bodies do not gain by it.
SHORTEST = 500
#: Of Brotli's 0 to 11: smaller than gzip's usual, and no slower.
QUALITY = 4
_KINDS = ("application/json", "application/graphql-response+json", "application/problem+json", "application/ld+json",
          "application/vnd.oai.openapi", "application/atom+xml", "application/jsonl", "application/x-ndjson",
          "text/")  # fmt: skip


class CompressionMiddleware(GZipMiddleware):
    """Stands below the kept answers, so that each is compressed once."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not response.get("Content-Type", "").startswith(_KINDS) or response.has_header("Content-Encoding"):
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            return response
        if not response.streaming and len(response.content) < SHORTEST:
            return response
        if not request.META.get("HTTP_ACCEPT_ENCODING"):
            _vary(response)
            return response
        if response.streaming or not takes_brotli(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return super().process_response(request, response)  # type: ignore[no-any-return]
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = brotli.compress(response.content, quality=QUALITY)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "br"
        if (tag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{tag}"
        return response


def _vary(response: HttpResponse) -> None:
    """As Django's ``patch_vary_headers``, which reads the field anew to add to it."""
    found = response.headers.get("Vary", "*")
    if "*" in found or "encoding" in found.lower():
        patch_vary_headers(response, ("Accept-Encoding",))
    else:
        response.headers["Vary"] = f"{found}, Accept-Encoding"


def takes_brotli(accepted: str) -> bool:
    """What an ``Accept-Encoding`` says of it."""
    for part in accepted.split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip().lower() == "br":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
