"""Finding officials and bodies by any spelling of their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from archive.folding import parts
from archive.models import Body, Name, Official
from archive.querysets.slots import Slot
from archive.querysets.words import containing, like


def name_patterns(text: str) -> list[str]:
    """The LIKE patterns of the folded parts of a name or of some of its words."""
    return [containing(part) for part in parts(text)]


def named(model: type[Official] | type[Body], patterns: Sequence[str | Slot]) -> Q:
    """Records one of whose names fits every one of the LIKE patterns (``name_patterns``); none without a pattern."""
    if not patterns:
        return Q(pk__in=[])
    bearer = "official" if model is Official else "body"
    own, other = Q(), Q(**{bearer: OuterRef("pk")})
    for pattern in patterns:
        own &= Q(like("folded", pattern))
        other &= Q(like("folded", pattern))
    return own | Q(Exists(Name.objects.filter(other)))


def states(user: Any) -> Any:
    """The states that the user sees."""
    return Body.objects.visible_to(user).filter(kind="state")
