"""Conditions of links between an answer and what it answers: the answer came within a span of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from archive.filters.fields import SpanValue
from archive.sql.date_spans import AddSpan
from archive.sql.semi_joins import SemiJoin
from archive.visibility import Viewer, published, sees_drafts


@dataclass(frozen=True, slots=True)
class Bounds:
    """Paths of the first and last day on which a record may have begun."""

    earliest: str
    latest: str

    @classmethod
    def of_date(cls, path: str, field: str = "date") -> Bounds:
        prefix = f"{path}__" if path else ""
        return cls(f"{prefix}{field}_earliest", f"{prefix}{field}_latest")

    @classmethod
    def of_start(cls, path: str, field: str = "in_force") -> Bounds:
        """The bounds of the start of a period."""
        return cls(f"{path}__{field}_earliest", f"{path}__{field}_certain_from")


@dataclass(frozen=True, slots=True)
class Answers:
    """Rows of a table that link answers to what they answer: paths to both, and the bounds of their dates."""

    rows: QuerySet[Any]
    answer: str
    answered: str
    answered_model: Any
    answer_bounds: Bounds
    answered_bounds: Bounds

    def within(self, span: SpanValue, certain: bool, user: Viewer) -> SemiJoin:
        """The semi-join of the answers to visible records within the span."""
        rows = self.rows.filter(**{f"{self.answered}__isnull": False})
        if not sees_drafts(user):
            rows = rows.filter(published(self.answered_model, f"{self.answered}__"))
        rows = rows.filter(answers_within(self.answer_bounds, self.answered_bounds, span, certain))
        return SemiJoin(rows, self.answer, counted=self.rows)


def answers_within(answer: Bounds, answered: Bounds, span: SpanValue, certain: bool) -> Q:
    """The condition that the answer came on the day of what it answers or later, by at most the span.

    The dates make it possible, or with ``certain`` sure. An open bound is unlimited.
    """
    if certain:
        return Q(
            **{
                f"{answer.earliest}__gte": F(answered.latest),
                f"{answer.latest}__lte": AddSpan(F(answered.earliest), span.months, span.days),
            }
        )
    not_before = _or_open(Q(**{f"{answer.latest}__gte": F(answered.earliest)}), (answer.latest, answered.earliest))
    not_after = Q(**{f"{answer.earliest}__lte": AddSpan(F(answered.latest), span.months, span.days)})
    return not_before & _or_open(not_after, (answer.earliest, answered.latest))


def _or_open(condition: Q, paths: Iterable[str]) -> Q:
    for path in paths:
        condition |= Q(**{f"{path}__isnull": True})
    return condition
