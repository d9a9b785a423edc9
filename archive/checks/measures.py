"""Measures: their steps and goods, and the time in which they are in force."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from archive.checks.date_conditions import disjoint_pairs, marked, sure
from archive.checks.finding import Found
from archive.choices import MeasurePhase
from archive.models import MeasureGood, MeasureStep

#: Phases that lie within the time in which the measure is in force; the others come before it.
WITHIN = (MeasurePhase.EFFECTIVE, MeasurePhase.EASED, MeasurePhase.TIGHTENED, MeasurePhase.LIFTED)
BEFORE = (MeasurePhase.ANNOUNCED, MeasurePhase.PROMULGATED)
_KEYS = ("measure__slug", "phase", "event__slug")


def step_outside_its_measure() -> Iterator[Found]:
    """Steps by an event on a day on which the measure surely was not in force."""
    rows = MeasureStep.objects.filter(phase__in=WITHIN)
    for date, force, slug, phase, event in disjoint_pairs(rows, "event__date", "measure__in_force", *_KEYS):
        yield f"{slug} {phase} {event}", f"{date}", f"a date that may lie in {force}, when the measure was in force"


def announced_after_it_was_in_force() -> Iterator[Found]:
    """Measures of which every announcement and promulgation surely lies after their first day in force."""
    late = Q(
        phase__in=BEFORE,
        measure__in_force_earliest__isnull=False,
        event__date_earliest__gt=F("measure__in_force_certain_from"),
    ) & ~marked("event__date")
    in_time = MeasureStep.objects.filter(measure=OuterRef("measure"), phase__in=BEFORE).exclude(late)
    rows = MeasureStep.objects.filter(late).filter(~Exists(in_time)).order_by(*_KEYS)
    for date, force, slug, phase, event in rows.values_list("event__date", "measure__in_force", *_KEYS).iterator():
        if sure(date, force):
            yield f"{slug} {phase} {event}", f"{date}", f"a date not after the first day of {force}"


def steps_in_disorder() -> Iterator[Found]:
    """Steps of which every step that must come first surely lies later."""
    for first, then in (
        (MeasurePhase.ANNOUNCED, MeasurePhase.EFFECTIVE), (MeasurePhase.EFFECTIVE, MeasurePhase.LIFTED),
    ):  # fmt: skip
        before = MeasureStep.objects.filter(measure=OuterRef("measure"), phase=first)
        later = Q(event__date_earliest__gt=OuterRef("event__date_latest")) & ~marked("event__date")
        maybe = Q(event__date_earliest__isnull=True) | marked("event__date")
        maybe |= Q(event__date_earliest__lte=OuterRef("event__date_latest"))
        rows = MeasureStep.objects.filter(Exists(before.filter(later)), ~Exists(before.filter(maybe)), phase=then)
        rows = rows.order_by(*_KEYS)
        for date, slug, phase, event in rows.values_list("event__date", *_KEYS).iterator():
            if sure(date):
                yield f"{slug} {phase} {event}", f"{date}, with no step {first} by then", f"{first} not after {date}"


def good_outside_its_measure() -> Iterator[Found]:
    """Goods covered only while the measure surely was not in force."""
    rows = MeasureGood.objects.all()
    for own, force, slug, name in disjoint_pairs(rows, "in_force", "measure__in_force", "measure__slug", "name"):
        yield f"{slug} {name}", f"covered {own}", f"a time that may lie in {force}, when the measure was in force"
