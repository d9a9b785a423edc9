"""ETags on every GET, and ``If-Match`` on every write.

A record's tag stands for the record as it is stored and for one answer about it (``archive.cache.etags``), so
that a tag taken from an answer with ``fields`` or ``include`` serves for a write as well. Answers to who sees drafts
stand for all that is stored, also for saves that the public does not notice; those to the public for what it sees.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from django.db.models import TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Replace
from django.http import HttpResponse
from rest_framework.response import Response

from archive.cache.etags import is_signed, record_part, record_prefix, sign
from archive.cache.store import mark_cacheable
from archive.exceptions import Problem
from archive.rest.errors import VARY, ProblemError
from archive.visibility import sees_drafts

_ETAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_ETAG_LIST = re.compile(rf"\*|{_ETAG}(?:\s*,\s*{_ETAG})*")
_STRONG = re.compile(r'(?<!W/)"([^"]*)"(?=\s*(?:,|$))')


def validator(user: Any) -> Combinable:
    """The text that changes with a stored record, as that user sees it; with its id and moment it never returns."""
    names = ["id", "version"] if sees_drafts(user) else ["id"]
    moment = Replace(Cast("updated_at", TextField()), _text_value(" "), _text_value("T"))
    parts = [part for name in names for part in (_text_value("~"), Cast(name, TextField()))]
    return Concat(Cast("public_version", TextField()), *parts, _text_value("~"), moment, output_field=TextField())


def _text_value(value: str) -> Value:
    return Value(value, output_field=TextField())


def validator_of(record: Any, user: Any) -> str:
    return str(type(record)._default_manager.filter(pk=record.pk).values_list(validator(user), flat=True).get())


def etag(body: bytes, locked: str | None = None) -> str:
    """The tag of a body; of a record's, with the lock that it was read under."""
    return f'"{sign(record_prefix(locked) if locked else "", sha256(body).hexdigest()[:20])}"'


def with_etag(request: Any, response: Response, locked: str | None = None) -> Response:
    """Add the tag when the response is rendered, and answer 304 to who has these bytes already."""

    def tagged(rendered: Any) -> Any:
        found = etag(rendered.content, locked)
        rendered["ETag"] = found
        rendered["Cache-Control"] = "no-cache"
        rendered["Vary"] = VARY
        if is_current(request, found):
            rendered.status_code = 304
            rendered.content = b""
            del rendered["Content-Type"]
        return rendered

    response.locked = locked
    response.add_post_render_callback(tagged)
    return response


def etag_response(
    request: Any, body: bytes, locked: str | None = None, media: str = "application/json", **more: str
) -> HttpResponse:
    """A response of text with its tag; 304 to who has these bytes already."""
    found = etag(body, locked)
    headers = {"ETag": found, "Cache-Control": "no-cache", "Vary": VARY, **more}
    if is_current(request, found):
        return _not_modified(headers)
    return mark_cacheable(HttpResponse(body, content_type=media, headers=headers))


def _not_modified(headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(status=304, headers=headers)
    del response["Content-Type"]
    return response


def is_current(request: Any, found: str) -> bool:
    """Whether the asker has the answer with this tag."""
    asked = [part.strip().removeprefix("W/") for part in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")]
    return found in asked or "*" in asked


def require_if_match(request: Any, record: Any) -> None:
    """Refuse a write that does not say what it changes (428), or that is stale (412).

    A weak tag never matches, as RFC 9110 has it; a proxy that compresses may have made it weak.
    """
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if not given:
        raise ProblemError(
            428,
            "A write names the version it changes: send If-Match with the ETag of your last GET.",
            [Problem("If-Match", "none", "the ETag of your last GET")],
        )
    if not _ETAG_LIST.fullmatch(given):
        raise ProblemError(
            400,
            "If-Match can't be read: expected one or more ETags in double quotes, or *.",
            [Problem("If-Match", given[:64], "ETags in double quotes as a GET gives them, or *")],
        )
    if given == "*":
        return
    stored = {record_prefix(validator_of(record, user)) for user in (request.user, None)}
    if not any(is_signed(one) and record_part(one) in stored for one in _STRONG.findall(given)):
        raise ProblemError(
            412,
            f"Somebody else changed the record: got If-Match {given[:64]}, expected the ETag of a GET since then. "
            "Read it again.",
            [Problem("If-Match", given[:64], "the ETag of a GET since the last change")],
        )
