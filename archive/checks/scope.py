"""The rows that rules look at: those of the whole archive, or those that a few records can make contradict a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from archive.models import (
    Appointment,
    Body,
    Citation,
    Event,
    Measure,
    MeasureGood,
    MeasureStep,
    Name,
    Office,
    Official,
    Outcome,
    Relation,
    Source,
    Statement,
    Topic,
)

_CAPACITIES, _REPLIES = Statement.capacities.through, Statement.in_reply_to.through
_Condition = Callable[[list[int]], Q]
#: The most steps and rows that are followed in search of a cycle through a record.
_MAX_STEPS, _MAX_ROWS = 12, 2_000


def _at(*paths: str) -> _Condition:
    """The condition that one of these foreign keys leads to a record of the scope."""

    def condition(keys: list[int]) -> Q:
        result = Q()
        for path in paths:
            result |= Q(**{f"{path}__in": keys})
        return result

    return condition


def _said_in_office(keys: list[int]) -> Q:
    return Q(speaker__in=Appointment.objects.filter(pk__in=keys).values("official"))


def _step_of_measure(keys: list[int]) -> Q:
    return Q(measure__in=MeasureStep.objects.filter(event__in=keys).values("measure"))


#: Model of the rows that a rule looks at -> model of the record -> which of the rows may contradict the rule by it.
_CONDITIONS: dict[Any, dict[Any, _Condition]] = {
    Statement: {
        Statement: _at("pk"), Official: _at("speaker"), Event: _at("occasion"), Appointment: _said_in_office,
    },
    _CAPACITIES: {
        Statement: _at("statement"), Appointment: _at("appointment"), Official: _at("appointment__official"),
    },
    _REPLIES: {Statement: _at("from_statement", "to_statement")},
    Outcome: {Statement: _at("speech_act__statement", "answer__statement"), Event: _at("event")},
    Source: {Source: _at("pk")},
    Name: {Official: _at("official")},
    Citation: {Statement: _at("statement"), Source: _at("source")},
    Relation: {Event: _at("from_event", "to_event")},
    MeasureStep: {Measure: _at("measure"), Event: _step_of_measure},
    MeasureGood: {Measure: _at("measure")},
    Event: {Event: _at("pk", "part_of")},
    Appointment: {
        Appointment: _at("pk"), Official: _at("official"), Office: _at("office"), Body: _at("office__body"),
    },
    Body: {Body: _at("pk")},
    Topic: {Topic: _at("pk")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Records of one model; without a model, the whole archive."""

    model: Any = None
    keys: tuple[int, ...] = ()

    @classmethod
    def of(cls, model: type[Model], keys: Iterable[int]) -> Scope:
        return cls(model, tuple(keys))

    @property
    def is_whole(self) -> bool:
        return self.model is None

    def rows(self, model: type[Model]) -> Any:
        """The rows of a model, or of a many-to-many relation, that may contradict a rule by a record of the scope."""
        rows = model._default_manager.all()
        if self.is_whole:
            return rows
        condition = _CONDITIONS[model].get(self.model)
        return rows.filter(condition(list(self.keys))) if condition is not None else rows.none()

    def read(self, rows: QuerySet[Any]) -> Iterable[Any]:
        """The rows that a rule looks at; without any it finds nothing (see ``archive.checks.rows_to_check``)."""
        return rows.iterator()

    def appointments_or_others(self, path: str) -> Q:
        """The condition that an appointment, or the other one at ``path``, may contradict a rule by the scope."""
        if self.is_whole:
            return Q()
        condition = _CONDITIONS[Appointment].get(self.model)
        if condition is None:
            return Q(pk__in=[])
        if self.model is not Appointment:
            names = {Official: "official", Office: "office", Body: "office__body"}
            return condition(list(self.keys)) | Q(**{f"{path}__{names[self.model]}__in": self.keys})
        return Q(pk__in=self.keys) | Q(**{f"{path}__pk__in": self.keys})

    def links(self, model: type[Model], rows: QuerySet[Model], source: str, target: str) -> Iterable[tuple[int, int]]:
        """The pairs of ``source`` and ``target`` among rows: all, or those that lead on from records of the scope.

        ``model`` is the model of the records that they link.
        """
        if self.is_whole:
            yield from self.read(rows.order_by().values_list(source, target))
            return
        frontier = set(self.keys) if self.model is model else set()
        seen: set[int] = set()
        # Who is on a circle with a record of the scope leads to it, and is led to by it.
        onward, back = rows.filter(**{source: OuterRef(target)}), rows.filter(**{target: OuterRef(source)})
        steps = rows.filter(Exists(onward), Exists(back))
        for _ in range(_MAX_STEPS):
            if not frontier or len(seen) > _MAX_ROWS:
                return
            links = steps.filter(**{f"{source}__in": frontier}).order_by().values_list(source, target)[:_MAX_ROWS]
            pairs = list(self.read(links))
            yield from pairs
            seen |= frontier
            frontier = {pk for _, pk in pairs} - seen
