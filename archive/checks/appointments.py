"""Rules for appointments: their dates, the officials' lives, the bodies, and other holders of the office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q

from archive.checks.date_conditions import disjoint_pairs, is_certain, marked, reversed_pairs
from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import Expected, Got
from archive.choices import AppointmentMode, EndState
from archive.dates import PartialDate
from archive.models import Appointment

#: The path from an appointment to all appointments to the same office.
_OTHER = "office__appointments"
_ORDER = (("appointed", "end"), ("start", "end"))


def appointment_in_disorder(scope: Scope) -> Iterator[Violation]:
    """Appointments that ended before they were made or taken up."""
    for earlier, later in _ORDER:
        for start, end, slug in reversed_pairs(scope, scope.rows(Appointment), earlier, later, "slug"):
            got = Got.DATES_REVERSED.format(field=earlier, date=start, other_field=later, other_date=end)
            yield slug, got, Expected.FIELD_NOT_BEFORE.format(field=later, date=start)


def appointed_outside_a_life(scope: Scope) -> Iterator[Violation]:
    """Appointments made or taken up before the official was born or after they had died, or still running then."""
    rows = scope.rows(Appointment)
    for name in ("appointed", "start"):
        for born, date, slug, official in reversed_pairs(scope, rows, "official__born", name, "slug", "official__slug"):
            got = Got.BEFORE_BIRTH.format(field=name, date=date, official=official, born=born)
            yield slug, got, Expected.NOT_BEFORE.format(date=born)
        for date, died, slug, official in reversed_pairs(scope, rows, name, "official__died", "slug", "official__slug"):
            yield slug, *_after_death(name, date, official, died)
    for date, died, slug, official in reversed_pairs(scope, rows, "end", "official__died", "slug", "official__slug"):
        yield slug, *_after_death("end", date, official, died)
    ongoing = rows.filter(end_state=EndState.ONGOING, official__died_latest__isnull=False).order_by("slug")
    for slug, official, died in scope.read(ongoing.values_list("slug", "official__slug", "official__died")):
        if is_certain(died):
            got = Got.ONGOING_AFTER_DEATH.format(official=official, died=died)
            yield slug, got, Expected.END_NOT_AFTER.format(date=died)


def _after_death(field: str, date: PartialDate, official: str, died: PartialDate) -> tuple[str, str]:
    got = Got.AFTER_DEATH.format(field=field, date=date, official=official, died=died)
    return got, Expected.NOT_AFTER.format(date=died)


def appointment_outside_its_body(scope: Scope) -> Iterator[Violation]:
    """Appointments taken up or left while their body certainly did not exist, or still running after its end."""
    rows, existed, keys = scope.rows(Appointment), "office__body__existed", ("slug", "office__body__slug")
    outside = set()
    for name in ("start", "end"):
        for date, span, slug, body in disjoint_pairs(scope, rows, name, existed, *keys):
            if slug not in outside:
                got = Got.OUTSIDE_BODY.format(field=name, date=date, body=body, existed=span)
                yield slug, got, Expected.DATE_WITHIN.format(date=span)
            outside.add(slug)
    ongoing = rows.filter(end_state=EndState.ONGOING, **{f"{existed}_latest__isnull": False}).order_by(*keys)
    for span, slug, body in scope.read(ongoing.values_list(existed, *keys)):
        if is_certain(span) and slug not in outside:
            got = Got.ONGOING_OUTSIDE_BODY.format(body=body, existed=span)
            yield slug, got, Expected.END_WITHIN.format(date=span)


def two_holders_at_once(scope: Scope) -> Iterator[Violation]:
    """Offices that two officials certainly held in full at once; on the day of a handover both may."""
    others = Q(**{f"{_OTHER}__official__gt": F("official")}) | Q(**{f"{_OTHER}__official__lt": F("official")})
    columns = ("office__slug", "slug", f"{_OTHER}__slug", "start", f"{_OTHER}__start")
    rows = _overlaps(others & scope.appointments_or_others(_OTHER)).order_by(*columns[:3]).values_list(*columns)
    for office, slug, other, start, other_start in scope.read(rows):
        got = Got.HELD_BY_ANOTHER.format(office=office, date=start, other_date=other_start, other=other)
        yield slug, got, Expected.ONE_HOLDER.value


def held_twice_at_once(scope: Scope) -> Iterator[Violation]:
    """Officials who certainly held the same office by two appointments at once."""
    columns = ("slug", f"{_OTHER}__slug", "office__slug")
    same = Q(**{f"{_OTHER}__official": F("official")})
    rows = _overlaps(same & scope.appointments_or_others(_OTHER)).order_by(*columns[:2]).values_list(*columns)
    for slug, other, office in scope.read(rows):
        yield slug, Got.HELD_TWICE.format(office=office, other=other), Expected.ONE_APPOINTMENT.value


def _overlaps(holders: Q) -> Any:
    """Pairs of substantive appointments to one office that certainly ran at the same time, by dates without marks.

    The second one is at ``_OTHER``. Conditions on it are in one ``filter()``, because each call would join again.
    """
    pairs = Q(**{f"{_OTHER}__pk__gt": F("pk"), f"{_OTHER}__mode": AppointmentMode.SUBSTANTIVE})
    pairs &= _began_before("", f"{_OTHER}__") & _began_before(f"{_OTHER}__", "")
    return Appointment.objects.filter(pairs & holders, mode=AppointmentMode.SUBSTANTIVE)


def _began_before(first: str, second: str) -> Q:
    """The condition that the first certainly began before the second ended; death or the body's end is an end too."""
    ended = Q(**{f"{first}start_latest__lt": F(f"{second}end_earliest")}) & ~marked(f"{second}end")
    is_ongoing = Q(
        **{f"{second}end__isnull": True, f"{second}end_state": EndState.ONGOING, f"{first}start__isnull": False}
    )
    died = f"{second}official__died"
    lived = Q(**{f"{died}__isnull": True}) | Q(**{f"{first}start_latest__lt": F(f"{died}_earliest")}) & ~marked(died)
    # Both are in one office, so in one body: one join. PostgreSQL chooses the order of at most eight.
    lasted = Q(office__body__existed_latest__isnull=True) | (
        Q(**{f"{first}start_latest__lt": F("office__body__existed_certain_until")}) & ~marked("office__body__existed")
    )
    return ~marked(f"{first}start") & (ended | is_ongoing & lived & lasted)
