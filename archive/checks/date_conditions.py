"""What is certain about dates: a check speaks only where no reading of them is sound.

A bound that is open, unknown or blank excludes nothing, and a date marked ``~``, ``?`` or ``%`` (whose bounds are those
of the unmarked date) excludes nothing either.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan

from archive.dates import PartialDate

_MARKS = ("~", "?", "%")
#: Days at two places: what happens at one moment may be dated a day apart.
TIME_ZONES = timedelta(days=1)


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


def reversed_at_places(
    rows: Any, earlier: str, later: str, *more: str, places: tuple[str, str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Like ``reversed_pairs``, for days of two records: a day apart is no contradiction, unless at the same place.

    ``places`` are the paths to the place of the earlier and of the later one, where records have places.
    """
    for before, after, *values, same in _with_places(reversed_pairs, rows, earlier, later, more, places):
        if same or before.earliest - after.latest > TIME_ZONES:
            yield before, after, *values


def disjoint_at_places(
    rows: Any, one: str, other: str, *more: str, places: tuple[str, str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Like ``disjoint_pairs``, for days of two records: a day apart is no contradiction, unless at the same place."""
    for first, second, *values, same in _with_places(disjoint_pairs, rows, one, other, more, places):
        gaps = [
            begins.earliest - ends.latest
            for begins, ends in ((first, second), (second, first))
            if begins.earliest is not None and ends.latest is not None
        ]
        if same or max(gaps) > TIME_ZONES:
            yield first, second, *values


def _with_places(
    pairs: Any, rows: Any, one: str, other: str, more: tuple[str, ...], places: tuple[str, str] | None
) -> Iterator[tuple[Any, ...]]:
    """What ``pairs`` finds, and last whether both records have the same known place."""
    for row in pairs(rows, one, other, *more, *(places or ())):
        if places is None:
            yield *row, False
        else:
            *values, here, there = row
            yield *values, bool(here.strip()) and here.strip().casefold() == there.strip().casefold()


def disjoint(one: str, other: str) -> Q:
    """The condition that two dates surely share no day, their marks left aside."""
    return Q(**{f"{one}_latest__lt": F(f"{other}_earliest")}) | Q(**{f"{one}_earliest__gt": F(f"{other}_latest")})


def disjoint_pairs(rows: Any, one: str, other: str, *more: str) -> Iterator[tuple[Any, ...]]:
    """Rows whose two dates surely share no day: (one, other, values of ``more``...)."""
    for row in rows.filter(disjoint(one, other)).order_by(*more).values_list(one, other, *more).iterator():
        if sure(row[0], row[1]):
            yield row
