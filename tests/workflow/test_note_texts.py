"""Notes that a step writes are shown in the language of the page, and what people wrote as they wrote it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation

from archive.models import Note, NoteStep
from archive.workflow import schedule, steps
from archive.workflow.note_texts import note_text
from tests.support import filter_records as make
from tests.support.admin_forms import address


@pytest.mark.parametrize(
    ("step", "text", "shown"),
    [
        ("scheduled", "lifted", "해제"),
        ("scheduled", "for 2026-12-24 09:00 UTC", "2026-12-24 09:00 UTC에 공개 예정"),
        ("assigned", "to nobody", "담당자 없음"),
        ("assigned", "to nobody: on leave: until May", "담당자 없음: on leave: until May"),
        ("assigned", "to kim@example.org: please\nlook", "담당자 kim@example.org: please\nlook"),
        ("published", "the change of carla: As the paper: says.", "carla의 변경: As the paper: says."),
        ("published", "the change of somebody", "somebody의 변경"),
        ("sent_back", "proposed change: No source.", "변경 제안: No source."),
        ("failed", "The user who scheduled it no longer has an account: schedule it again.\nOther: error.",
         "예약한 사람의 계정이 더 이상 없습니다. 다시 예약하세요.\nOther: error."),
        # What people wrote is nobody else's.
        ("note", "lifted", "lifted"), ("submitted", "to nobody", "to nobody"), ("scheduled", "lifted it", "lifted it"),
        ("sent_back", "proposed changes: two", "proposed changes: two"), ("published", "", ""),
        ("sent_back", "{person}", "{person}"), ("assigned", "to {person}", "담당자 {person}"),
    ],
)  # fmt: skip
def test_a_note_of_a_step_is_translated(step: str, text: str, shown: str) -> None:
    note = Note(step=step, text=text)
    with translation.override("ko"):
        assert note_text(note) == shown
    with translation.override("en"):
        assert note_text(note) == text


@pytest.mark.django_db
def test_the_notes_that_the_steps_write_are_known() -> None:
    editor = User.objects.create_superuser("chief", is_staff=True)
    event = make.event("e", "2019")
    type(event).objects.update(status="draft")
    event.refresh_from_db()
    steps.assign([event], editor, editor, "Please.")
    steps.assign([event], editor, None)
    schedule.schedule([event], editor, timezone.now() + timedelta(hours=1))
    assert schedule.cancel(event, editor)
    with translation.override("ja"):
        assert all(note_text(note) != note.text for note in Note.objects.all())
    assert Note.objects.count() == 4
    client = Client()
    client.force_login(editor)
    client.cookies["django_language"] = "ko"
    Note.objects.create(kind="event", record_id=event.pk, step=NoteStep.NOTE, text="lifted by hand")
    html = client.get(address(event)).content.decode()
    assert "담당자 chief: Please." in html
    assert "lifted by hand" in html
