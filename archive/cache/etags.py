"""ETags of records and of other responses: their making, their signature, and the parsing of If-None-Match.

A record's ETag is ``"<public version>.<state>.<representation><signature>"``, and valid in If-Match.
``<public version>.<state>`` is the prefix: it identifies the stored record. ``<representation>`` is a digest of one
response (fields, format, API). The signature covers both. A record has a different ETag for each representation, and
two ETags are equal only if all their characters are (RFC 9110).
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")
_SIGNATURE_LENGTH = 8


def record_prefix(state: str) -> str:
    """The prefix that all ETags of a stored record share. ``state`` is ``number~id~moment`` (``rest.etags``).

    Its digest needs the secret key: from one that anybody computes, the id would be guessed, and ids count drafts.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), f"state {state}".encode(), sha256).hexdigest()
    return f"{state.partition('~')[0]}.{digest[:16]}"


def sign(prefix: str, digest: str) -> str:
    """The ETag without quotes; the digest alone for a response that represents no single record."""
    return f"{prefix}.{digest}{_signature(prefix, digest)}" if prefix else digest


def is_signed(etag: str) -> bool:
    """Whether this archive issued the ETag of a record."""
    prefix, _, rest = etag.rpartition(".")
    digest, signature = rest[:-_SIGNATURE_LENGTH], rest[-_SIGNATURE_LENGTH:]
    return bool(prefix) and hmac.compare_digest(signature.encode(), _signature(prefix, digest).encode())


def stored_prefix(etag: str) -> str:
    """The prefix of an ETag, as ``record_prefix`` makes it; empty for an ETag of no single record."""
    return etag.rpartition(".")[0]


def parse_if_none_match(header: str) -> list[str]:
    """The ETags of an If-None-Match header, quoted and without ``W/``: they compare weakly (RFC 9110)."""
    return [candidate.strip().removeprefix("W/") for candidate in header.split(",")]


def matches_etag(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names the ETag of a response, or any by ``*``."""
    candidates = parse_if_none_match(header)
    return bool(etag) and ("*" in candidates or etag.removeprefix("W/") in candidates)


def not_modified(response: T) -> T:
    """The response as a 304: its header fields without content; ``computed_type`` is the media type that it had."""
    changed: Any = response
    changed.computed_type = changed.get("Content-Type", "")
    changed.status_code, changed.content = 304, b""
    for name in ("Content-Type", "Content-Length", "Content-Encoding"):
        del changed[name]
    return response


def _signature(prefix: str, digest: str) -> str:
    message = f"etag {prefix}.{digest}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()[:_SIGNATURE_LENGTH]
