"""Publish and withdraw, one by one and many at once: all or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.admin import base, changelist
from archive.models import Appointment, Event, Statement, Topic
from tests.support.admin_forms import address, messages_of, opened, send

pytestmark = pytest.mark.django_db


def _events(*names: str) -> list[Event]:
    return [
        Event.objects.create(slug=f"2020-{name}", name=name.upper(), classification="meeting", date="2020")
        for name in names
    ]


def _act(client: Client, model: Any, action: str, records: list[Any], **more: str) -> Any:
    sent = {"action": action, "_selected_action": [record.pk for record in records], **more}
    return client.post(address(model, "changelist"), sent, follow=True)


def test_publishing_several_records_writes_revisions_with_user_and_reason(
    editing: Client, editor: Any, client: Client
) -> None:
    first, two = _events("one", "two")
    assert messages_of(_act(editing, Event, "publish", [first, two])) == ["2 now published."]
    assert {event.status for event in Event.objects.all()} == {"published"}
    last = first.history.first()
    assert (last.history_user, last.history_change_reason) == (editor, "published from the list")
    assert messages_of(_act(editing, Event, "publish", [first, two])) == ["0 now published (2 already were)."]
    assert messages_of(_act(editing, Event, "withdraw", [first])) == ["1 now withdrawn."]
    assert Client().get("/events/2020-one/").status_code == 410
    assert Client().get("/events/2020-two/").status_code == 200


@pytest.mark.usefixtures("dossier")
def test_publishing_is_refused_for_all_if_one_record_is_invalid(editing: Client) -> None:
    wrong = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    right = Statement.objects.get(slug="2019-07-08-moon-calls-for-withdrawal")
    Statement.objects.filter(pk__in=[wrong.pk, right.pk]).update(status="draft")
    foreign = Appointment.objects.filter(official__slug="moon-jae-in").first()
    Statement.capacities.through.objects.create(statement=wrong, appointment=foreign)
    asked = _act(editing, Statement, "publish", [wrong, right])
    assert "capacity-of-another" in asked.content.decode()
    confirmed = _act(
        editing, Statement, "publish", [wrong, right], confirmed="1", publish_only="1", token=asked.context["token"]
    )
    (sentence,) = messages_of(confirmed)
    assert sentence.startswith("Nothing was published.")
    assert "2019-07-12-kim-you-geun-international-probe" in sentence
    assert foreign.slug in sentence
    assert set(Statement.objects.filter(pk__in=[wrong.pk, right.pk]).values_list("status", flat=True)) == {"draft"}


def test_an_editor_publishes_on_the_form(editing: Client) -> None:
    (event,) = _events("one")
    sent = {**opened(editing, event), "status": "published", "change_reason": "Read by two"}
    assert send(editing, event, sent).status_code == 302
    event.refresh_from_db()
    assert event.status == "published"
    assert event.history.first().history_change_reason == "Read by two"


def test_select_all_is_limited_to_the_window(editing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelist, "WINDOW_SIZE", 3)
    monkeypatch.setattr(base, "WINDOW_SIZE", 3)
    records = [Topic.objects.create(slug=f"t{number}", name=f"T {number}") for number in range(5)]
    assert messages_of(_act(editing, Topic, "publish", records[:1], select_across="1")) == ["3 now published."]
    assert list(Topic.objects.filter(status="draft").values_list("slug", flat=True)) == ["t3", "t4"]
    _act(editing, Topic, "delete_selected", records[:1], select_across="1", post="yes")
    assert list(Topic.objects.values_list("slug", flat=True)) == ["t3", "t4"]


def test_more_than_a_thousand_at_once_are_refused(editing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.admin import workflow_actions

    monkeypatch.setattr(workflow_actions, "_MAX_RECORDS", 1)
    first, two = _events("one", "two")
    (sentence,) = messages_of(_act(editing, Event, "publish", [first, two]))
    assert sentence == "Nothing was changed: got more than 1 records, expected at most that many."
