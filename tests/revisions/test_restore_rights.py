"""Contributors restore versions and deleted parts of drafts only where nothing published is changed by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from archive.models import Outcome, SpeechAct, Statement
from archive.revisions.planning import make_plan
from archive.revisions.restore import restore
from archive.revisions.version import version_of
from tests.support.linked import plan_of
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def answer(world: World) -> SpeechAct:
    """An act of a draft."""
    draft = Statement.objects.create(
        slug="draft", name="A draft", date="2020", classification="note", attribution="named", speaker=world.official,
        body=world.body,
    )  # fmt: skip
    return SpeechAct.objects.create(statement=draft, ordinal=1, kind="acceptance", text="We shall.")


@pytest.fixture
def deleted_answer(world: World, answer: SpeechAct) -> int:
    """The act, by which an outcome of a published act answered, is deleted."""
    world.outcome.answer = answer
    world.outcome.save()
    key = answer.pk
    answer.delete()
    world.outcome.refresh_from_db()
    assert world.outcome.answer is None
    return key


def test_a_published_outcome_is_not_linked_again_by_a_contributor(
    world: World, deleted_answer: int, contributor: Any, editor: Any
) -> None:
    version = world.outcome.version
    with pytest.raises(ValidationError) as error:
        restore(plan_of(SpeechAct, deleted_answer), contributor, "By mistake")
    [message] = error.value.messages
    assert str(world.outcome.speech_act) in message or "fulfilled" in message
    assert "expected an editor to restore it" in message
    world.outcome.refresh_from_db()
    assert (world.outcome.answer, world.outcome.version) == (None, version)
    assert not SpeechAct.objects.filter(pk=deleted_answer).exists()
    restore(plan_of(SpeechAct, deleted_answer), editor, "By mistake")
    world.outcome.refresh_from_db()
    assert world.outcome.answer_id == deleted_answer


def test_the_outcome_of_a_draft_is_linked_again_by_a_contributor(
    world: World, deleted_answer: int, contributor: Any
) -> None:
    Statement.objects.filter(pk=world.statement.pk).update(status="draft")
    restore(plan_of(SpeechAct, deleted_answer), contributor, "By mistake")
    world.outcome.refresh_from_db()
    assert world.outcome.answer_id == deleted_answer


def test_the_page_says_what_is_in_the_way(world: World, deleted_answer: int, client: Client, contributor: Any) -> None:
    client.force_login(contributor)
    revision = SpeechAct.history.filter(id=deleted_answer).latest("history_id")
    page = reverse("admin:archive_speechact_simple_history", args=[deleted_answer, revision.pk])
    shown, refused = client.get(page).content.decode(), client.post(page, {})
    assert refused.status_code == 200
    assert "Nothing was changed." in refused.content.decode()
    for text in (shown, refused.content.decode()):
        assert text.count("expected an editor to restore it") == 1
        assert 'name="_save"' not in text
    assert not SpeechAct.objects.filter(pk=deleted_answer).exists()


def test_a_version_without_a_part_by_which_something_published_answers_is_refused(
    world: World, answer: SpeechAct, contributor: Any, editor: Any
) -> None:
    draft = answer.statement
    draft.summary = "First"
    draft.save()
    first = draft.history.latest("history_id")
    draft.summary = "Second"
    draft.save()
    second = SpeechAct.objects.create(statement=draft, ordinal=2, kind="acceptance", text="We shall, too.")
    Outcome.objects.filter(pk=world.outcome.pk).update(answer=second)

    def plan() -> Any:
        version = version_of(Statement, draft.pk, first.history_id)
        assert version is not None
        return make_plan(version)

    assert [node.pk for node in plan().removed] == [second.pk]
    with pytest.raises(ValidationError) as error:
        restore(plan(), contributor, "Back")
    assert str(second) in error.value.messages[0]
    assert "expected an editor to delete it" in error.value.messages[0]
    world.outcome.refresh_from_db()
    assert world.outcome.answer == second
    restore(plan(), editor, "Back")
    world.outcome.refresh_from_db()
    assert world.outcome.answer is None
