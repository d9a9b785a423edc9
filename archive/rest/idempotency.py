"""``Idempotency-Key`` on POST: a retry with the key of a stored write gets its response, and stores nothing.

As the IETF draft *The Idempotency-Key HTTP Header Field* has it: another body with the same key is a 422, a retry while
the first is at work a 409. The answer is stored in the transaction of the write, so there is one where the write is,
also if the connection broke on the way. A refusal stores nothing: what was mended may be sent with the same key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from rest_framework.request import Request

from archive.exceptions import Problem
from archive.models import StoredResponse
from archive.rest import etags
from archive.rest.errors import VARY, ProblemError

_HEADER = "Idempotency-Key"
#: A string as RFC 8941 has it, without escapes; many clients leave its quotes out.
_KEY_PATTERN = re.compile(
    r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,255})'
)


def run_once(request: Any, write: Callable[[], Any]) -> Any:
    """The response of ``write``, or the stored response of an earlier write with the same key.

    Call it in the transaction of the write. Raises ProblemError: 400 for an invalid key, 409, 422.
    """
    text = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if text is None:
        return write()
    key, fingerprint = _parse_key(text), _fingerprint(request)
    _reject_concurrent(request.user, key)
    StoredResponse.remove_expired()
    stored = StoredResponse.objects.filter(user=request.user, key=key).first()
    if stored is not None:
        if stored.fingerprint != fingerprint:
            detail = "The key was used for something else: a new write needs a new key."
            expected = "a key that was not used for another body or address"
            raise ProblemError(422, detail, [Problem(_HEADER, key[:64], expected)])
        return HttpResponse(bytes(stored.body), status=stored.status, headers=stored.headers)
    response = write()
    content = request.accepted_renderer.render(response.data, request.accepted_media_type, {})
    headers = {**dict(response.items()), "Content-Type": "application/json", "Vary": VARY, "Cache-Control": "no-cache"}
    headers["ETag"] = etags.etag(content, response.record_validator)
    StoredResponse.objects.create(
        user=request.user, key=key, fingerprint=fingerprint, status=response.status_code, headers=headers, body=content
    )
    return HttpResponse(content, status=response.status_code, headers=headers)


def _parse_key(text: str) -> str:
    match = _KEY_PATTERN.fullmatch(text.strip())
    if match is None:
        expected = 'one text of 1 to 255 visible ASCII characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"'
        raise ProblemError(400, f"{_HEADER} can't be read.", [Problem(_HEADER, text[:64], expected)])
    return match[1] or match[2]


def _fingerprint(request: Request) -> str:
    body = getattr(request, "_request", request).body
    return sha256(b"\n".join([str(request.method).encode(), request.path.encode(), body])).hexdigest()


def _reject_concurrent(user: User, key: str) -> None:
    """Raises ProblemError (409) while another request holds the key. SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(user, key)])
        [is_first] = cursor.fetchone()
    if not is_first:
        detail = "A write with this key is at work: send it again in a moment."
        raise ProblemError(409, detail, [Problem(_HEADER, key[:64], "no other request with it at work")])


def lock_number(user: User, key: str) -> int:
    """The number of PostgreSQL's advisory lock that the first request with the key holds."""
    return int.from_bytes(sha256(f"{user.pk} {key}".encode()).digest()[:8], signed=True)
