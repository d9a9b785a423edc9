"""What a request asks, as far as a public answer may depend on it; and the version that answers are kept under."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import Error

from archive.models import PublicVersion
from archive.projection.statement import Statement
from config.release import release

GRAPHQL = "/graphql/"
LONGEST = 100_000
#: Addresses whose answers are never the archive's.
_OTHERS = ("/admin/", "/static/", "/livez", "/readyz", "/metrics")
#: Header fields by which an answer may differ: those that are part of the question, and those that it has not.
_HEADERS = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "CONTENT_TYPE")
VARIES = frozenset({"host", "accept", "accept-encoding", "content-type", "authorization", "cookie"})
_VERSION = Statement(f"SELECT stamp FROM {PublicVersion._meta.db_table}", ())  # noqa: S608 (a constant)


def is_asked(meta: Mapping[str, Any], path: str) -> bool:
    """Whether answers to it are kept: reads, without a token, of what is the archive's. Sessions are not looked at."""
    method = meta["REQUEST_METHOD"]
    if "HTTP_AUTHORIZATION" in meta or path.startswith(_OTHERS):
        return False
    if method == "POST":
        length = meta.get("CONTENT_LENGTH") or ""
        return path == GRAPHQL and length.isascii() and length.isdigit() and int(length[:9]) <= LONGEST
    return method in ("GET", "HEAD")


def around(meta: Mapping[str, Any], scheme: str) -> tuple[str, ...]:
    """All by which two answers to one question may differ."""
    method = "POST" if meta["REQUEST_METHOD"] == "POST" else "GET"
    return (method, scheme, *[meta.get(name, "") for name in _HEADERS])


def key(meta: Mapping[str, Any], scheme: str, path: str, body: bytes) -> str:
    """By what the answer is kept; empty where the version can't be read, and then the door says what is wrong."""
    if not (version := _version()):
        return ""
    texts = (version, *around(meta, scheme), path, meta.get("QUERY_STRING", ""))
    return sha256(b"\0".join((release(), "\0".join(texts).encode(), body))).hexdigest()


def _version() -> str:
    try:
        found = _VERSION.run({})
    except Error:
        return ""
    return found.decode() if isinstance(found, bytes) else found or ""
