"""The base of views of reads, ETags, 304 for conditional requests, and the check of ``If-Match`` on writes.

The ETag of a record identifies the stored record and one representation of it (``archive.cache.responses``), so an ETag
of a response with ``fields`` or ``include`` is valid in If-Match too. For users who see drafts it changes with every
save; for the public, with the changes that the public sees.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from django.db.models import Model, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Replace
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.cache.responses import (
    is_signed,
    mark_cacheable,
    matches_etag,
    not_modified,
    raise_stored_error,
    record_prefix,
    sign,
    stored_prefix,
)
from archive.exceptions import Problem
from archive.rest.errors import VARY, ProblemError
from archive.visibility import Viewer, sees_drafts

_ETAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_ETAG_LIST = re.compile(rf"\*|{_ETAG}(?:\s*,\s*{_ETAG})*")
_OPAQUE = re.compile(r'"([^"]*)"(?=\s*(?:,|$))')


class ReadView(APIView):
    """A view of reads that the fast path tries first: it raises the exception that the fast path met."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise_stored_error(request.META)


def validator(user: Viewer) -> Combinable:
    """The expression of a text that changes with the record as the user sees it, and that never recurs."""
    names = ["id", "version"] if sees_drafts(user) else ["id"]
    updated = Replace(Cast("updated_at", TextField()), _text_value(" "), _text_value("T"))
    parts = [part for name in names for part in (_text_value("~"), Cast(name, TextField()))]
    return Concat(Cast("public_version", TextField()), *parts, _text_value("~"), updated, output_field=TextField())


def _text_value(value: str) -> Value:
    return Value(value, output_field=TextField())


def validator_of(record: Model, user: Viewer) -> str:
    """The validator of a stored record."""
    return str(type(record)._default_manager.filter(pk=record.pk).values_list(validator(user), flat=True).get())


def etag(content: bytes, record_validator: str | None = None) -> str:
    """The ETag of a response; with the validator of the record that the response represents."""
    prefix = record_prefix(record_validator) if record_validator else ""
    return f'"{sign(prefix, sha256(content).hexdigest()[:20])}"'


def header_fields(current: str | None = None, **more: str) -> dict[str, str]:
    """The header fields of every response to a read, with the ETag that it has."""
    etags = {} if current is None else {"ETag": current}
    return {**etags, "Cache-Control": "no-cache", "Vary": VARY, **more}


def with_etag(request: Request, response: Response, record_validator: str | None = None) -> Response:
    """The DRF response, with a callback that sets its ETag after rendering, or turns it into a 304."""

    def set_etag(rendered: Response) -> Any:
        current = etag(rendered.content, record_validator)
        for name, value in header_fields(current).items():
            rendered[name] = value
        if is_not_modified(request, current):
            not_modified(rendered)
        return rendered

    response.record_validator = record_validator  # type: ignore[attr-defined]
    response.add_post_render_callback(set_etag)
    return response


def etag_response(
    request: Request, content: bytes, record_validator: str | None = None, media: str = "application/json", **more: str
) -> HttpResponse:
    """A response with its ETag; 304 without content if the client holds it already."""
    current = etag(content, record_validator)
    response = HttpResponse(content, content_type=media, headers=header_fields(current, **more))
    return not_modified(response) if is_not_modified(request, current) else mark_cacheable(response)


def is_not_modified(request: Request, current: str) -> bool:
    """Whether If-None-Match names the current ETag."""
    return matches_etag(request.META.get("HTTP_IF_NONE_MATCH", ""), current)


def require_if_match(request: Request, record: Model) -> None:
    """Raises ProblemError for a write without If-Match (428) or with an outdated ETag (412).

    ``W/`` is ignored: what compresses a response adds it to the ETag, which names the record's version all the same.
    RFC 9110 (13.1.1) refuses weak ETags because they may stay when content changes; the signed ones do not.
    """
    header = request.META.get("HTTP_IF_MATCH", "").strip()
    if not header:
        raise ProblemError(
            428,
            "A write names the version it changes: send If-Match with the ETag of your last GET.",
            [Problem("If-Match", "none", "the ETag of your last GET")],
        )
    if not _ETAG_LIST.fullmatch(header):
        raise ProblemError(
            400,
            "If-Match can't be read: expected one or more ETags in double quotes, or *.",
            [Problem("If-Match", header[:64], "ETags in double quotes as a GET gives them, or *")],
        )
    if header == "*":
        return
    current = {record_prefix(validator_of(record, user)) for user in (request.user, None)}
    if not any(is_signed(candidate) and stored_prefix(candidate) in current for candidate in _OPAQUE.findall(header)):
        raise ProblemError(
            412,
            f"Somebody else changed the record: got If-Match {header[:64]}, expected the ETag of a GET since then. "
            "Read it again.",
            [Problem("If-Match", header[:64], "the ETag of a GET since the last change")],
        )
