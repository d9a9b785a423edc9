"""Scheduled publication: nothing is published before its time, by any door, and what is due is published once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from archive.merging.merge import merge
from archive.models import AuditAction, Body, Event, Note, NoteStep, Participation, PublicVersion, Review
from archive.workflow import queues
from archive.workflow.schedule import cancel, changed_by, publish_due, schedule
from archive.workflow.steps import notes_of, take
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db
_HOUR = timedelta(hours=1)


@pytest.fixture
def event(db: None) -> Event:
    return Event.objects.create(slug="2020-one", name="One", classification="meeting", date="2020")


def test_what_is_due_is_published_once_and_not_before(event: Event, editor: Any) -> None:
    moment = timezone.now() + _HOUR
    schedule([event], editor, moment)
    assert queues.scheduled()[0].since == moment
    assert publish_due(moment - timedelta(seconds=1)) == []
    assert Client().get("/events/2020-one/").status_code == 404
    version = PublicVersion.objects.get().stamp
    (due,) = publish_due(moment)
    assert (due.slug, due.errors) == ("2020-one", ())
    assert Client().get("/events/2020-one/").status_code == 200
    assert PublicVersion.objects.get().stamp != version
    assert publish_due(moment) == []
    assert event.history.first().history_user == editor
    assert queues.scheduled() == []


def test_no_door_publishes_before_the_time(event: Event, editor: Any, client: Client) -> None:
    schedule([event], editor, timezone.now() + _HOUR)
    with pytest.raises(ValidationError, match="Lift the schedule first"):
        take(NoteStep.PUBLISHED, [event], editor)
    api = APIClient()
    api.force_authenticate(editor)
    tag = api.get("/api/v1/events/2020-one/").headers["ETag"]
    answer = api.patch("/api/v1/events/2020-one/", {"status": "published"}, format="json", HTTP_IF_MATCH=tag)
    assert answer.status_code == 400
    assert b"Lift the schedule first" in answer.content
    cancel(event, editor)
    take(NoteStep.PUBLISHED, [event], editor)


def test_no_dataset_publishes_before_the_time(event: Event, editor: Any, tmp_path: Path) -> None:
    moment = timezone.now() + _HOUR
    schedule([event], editor, moment)
    header = "slug,status,name,classification,date\n"
    published = {"events.csv": f"{header}2020-one,published,One,meeting,2020\n2020-two,published,Two,meeting,2020\n"}
    result = load_files(tmp_path, published)
    assert list(result.problems.lines()) == [
        f"events.csv:2, status: got published, but it is scheduled for {moment:%Y-%m-%d %H:%M} (UTC), expected another "
        "status until then, or lift the schedule first."
    ]
    assert Event.objects.get().status == "draft"
    assert load_files(tmp_path, {"events.csv": f"{header}2020-one,draft,Uno,meeting,2020\n"}).written
    cancel(event, editor)
    assert load_files(tmp_path, published).written


def test_times_that_cannot_be_kept_are_refused(event: Event, editor: Any, contributor: Any) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError, match="which is past"):
        schedule([event], editor, now - _HOUR)
    with pytest.raises(ValidationError, match="in the next fifty years"):
        schedule([event], editor, now + timedelta(days=40_000))
    with pytest.raises(ValidationError, match="expected an editor"):
        schedule([event], contributor, now + _HOUR)
    event.status = "published"
    event.save()
    with pytest.raises(ValidationError, match="it is published already"):
        schedule([event], editor, now + _HOUR)
    assert not Review.objects.exists()


def test_a_record_that_must_not_be_published_is_named_and_not_tried_again(event: Event, editor: Any) -> None:
    schedule([event], editor, timezone.now() + _HOUR)
    Event.objects.filter(pk=event.pk).update(name="")
    Review.objects.update(publish_at=timezone.now() - _HOUR)
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("publish_due", stdout=out, stderr=err)
    assert err.getvalue().startswith("2020-one: not published.")
    assert out.getvalue() == "0 published, 1 refused.\n"
    assert notes_of(event)[0].step == "failed"
    (refused,) = queues.refused_publications()
    assert refused.record == event
    assert publish_due() == []


def test_a_record_at_which_the_database_fails_keeps_no_other_from_its_time(
    editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now() + _HOUR
    events = [
        Event.objects.create(slug=f"2020-{name}", name=name, classification="meeting", date="2020")
        for name in ("busy", "refused", "sound")
    ]
    schedule(events, editor, moment)
    errors = {"2020-busy": OperationalError("deadlock detected"), "2020-refused": IntegrityError("no such row")}

    def failing_take(step: NoteStep, records: list[Any], user: Any, **reasons: str) -> list[Any]:
        if error := errors.get(records[0].slug):
            raise error
        return take(step, records, user, **reasons)

    monkeypatch.setattr("archive.workflow.schedule.take", failing_take)
    results = {due.slug: due.errors for due in publish_due(moment)}
    assert results == {
        "2020-busy": ("The database failed, and the next run tries it again: deadlock detected",),
        "2020-refused": ("The database refused it: no such row",),
        "2020-sound": (),
    }
    assert [note.step for note in notes_of(events[1])] == ["failed", "scheduled"]
    errors.clear()
    assert [due.slug for due in publish_due(moment)] == ["2020-busy"]


def test_a_deleted_record_is_not_scheduled(event: Event, editor: Any) -> None:
    Event.objects.all().delete()
    for act in (lambda: schedule([event], editor, timezone.now() + _HOUR), lambda: cancel(event, editor)):
        with pytest.raises(ValidationError, match="2020-one: somebody deleted it a moment ago"):
            act()
    assert not Review.objects.exists()


def test_a_time_that_is_lifted_without_its_note_is_not_lifted(
    event: Event, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule([event], editor, timezone.now() + _HOUR)
    monkeypatch.setattr(Note.objects, "create", Mock(side_effect=OperationalError("no room")))
    with pytest.raises(OperationalError):
        cancel(event, editor)
    assert Review.objects.get().publish_at is not None


def test_a_schedule_whose_editor_left_is_refused(event: Event, editor: Any) -> None:
    schedule([event], editor, timezone.now() + _HOUR)
    editor.is_active = False
    editor.save()
    (due,) = publish_due(timezone.now() + 2 * _HOUR)
    assert due.errors == ("The user who scheduled it no longer has an account: schedule it again.",)


@pytest.mark.parametrize("change", ["record", "new part", "removed part"])
def test_what_a_contributor_changed_since_is_not_published(
    event: Event, editor: Any, contributor: Any, change: str
) -> None:
    state = Body.objects.get(iso3166="KR")
    part = Participation.objects.create(event=event, body=state, role="host")
    schedule([event], editor, timezone.now() + _HOUR)
    changed: Any = event
    if change == "new part":
        changed = Participation(event=event, body=Body.objects.get(iso3166="JP"), role="participant")
    elif change == "removed part":
        changed = part
    changed._history_user = contributor
    if change == "removed part":
        changed.delete()
    else:
        changed.save()
    (due,) = publish_due(timezone.now() + 2 * _HOUR)
    (error,) = due.errors
    assert error.startswith("contributor, who may not publish, changed it after it was scheduled.")
    event.refresh_from_db()
    assert event.status == "draft"
    assert notes_of(event)[0].step == "failed"
    schedule([event], editor, timezone.now() + _HOUR)
    assert publish_due(timezone.now() + 2 * _HOUR)[0].errors == ()


def test_what_editors_changed_since_is_published_and_what_nobody_is_known_to_is_not(event: Event, editor: Any) -> None:
    schedule([event], editor, timezone.now() + _HOUR)
    event._history_user = editor
    event.save()
    assert changed_by(event, Review.objects.get()) == []
    Event.objects.filter(pk=event.pk).update(name="Loaded", version=9)
    assert changed_by(event, Review.objects.get()) == ["a load or a deleted account"]


def test_a_record_that_is_taken_back_is_not_published_at_its_time(event: Event, editor: Any, contributor: Any) -> None:
    take(NoteStep.SUBMITTED, [event], contributor)
    schedule([event], editor, timezone.now() + _HOUR)
    take(NoteStep.TAKEN_BACK, [event], contributor)
    assert publish_due(timezone.now() + 2 * _HOUR) == []
    assert notes_of(event)[0].text == "lifted"


@pytest.mark.parametrize("way", ["cancel", "taken back", "sent back"])
def test_every_way_to_lift_a_time_writes_one_note_and_one_audit_entry(
    event: Event, editor: Any, contributor: Any, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(NoteStep.SUBMITTED, [event], contributor)
    schedule([event], editor, timezone.now() + _HOUR)
    reported: list[Any] = []
    for module in ("steps", "schedule"):
        monkeypatch.setattr(f"archive.workflow.{module}.report", lambda *entry: reported.append(entry))
    if way == "cancel":
        cancel(event, editor)
    else:
        take(NoteStep.TAKEN_BACK if way == "taken back" else NoteStep.SENT_BACK, [event], editor, "Mend it")
    assert [(action, subject.pk, detail) for action, subject, detail in reported] == [
        (AuditAction.SCHEDULED, event.pk, "lifted")
    ]
    assert [note.text for note in notes_of(event)].count("lifted") == 1


def test_the_form_says_who_changed_a_scheduled_record_and_schedules_what_it_showed(
    event: Event, editor: Any, contributor: Any, client: Client
) -> None:
    client.force_login(editor)
    form, panel = reverse("admin:archive_event_change", args=[event.pk]), "admin:archive_event_workflow"
    sent = {"schedule": "1", "schedule-publish_at": f"{timezone.now() + 24 * _HOUR:%Y-%m-%dT%H:%M}"}
    seen = client.get(form).context["workflow"]["schedule_form"].initial["seen_version"]
    event._history_user = contributor
    event.save()
    url = reverse(panel, args=[event.pk])
    page = client.post(url, {**sent, "schedule-seen_version": seen}, follow=True)
    assert "2020-one: somebody saved it since you opened the page" in page.content.decode()
    assert f'name="schedule-seen_version" value="{event.version}"' in page.content.decode()
    client.post(url, {**sent, "schedule-seen_version": event.version})
    event.save()
    assert "<bdi>contributor</bdi>, who may not publish, changed it" in client.get(form).content.decode()


def test_a_merge_does_not_publish_what_is_scheduled(event: Event, editor: Any) -> None:
    target = Event.objects.create(slug="known", name="Known", classification="meeting", date="2019", status="published")
    schedule([event], editor, timezone.now() + _HOUR)
    with pytest.raises(ValidationError, match=r"is scheduled for .* lift the schedule first"):
        merge(event, target, editor)
    assert Event.objects.filter(pk=event.pk).exists()
    cancel(event, editor)
    merge(event, target, editor)


def test_a_fixture_does_not_publish_what_is_scheduled(event: Event, editor: Any, tmp_path: Path) -> None:
    fixture = tmp_path / "event.json"
    call_command("dumpdata", "archive.event", "--natural-primary", output=str(fixture), verbosity=0)
    fixture.write_text(fixture.read_text().replace('"draft"', '"published"'))
    schedule([event], editor, timezone.now() + _HOUR)
    with pytest.raises(CommandError, match=r"record 1 \(archive.event \S+\), status: It is scheduled for"):
        call_command("loaddata", str(fixture), verbosity=0)
    event.refresh_from_db()
    assert event.status == "draft"
    cancel(event, editor)
    call_command("loaddata", str(fixture), verbosity=0)
