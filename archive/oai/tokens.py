"""Resumption tokens: a list's arguments and the position of its last item, so that the server stores nothing.

Each page begins after the last item of the page before (keyset), so a token never expires, and records that change
during a harvest come again at its end instead of shifting others.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec

from archive.oai.errors import bad_token
from archive.text import is_storable

_MAX_LENGTH = 1_000


class Token(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The position in a list: ``section`` is the part of the list, ``position`` that of the last item in it.

    ``delivered`` counts the items of all pages before. ``set_spec``, ``start`` and ``end`` are arguments as they came,
    empty for none.
    """

    verb: str
    prefix: str = ""
    set_spec: str = ""
    start: str = ""
    end: str = ""
    section: str = ""
    position: tuple[str, ...] = ()
    delivered: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0

    def encode(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def decode_token(text: str, verb: str) -> Token:
    """The token of a list of this verb. Raises OaiError: badResumptionToken."""
    if len(text) > _MAX_LENGTH:
        raise bad_token()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        token = msgspec.json.decode(raw, type=Token)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise bad_token() from error
    texts = (token.prefix, token.set_spec, token.start, token.end, token.section, *token.position)
    if token.verb != verb or not all(map(is_storable, texts)):
        raise bad_token()
    return token
