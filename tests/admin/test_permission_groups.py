"""Contributors enter drafts, editors publish, administrators also keep the users."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from archive.models import Event, Participation, Statement
from tests.support.admin_forms import address, errors, opened, send, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def draft() -> Event:
    return Event.objects.create(slug="2020-a-draft", name="A draft", classification="meeting", date="2020")


def _published() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def test_a_migration_makes_the_groups() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {"contributor", "editor", "administrator"}


def test_a_contributor_enters_and_changes_drafts(contributing: Client, draft: Event) -> None:
    new = {"date": "2020", "classification": "meeting", "name": "New", "slug": "2020-new", "status": "draft"}
    assert send(contributing, Event, {**opened(contributing, Event), **new}).status_code == 302
    sent = {**opened(contributing, draft), "status": "review"}
    assert send(contributing, draft, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "review"


def test_a_contributor_can_not_publish(contributing: Client, draft: Event) -> None:
    page = contributing.get(address(draft))
    offered = [value for value, _ in page.context["adminform"].form.fields["status"].choices]
    assert offered == ["draft", "review"]
    field_errors = errors(send(contributing, draft, {**opened(contributing, draft), "status": "published"}))
    assert "published is not one of the available choices" in field_errors["status"][0]


def test_a_contributor_reads_published_records_and_changes_none(contributing: Client) -> None:
    event = _published()
    page = contributing.get(address(event))
    assert page.status_code == 200
    assert page.context["has_change_permission"] is False
    assert contributing.post(address(event), {"name": "Mine"}).status_code == 403
    assert contributing.post(address(event, "delete"), {"post": "yes"}).status_code == 403
    assert _published().name == event.name


def test_a_contributor_adds_no_part_to_a_published_record(contributing: Client) -> None:
    event = _published()
    party = event.participations.filter(body__isnull=False).first().body
    sent = {**opened(contributing, Participation), "event": str(event.pk), "body": str(party.pk), "role": "host"}
    field_errors = errors(send(contributing, Participation, sent))
    assert field_errors["__all__"] == [
        "The record that it belongs to is published: got a contributor, expected an editor to add or change it."
    ]


def test_a_contributor_deletes_parts_of_a_draft(contributing: Client, draft: Event) -> None:
    body = str(_published().participations.filter(body__isnull=False).first().body_id)
    sent = with_part(opened(contributing, draft), "participations", body=body, role="host")
    assert send(contributing, draft, sent).status_code == 302
    sent = {**opened(contributing, draft), "participations-0-DELETE": "on"}
    assert send(contributing, draft, sent).status_code == 302
    assert draft.participations.count() == 0


def test_a_contributor_has_no_publishing_actions(contributing: Client, editing: Client, draft: Event) -> None:
    def actions(client: Client) -> set[str]:
        form = client.get(address(Event, "changelist")).context["action_form"]
        return {value for value, _ in form.fields["action"].choices if value} if form else set()

    shared = {"submit", "take_back", "export_csv", "export_json_lines", "edit_field", "add_to_dossier"}
    assert actions(editing) == shared | {"send_back", "publish", "withdraw", "assign", "schedule", "delete_selected"}
    assert actions(contributing) == shared
    contributing.post(address(Event, "changelist"), {"action": "publish", "_selected_action": [draft.pk]})
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_contributor_does_not_revert_a_published_record(contributing: Client) -> None:
    event = _published()
    event.save()
    page = reverse("admin:archive_event_simple_history", args=[event.pk, event.history.last().pk])
    assert contributing.post(page, {}).status_code == 403


def test_only_administrators_keep_users(editing: Client, administrator: Any) -> None:
    pages = [reverse("admin:auth_user_changelist"), reverse("admin:auth_user_add")]
    assert [editing.get(page).status_code for page in pages] == [403, 403]
    keeping = Client()
    keeping.force_login(administrator)
    assert [keeping.get(page).status_code for page in pages] == [200, 200]
    sent = {
        "username": "new",
        "usable_password": "true",
        "password1": "a few long words",
        "password2": "a few long words",
    }
    assert keeping.post(pages[1], sent).status_code == 302
    assert User.objects.filter(username="new").exists()


def test_a_staff_user_without_a_group_sees_no_record(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(address(Event, "changelist")).status_code == 403
    assert client.get(address(_published())).status_code == 403
    assert client.get(reverse("admin:autocomplete"), _autocomplete_params("speaker")).status_code == 403


def test_an_anonymous_user_is_redirected_to_the_login(client: Client) -> None:
    for page in (reverse("admin:index"), address(_published()), reverse("admin:autocomplete")):
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_an_editor_deletes_a_statement_with_its_acts(editing: Client) -> None:
    statement = Statement.objects.get(slug="2019-07-08-moon-calls-for-withdrawal")
    page = editing.get(address(statement, "delete"))
    assert page.status_code == 200
    assert statement.name in page.content.decode()


def _autocomplete_params(field: str) -> dict[str, str]:
    return {"app_label": "archive", "model_name": "statement", "field_name": field, "term": "k"}
