"""Chains that come back to where they began: nothing is above itself, and nothing answers itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archive.checks.finding import Found
from archive.choices import LATER_RELATIONS
from archive.models import Body, Event, Relation, Statement, Topic


def body_above_itself() -> Iterator[Found]:
    yield from _trees(Body, "parent")


def topic_above_itself() -> Iterator[Found]:
    yield from _trees(Topic, "parent")


def event_part_of_itself() -> Iterator[Found]:
    yield from _trees(Event, "part_of")


def event_responding_to_itself() -> Iterator[Found]:
    """Events that respond to, follow, reverse ... one another in a circle."""
    links = Relation.objects.filter(kind__in=LATER_RELATIONS).values_list("from_event", "to_event")
    yield from _told(Event, links.iterator())


def statement_in_reply_to_itself() -> Iterator[Found]:
    """Statements that answer one another in a circle."""
    links = Statement.in_reply_to.through.objects.values_list("from_statement", "to_statement")
    yield from _told(Statement, links.iterator())


def _trees(model: Any, field: str) -> Iterator[Found]:
    yield from _told(model, model.objects.filter(**{f"{field}__isnull": False}).values_list("pk", field).iterator())


def _told(model: Any, links: Iterable[tuple[int, int]]) -> Iterator[Found]:
    circles = list(_circles(links))
    slugs = dict(model.objects.filter(pk__in={pk for circle in circles for pk in circle}).values_list("pk", "slug"))
    for names in sorted(_from_least([slugs[pk] for pk in circle]) for circle in circles):
        yield names[0], f"the circle {' > '.join([*names, names[0]])}", "a chain that ends"


def _from_least(names: list[str]) -> list[str]:
    """The circle told from its first slug on, so that it reads the same each time."""
    at = names.index(min(names))
    return names[at:] + names[:at]


def _circles(links: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """One circle out of each tangle: what can't be peeled off from the ends is walked until it repeats."""
    after: dict[int, set[int]] = {}
    before: dict[int, set[int]] = {}
    for one, other in links:
        after.setdefault(one, set()).add(other)
        before.setdefault(other, set()).add(one)
    _peel(after, before)
    while after:
        path, seen = [min(after)], {min(after): 0}
        while (step := min(after[path[-1]])) not in seen:
            seen[step] = len(path)
            path.append(step)
        circle = path[seen[step] :]
        yield circle
        for pk in circle:
            _remove(pk, after, before)
        _peel(after, before)


def _peel(after: dict[int, set[int]], before: dict[int, set[int]]) -> None:
    """Take away all that leads nowhere: no circle goes through it."""
    ends = [pk for pk in before if not after.get(pk)]
    while ends:
        pk = ends.pop()
        ends += _remove(pk, after, before)
    for pk in [pk for pk, steps in after.items() if not steps]:
        _remove(pk, after, before)


def _remove(pk: int, after: dict[int, set[int]], before: dict[int, set[int]]) -> list[int]:
    """Take a record out; the ones that lead nowhere without it."""
    for other in after.pop(pk, ()):
        before.get(other, set()).discard(pk)
    left = []
    for other in before.pop(pk, ()):
        steps = after.get(other)
        if steps is not None:
            steps.discard(pk)
            if not steps:
                left.append(other)
    return left
