"""The vocabularies as GraphQL enums: the members' names in capitals, their labels as descriptions."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import TextChoices

_ENUMS: dict[type[TextChoices], Any] = {}


def enum(vocabulary: type[TextChoices]) -> Any:
    """The GraphQL enum of a vocabulary, the same one each time."""
    if vocabulary not in _ENUMS:

        def describe(member: Any) -> str:
            return str(member.label) if member is not None else (vocabulary.__doc__ or "").split("\n")[0]

        _ENUMS[vocabulary] = graphene.Enum.from_enum(vocabulary, description=describe)
    return _ENUMS[vocabulary]
