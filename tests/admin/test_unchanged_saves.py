"""A save that changes nothing makes no version and no revision, whatever the kind; one that changes a part does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Event, SpeechAct, Statement
from archive.revisions.state import tracked_models
from tests.support.admin_forms import address, errors, messages_of, opened, send
from tests.support.linked import linked
from tests.support.parts import whole_world
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return whole_world()


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.model_name)
def test_a_save_without_a_change_makes_no_version(model: Any, world: World, editing: Client) -> None:
    linked(Statement, world)
    record = model.objects.order_by("pk").last()
    version, revisions = record.version, record.history.count()
    response = editing.post(address(record), opened(editing, record) | {"change_reason": "For nothing"}, follow=True)
    assert "Nothing was changed, so there is no new version." in messages_of(response), errors(response)
    again = model.objects.get(pk=record.pk)
    assert (again.version, again.updated_at) == (version, record.updated_at)
    assert again.history.count() == revisions


def test_line_ends_of_a_browser_are_no_change(editing: Client) -> None:
    event = Event.objects.create(
        slug="e", name="E", date="2019", classification="meeting", summary="One.\n\nTwo.\n"
    )  # fmt: skip
    sent = opened(editing, event) | {"summary": "One.\r\n\r\nTwo."}
    assert send(editing, event, sent).status_code == 302
    event.refresh_from_db()
    assert (event.version, event.summary) == (1, "One.\n\nTwo.\n")
    send(editing, event, sent | {"name": "F"})
    event.refresh_from_db()
    assert (event.version, event.summary) == (2, "One.\n\nTwo.")


def test_a_save_that_changes_a_part_or_a_link_alone_makes_a_version(world: World, editing: Client) -> None:
    act, statement = world.speech_act, world.statement
    send(editing, statement, opened(editing, statement) | {"speech_acts-0-text": "Do that."})
    statement.refresh_from_db()
    assert (statement.version, SpeechAct.objects.get(pk=act.pk).text) == (2, "Do that.")
    send(editing, statement, opened(editing, statement) | {"topics": [str(world.topic.pk)]})
    statement.refresh_from_db()
    assert statement.version == 3
