"""Finding officials and bodies by any spelling of their name."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from archive.folding import parts
from archive.models import Body, Name, Official


def named(model: type[Official] | type[Body], text: str) -> Q:
    """Records one of whose names holds every part of the text, in any order; Q() where nothing is left to compare."""
    wanted = parts(text)
    if not wanted:
        return Q(pk__in=[])
    bearer = "official" if model is Official else "body"
    own, other = Q(), Q(**{bearer: OuterRef("pk")})
    for part in wanted:
        own &= Q(folded__contains=part)
        other &= Q(folded__contains=part)
    return own | Q(Exists(Name.objects.filter(other)))


def states(user: Any) -> Any:
    """The states that the user sees."""
    return Body.objects.visible_to(user).filter(kind="state")
