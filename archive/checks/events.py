"""Events: the order in time that their relations speak of."""

from __future__ import annotations

from collections.abc import Iterator

from archive.checks.date_conditions import disjoint_at_places, reversed_at_places
from archive.checks.finding import Found
from archive.choices import LATER_RELATIONS, RelationKind
from archive.models import Event, Relation

_KEYS = ("from_event__slug", "kind", "to_event__slug")
_PLACES = ("from_event__place", "to_event__place")


def announced_after_it_took_effect() -> Iterator[Found]:
    """Events announced by an event that lies after them."""
    rows = Relation.objects.filter(kind=RelationKind.ANNOUNCES)
    found = reversed_at_places(rows, "from_event__date", "to_event__date", *_KEYS, places=_PLACES)
    for announced, happened, first, kind, second in found:
        yield f"{first} {kind} {second}", f"{announced}, announcing {happened}", f"a date not after {happened}"


def response_before_its_cause() -> Iterator[Found]:
    """Events that respond to, implement, reverse, amend or follow a later one."""
    rows = Relation.objects.filter(kind__in=LATER_RELATIONS)
    found = reversed_at_places(rows, "to_event__date", "from_event__date", *_KEYS, places=_PLACES)
    for cause, date, first, kind, second in found:
        yield f"{first} {kind} {second}", f"{date}, before {cause}", f"a date not before {cause}"


def linked_part_outside_its_whole() -> Iterator[Found]:
    """Relations *part of* whose events share no day."""
    rows = Relation.objects.filter(kind=RelationKind.PART_OF)
    found = disjoint_at_places(rows, "from_event__date", "to_event__date", *_KEYS, places=_PLACES)
    for part, whole, first, kind, second in found:
        yield f"{first} {kind} {second}", f"{part}, in a whole of {whole}", f"a date that may lie in {whole}"


def part_outside_its_whole() -> Iterator[Found]:
    """Events that share no day with the larger event that they are part of."""
    places = ("place", "part_of__place")
    for part, whole, slug, other in disjoint_at_places(
        Event.objects.all(), "date", "part_of__date", "slug", "part_of__slug", places=places
    ):
        yield slug, f"{part}, part of {other} of {whole}", f"a date that may lie in {whole}"
