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
#: Keys of a model's records -> conditions, of which a row has any.
_Conditions = Callable[[list[int]], list[Q]]
#: The most steps and rows that are followed in search of a cycle through a record.
_MAX_STEPS, _MAX_ROWS = 12, 2_000


def _at(*paths: str) -> _Conditions:
    """The conditions that one of these foreign keys leads to a record of the scope."""
    return lambda keys: [Q(**{f"{path}__in": keys}) for path in paths]


def _never(keys: list[int]) -> list[Q]:
    return [Q(pk__in=[])]


def _said_in_office(keys: list[int]) -> list[Q]:
    return [Q(speaker__in=Appointment.objects.filter(pk__in=keys).values("official"))]


def _step_of_measure(keys: list[int]) -> list[Q]:
    return [Q(measure__in=MeasureStep.objects.filter(event__in=keys).values("measure"))]


#: Model of the rows that a rule looks at -> model of the record -> which of the rows may contradict the rule by it.
_CONDITIONS: dict[Any, dict[Any, _Conditions]] = {
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
        conditions = _CONDITIONS[model].get(self.model)
        if conditions is None:
            return rows.none()
        first, *others = conditions(list(self.keys))
        if not others:
            return rows.filter(first)
        # Each by its own index: for an OR over several tables the database would read all rows.
        keys = [model._base_manager.filter(condition).order_by().values("pk") for condition in (first, *others)]
        return rows.filter(pk__in=keys[0].union(*keys[1:]))

    def read(self, rows: QuerySet[Any]) -> Iterable[Any]:
        """The rows that a rule looks at; without any it finds nothing (see ``archive.checks.rows_to_check``)."""
        return rows.iterator()

    def is_of(self, model: type[Model]) -> bool:
        """Whether records of this model are in the scope; true for the whole archive."""
        return self.is_whole or self.model is model

    def appointments_or_others(self, path: str) -> Q:
        """The condition that an appointment, or the other one at ``path``, may contradict a rule by the scope.

        Both are appointments to one office.
        """
        if self.is_whole:
            return Q()
        if self.model not in (Appointment, Official):
            conditions = _CONDITIONS[Appointment].get(self.model, _never)
            return conditions(list(self.keys))[0]
        column = "official" if self.model is Official else "pk"
        is_own = Q(**{f"{column}__in": self.keys}) | Q(**{f"{path}__{column}__in": self.keys})
        # The offices first: for an OR of both appointments the database would read all pairs.
        offices = Appointment._base_manager.filter(**{f"{column}__in": self.keys}).order_by().values("office")
        return Q(office__in=offices) & is_own

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
