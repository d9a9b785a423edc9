"""A contributor deletes the drafts that she entered and that were never published, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from archive.labels import record_label
from archive.models import Event, Official, Statement
from tests.support import filter_records as make
from tests.support.admin_forms import address, opened, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> Client:
    user = User.objects.create_user("colleague", is_staff=True)
    user.groups.add(Group.objects.get(name="contributor"))
    client = Client()
    client.force_login(user)
    return client


def _enter(client: Client, slug: str = "2020-mine", **values: Any) -> Event:
    new = {"date": "2020", "classification": "meeting", "name": "Mine", "slug": slug, "status": "draft", **values}
    assert send(client, Event, {**opened(client, Event), **new}).status_code == 302
    return Event.objects.get(slug=slug)


def _delete(client: Client, record: Any) -> int:
    return client.post(address(record, "delete"), {"post": "yes", "change_reason": "entered twice"}).status_code


def test_what_hangs_on_an_own_draft_is_named_and_deleted_with_it(contributing: Client, contributor: Any) -> None:
    event = _enter(contributing)
    other = _enter(contributing, "2020-also-mine")
    make.took_part(event, make.state("KR"), "host")
    event.relations.create(kind="refers_to", to_event=other)
    assert b'class="deletelink"' in contributing.get(address(event)).content
    page = contributing.get(address(event, "delete"))
    named = page.content.decode()
    assert page.status_code == 200
    assert "Participation: " in named
    assert "Relation: " in named
    assert _delete(contributing, event) == 302
    assert not Event.objects.filter(pk=event.pk).exists()
    assert Event.objects.filter(pk=other.pk).exists()
    deletion = Event.history.filter(id=event.pk).latest("history_id")
    assert (deletion.history_type, deletion.history_user, deletion.history_change_reason) == (
        "-", contributor, "entered twice",
    )  # fmt: skip


def test_nobody_else_deletes_it(contributing: Client, colleague: Client) -> None:
    event = _enter(contributing)
    assert b'class="deletelink"' not in colleague.get(address(event)).content
    assert _delete(colleague, event) == 403
    assert Event.objects.filter(pk=event.pk).exists()


@pytest.mark.parametrize("status", ["review", "published", "withdrawn"])
def test_what_is_no_draft_or_was_published_once_stays(contributing: Client, status: str) -> None:
    event = _enter(contributing)
    event.status = status
    event.save()
    assert _delete(contributing, event) == 403
    event.status = "draft"
    event.save()
    assert _delete(contributing, event) == (302 if status == "review" else 403)


def test_a_loaded_draft_is_nobodys(contributing: Client) -> None:
    event = Event.objects.create(slug="2020-loaded", name="Loaded", classification="meeting", date="2020")
    Event.history.filter(id=event.pk).delete()
    assert send(contributing, event, {**opened(contributing, event), "name": "Changed"}).status_code == 302
    assert _delete(contributing, event) == 403


def test_records_of_others_that_refer_to_it_are_named_and_stand_in_the_way(contributing: Client) -> None:
    event = _enter(contributing)
    korea = make.state("KR")
    linking = make.statement("linking", body=korea, status="published")
    linking.about_events.add(event)
    occasioned = make.statement("occasioned", body=korea, occasion=event, status="draft")
    act = make.act(make.statement("acting", body=korea, status="draft"), about_event=event)
    page = contributing.get(address(event, "delete")).content.decode()
    assert "which stand in the way" in page
    for statement in (linking, occasioned, act.statement):
        assert f"Statement: {record_label(statement)}" in page
    assert _delete(contributing, event) == 200
    assert Event.objects.filter(pk=event.pk).exists()
    assert Statement.objects.get(slug="occasioned").occasion == event


def test_parts_of_others_that_would_go_with_it_stand_in_the_way(contributing: Client) -> None:
    event = _enter(contributing)
    make.event("other", status="draft").relations.create(kind="refers_to", to_event=event)
    assert "permission to delete" in contributing.get(address(event, "delete")).content.decode()
    assert _delete(contributing, event) == 403
    assert Event.objects.filter(pk=event.pk).exists()


def test_no_list_offers_a_deletion_and_no_other_kind_is_deleted(contributing: Client) -> None:
    event = _enter(contributing)
    actions = contributing.get(address(Event, "changelist")).context["action_form"].fields["action"].choices
    assert "delete_selected" not in {value for value, _ in actions}
    official = Official.objects.create(slug="somebody", name="Somebody", sort_name="Somebody", status="draft")
    assert _delete(contributing, official) == 403
    sent = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    contributing.post(address(Event, "changelist"), sent)
    assert Event.objects.filter(pk=event.pk).exists()


def test_a_draft_with_many_parts_is_deleted_in_a_bounded_number_of_queries(
    contributing: Client, django_assert_max_num_queries: Any
) -> None:
    event = _enter(contributing)
    for code in ("KR", "JP", "US", "CN", "FR", "DE", "GB", "RU", "IT", "CA"):
        make.took_part(event, make.state(code), "host")
    with django_assert_max_num_queries(60):
        assert contributing.get(address(event, "delete")).status_code == 200
