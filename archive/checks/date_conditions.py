"""Conditions on pairs of dates that certainly contradict each other.

An open, unknown or blank bound contradicts nothing. Nor does a date marked ``~``, ``?`` or ``%``, whose bounds are
those of the unmarked date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan

from archive.checks.scope import Scope
from archive.dates import PartialDate

_MARKS = ("~", "?", "%")
#: At two places one moment may be dated a day apart.
TIME_ZONES = timedelta(days=1)


def marked(path: str) -> Q:
    """The condition that a date is marked as approximate or uncertain."""
    text = Cast(F(path), TextField())
    condition = Q()
    for mark in _MARKS:
        condition |= Q(GreaterThan(StrIndex(text, Value(mark)), 0))
    return condition


def is_certain(*days: PartialDate | None) -> bool:
    """Whether all dates are present and unmarked."""
    return all(day is not None and not day.qualifiers for day in days)


def reversed_pairs(
    scope: Scope, rows: QuerySet[Any], earlier: str, later: str, *more: str
) -> Iterator[tuple[Any, ...]]:
    """Rows whose ``later`` date is certainly before ``earlier``: (earlier, later, values of ``more``...)."""
    wrong = rows.filter(**{f"{later}_latest__lt": F(f"{earlier}_earliest")})
    for row in scope.read(wrong.order_by(*more).values_list(earlier, later, *more)):
        if is_certain(row[0], row[1]):
            yield row


def reversed_at_places(
    scope: Scope, rows: QuerySet[Any], earlier: str, later: str, *more: str, places: tuple[str, str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """``reversed_pairs`` for dates of two records: dates a day apart contradict each other only at the same place.

    ``places`` are the paths to the place of the earlier and of the later one, where records have places.
    """
    for before, after, *values, same in _with_places(reversed_pairs, scope, rows, earlier, later, more, places):
        if same or before.earliest - after.latest > TIME_ZONES:
            yield before, after, *values


def disjoint_at_places(
    scope: Scope, rows: QuerySet[Any], first: str, second: str, *more: str, places: tuple[str, str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """``disjoint_pairs`` for dates of two records: dates a day apart contradict each other only at the same place."""
    for date, other, *values, same in _with_places(disjoint_pairs, scope, rows, first, second, more, places):
        gaps = [
            later.earliest - earlier.latest
            for later, earlier in ((date, other), (other, date))
            if later.earliest is not None and earlier.latest is not None
        ]
        if same or max(gaps) > TIME_ZONES:
            yield date, other, *values


def _with_places(
    pairs: Callable[..., Any],
    scope: Scope,
    rows: QuerySet[Any],
    first: str,
    second: str,
    more: tuple[str, ...],
    places: tuple[str, str] | None,
) -> Iterator[tuple[Any, ...]]:
    """The rows of ``pairs``, each with whether both records have the same place."""
    for row in pairs(scope, rows, first, second, *more, *(places or ())):
        if places is None:
            yield *row, False
        else:
            *values, here, there = row
            yield *values, bool(here.strip()) and here.strip().casefold() == there.strip().casefold()


def disjoint(first: str, second: str) -> Q:
    """The condition that two dates certainly share no day, regardless of marks."""
    return Q(**{f"{first}_latest__lt": F(f"{second}_earliest")}) | Q(**{f"{first}_earliest__gt": F(f"{second}_latest")})


def disjoint_pairs(scope: Scope, rows: QuerySet[Any], first: str, second: str, *more: str) -> Iterator[tuple[Any, ...]]:
    """Rows whose two dates certainly share no day: (first, second, values of ``more``...)."""
    apart = rows.filter(disjoint(first, second))
    for row in scope.read(apart.order_by(*more).values_list(first, second, *more)):
        if is_certain(row[0], row[1]):
            yield row
