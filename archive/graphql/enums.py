"""GraphQL enums: for each vocabulary (TextChoices) and for several together, and for the orders of each list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

import graphene
from django.db.models import TextChoices

from archive import choices
from archive.choice_descriptions import choice_description
from archive.filters.base import ArchiveFilterSet
from archive.registry import COLLECTIONS

#: The TextChoices of each column, by model and column name.
VOCABULARIES: dict[tuple[str, str], type[TextChoices]] = {
    **{(collection.type_name, "status"): choices.Status for collection in COLLECTIONS.values()},
    ("Body", "kind"): choices.BodyKind,
    ("Name", "scheme"): choices.NameScheme,
    ("Appointment", "end_state"): choices.EndState,
    ("Appointment", "mode"): choices.AppointmentMode,
    ("Event", "classification"): choices.EventClassification,
    ("Participation", "role"): choices.ParticipationRole,
    ("Relation", "kind"): choices.RelationKind,
    ("Measure", "instrument"): choices.Instrument,
    ("MeasureStep", "phase"): choices.MeasurePhase,
    ("MeasureGood", "scheme"): choices.GoodScheme,
    ("Statement", "form"): choices.TextForm,
    ("Statement", "classification"): choices.StatementClassification,
    ("Statement", "attribution"): choices.Attribution,
    ("SpeechAct", "kind"): choices.SpeechActKind,
    ("SpeechAct", "form"): choices.TextForm,
    ("SpeechAct", "state"): choices.State,
    ("Outcome", "kind"): choices.OutcomeKind,
    ("Source", "tier"): choices.SourceTier,
    ("Citation", "stance"): choices.Stance,
}
_ENUM_TYPES: dict[type[TextChoices], Any] = {}
_UNITED_ENUM_TYPES: dict[str, Any] = {}
_ORDER_ENUM_TYPES: dict[str, Any] = {}


def enum_type(vocabulary: type[TextChoices]) -> Any:
    """The GraphQL enum of a vocabulary, created at the first call."""
    if vocabulary not in _ENUM_TYPES:

        def describe(member: Enum | None) -> str:
            return choice_description(vocabulary, "" if member is None else str(member.value))

        _ENUM_TYPES[vocabulary] = graphene.Enum.from_enum(vocabulary, description=describe)
    return _ENUM_TYPES[vocabulary]


def united_enum_type(name: str, vocabularies: Iterable[type[TextChoices]]) -> Any:
    """The GraphQL enum of the words of several vocabularies, created at the first call with this name."""
    if name not in _UNITED_ENUM_TYPES:
        listed = list(dict.fromkeys(vocabularies))
        members = {member.name: str(member.value) for vocabulary in listed for member in vocabulary}

        def describe(member: Enum | None) -> str:
            value = "" if member is None else str(member.value)
            return " ".join(
                choice_description(vocabulary, value) for vocabulary in listed if not value or value in vocabulary
            )

        _UNITED_ENUM_TYPES[name] = graphene.Enum(name, list(members.items()), description=describe)
    return _UNITED_ENUM_TYPES[name]


def order_name(order: str) -> str:
    """The enum value for a value of ``order_by``: DATE_ASC for ``date``, DATE_DESC for ``-date``, empty for empty."""
    return f"{order.removeprefix('-').upper()}_{'DESC' if order.startswith('-') else 'ASC'}" if order else ""


def order_enum_type(filterset: type[ArchiveFilterSet]) -> Any:
    """The GraphQL enum of a list's orders, created at the first call; values as in the filter ``order_by``."""
    name = f"{filterset._meta.model.__name__}OrderBy"
    if name not in _ORDER_ENUM_TYPES:
        default = next(iter(filterset.orders))
        orders = [sign + order for order in filterset.orders for sign in ("", "-")]

        def describe(member: Enum | None) -> str:
            if member is None:
                return f"The orders of a list of {filterset._meta.model.__name__} records."
            column = member.value.lstrip("-").replace("_", " ")
            direction = "descending" if member.value.startswith("-") else "ascending"
            return f"By {column}, {direction}.{' The default.' if member.value == default else ''}"

        _ORDER_ENUM_TYPES[name] = graphene.Enum(
            name, [(order_name(order), order) for order in orders], description=describe
        )
    return _ORDER_ENUM_TYPES[name]
