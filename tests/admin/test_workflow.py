"""The workflow in the admin: the form's buttons, the panel above it, and the actions of the lists."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from archive.models import Event, Note, Review
from archive.workflow.schedule import schedule
from archive.workflow.steps import add_note, may_be_assigned, notes_of, review_of
from tests.support.admin_forms import address, errors, messages_of, opened, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> Event:
    return Event.objects.create(slug="2020-one", name="One", classification="meeting", date="2020")


def _panel(client: Client, event: Event, **values: str) -> Any:
    url = reverse("admin:archive_event_workflow", args=[event.pk])
    return client.post(url, values, follow=True)


def _act(client: Client, action: str, records: list[Event], **more: str) -> Any:
    sent = {"action": action, "_selected_action": [record.pk for record in records], **more}
    return client.post(address(Event, "changelist"), sent, follow=True)


def test_a_contributor_submits_and_an_editor_sends_back_with_a_remark(
    contributing: Client, editing: Client, event: Event
) -> None:
    sent = {**opened(contributing, event), "_submit": "Save and submit", "review_note": "Is the date right?"}
    assert send(contributing, event, sent).status_code == 302
    event.refresh_from_db()
    assert event.status == "review"
    assert b"Is the date right?" in editing.get(address(event)).content

    refused = send(editing, event, {**opened(editing, event), "_send_back": "Send back"})
    assert errors(refused) == {"review_note": ["Got no remark, expected one that says what is to be mended."]}
    assert ("_send_back", "Send back") in refused.context["workflow_buttons"]
    sent = {**opened(editing, event), "_send_back": "Send back", "review_note": "It is that of the paper."}
    assert send(editing, event, sent).status_code == 302
    event.refresh_from_db()
    assert event.status == "draft"
    page = contributing.get(address(event)).content
    assert b"<strong>Sent back</strong> by <bdi>editor</bdi>" in page
    assert b"It is that of the paper." in page


def test_the_buttons_are_those_of_the_next_steps(contributing: Client, editing: Client, event: Event) -> None:
    def buttons(client: Client) -> list[str]:
        return [name for name, _ in client.get(address(event)).context["workflow_buttons"]]

    assert buttons(contributing) == ["_submit"]
    assert buttons(editing) == ["_submit", "_publish"]
    Event.objects.update(status="review")
    assert buttons(contributing) == []
    assert buttons(editing) == ["_send_back", "_publish"]
    Event.objects.update(status="published")
    assert buttons(editing) == []


def test_the_message_says_what_the_button_did(contributing: Client, editing: Client, event: Event) -> None:
    sent = {**opened(contributing, event), "_submit": "Save and submit"}
    [message] = messages_of(contributing.post(address(event), sent, follow=True))
    assert "changed successfully. It is submitted for review" in message
    sent = {**opened(editing, event), "_send_back": "1", "review_note": "Which one?"}
    [message] = messages_of(editing.post(address(event), sent, follow=True))
    assert "It is sent back" in message
    [message] = messages_of(editing.post(address(event), {**opened(editing, event), "_publish": "1"}, follow=True))
    assert "It is published." in message
    event.refresh_from_db()
    [message] = messages_of(editing.post(address(event), {**opened(editing, event), "place": "Seoul"}, follow=True))
    assert "It is" not in message


def test_a_scheduled_record_is_not_offered_to_be_published_before(editing: Client, event: Event) -> None:
    moment = timezone.now() + timedelta(days=1)
    schedule([event], User.objects.get(username="editor"), moment)
    assert "_publish" not in dict(editing.get(address(event)).context["workflow_buttons"])
    page = editing.get(reverse("admin:archive_event_publish", args=[event.pk])).content.decode()
    assert "and cannot be published before" in page
    assert 'name="lift"' in page
    assert "publish_only" not in page
    _panel(editing, event, lift="1")
    assert "_publish" in dict(editing.get(address(event)).context["workflow_buttons"])
    page = editing.get(reverse("admin:archive_event_publish", args=[event.pk])).content.decode()
    assert "publish_only" in page
    assert "embargoed" not in page


def test_only_who_may_change_a_record_is_offered_as_the_person_it_is_assigned_to(
    editing: Client, contributor: User, editor: User, event: Event
) -> None:
    User.objects.create_user("no-group", is_staff=True)
    User.objects.create_user("retired", is_staff=True, is_active=False, is_superuser=True)
    chief = User.objects.create_superuser("chief")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "view_drafts"]))
    own = User.objects.create_user("own", is_staff=True)
    own.user_permissions.set(Permission.objects.filter(codename__in=["change_event", "view_drafts"]))
    form = editing.get(address(event)).context["workflow"]["assign_form"]
    assert list(form.fields["assignee"].queryset) == [chief, contributor, editor, own]
    assert list(form.fields["assignee"].queryset) == [
        user for user in User.objects.order_by("username") if may_be_assigned(user, event)
    ]
    page = _act(editing, "assign", [event])
    assert list(page.context["form"].fields["assignee"].queryset) == [chief, contributor, editor, own]


def test_an_editor_publishes_by_the_button(editing: Client, event: Event) -> None:
    assert send(editing, event, {**opened(editing, event), "_publish": "Save and publish"}).status_code == 302
    event.refresh_from_db()
    assert event.status == "published"
    assert notes_of(event)[0].step == "published"


def test_a_button_gives_a_contributor_no_right(contributing: Client, event: Event) -> None:
    assert send(contributing, event, {**opened(contributing, event), "_publish": "1"}).status_code == 200
    event.refresh_from_db()
    assert event.status == "draft"


def test_notes_are_added_by_the_panel_and_by_the_form(contributing: Client, event: Event) -> None:
    assert messages_of(_panel(contributing, event, **{"note-note": "See page 4.", "add_note": "1"})) == [
        "The note was added."
    ]
    assert send(contributing, event, {**opened(contributing, event), "review_note": "And 5."}).status_code == 302
    assert [note.text for note in notes_of(event)] == ["And 5.", "See page 4."]
    message = messages_of(_panel(contributing, event, **{"note-note": "", "add_note": "1"}))[-1]
    assert message == "New note: This field is required."
    (message,) = messages_of(_panel(contributing, event, **{"note-note": "a\u200bb", "add_note": "1"}))
    assert "a character that can't be seen" in message
    event.refresh_from_db()
    assert event.version == 1


def test_what_the_panel_refused_is_shown_once_more(editing: Client, event: Event) -> None:
    page = _panel(editing, event, **{"note-note": "a\u200bb", "add_note": "1"})
    assert "a\u200bb</textarea>" in page.content.decode()
    assert '<details class="workflow-notes" open>' in page.content.decode()
    assert "a\u200bb" not in editing.get(address(event)).content.decode()
    page = _panel(editing, event, **{"schedule-publish_at": "2020-01-01T09:00", "schedule": "1"})
    assert 'value="2020-01-01T09:00"' in page.content.decode()


def test_the_session_keeps_what_was_refused_last_and_nothing_else(editing: Client, event: Event) -> None:
    other = Event.objects.create(slug="2020-two", name="Two", classification="meeting", date="2020")
    for record in (other, event):
        sent = {"note-note": "a\u200bb", "add_note": "1", "x": "x" * 10_000}
        editing.post(address(record, "workflow"), sent)
    stored = json.dumps(dict(editing.session.items()))
    assert (stored.count("add_note"), "xxx" in stored) == (1, False)
    assert "a\u200bb" not in editing.get(address(other)).content.decode()
    assert "a\u200bb" in editing.get(address(event)).content.decode()


def test_what_was_sent_with_another_zone_can_be_sent_again(editing: Client, event: Event) -> None:
    moment = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    fields = {"schedule-publish_at": moment, "schedule-zone": "Asia/Seoul", "schedule": "1"}
    page = _panel(editing, event, **fields)
    form = page.context["workflow"]["schedule_form"]
    assert (form["publish_at"].value(), form["zone"].value()) == (moment, "UTC")
    assert messages_of(_panel(editing, event, **{**fields, "schedule-zone": "UTC"}))[-1].startswith("To be published")


@pytest.mark.parametrize(
    ("action", "fields"),
    [("send_back", {"remark": "Which page?"}), ("schedule", {"publish_at": "2020-01-01T09:00"})],
)
def test_what_a_list_refuses_is_not_lost(editing: Client, event: Event, action: str, fields: dict[str, str]) -> None:
    Event.objects.update(status="withdrawn")
    sent = {"action": action, "_selected_action": [event.pk], "confirmed": "1", **fields}
    page = editing.post(address(Event, "changelist"), sent)
    assert messages_of(page)[-1].startswith("Nothing was changed. ")
    for name, value in fields.items():
        assert page.context["form"][name].value() == value


def test_notes_are_in_no_public_door(event: Event) -> None:
    Event.objects.update(status="published")
    Note.objects.create(kind="event", record_id=event.pk, text="Zebra unseen")
    Review.objects.create(kind="event", record_id=event.pk, message="Zebra unseen")
    for url in (
        "/events/2020-one/", "/api/v1/events/2020-one/", "/api/v1/events/2020-one/history/", "/api/v1/search/?q=zebra",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ):  # fmt: skip
        assert b"Zebra" not in APIClient().get(url, follow=True).content, url


def test_who_sees_no_drafts_does_not_see_the_panel(event: Event, django_user_model: Any) -> None:
    Event.objects.update(status="published")
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client = Client()
    client.force_login(reader)
    assert b"workflow-title" not in client.get(address(event)).content
    assert _panel(client, event, **{"note-note": "x", "add_note": "1"}).status_code == 403


def test_the_panel_assigns_schedules_and_lifts(editing: Client, editor: Any, event: Event) -> None:
    (message,) = messages_of(_panel(editing, event, **{"assign-assignee": str(editor.pk), "assign": "1"}))
    assert message == "Assigned to editor."
    (message,) = messages_of(_panel(editing, event, **{"schedule-publish_at": "2020-01-01T09:00", "schedule": "1"}))
    assert "which is past" in message
    (message,) = messages_of(_panel(editing, event, **{"schedule-publish_at": "soon", "schedule": "1"}))
    assert message == "Publish at (UTC): Got no time, expected one such as 2026-12-24 09:00."
    moment = timezone.now() + timedelta(days=1)
    _panel(editing, event, **{"schedule-publish_at": f"{moment:%Y-%m-%dT%H:%M}", "schedule": "1"})
    assert f"{moment:%Y-%m-%d %H:%M} (UTC)".encode() in editing.get(address(event)).content
    refused = send(editing, event, {**opened(editing, event), "status": "published"})
    assert "Lift the schedule first" in errors(refused)["status"][0]
    assert messages_of(_panel(editing, event, lift="1")) == ["It can be published again."]
    assert messages_of(_panel(editing, event, lift="1")) == ["It was not scheduled."]
    assert messages_of(_panel(editing, event)) == ["Got a form without a button, expected one of this page."]


def test_a_contributor_does_not_schedule(contributing: Client, event: Event) -> None:
    moment = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    (message,) = messages_of(_panel(contributing, event, **{"schedule-publish_at": moment, "schedule": "1"}))
    assert "expected an editor" in message
    assert not Review.objects.exists()


def test_a_contributor_submits_many_at_once(contributing: Client, contributor: Any) -> None:
    events = [
        Event.objects.create(slug=f"2020-{number}", name="E", classification="meeting", date="2020")
        for number in range(3)
    ]
    assert messages_of(_act(contributing, "submit", events)) == ["3 now in review."]
    assert {review.author for review in Review.objects.all()} == {contributor}
    assert messages_of(_act(contributing, "take_back", events)) == ["3 now draft."]
    Event.objects.filter(pk=events[0].pk).update(status="published")
    (message,) = messages_of(_act(contributing, "submit", events))
    assert message.startswith("Nothing was changed. 2020-0: it is published: got a contributor")


def test_many_are_sent_back_with_one_remark(editing: Client, event: Event) -> None:
    Event.objects.update(status="review")
    asked = _act(editing, "send_back", [event])
    assert b"What is to be mended" in asked.content
    assert b"This field is required" in _act(editing, "send_back", [event], confirmed="1").content
    done = _act(editing, "send_back", [event], confirmed="1", remark="No source.")
    assert messages_of(done) == ["1 now sent back."]
    review = review_of(event)
    assert review is not None
    assert review.message == "No source."


def test_many_are_assigned_and_scheduled(editing: Client, editor: Any, event: Event) -> None:
    assert b"Assigned to" in _act(editing, "assign", [event]).content
    done = _act(editing, "assign", [event], confirmed="1", assignee=str(editor.pk))
    assert messages_of(done) == ["1 now assigned to editor."]
    past = _act(editing, "schedule", [event], confirmed="1", publish_at="2020-01-01T00:00")
    assert "which is past" in messages_of(past)[0]
    moment = timezone.now() + timedelta(days=2)
    done = _act(editing, "schedule", [event], confirmed="1", publish_at=f"{moment:%Y-%m-%dT%H:%M}")
    assert messages_of(done) == [f"1 to be published at {moment:%Y-%m-%d %H:%M} (UTC)."]


def test_markup_in_a_note_is_shown_as_text(editing: Client, editor: Any, event: Event) -> None:
    add_note(event, editor, "<script>alert(1)</script>")
    page = editing.get(address(event)).content
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;alert(1)" in page


def test_the_panel_of_a_deleted_record_is_not_found(editing: Client, event: Event) -> None:
    event_pk = event.pk
    event.delete()
    assert editing.post(reverse("admin:archive_event_workflow", args=[event_pk]), {}).status_code == 404
    assert editing.post("/admin/archive/event/x/workflow/", {}).status_code == 404
