"""An accepted proposal stores new parts with the parts below them, and with what refers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from archive.models import Citation, Outcome, ProposedChange, SpeechAct
from archive.workflow.proposals import accept, plan_of, save_proposal, state_of
from archive.workflow.states import PROVISIONAL
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def _proposed(world: World, user: Any, change_parts: Callable[[], None]) -> ProposedChange:
    """The proposal of what the function does to the statement, which is taken back as a form's save is."""
    base = state_of(world.statement)
    with transaction.atomic():
        change_parts()
        proposed = state_of(world.statement)
        transaction.set_rollback(True)
    change = save_proposal(world.statement, user, (base, proposed), "", submit=True)
    assert change is not None
    return change


def _accept(change: ProposedChange, world: World, user: Any) -> None:
    accept(change, world.statement, user, plan_of(change, world.statement).token)


def _new_act(world: World, ordinal: int, **values: Any) -> SpeechAct:
    fields = {"kind": "demand", "text": f"Demand {ordinal}."} | values
    return SpeechAct.objects.create(statement=world.statement, ordinal=ordinal, **fields)


def test_parts_below_new_parts_are_stored(world: World, contributor: Any, editor: Any) -> None:
    def add() -> None:
        for ordinal in (2, 3):
            act = _new_act(world, ordinal)
            outcome = Outcome.objects.create(speech_act=act, date="2020", kind="rejected", note=f"Of {ordinal}.")
            Citation.objects.create(source=world.source, speech_act=act)
            Citation.objects.create(source=world.source, outcome=outcome)

    change = _proposed(world, contributor, add)
    assert {row["id"] >= PROVISIONAL for row in change.proposed} == {True, False}
    _accept(change, world, editor)
    acts = SpeechAct.objects.filter(statement=world.statement).order_by("ordinal")
    assert [act.text for act in acts] == ["Do it.", "Demand 2.", "Demand 3."]
    for act in acts[1:]:
        assert act.pk < PROVISIONAL
        outcome = act.outcomes.get()
        assert outcome.note == f"Of {act.ordinal}."
        assert act.citations.get().source == outcome.citations.get().source == world.source
        assert (act.history.count(), outcome.history.count()) == (1, 1)


def test_an_outcome_answers_by_a_new_act(world: World, contributor: Any, editor: Any) -> None:
    """A new and a stored outcome, of a stored and of a new act."""

    def add() -> None:
        answer, other = _new_act(world, 2), _new_act(world, 3)
        world.outcome.answer = answer
        world.outcome.save()
        Outcome.objects.create(speech_act=world.speech_act, date="2021", kind="rejected", answer=other)
        Outcome.objects.create(speech_act=answer, date="2022", kind="rejected", answer=other)

    _accept(_proposed(world, contributor, add), world, editor)
    answers = Outcome.objects.filter(speech_act__statement=world.statement).order_by("date")
    assert [outcome.answer.ordinal for outcome in answers] == [2, 3, 3]


def test_a_proposal_that_is_saved_again_has_the_same_parts(world: World, contributor: Any, editor: Any) -> None:
    def add() -> None:
        act = _new_act(world, 2)
        Outcome.objects.create(speech_act=act, date="2020", kind="rejected")
        Outcome.objects.create(speech_act=world.speech_act, date="2021", kind="rejected", answer=act)

    change = _proposed(world, contributor, add)
    target = plan_of(change, world.statement).plan.target
    stored = {key: node for key, node in target.items() if key in state_of(world.statement)}
    again = save_proposal(world.statement, contributor, (stored, target), "again", submit=True)
    assert again == change
    assert sorted(again.proposed, key=str) == sorted(change.proposed, key=str)
    _accept(again, world, editor)
    assert [outcome.speech_act.ordinal for outcome in Outcome.objects.order_by("date")] == [1, 2, 1]
    assert Outcome.objects.get(date="2021").answer.ordinal == 2
