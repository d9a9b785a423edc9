"""Records are added to a dossier from a list and from their own form: all or none, and each once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from archive.models import Dossier, DossierEntry, Event, Topic
from archive.workflow.dossiers import add_to_dossier
from tests.support.admin_forms import address, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(db: None) -> list[Event]:
    days = ("2020-01-01", "2020-01-02", "2020-01-03")
    return [Event.objects.create(slug=f"e-{day}", name=day, classification="meeting", date=day) for day in days]


@pytest.fixture
def dossier(events: list[Event]) -> Dossier:
    dossier = Dossier.objects.create(slug="d", name="D")
    DossierEntry.objects.create(dossier=dossier, position=7, event=events[1])
    return dossier


def _act(client: Client, records: list[Any], **more: Any) -> Any:
    sent = {"action": "add_to_dossier", "_selected_action": [record.pk for record in records], **more}
    return client.post(f"{address(type(records[0]), 'changelist')}?o=1", sent, follow=True)


def _entries(dossier: Dossier) -> list[tuple[int, str]]:
    return [(entry.position, entry.event.slug) for entry in dossier.entries.all() if entry.event]


def test_a_selection_is_added_in_the_order_of_the_list_without_what_is_in_it(
    editing: Client, editor: Any, events: list[Event], dossier: Dossier
) -> None:
    page = _act(editing, events)
    assert page.context["title"] == "Add to a dossier: 3 events"
    assert messages_of(_act(editing, events, confirmed="1", dossier=dossier.pk)) == [
        "2 added to “D”. 1 was in it already."
    ]
    assert _entries(dossier) == [(7, "e-2020-01-02"), (8, "e-2020-01-01"), (9, "e-2020-01-03")]
    dossier.refresh_from_db()
    assert (dossier.version, dossier.history.latest().history_user) == (2, editor)
    assert {entry.history.get().history_user for entry in dossier.entries.filter(position__gt=7)} == {editor}
    assert messages_of(_act(editing, events, confirmed="1", dossier=dossier.pk)) == [
        "None added to “D”. 3 were in it already."
    ]
    dossier.refresh_from_db()
    assert dossier.version == 2


def test_a_record_is_added_from_its_form(contributing: Client, events: list[Event], dossier: Dossier) -> None:
    url = reverse("admin:archive_event_dossier", args=[events[0].pk])
    assert url in contributing.get(address(events[0])).content.decode()
    assert contributing.get(url).status_code == 200
    assert "dossier" in contributing.post(url, {}).context["form"].errors
    response = contributing.post(url, {"dossier": dossier.pk}, follow=True)
    assert response.redirect_chain == [(address(events[0]), 302)]
    assert messages_of(response) == ["1 added to “D”."]
    assert (8, "e-2020-01-01") in _entries(dossier)


def test_a_contributor_adds_nothing_to_a_published_dossier(
    contributing: Client, events: list[Event], dossier: Dossier
) -> None:
    dossier.status = "published"
    dossier.save()
    page = _act(contributing, events, confirmed="1", dossier=dossier.pk)
    assert page.context["form"].errors["dossier"] == [
        "d: it is published: got a contributor, expected an editor to change it, or another dossier."
    ]
    assert dossier.entries.count() == 1


def test_readers_and_other_records_have_no_such_action(editing: Client, dossier: Dossier) -> None:
    topic = Topic.objects.create(slug="t", name="T")
    assert "add_to_dossier" not in editing.get(address(Topic, "changelist")).content.decode()
    assert editing.get(f"{address(topic)}../dossier/").status_code in (302, 404)
    url = reverse("admin:archive_event_dossier", args=[dossier.entries.get().event_id])
    assert Client().get(url).status_code == 302
    reader = User.objects.create_user("temp", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "view_drafts"]))
    reading = Client()
    reading.force_login(reader)
    assert reading.get(url).status_code == 403
    assert url not in reading.get(address(dossier.entries.get().event)).content.decode()
    assert "add_to_dossier" not in reading.get(address(Event, "changelist")).content.decode()
    assert editing.get(reverse("admin:archive_event_dossier", args=["x" * 99])).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_a_dossier_that_is_none_is_an_error_of_the_field(editing: Client, events: list[Event], key: str) -> None:
    page = _act(editing, events, confirmed="1", dossier=key)
    assert page.context["form"].errors["dossier"]


def test_a_record_that_was_deleted_meanwhile_is_named_and_nothing_is_added(
    editor: Any, events: list[Event], dossier: Dossier
) -> None:
    Event.objects.get(pk=events[2].pk).delete()
    with pytest.raises(ValidationError, match="e-2020-01-03: somebody deleted it"):
        add_to_dossier(dossier, [events[0], events[2]], editor)
    assert _entries(dossier) == [(7, "e-2020-01-02")]
