"""Steps of the workflow: who may take them, from which status, and what the review and the notes say afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from archive.models import Event, Note, NoteStep
from archive.workflow import queues
from archive.workflow.steps import add_note, assign, notes_of, review_of, take

pytestmark = pytest.mark.django_db


def _event(name: str = "one", status: str = "draft") -> Event:
    return Event.objects.create(
        slug=f"2020-{name}", name=name.upper(), classification="meeting", date="2020", status=status
    )


def test_a_record_is_submitted_sent_back_and_published(contributor: Any, editor: Any) -> None:
    event = _event()
    take(NoteStep.SUBMITTED, [event], contributor, "Please look at the date.")
    (waiting,) = queues.in_review()
    assert (waiting.record, waiting.message, waiting.person) == (event, "Please look at the date.", "contributor")
    take(NoteStep.SENT_BACK, [event], editor, "The date is that of the paper.")
    assert queues.in_review() == []
    (back,) = queues.sent_back_to(contributor)
    assert (back.record, back.message, back.person) == (event, "The date is that of the paper.", "editor")
    take(NoteStep.SUBMITTED, [event], contributor)
    assert queues.sent_back_to(contributor) == []
    take(NoteStep.PUBLISHED, [event], editor)
    event.refresh_from_db()
    assert event.status == "published"
    assert [note.step for note in notes_of(event)] == ["published", "submitted", "sent_back", "submitted"]
    assert event.history.first().history_user == editor


def test_a_contributor_neither_publishes_nor_sends_back(contributor: Any) -> None:
    event = _event(status="review")
    for step in (NoteStep.PUBLISHED, NoteStep.SENT_BACK):
        with pytest.raises(ValidationError, match="got a contributor, expected an editor"):
            take(step, [event], contributor, "text")
    with pytest.raises(ValidationError, match="it is published: got a contributor"):
        take(NoteStep.SUBMITTED, [_event("two", "published")], contributor)


def test_all_records_or_none(editor: Any) -> None:
    first, second = _event("one"), _event("two", "withdrawn")
    with pytest.raises(ValidationError) as refused:
        take(NoteStep.WITHDRAWN, [_event("three", "published"), first, second], editor)
    assert refused.value.messages == ["2020-one: it is draft, expected one that is published."]
    assert not Event.objects.filter(slug="2020-three", status="withdrawn").exists()
    assert not Note.objects.exists()


def test_a_record_is_sent_back_with_a_remark_only(editor: Any) -> None:
    with pytest.raises(ValidationError, match="got no remark, expected one that says what is to be mended"):
        take(NoteStep.SENT_BACK, [_event(status="review")], editor)


def test_a_record_that_was_deleted_meanwhile_is_named(editor: Any) -> None:
    event = _event()
    Event.objects.filter(pk=event.pk).delete()
    with pytest.raises(ValidationError, match="2020-one: somebody deleted it a moment ago"):
        take(NoteStep.PUBLISHED, [event], editor)
    with pytest.raises(ValidationError, match="2020-one: somebody deleted it a moment ago"):
        assign([event], editor, editor)


def test_records_are_assigned_to_members_of_the_staff_who_may_change_them(contributor: Any, editor: Any) -> None:
    event = _event()
    assert assign([event], editor, contributor, "by Friday") == 1
    assert assign([event], editor, contributor) == 0
    (waiting,) = queues.assigned_to(contributor)
    assert (waiting.record, waiting.assignee) == (event, "contributor")
    assert notes_of(event)[0].text == "to contributor: by Friday"
    with pytest.raises(ValidationError, match="expected an active member of the staff"):
        assign([event], editor, User.objects.create_user("reader"))
    assert assign([event], editor, None) == 1
    assert queues.assigned_to(contributor) == []


def test_notes_are_refused_if_empty_or_too_long(editor: Any) -> None:
    event = _event()
    for text in (" ", "x" * 4_001):
        with pytest.raises(ValidationError, match="expected 1 to 4,000"):
            add_note(event, editor, text)


def test_a_note_sent_twice_is_added_once(editor: Any) -> None:
    event = _event()
    assert add_note(event, editor, "See page 4.") == add_note(event, editor, "See page 4.")
    assert len(notes_of(event)) == 1


def test_my_drafts_are_those_that_i_entered(contributor: Any, editor: Any) -> None:
    mine = Event(slug="mine", name="Mine", classification="meeting", date="2020")
    mine._history_user = contributor
    mine.save()
    _event()
    assert [entry.record for entry in queues.my_drafts(contributor)] == [mine]
    assert queues.my_drafts(editor) == []
    take(NoteStep.SENT_BACK, [mine], editor, "Is it yours?")
    assert queues.my_drafts(contributor) == []
    assert [entry.record for entry in queues.sent_back_to(contributor)] == [mine]


def test_the_queries_of_a_queue_do_not_grow_with_it(
    contributor: Any, editor: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        event = _event(f"n{number}")
        take(NoteStep.SUBMITTED, [event], contributor)
        assign([event], editor, editor)
    with django_assert_max_num_queries(3):
        assert len(queues.in_review()) == 12
    with django_assert_max_num_queries(2):
        assert len(queues.assigned_to(editor)) == 12


def test_a_deleted_record_waits_for_nobody(contributor: Any) -> None:
    event = _event()
    take(NoteStep.SUBMITTED, [event], contributor)
    assert review_of(event)
    event.delete()
    assert queues.in_review() == []


def test_a_loaded_record_is_sent_back_to_who_saved_it_last(contributor: Any, editor: Any) -> None:
    event = _event(status="review")
    event._history_user = contributor
    event.save()
    take(NoteStep.SENT_BACK, [event], editor, "Which paper?")
    assert [entry.record for entry in queues.sent_back_to(contributor)] == [event]
