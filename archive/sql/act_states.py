"""The state of speech acts on a day: the last visible outcome by that day, else open."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from archive.choices import ANSWERABLE_KINDS, State
from archive.dates import PartialDate
from archive.models import Outcome, SpeechAct, Statement
from archive.sql.relations import visible_related
from archive.visibility import Viewer, not_after, sees_drafts, sorting_by


def is_open_on(user: Viewer, day: PartialDate, sort_path: str = "statement__date_sort", certain: bool = False) -> Q:
    """Answerable acts said by that date and without an outcome by then (one that certainly lies before its last day).

    With ``certain``, those that are open for certain (:func:`had_state_on`): no outcome may lie by then either.
    ``sort_path`` leads to a column that sorts like the dates of statements.
    """
    return had_state_on(user, day, sort_path, certain) & is_in_state(user, [State.OPEN.value], day)


def had_state_on(user: Viewer, day: PartialDate, sort_path: str = "statement__date_sort", certain: bool = False) -> Q:
    """Answerable acts that may have been said by the last day of a date.

    With ``certain``, those whose state on that day is certain: they were said by then, and no outcome may lie on
    either side of that day.
    """
    condition = Q(kind__in=ANSWERABLE_KINDS)
    if day.latest is None:
        return condition
    condition &= Q(statement__date_earliest__lte=day.latest) | Q(statement__date_earliest__isnull=True)
    if not sees_drafts(user):
        condition &= sorting_by(Statement.objects.visible_to(user), "date", day, sort_path)
    if certain:
        condition &= not_after("statement__date", day)
        outcomes = visible_related(SpeechAct, "outcomes", user).filter(speech_act=OuterRef("pk"))
        may_be_by_then = Q(date_earliest__lte=day.latest) | Q(date_earliest__isnull=True)
        may_be_later = Q(date_latest__gt=day.latest) | Q(date_latest__isnull=True)
        condition &= ~Q(Exists(outcomes.filter(may_be_by_then & may_be_later)))
    return condition


def is_in_state(user: Viewer, states: list[str], day: PartialDate | None = None) -> Q:
    """Answerable acts whose last visible outcome is one of the states; ``open``: those without one.

    With ``day``, only outcomes that certainly lie by its last day count.
    """
    outcomes = visible_related(SpeechAct, "outcomes", user)
    if day is not None and day.latest is not None:
        outcomes = outcomes.filter(date_latest__lte=day.latest)
    own = outcomes.filter(speech_act=OuterRef("pk"))
    condition = Q(pk__in=[])
    if State.OPEN in states:
        condition |= ~Q(Exists(own))
    closed = [state for state in states if state != State.OPEN]
    if closed:
        last = outcomes.filter(speech_act=OuterRef("speech_act")).order_by("-date_sort", "-id")
        condition |= Q(Exists(own.filter(pk=Subquery(last.values("pk")[:1]), kind__in=closed)))
    return Q(kind__in=ANSWERABLE_KINDS) & condition


def act_state(act: SpeechAct, outcomes: list[Outcome]) -> str | None:
    """The state of one act by all its visible outcomes; None for a kind that calls for no answer."""
    if act.kind not in ANSWERABLE_KINDS:
        return None
    last = max(outcomes, key=lambda outcome: (outcome.date_sort, outcome.pk), default=None)  # type: ignore[attr-defined]
    return str(last.kind) if last is not None else str(State.OPEN.value)


def state_expression(user: Viewer) -> Any:
    """``act_state`` as an expression on speech acts."""
    outcomes = (
        visible_related(SpeechAct, "outcomes", user).filter(speech_act=OuterRef("pk")).order_by("-date_sort", "-id")
    )
    last = Coalesce(Subquery(outcomes.values("kind")[:1]), Value(State.OPEN.value))
    return Case(When(kind__in=ANSWERABLE_KINDS, then=last), output_field=CharField())
