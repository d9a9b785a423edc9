"""Cache keys of public responses: the public version, the program's version and what the response varies on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import Error

from archive.models import PublicVersion
from archive.sql.query import CompiledQuery

#: Path prefixes of the two APIs.
REST, GRAPHQL = "/api/v1/", "/graphql/"
#: The HTTP methods of reads, by API.
READS = {REST: frozenset({"GET", "HEAD"}), GRAPHQL: frozenset({"GET", "HEAD", "POST"})}
MAX_POST_BYTES = 100_000
#: Paths whose responses are never cached.
_EXCLUDED_PATHS = ("/admin/", "/static/", "/livez", "/readyz", "/metrics")
#: Request header fields that are part of the key, as WSGI names them.
_VARY_KEYS = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "CONTENT_TYPE")
#: What a cacheable response may vary on. Requests with credentials are not cached; ``archive.middleware.cors`` adds
#: what depends on the origin after the cache.
VARY_NAMES = frozenset({"host", "accept", "accept-encoding", "content-type", "authorization", "cookie", "origin"})
_VERSION_QUERY = CompiledQuery(f"SELECT stamp FROM {PublicVersion._meta.db_table}", ())  # noqa: S608 (a constant)
#: Settings that change responses: a response made under other values of these is not reused.
_RESPONSE_SETTINGS = (
    "ALLOWED_HOSTS", "ARCHIVE_NAME", "ARCHIVE_PUBLIC", "CONTACT_EMAIL", "CONTENT_SECURITY_POLICY", "DEBUG",
    "MIDDLEWARE", "PERSISTED_DOCUMENTS",
    "REST_FRAMEWORK", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER",
    "SECURE_REFERRER_POLICY", "SECURE_SSL_REDIRECT", "TAG_AUTHORITY", "X_FRAME_OPTIONS",
)  # fmt: skip


def is_cacheable(meta: Mapping[str, Any], path: str) -> bool:
    """Whether the response to a request may be cached: reads of the archive without a token.

    ``meta`` is the WSGI environ. Session cookies are the caller's to check.
    """
    method = meta.get("REQUEST_METHOD")
    if "HTTP_AUTHORIZATION" in meta or path.startswith(_EXCLUDED_PATHS):
        return False
    if method == "POST":
        length = meta.get("CONTENT_LENGTH") or ""
        is_number = length.isascii() and length.isdigit() and len(length) <= len(str(MAX_POST_BYTES))
        return path == GRAPHQL and is_number and int(length) <= MAX_POST_BYTES
    return method in ("GET", "HEAD")


def vary_key(meta: Mapping[str, Any], scheme: str) -> tuple[str, ...]:
    """The request properties that responses vary on. An empty header field is different from a missing one."""
    method = "POST" if meta.get("REQUEST_METHOD") == "POST" else "GET"
    site = "" if "HTTP_HOST" in meta else f"{meta.get('SERVER_NAME')}:{meta.get('SERVER_PORT')}"
    return (method, scheme, site, *[f"={meta[name]}" if name in meta else "" for name in _VARY_KEYS])


def cache_key(meta: Mapping[str, Any], scheme: str, path: str, body: bytes) -> str:
    """The cache key of a request at the current public version; empty when the version cannot be read.

    One SQL statement reads the version; the view reports what is wrong with the database.
    """
    if not (version := _version()):
        return ""
    texts = "\0".join((version, *vary_key(meta, scheme), path, meta.get("QUERY_STRING", "")))
    return sha256(b"\0".join((code_version(), texts.encode(errors="backslashreplace"), body))).hexdigest()


def _version() -> str:
    try:
        stamp = _VERSION_QUERY.run({})
    except Error:
        return ""
    return stamp.decode() if isinstance(stamp, bytes) else stamp or ""


@cache
def code_version() -> bytes:
    """A digest of the program's files and of the settings that responses depend on, computed once per process."""
    digest = sha256(repr([(name, getattr(settings, name)) for name in _RESPONSE_SETTINGS]).encode())
    for folder in ("archive", "config"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".mo"):
                digest.update(path.read_bytes())
    return digest.digest()
