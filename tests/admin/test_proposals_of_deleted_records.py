"""Proposals of records that were deleted since: listed with the record, read, and discarded or declined."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Event, ProposedChange
from archive.workflow import queues
from tests.support.admin_forms import filled_in, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def event() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def _proposed_and_deleted(contributing: Client, event: Event, **values: str) -> tuple[ProposedChange, str]:
    """A proposal of a record that was deleted since, and the address of its page."""
    form = reverse("admin:archive_event_propose", args=[event.pk])
    contributing.post(form, {**filled_in(contributing.get(form)), "name": "Proposed name", **values}, follow=True)
    change, pk = ProposedChange.objects.get(), event.pk
    event.delete()
    return change, reverse("admin:archive_event_proposal", args=[pk, change.pk])


def test_a_proposal_of_a_deleted_record_is_listed_with_it_and_read(
    contributing: Client, editing: Client, event: Event
) -> None:
    name, slug = event.name, event.slug
    _, url = _proposed_and_deleted(contributing, event, review_note="As the ministry says.", _submit="1")
    for client in (contributing, editing):
        listed = client.get(reverse("deleted_records"))
        assert f'<a href="{url}">Proposed change by contributor</a>' in listed.content.decode()
        page = client.get(url)
        [row] = page.context["rows"]
        assert (row["change"].now, row["change"].then) == (name, "Proposed name")
        text = page.content.decode()
        assert "The record is deleted, and the proposal cannot be published." in text
        assert "As the ministry says." in text
        assert not [
            part for part in ('name="accept"', 'name="send_back"', 'name="submit"', "/propose/") if part in text
        ]
    assert 'name="discard"' in contributing.get(url).content.decode()
    assert 'name="decline"' in editing.get(url).content.decode()
    with CaptureQueriesContext(connection) as ran:
        editing.get(reverse("deleted_records") + f"?q={slug}")
    assert len([query for query in ran if "archive_proposedchange" in query["sql"]]) == 1


def test_a_proposal_of_a_deleted_record_is_discarded_by_its_author(contributing: Client, event: Event) -> None:
    _, url = _proposed_and_deleted(contributing, event, _submit="1")
    page = contributing.post(url, {"token": "", "discard": "1"}, follow=True)
    assert messages_of(page) == ["Discarded."]
    assert page.redirect_chain == [(reverse("deleted_records"), 302)]
    assert not ProposedChange.objects.exists()
    assert contributing.get(url).status_code == 404


def test_a_proposal_of_a_deleted_record_is_declined_by_an_editor(
    contributing: Client, editing: Client, event: Event
) -> None:
    change, url = _proposed_and_deleted(contributing, event, _submit="1")
    page = editing.post(url, {"token": "", "decline": "1", "remark": "It is gone."}, follow=True)
    assert messages_of(page) == ["Declined."]
    change.refresh_from_db()
    assert (change.state, change.remark) == ("declined", "It is gone.")
    assert url not in page.content.decode()
    assert "It is decided on." in contributing.get(url).content.decode()


@pytest.mark.parametrize("button", ["accept", "send_back", "submit", "unknown"])
def test_a_proposal_of_a_deleted_record_takes_no_other_step(
    contributing: Client, editing: Client, event: Event, button: str
) -> None:
    change, url = _proposed_and_deleted(contributing, event)
    for client in (contributing, editing):
        page = client.post(url, {"token": "", button: "1", "remark": "Why?"})
        assert messages_of(page)[0].startswith("Nothing was changed: the record is deleted. Bring it back first, or ")
    stored = ProposedChange.objects.get()
    assert (stored.state, stored.updated_at) == (change.state, change.updated_at)


def test_a_proposal_of_a_record_that_is_brought_back_is_as_it_was(
    contributing: Client, editing: Client, event: Event
) -> None:
    pk = event.pk
    change, url = _proposed_and_deleted(contributing, event, _submit="1")
    version = reverse("admin:archive_event_simple_history", args=[pk, Event.history.filter(id=pk).first().history_id])
    editing.post(version, filled_in(editing.get(version)))
    assert Event.objects.filter(pk=pk).exists()
    assert 'name="send_back"' in editing.get(url).content.decode()
    assert [entry.proposal for entry in queues.proposals_in_review()] == [change.pk]


def test_a_proposal_of_a_deleted_record_is_for_who_sees_drafts(
    contributing: Client, client: Client, event: Event, django_user_model: Any
) -> None:
    _, url = _proposed_and_deleted(contributing, event)
    for number in ("999999999", "9" * 30, "x"):
        assert contributing.get(f"/admin/archive/event/{number}/proposals/1/").status_code == 404
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.get(url).status_code == 403
