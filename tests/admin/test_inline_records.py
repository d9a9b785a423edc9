"""Records with a status on the form of another record: appointments on the form of an official."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from archive.models import Appointment, Body, Note, Office, Official
from tests.support.admin_forms import address, messages_of, opened, send, with_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def official(db: None) -> Official:
    official = Official.objects.create(slug="park", name="Park", status="published")
    body = Body.objects.create(slug="ministry", name="Ministry", kind="government_organ", status="published")
    office = Office.objects.create(slug="minister", name="Minister", body=body, status="published")
    Appointment.objects.create(slug="park-minister", official=official, office=office, start="2019", status="review")
    return official


def test_no_inline_changes_a_status() -> None:
    """A status is changed by a step of the workflow, which checks, asks and writes a note."""
    for model, model_admin in admin.site._registry.items():
        for inline in model_admin.inlines:
            if hasattr(inline.model, "status"):
                assert "status" in inline.readonly_fields, f"{model}: {inline}"


def test_an_appointment_is_not_published_by_the_officials_form(editing: Client, official: Official) -> None:
    sent = {**opened(editing, official), "appointments-0-status": "published", "appointments-0-mode": "acting"}
    assert send(editing, official, sent).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.mode) == ("review", "acting")
    assert not Note.objects.exists()


def test_a_new_appointment_of_a_published_official_is_a_draft(editing: Client, official: Official) -> None:
    office = Office.objects.get()
    sent = with_part(
        opened(editing, official), "appointments", office=str(office.pk), start="2022", end_state="ongoing"
    )
    page = editing.post(address(official), {**sent, "appointments-1-mode": "substantive"}, follow=True)
    message = "New appointments are drafts: publish each on its own form, or from their list."
    assert message in messages_of(page)
    assert Appointment.objects.get(start="2022").status == "draft"


def test_a_contributor_changes_no_published_appointment_of_a_draft(
    contributing: Client, editing: Client, official: Official
) -> None:
    Official.objects.update(status="draft")
    for status, expected in (("published", "substantive"), ("review", "acting")):
        Appointment.objects.update(status=status)
        sent: dict[str, Any] = {**opened(editing, official), "appointments-0-mode": "acting"}
        assert send(contributing, official, sent).status_code == 302
        assert Appointment.objects.get().mode == expected
