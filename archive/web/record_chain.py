"""The chain on the pages of events and statements: what led to the record, and what followed."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext

from archive.chains import LinkKind, has_chain, read_chain
from archive.drawing import chain_part, chain_svg
from archive.models.base import Record
from archive.terms import term
from archive.text import whole_number
from archive.visibility import Viewer
from archive.web.timeline import record_address

#: Records that are drawn by default, and at most.
DEFAULT_RECORDS, MAX_RECORDS = 12, 60
#: Kind of link -> the sign of its arrows in the key; see ``timeline.css``.
_SIGNS = {
    LinkKind.RETALIATES_FOR: "strong", LinkKind.ANNOUNCES: "dashed", LinkKind.IMPLEMENTS: "dashed",
    LinkKind.ABOUT: "dotted", LinkKind.OCCASION: "dotted", LinkKind.OUTCOME: "double",
}  # fmt: skip


def record_chain(record: Record, user: Viewer, width: int, limit: int) -> dict[str, Any]:
    """The context of ``archive/records/_chain.html``; empty for a record without a chain. Raises django.db.Error."""
    if not has_chain(type(record)):
        return {}
    content = read_chain(type(record), record.slug, user)
    chain = json.loads(content) if content else {"edges": []}
    if not chain["edges"]:
        return {}
    part = chain_part(chain, limit, record_address)
    kinds = dict.fromkeys(LinkKind(link.kind) for link in part.links)
    count = len(part.records)
    label = gettext("What led to it, and what followed: {count} records in order of time, as in the list below")
    return {
        "chain": part,
        "chain_svg": chain_svg(part, width, label.format(count=count)),
        "chain_key": [(_SIGNS.get(kind, "plain"), term(str(kind.label))) for kind in kinds],
        "chain_more": MAX_RECORDS if limit < MAX_RECORDS else 0,
        "chain_is_cut": chain["truncated"],
    }


def chain_size(text: str) -> int:
    """The number of records to draw; that of no or an invalid number is the default."""
    number = whole_number(text, 0, 9_999)
    return DEFAULT_RECORDS if number is None else min(max(number, 2), MAX_RECORDS)
