"""Chains by a walk in Python, with queries for each record: what ``archive.chains`` must answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.models import Event, Outcome, Relation, SpeechAct, Statement

#: The relations whose first event is the later one.
LATER = ("responds_to", "retaliates_for", "implements", "reverses", "amends", "follows")


@dataclass
class Chain:
    """Id -> distance and direction; and links as (from, to, kind, outcome)."""

    nodes: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    edges: set[tuple[str, str, str, str | None]] = field(default_factory=set)


def record_id(record: Any) -> str:
    return f"{record._meta.model_name}/{record.slug}"


def _links() -> Iterator[tuple[Any, Any, str, str | None, bool]]:
    """All links as source, target, kind, outcome, and whether the source is the earlier record."""
    for relation in Relation.objects.select_related("from_event", "to_event"):
        if relation.kind in (*LATER, "announces"):
            yield relation.from_event, relation.to_event, relation.kind, None, relation.kind == "announces"
    for statement in Statement.objects.all():
        for other in statement.in_reply_to.all():
            yield statement, other, "in_reply_to", None, False
        for event in statement.about_events.all():
            yield statement, event, "about", None, False
        if statement.occasion:
            yield statement, statement.occasion, "occasion", None, False
    for act in SpeechAct.objects.exclude(about_event=None):
        yield act.statement, act.about_event, "about", None, False
    for outcome in Outcome.objects.all():
        later = outcome.event or (outcome.answer and outcome.answer.statement)
        if later:
            yield later, outcome.speech_act.statement, "outcome", outcome.kind, False


def chain(root: Any, user: Any, depth: int = 3, direction: str = "both") -> Chain:
    """The chain of a record, without a limit on its size."""
    visible = {record_id(record) for model in (Event, Statement) for record in model._default_manager.visible_to(user)}
    links = [
        (record_id(source), record_id(target), kind, outcome, is_forward)
        for source, target, kind, outcome, is_forward in _links()
        if source != target and {record_id(source), record_id(target)} <= visible
    ]
    result = Chain({record_id(root): (0, None)})
    for way in ("before", "after"):
        if direction not in (way, "both"):
            continue
        level = {record_id(root)}
        reached = set(level)
        for distance in range(1, depth + 1):
            steps = set()
            for source, target, _, _, is_forward in links:
                earlier, later = (source, target) if is_forward else (target, source)
                leaves, reaches = (later, earlier) if way == "before" else (earlier, later)
                if leaves in level:
                    steps.add(reaches)
            level = steps - reached
            reached |= level
            for name in level:
                if name not in result.nodes or result.nodes[name][0] > distance:
                    result.nodes[name] = (distance, way)
    result.edges = {link[:4] for link in links if {link[0], link[1]} <= result.nodes.keys()}
    return result
