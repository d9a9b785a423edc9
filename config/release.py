"""Which program this is, and how it is set: answers and their tags are not carried over from another one."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from django.conf import settings

from config.env import BASE_DIR

#: Settings that decide what is answered to whom, and with which header fields.
_DECIDING = (
    "ALLOWED_HOSTS", "ARCHIVE_PUBLIC", "CONTENT_SECURITY_POLICY", "DEBUG", "MIDDLEWARE", "PERSISTED_DOCUMENTS",
    "REST_FRAMEWORK", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER",
    "SECURE_REFERRER_POLICY", "SECURE_SSL_REDIRECT", "TAG_AUTHORITY", "X_FRAME_OPTIONS",
)  # fmt: skip


@cache
def release() -> bytes:
    """A digest of the program's files and of the settings that answers follow, made once per process."""
    digest = sha256(repr([(name, getattr(settings, name)) for name in _DECIDING]).encode())
    for folder in ("archive", "config"):
        for path in sorted((BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js"):
                digest.update(path.read_bytes())
    return digest.digest()
