"""Appointments: their own dates, their officials' lives, and who else held the office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q

from archive.checks.date_conditions import disjoint_pairs, marked, reversed_pairs, sure
from archive.checks.finding import Found
from archive.choices import AppointmentMode, EndState
from archive.models import Appointment

#: The path from an appointment to all appointments to the same office.
_OTHER = "office__appointments"
_ORDER = (("appointed", "end"), ("start", "end"))


def appointment_in_disorder() -> Iterator[Found]:
    """Appointments that ended before they were made or taken up."""
    for earlier, later in _ORDER:
        for one, other, slug in reversed_pairs(Appointment.objects.all(), earlier, later, "slug"):
            yield slug, f"{earlier} {one}, {later} {other}", f"{later} not before {one}"


def appointed_outside_a_life() -> Iterator[Found]:
    """Appointments made or taken up before the official was born or after they had died, or still running then."""
    rows = Appointment.objects.all()
    for name in ("appointed", "start"):
        for born, date, slug, who in reversed_pairs(rows, "official__born", name, "slug", "official__slug"):
            yield slug, f"{name} {date}, of {who}, born {born}", f"a date not before {born}"
        for date, died, slug, who in reversed_pairs(rows, name, "official__died", "slug", "official__slug"):
            yield slug, f"{name} {date}, of {who}, died {died}", f"a date not after {died}"
    for date, died, slug, who in reversed_pairs(rows, "end", "official__died", "slug", "official__slug"):
        yield slug, f"end {date}, of {who}, died {died}", f"a date not after {died}"
    ongoing = rows.filter(end_state=EndState.ONGOING, official__died_latest__isnull=False).order_by("slug")
    for slug, who, died in ongoing.values_list("slug", "official__slug", "official__died").iterator():
        if sure(died):
            yield slug, f"ongoing, of {who}, died {died}", f"an end, not after {died}"


def appointment_outside_its_body() -> Iterator[Found]:
    """Appointments taken up or left while their body surely did not exist, or still running after its end."""
    rows, existed, keys = Appointment.objects.all(), "office__body__existed", ("slug", "office__body__slug")
    outside = set()
    for name in ("start", "end"):
        for date, span, slug, body in disjoint_pairs(rows, name, existed, *keys):
            if slug not in outside:
                yield slug, f"{name} {date}, in {body}, which existed {span}", f"a date that may lie in {span}"
            outside.add(slug)
    ongoing = rows.filter(end_state=EndState.ONGOING, **{f"{existed}_latest__isnull": False}).order_by(*keys)
    for span, slug, body in ongoing.values_list(existed, *keys).iterator():
        if sure(span) and slug not in outside:
            yield slug, f"ongoing, in {body}, which existed {span}", f"an end that may lie in {span}"


def two_holders_at_once() -> Iterator[Found]:
    """Offices that two officials surely held in full at once; on the day of a handover both may."""
    others = Q(**{f"{_OTHER}__official__gt": F("official")}) | Q(**{f"{_OTHER}__official__lt": F("official")})
    shown = ("office__slug", "slug", f"{_OTHER}__slug", "start", f"{_OTHER}__start")
    for office, one, other, mine, theirs in _overlaps(others).order_by(*shown[:3]).values_list(*shown).iterator():
        yield one, f"{office} from {mine}, held from {theirs} by {other} too", "one holder of an office at a time"


def held_twice_at_once() -> Iterator[Found]:
    """Officials who surely held the same office by two appointments at once."""
    shown = ("slug", f"{_OTHER}__slug", "office__slug")
    same = Q(**{f"{_OTHER}__official": F("official")})
    for one, other, office in _overlaps(same).order_by(*shown[:2]).values_list(*shown).iterator():
        yield one, f"{office} by {other} at the same time too", "one appointment, or two that do not overlap"


def _overlaps(holders: Q) -> Any:
    """Pairs of substantive appointments to one office that surely ran at the same time, by dates without marks.

    The other one is at ``_OTHER``. Conditions on it stand in one call: each call would join it anew.
    """
    pairs = Q(**{f"{_OTHER}__pk__gt": F("pk"), f"{_OTHER}__mode": AppointmentMode.SUBSTANTIVE})
    pairs &= _began_before("", f"{_OTHER}__") & _began_before(f"{_OTHER}__", "")
    return Appointment.objects.filter(pairs & holders, mode=AppointmentMode.SUBSTANTIVE)


def _began_before(one: str, other: str) -> Q:
    """The condition that the first surely began before the other surely ended, at the latest with a life or a body."""
    ended = Q(**{f"{one}start_latest__lt": F(f"{other}end_earliest")}) & ~marked(f"{other}end")
    known = Q(**{f"{other}end__isnull": True, f"{other}end_state": EndState.ONGOING, f"{one}start__isnull": False})
    died, existed = f"{other}official__died", f"{other}office__body__existed"
    lived = Q(**{f"{died}__isnull": True}) | Q(**{f"{one}start_latest__lt": F(f"{died}_earliest")}) & ~marked(died)
    # Both are in one office, so in one body.
    lasted = Q(**{f"{existed}_latest__isnull": True}) | (
        Q(**{f"{one}start_latest__lt": F(f"{existed}_certain_until")}) & ~marked(existed)
    )
    return ~marked(f"{one}start") & (ended | known & lived & lasted)
