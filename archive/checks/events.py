"""Rules for events and their relations, and for measures."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from archive.checks.date_conditions import disjoint_at_places, disjoint_pairs, is_certain, marked, reversed_at_places
from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import Expected, Got, PartName
from archive.choices import LATER_RELATIONS, MeasurePhase, RelationKind
from archive.models import Event, MeasureGood, MeasureStep, Relation

_RELATION_KEYS = ("from_event__slug", "kind", "to_event__slug")
_PLACES = ("from_event__place", "to_event__place")


def announced_after_it_took_effect(scope: Scope) -> Iterator[Violation]:
    """Events announced by an event that lies after them."""
    rows = scope.rows(Relation).filter(kind=RelationKind.ANNOUNCES)
    conflicts = reversed_at_places(scope, rows, "from_event__date", "to_event__date", *_RELATION_KEYS, places=_PLACES)
    for announced, happened, *names in conflicts:
        got = Got.ANNOUNCING_EARLIER.format(date=announced, announced_date=happened)
        yield _relation(*names), got, Expected.NOT_AFTER.format(date=happened)


def response_before_its_cause(scope: Scope) -> Iterator[Violation]:
    """Events that respond to, implement, reverse, amend or follow a later one."""
    rows = scope.rows(Relation).filter(kind__in=LATER_RELATIONS)
    conflicts = reversed_at_places(scope, rows, "to_event__date", "from_event__date", *_RELATION_KEYS, places=_PLACES)
    for cause, date, *names in conflicts:
        got = Got.BEFORE_CAUSE.format(date=date, cause_date=cause)
        yield _relation(*names), got, Expected.NOT_BEFORE.format(date=cause)


def linked_part_outside_its_whole(scope: Scope) -> Iterator[Violation]:
    """Relations *part of* whose events share no day."""
    rows = scope.rows(Relation).filter(kind=RelationKind.PART_OF)
    conflicts = disjoint_at_places(scope, rows, "from_event__date", "to_event__date", *_RELATION_KEYS, places=_PLACES)
    for part, whole, *names in conflicts:
        got = Got.IN_WHOLE.format(date=part, whole_date=whole)
        yield _relation(*names), got, Expected.DATE_WITHIN.format(date=whole)


def _relation(event: str, relation: str, other: str) -> str:
    return PartName.RELATION.format(event=event, relation=relation, other=other)


def part_outside_its_whole(scope: Scope) -> Iterator[Violation]:
    """Events that share no day with the larger event that they are part of."""
    places = ("place", "part_of__place")
    for part, whole, slug, other in disjoint_at_places(
        scope, scope.rows(Event), "date", "part_of__date", "slug", "part_of__slug", places=places
    ):
        got = Got.PART_OF.format(date=part, other=other, whole_date=whole)
        yield slug, got, Expected.DATE_WITHIN.format(date=whole)


#: Phases that lie within the time in which the measure is in force; the others come before it.
_PHASES_IN_FORCE = (MeasurePhase.EFFECTIVE, MeasurePhase.EASED, MeasurePhase.TIGHTENED, MeasurePhase.LIFTED)
_PHASES_BEFORE = (MeasurePhase.ANNOUNCED, MeasurePhase.PROMULGATED)
_STEP_KEYS = ("measure__slug", "phase", "event__slug")


def step_outside_its_measure(scope: Scope) -> Iterator[Violation]:
    """Steps by an event on a day on which the measure certainly was not in force."""
    rows = scope.rows(MeasureStep).filter(phase__in=_PHASES_IN_FORCE)
    for date, force, *names in disjoint_pairs(scope, rows, "event__date", "measure__in_force", *_STEP_KEYS):
        yield _step(*names), Got.DATE.format(date=date), Expected.DATE_IN_FORCE.format(date=force)


def announced_after_it_was_in_force(scope: Scope) -> Iterator[Violation]:
    """Measures of which every announcement and promulgation certainly lies after their first day in force."""
    late = Q(
        phase__in=_PHASES_BEFORE,
        measure__in_force_earliest__isnull=False,
        event__date_earliest__gt=F("measure__in_force_certain_from"),
    ) & ~marked("event__date")
    in_time = MeasureStep.objects.filter(measure=OuterRef("measure"), phase__in=_PHASES_BEFORE).exclude(late)
    rows = scope.rows(MeasureStep).filter(late).filter(~Exists(in_time)).order_by(*_STEP_KEYS)
    for date, force, *names in scope.read(rows.values_list("event__date", "measure__in_force", *_STEP_KEYS)):
        if is_certain(date, force):
            yield _step(*names), Got.DATE.format(date=date), Expected.NOT_AFTER_FIRST_DAY.format(date=force)


def steps_in_disorder(scope: Scope) -> Iterator[Violation]:
    """Steps of which every step that must come first certainly lies later."""
    for first, then in (
        (MeasurePhase.ANNOUNCED, MeasurePhase.EFFECTIVE), (MeasurePhase.EFFECTIVE, MeasurePhase.LIFTED),
    ):  # fmt: skip
        before = MeasureStep.objects.filter(measure=OuterRef("measure"), phase=first)
        later = Q(event__date_earliest__gt=OuterRef("event__date_latest")) & ~marked("event__date")
        maybe = Q(event__date_earliest__isnull=True) | marked("event__date")
        maybe |= Q(event__date_earliest__lte=OuterRef("event__date_latest"))
        rows = scope.rows(MeasureStep).filter(Exists(before.filter(later)), ~Exists(before.filter(maybe)), phase=then)
        rows = rows.order_by(*_STEP_KEYS)
        for date, *names in scope.read(rows.values_list("event__date", *_STEP_KEYS)):
            if is_certain(date):
                got = Got.NO_STEP_BEFORE.format(date=date, phase=first.value)
                yield _step(*names), got, Expected.PHASE_NOT_AFTER.format(phase=first.value, date=date)


def _step(measure: str, phase: str, event: str) -> str:
    return PartName.STEP.format(measure=measure, phase=phase, event=event)


def good_outside_its_measure(scope: Scope) -> Iterator[Violation]:
    """Goods covered only while the measure certainly was not in force."""
    rows = scope.rows(MeasureGood)
    for own, force, slug, name in disjoint_pairs(scope, rows, "in_force", "measure__in_force", "measure__slug", "name"):
        good = PartName.GOOD.format(measure=slug, good=name)
        yield good, Got.COVERED.format(date=own), Expected.TIME_IN_FORCE.format(date=force)
