"""ETags of records, which a write may name: ``"<number>.<validator>.<digest><signature>"``.

The validator stands for the stored record, the digest for one answer about it (its fields, its format, its door), and
the signature for both, so that a tag compares as a whole although the answers of one record have many tags.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

_SIGNATURE = 8


def prefix(lock: str) -> str:
    """What the tags of one stored record begin with. The lock's first word is the number that people read."""
    return f"{lock.partition('~')[0]}.{sha256(lock.encode()).hexdigest()[:16]}"


def signed(beginning: str, digest: str) -> str:
    """The tag, without its quotes; of an answer that is no record's the digest alone."""
    return f"{beginning}.{digest}{_signature(beginning, digest)}" if beginning else digest


def is_signed(tag: str) -> bool:
    """Whether this archive has given the tag of a record."""
    beginning, _, rest = tag.rpartition(".")
    digest, signature = rest[:-_SIGNATURE], rest[-_SIGNATURE:]
    return bool(beginning) and hmac.compare_digest(signature.encode(), _signature(beginning, digest).encode())


def beginning_of(tag: str) -> str:
    return tag.rpartition(".")[0]


def _signature(beginning: str, digest: str) -> str:
    message = f"etag {beginning}.{digest}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()[:_SIGNATURE]
