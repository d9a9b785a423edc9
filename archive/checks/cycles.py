"""Cycles: records that are above, part of, or in reply to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from archive.checks.finding import Violation
from archive.checks.scope import Scope
from archive.checks.sentences import Expected, Got
from archive.choices import LATER_RELATIONS
from archive.models import Body, Event, Relation, Statement, Topic
from archive.models.base import Record


def body_above_itself(scope: Scope) -> Iterator[Violation]:
    yield from _tree_violations(scope, Body, "parent")


def topic_above_itself(scope: Scope) -> Iterator[Violation]:
    yield from _tree_violations(scope, Topic, "parent")


def event_part_of_itself(scope: Scope) -> Iterator[Violation]:
    yield from _tree_violations(scope, Event, "part_of")


def event_responding_to_itself(scope: Scope) -> Iterator[Violation]:
    """Events that respond to, follow, reverse ... one another in a cycle."""
    rows = Relation.objects.filter(kind__in=LATER_RELATIONS)
    yield from _violations(Event, scope.links(Event, rows, "from_event", "to_event"))


def statement_in_reply_to_itself(scope: Scope) -> Iterator[Violation]:
    """Statements that answer one another in a cycle."""
    rows = Statement.in_reply_to.through.objects.all()
    yield from _violations(Statement, scope.links(Statement, rows, "from_statement", "to_statement"))


def _tree_violations(scope: Scope, model: type[Record], field: str) -> Iterator[Violation]:
    rows = model.objects.filter(**{f"{field}__isnull": False})
    yield from _violations(model, scope.links(model, rows, "pk", field))


def _violations(model: type[Record], links: Iterable[tuple[int, int]]) -> Iterator[Violation]:
    cycles = list(_cycles(links))
    if not cycles:
        return
    slugs = dict(model.objects.filter(pk__in={pk for cycle in cycles for pk in cycle}).values_list("pk", "slug"))
    for names in sorted(_from_first([slugs[pk] for pk in cycle]) for cycle in cycles):
        got = Got.CIRCLE.format(circle=" > ".join([*names, names[0]]))
        yield names[0], got, Expected.ENDING_CHAIN.value


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
