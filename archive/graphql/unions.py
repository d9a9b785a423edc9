"""The unions: what a field holds that leads to records of several kinds. ``types`` names them by their path."""

from __future__ import annotations

from typing import Any

import graphene

from archive import models
from archive.graphql import types
from archive.models.base import Tracked


def _of(part: type[Tracked]) -> tuple[Any, ...]:
    """The types of the records that such a part can be of."""
    records = (part._meta.get_field(key).related_model for key in part.subjects)
    return tuple(getattr(types, f"{record.__name__}Type") for record in records)  # type: ignore[union-attr]


class Subject(graphene.Union):
    """What a statement or speech act can be about."""

    class Meta:
        types = (types.EventType, types.MeasureType)


class Entered(graphene.Union):
    """What a dossier can hold."""

    class Meta:
        types = (types.EventType, types.StatementType, types.MeasureType)


class Cited(graphene.Union):
    """What a source can be cited for."""

    class Meta:
        types = _of(models.Citation)


class Identified(graphene.Union):
    """What an identifier can be of."""

    class Meta:
        types = _of(models.Identifier)


class Found(graphene.Union):
    """What a search finds."""

    class Meta:
        types = (types.OfficialType, types.BodyType, types.MeasureType, types.EventType, types.StatementType)
