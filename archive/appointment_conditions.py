"""Conditions that an appointment is in force on a date, for filters, capacities and checks.

An appointment is limited by three spans: its own start and end, the official's life, and the existence of the office's
body. A blank, open or unknown bound is no limit. Nominees never hold the office.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from archive.bind_parameters import DateParameters
from archive.choices import AppointmentMode, EndState
from archive.dates import PartialDate

#: A span is two paths from an appointment: to the date with its first day, and to the one with its last.
Span = tuple[str, str]
TERM: Span = ("start", "end")
LIFE: Span = ("official__born", "official__died")
BODY: Span = ("office__body__existed", "office__body__existed")
SPANS = (TERM, LIFE, BODY)
#: A date, or expressions for its days.
Days = PartialDate | DateParameters


def _never(path: str) -> Q:
    return Q(pk__in=[])


def may_run(day: Days, doubtful: Callable[[str], Q] = _never, spans: Sequence[Span] = SPANS) -> Q:
    """The condition that an appointment possibly runs on some day of the date, by these spans.

    ``doubtful(path)`` is the condition that the date at the path is no limit although its days are known.
    """
    condition = ~Q(mode=AppointmentMode.NOMINEE)
    firsts, lasts = zip(*spans, strict=True)
    if day.latest is not None:
        for path in firsts:
            condition &= _unknown(path, "earliest", doubtful) | Q(**{f"{path}_earliest__lte": day.latest})
    if day.earliest is not None:
        for path in lasts:
            condition &= _unknown(path, "latest", doubtful) | Q(**{f"{path}_latest__gte": day.earliest})
    # Each span may share a day with the date although no day is in all of them.
    for first, last in product(firsts, lasts):
        if (first, last) not in spans:
            no_limit = _unknown(first, "earliest", doubtful) | _unknown(last, "latest", doubtful)
            condition &= no_limit | Q(**{f"{first}_earliest__lte": F(f"{last}_latest")})
    return condition


def certainly_runs(day: Days) -> Q:
    """The condition that an appointment certainly runs on every day of the date.

    An ongoing appointment ends with the official's life, and with its body.
    """
    if day.earliest is None or day.latest is None:
        return Q(pk__in=[])
    condition = ~Q(mode=AppointmentMode.NOMINEE) & Q(start_latest__lte=day.earliest)
    lives_on = Q(official__died__isnull=True) | Q(official__died_earliest__gte=day.latest)
    exists_on = _unknown(BODY[1], "latest") | Q(office__body__existed_certain_until__gte=day.latest)
    ongoing = Q(end__isnull=True, end_state=EndState.ONGOING) & lives_on & exists_on
    condition &= Q(end_earliest__gte=day.latest) | ongoing
    for first, last in (LIFE, BODY):
        condition &= _unknown(first, "earliest") | Q(**{f"{first}_earliest__lte": day.earliest})
        condition &= _unknown(last, "latest") | Q(**{f"{last}_latest__gte": day.latest})
    return condition


def may_run_at(
    date: str,
    appointments: QuerySet[Any],
    doubtful: Callable[[str], Q] = _never,
    spans: Sequence[Span] = SPANS,
) -> Q:
    """The condition that one of the appointments may run on a row's date, which is at a path from the row.

    ``appointments`` is a queryset, which may refer to the row by OuterRef. Open bounds of the date are no limit.
    """

    def held(days: DateParameters) -> Q:
        return Q(Exists(appointments.filter(may_run(days, doubtful, spans))))

    return _with_open_bounds(date, OuterRef, held)


def may_run_on(date: str) -> Q:
    """The condition that an appointment may run on a date at a path from it. Open bounds of the date are no limit."""
    return _with_open_bounds(date, F, may_run)


def _with_open_bounds(date: str, column: Callable[[str], Any], held: Callable[[DateParameters], Q]) -> Q:
    """The condition ``held`` for the days of a date in columns, of which an open bound is NULL."""
    first, last = column(f"{date}_earliest"), column(f"{date}_latest")
    no_first, no_last = Q(**{f"{date}_earliest__isnull": True}), Q(**{f"{date}_latest__isnull": True})
    return (
        held(DateParameters(first, last))
        | (no_first & held(DateParameters(None, last)))
        | (no_last & held(DateParameters(first, None)))
    )


def _unknown(path: str, bound: str, doubtful: Callable[[str], Q] = _never) -> Q:
    return Q(**{f"{path}_{bound}__isnull": True}) | doubtful(path)
