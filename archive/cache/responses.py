"""HTTP caching: which responses the cache stores, their keys and storage; ETags, and responses to If-None-Match.

A key contains the public version, which each request reads from the database, so that a response of another version is
never looked up: the storage need not decide whether a response is current.

A record's ETag is ``"<public version>.<state>.<representation><signature>"``, and valid in If-Match.
``<public version>.<state>`` is the prefix: it identifies the stored record. ``<representation>`` is a digest of one
response (fields, format, API). The signature covers both. A record has a different ETag for each representation, and
two ETags are equal only if all their characters are (RFC 9110).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import msgspec
from django.conf import settings
from django.db import Error

from archive.lru import LRUCache
from archive.models import PublicVersion
from archive.sql.query import CompiledQuery
from archive.text import whole_number

T = TypeVar("T")
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
#: WSGI environ key of the exception that the fast path met when it computed the response.
ERROR_KEY = "archive.error"
#: Bytes counted for an entry in addition to its texts.
_OVERHEAD = 600
#: A response may take at most one part in so many of the store.
_MAX_SHARE = 8
#: Seconds until the shared cache drops a response.
_SHARED_TIMEOUT = 3_600
#: Characters of the signature at the end of an ETag.
_SIGNATURE_LENGTH = 8


def is_cacheable(meta: Mapping[str, Any], path: str) -> bool:
    """Whether the response to a request may be cached: reads of the archive without a token.

    ``meta`` is the WSGI environ. Session cookies are the caller's to check.
    """
    method = meta.get("REQUEST_METHOD")
    if "HTTP_AUTHORIZATION" in meta or path.startswith(_EXCLUDED_PATHS):
        return False
    if method == "POST":
        length = whole_number(meta.get("CONTENT_LENGTH") or "", 0, MAX_POST_BYTES)
        return path == GRAPHQL and length is not None
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


@cache
def code_version() -> bytes:
    """A digest of the program's files and of the settings that responses depend on, computed once per process."""
    digest = sha256(repr([(name, getattr(settings, name)) for name in _RESPONSE_SETTINGS]).encode())
    for folder in ("archive", "config"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".mo"):
                digest.update(path.read_bytes())
    return digest.digest()


def mark_cacheable(response: T) -> T:
    """Mark a response that depends only on the request and the public records, so that it may be cached."""
    response.is_cacheable = True  # type: ignore[attr-defined]
    return response


def is_marked_cacheable(response: object) -> bool:
    return getattr(response, "is_cacheable", False)


def raise_stored_error(environ: Mapping[str, Any]) -> None:
    """Raise the exception that the fast path met for this request, instead of computing the response again."""
    if (error := environ.get(ERROR_KEY)) is not None:
        raise error


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response's header fields and body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        return _OVERHEAD + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class SharedCache(Protocol):
    """The part of Django's cache API that the store uses of a cache shared by processes."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: object, timeout: int) -> Any: ...


class ResponseStore:
    """An LRU cache of responses of at most ``max_bytes``, backed by an optional shared cache. Thread-safe."""

    def __init__(self, max_bytes: int, shared: SharedCache | None = None) -> None:
        self.max_bytes, self.shared = max_bytes, shared
        self._responses: LRUCache[CachedResponse] = LRUCache(max_bytes)

    @property
    def size(self) -> int:
        """Bytes stored in this process."""
        return self._responses.weight

    def get(self, key: str) -> CachedResponse | None:
        if (response := self._responses.get(key)) is not None:
            return response
        if self.shared is None or (encoded := self.shared.get(key)) is None:
            return None
        try:
            response = msgspec.msgpack.decode(encoded, type=CachedResponse)
        except (msgspec.MsgspecError, TypeError):
            return None  # another program's value under our key
        self._responses.set(key, response, response.size)
        return response

    def set(self, key: str, response: CachedResponse) -> None:
        """Store the response, unless it is too large for this store."""
        if response.size * _MAX_SHARE > self.max_bytes:
            return
        self._responses.set(key, response, response.size)
        if self.shared is not None:
            self.shared.set(key, msgspec.msgpack.encode(response), _SHARED_TIMEOUT)

    def __len__(self) -> int:
        return len(self._responses)


def _version() -> str:
    try:
        stamp = _VERSION_QUERY.run({})
    except Error:
        return ""
    return stamp.decode() if isinstance(stamp, bytes) else stamp or ""


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
