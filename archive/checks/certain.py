"""What is certain about dates: a check speaks only where no reading of them is sound.

A bound that is open, unknown or blank excludes nothing, and a date marked ``~``, ``?`` or ``%`` (whose bounds are those
of the unmarked date) excludes nothing either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan

from archive.dates import PartialDate

_MARKS = ("~", "?", "%")


def marked(path: str) -> Q:
    """The condition that a date is marked as approximate or uncertain."""
    text = Cast(F(path), TextField())
    condition = Q()
    for mark in _MARKS:
        condition |= Q(GreaterThan(StrIndex(text, Value(mark)), 0))
    return condition


def sure(*days: PartialDate | None) -> bool:
    """Whether all the dates are given, and none is marked."""
    return all(day is not None and not day.qualifiers for day in days)


def reversed_pairs(rows: Any, earlier: str, later: str, *more: str) -> Iterator[tuple[Any, ...]]:
    """Rows whose ``later`` date surely lies before their ``earlier`` one: (earlier, later, values of ``more``...)."""
    wrong = rows.filter(**{f"{later}_latest__lt": F(f"{earlier}_earliest")})
    for row in wrong.order_by(*more).values_list(earlier, later, *more).iterator():
        if sure(row[0], row[1]):
            yield row


def disjoint(one: str, other: str) -> Q:
    """The condition that two dates surely share no day, their marks left aside."""
    return Q(**{f"{one}_latest__lt": F(f"{other}_earliest")}) | Q(**{f"{one}_earliest__gt": F(f"{other}_latest")})


def disjoint_pairs(rows: Any, one: str, other: str, *more: str) -> Iterator[tuple[Any, ...]]:
    """Rows whose two dates surely share no day: (one, other, values of ``more``...)."""
    for row in rows.filter(disjoint(one, other)).order_by(*more).values_list(one, other, *more).iterator():
        if sure(row[0], row[1]):
            yield row
