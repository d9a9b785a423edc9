"""Opaque numbers for rows without a slug: a keyed permutation of primary keys, in Python and as SQL.

A primary key counts: the keys of two published rows tell how many unpublished rows lie between them. The permutation is
a Feistel network of three rounds over two halves of 20 bits (Luby and Rackoff, "How to construct pseudorandom
permutations", 1988), with keys derived from ``SECRET_KEY``. It hides counts from readers; it is
no strong encryption. It covers primary keys below 2**40.
"""

from __future__ import annotations

from hashlib import blake2b

from django.conf import settings

_HALF = 2**20
_ROUNDS = 3
#: Opaque numbers are below this.
MAX_OPAQUE_ID = _HALF**2


def opaque_id(number: int) -> int:
    """The opaque number of a primary key."""
    left, right = divmod(number, _HALF)
    for key in _keys():
        left, right = right, (left + _mix(right, key)) % _HALF
    return left * _HALF + right


def primary_key(number: int) -> int:
    """The primary key of an opaque number."""
    left, right = divmod(number, _HALF)
    for key in reversed(_keys()):
        left, right = (right - _mix(left, key)) % _HALF, left
    return left * _HALF + right


def opaque_id_sql(column: str) -> str:
    """SQL for the opaque number of a primary key's column, on SQLite and PostgreSQL; percent signs are doubled."""
    left, right = f"({column} / {_HALF})", f"({column} %% {_HALF})"
    for key in _keys():
        mixed = f"((({right} + {key}) * ({right} + {key})) / 1024)"
        left, right = right, f"(({left} + {mixed}) %% {_HALF})"
    return f"({left} * {_HALF} + {right})"


def _mix(half: int, key: int) -> int:
    """A keyed function of a half: the middle of a square, below 2**52, so that no sum exceeds 64 bits."""
    return (half + key) ** 2 // 1024


def _keys() -> list[int]:
    """The keys of the rounds, each below 2**30."""
    digest = blake2b(settings.SECRET_KEY.encode(), person=b"chancery-ids").digest()
    return [int.from_bytes(digest[4 * number : 4 * number + 4]) >> 2 for number in range(_ROUNDS)]
