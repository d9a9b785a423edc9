"""ETags on every GET, and ``If-Match`` on every write.

A record's tag begins with its version, which every save raises; a write compares that part alone, so that a tag taken
from an answer with ``fields`` or ``include`` serves as well.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

from archive.exceptions import Problem
from archive.public_version.marks import public_answer
from archive.rest.problems import VARY, Refused

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = re.compile(rf"\*|{_TAG}(?:\s*,\s*{_TAG})*")
_STRONG = re.compile(r'(?<!W/)"([^"]*)"(?=\s*(?:,|$))')


def tag(body: bytes, version: int | None = None) -> str:
    digest = sha256(body).hexdigest()[:20]
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def answer(request: Any, response: Response, version: int | None = None) -> Response:
    """Add the tag when the response is rendered, and answer 304 to who has these bytes already."""

    def tagged(rendered: Any) -> Any:
        found = tag(rendered.content, version)
        rendered["ETag"] = found
        rendered["Cache-Control"] = "no-cache"
        rendered["Vary"] = VARY
        if known(request, found):
            rendered.status_code = 304
            rendered.content = b""
            del rendered["Content-Type"]
        return rendered

    response.add_post_render_callback(tagged)
    return response


def send(
    request: Any, body: bytes, version: int | None = None, media: str = "application/json", **more: str
) -> HttpResponse:
    """A response of text with its tag; 304 to who has these bytes already."""
    found = tag(body, version)
    headers = {"ETag": found, "Cache-Control": "no-cache", "Vary": VARY, **more}
    if known(request, found):
        return _not_modified(headers)
    return public_answer(HttpResponse(body, content_type=media, headers=headers))


def _not_modified(headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(status=304, headers=headers)
    del response["Content-Type"]
    return response


def known(request: Any, found: str) -> bool:
    """Whether the asker has the answer with this tag."""
    asked = [part.strip().removeprefix("W/") for part in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")]
    return found in asked or "*" in asked


def require_match(request: Any, version: int) -> None:
    """Refuse a write that does not say which version it changes (428), or that is stale (412).

    A weak tag never matches, as RFC 9110 has it; a proxy that compresses may have made it weak.
    """
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if not given:
        raise Refused(
            428,
            "A write names the version it changes: send If-Match with the ETag of your last GET.",
            [Problem("If-Match", "none", "the ETag of your last GET")],
        )
    if not _TAGS.fullmatch(given):
        raise Refused(
            400,
            "If-Match can't be read: expected one or more ETags in double quotes, or *.",
            [Problem("If-Match", given[:64], f'ETags in double quotes, such as "{version}", or *')],
        )
    asked = [tag.partition(".")[0] for tag in _STRONG.findall(given)]
    if given != "*" and str(version) not in asked:
        raise Refused(
            412,
            f"Somebody else changed the record: got If-Match {given[:64]}, expected version {version}. Read it again.",
            [Problem("If-Match", given[:64], f'"{version}"')],
        )
