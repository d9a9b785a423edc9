"""Cycles: records that are above, part of, or in reply to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from archive.checks.finding import Violation
from archive.choices import LATER_RELATIONS
from archive.models import Body, Event, Relation, Statement, Topic


def body_above_itself() -> Iterator[Violation]:
    yield from _tree_violations(Body, "parent")


def topic_above_itself() -> Iterator[Violation]:
    yield from _tree_violations(Topic, "parent")


def event_part_of_itself() -> Iterator[Violation]:
    yield from _tree_violations(Event, "part_of")


def event_responding_to_itself() -> Iterator[Violation]:
    """Events that respond to, follow, reverse ... one another in a cycle."""
    links = Relation.objects.filter(kind__in=LATER_RELATIONS).values_list("from_event", "to_event")
    yield from _violations(Event, links)


def statement_in_reply_to_itself() -> Iterator[Violation]:
    """Statements that answer one another in a cycle."""
    links = Statement.in_reply_to.through.objects.values_list("from_statement", "to_statement")
    yield from _violations(Statement, links)


def _tree_violations(model: Any, field: str) -> Iterator[Violation]:
    yield from _violations(model, model.objects.filter(**{f"{field}__isnull": False}).values_list("pk", field))


def _violations(model: Any, links: Any) -> Iterator[Violation]:
    cycles = list(_cycles(links.order_by().iterator()))
    slugs = dict(model.objects.filter(pk__in={pk for cycle in cycles for pk in cycle}).values_list("pk", "slug"))
    for names in sorted(_from_first([slugs[pk] for pk in cycle]) for cycle in cycles):
        yield names[0], f"the circle {' > '.join([*names, names[0]])}", "a chain that ends"


def _from_first(names: list[str]) -> list[str]:
    """The cycle from its alphabetically first slug on, so that the message is the same each time."""
    start = names.index(min(names))
    return names[start:] + names[:start]


def _cycles(links: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Cycles without a common record, until none is left."""
    predecessors: dict[int, set[int]] = {}
    for source, target in sorted(links):
        predecessors.setdefault(target, set()).add(source)
    while True:
        sorter = TopologicalSorter(predecessors)
        try:
            sorter.prepare()
        except CycleError as error:
            cycle = error.args[1][:-1]
        else:
            return
        yield cycle
        removed = set(cycle)
        predecessors = {pk: pks - removed for pk, pks in predecessors.items() if pk not in removed}
