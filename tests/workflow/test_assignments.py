"""Who records are assigned to, until when, and who writes notes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError

from archive.models import Appointment, Event, Note, NoteStep, Office, Official
from archive.workflow import publication
from archive.workflow.steps import add_note, assign, may_be_assigned, review_of, take
from tests.support.world import World

pytestmark = pytest.mark.django_db


def _event(status: str = "draft") -> Event:
    return Event.objects.create(slug="2020-one", name="One", classification="meeting", date="2020", status=status)


@pytest.mark.parametrize(("status", "step"), [("review", NoteStep.PUBLISHED), ("published", NoteStep.WITHDRAWN)])
def test_a_record_that_is_published_or_withdrawn_is_nobodys(
    contributor: Any, editor: Any, status: str, step: NoteStep
) -> None:
    event = _event(status)
    assign([event], editor, contributor)
    review = review_of(event)
    assert review is not None
    assert review.assignee == contributor
    take(step, [event], editor, "Done.")
    review.refresh_from_db()
    assert review.assignee is None


@pytest.mark.parametrize("lacking", ["is_staff", "is_active", "view_drafts", "change_event", ""])
def test_records_are_assigned_to_active_staff_with_the_rights(editor: Any, lacking: str) -> None:
    event = _event()
    flags = {"is_staff": lacking != "is_staff", "is_active": lacking != "is_active"}
    user = User.objects.create_user("somebody", **flags)
    codenames = {"view_drafts", "change_event"} - {lacking}
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    assert may_be_assigned(user, event) == (not lacking)
    if lacking:
        with pytest.raises(ValidationError, match="expected an active member of the staff"):
            assign([event], editor, user)


def test_who_sees_no_drafts_writes_no_notes(contributor: Any) -> None:
    event = _event("published")
    reader = User.objects.create_user("reader", is_staff=True)
    with pytest.raises(ValidationError, match="Only users who may see drafts"):
        add_note(event, reader, "A note.")
    assert not Note.objects.exists()
    assert add_note(event, contributor, "A note.").author == contributor


def test_what_others_depend_on_is_published_before_them(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    for record in (world.official, world.office, world.appointment, world.statement):
        type(record).objects.filter(pk=record.pk).update(status="draft")
    published: list[Any] = []
    monkeypatch.setattr(publication, "take", lambda step, records, *args: published.extend(records))
    publication.publish_with([world.statement], [world.topic, world.appointment, world.office, world.official], editor)
    assert [type(record) for record in published[:3]] == [Official, Office, Appointment]
    assert published[3:] == [world.topic, world.statement]
