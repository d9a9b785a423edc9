"""What a request asks, as far as a public answer may depend on it; and the version that answers are kept under."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import Error

from archive.models import PublicVersion
from archive.projection.statement import Statement
from config.release import release

#: Where the doors are that programs read by.
REST, GRAPHQL = "/api/v1/", "/graphql/"
#: The methods that only read there.
READS = {REST: frozenset({"GET", "HEAD"}), GRAPHQL: frozenset({"GET", "HEAD", "POST"})}
LONGEST = 100_000
#: Addresses whose answers are never the archive's.
_OTHERS = ("/admin/", "/static/", "/livez", "/readyz", "/metrics")
#: Header fields by which an answer may differ: those that are part of the question, and those that it has not.
_HEADERS = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "CONTENT_TYPE")
#: ``origin`` decides fields of ``config.cors`` alone, which are no part of what is kept.
VARIES = frozenset({"host", "accept", "accept-encoding", "content-type", "authorization", "cookie", "origin"})
_VERSION = Statement(f"SELECT stamp FROM {PublicVersion._meta.db_table}", ())  # noqa: S608 (a constant)


def is_asked(meta: Mapping[str, Any], path: str) -> bool:
    """Whether answers to it are kept: reads, without a token, of what is the archive's. Sessions are not looked at."""
    method = meta.get("REQUEST_METHOD")
    if "HTTP_AUTHORIZATION" in meta or path.startswith(_OTHERS):
        return False
    if method == "POST":
        length = meta.get("CONTENT_LENGTH") or ""
        is_number = length.isascii() and length.isdigit() and len(length) <= len(str(LONGEST))
        return path == GRAPHQL and is_number and int(length) <= LONGEST
    return method in ("GET", "HEAD")


def around(meta: Mapping[str, Any], scheme: str) -> tuple[str, ...]:
    """All by which two answers to one question may differ. A field that is empty is another thing than none."""
    method = "POST" if meta.get("REQUEST_METHOD") == "POST" else "GET"
    site = "" if "HTTP_HOST" in meta else f"{meta.get('SERVER_NAME')}:{meta.get('SERVER_PORT')}"
    return (method, scheme, site, *[f"={meta[name]}" if name in meta else "" for name in _HEADERS])


def key(meta: Mapping[str, Any], scheme: str, path: str, body: bytes) -> str:
    """By what the answer is kept; empty where the version can't be read, and then the door says what is wrong."""
    if not (version := _version()):
        return ""
    texts = "\0".join((version, *around(meta, scheme), path, meta.get("QUERY_STRING", "")))
    return sha256(b"\0".join((release(), texts.encode(errors="backslashreplace"), body))).hexdigest()


def _version() -> str:
    try:
        found = _VERSION.run({})
    except Error:
        return ""
    return found.decode() if isinstance(found, bytes) else found or ""
