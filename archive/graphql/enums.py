"""GraphQL enums: the vocabularies, with their meanings as descriptions, and the orders of each list."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import TextChoices

from archive.meanings import meaning

_ENUMS: dict[type[TextChoices], Any] = {}
_ORDERS: dict[str, Any] = {}


def enum(vocabulary: type[TextChoices]) -> Any:
    """The GraphQL enum of a vocabulary, the same one each time."""
    if vocabulary not in _ENUMS:

        def describe(member: Any) -> str:
            return meaning(vocabulary, "" if member is None else str(member.value))

        _ENUMS[vocabulary] = graphene.Enum.from_enum(vocabulary, description=describe)
    return _ENUMS[vocabulary]


def order_name(order: str) -> str:
    """The enum value of an order of REST: DATE_ASC for ``date``, DATE_DESC for ``-date``; the empty text stays."""
    return f"{order.removeprefix('-').upper()}_{'DESC' if order.startswith('-') else 'ASC'}" if order else ""


def order_enum(filterset: Any) -> Any:
    """The enum of a list's orders, whose values are those of the filter ``order_by``."""
    name = f"{filterset._meta.model.__name__}OrderBy"
    if name not in _ORDERS:
        default = next(iter(filterset.orders))
        orders = [sign + order for order in filterset.orders for sign in ("", "-")]

        def describe(member: Any) -> str:
            if member is None:
                return f"The orders of a list of {filterset._meta.model.__name__} records."
            column = member.value.lstrip("-").replace("_", " ")
            direction = "descending" if member.value.startswith("-") else "ascending"
            return f"By {column}, {direction}.{' The default.' if member.value == default else ''}"

        _ORDERS[name] = graphene.Enum(name, [(order_name(order), order) for order in orders], description=describe)
    return _ORDERS[name]
