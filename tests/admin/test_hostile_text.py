"""Texts that are too large, turn their surroundings round, or have characters that nobody sees."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.base import Message
from django.test import Client

from archive.models import Event, SpeechAct, Statement
from tests.support.admin_forms import address, errors, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]
NEW = {"date": "2020", "classification": "meeting", "name": "New", "slug": "2020-new", "status": "draft"}


@pytest.mark.parametrize("debug", [True, False])
def test_a_form_that_is_too_large_names_the_limit(editing: Client, settings: object, debug: bool) -> None:
    settings.DEBUG = debug  # type: ignore[attr-defined]
    response = editing.post(
        address(Event, "add"), f"name={'x' * 3_000_000}", content_type="application/x-www-form-urlencoded"
    )
    content = response.content.decode()
    assert response.status_code == 413
    assert "Got a body of more than 2.5 MB" in content
    assert "Traceback" not in content


def test_an_invisible_character_is_an_error_of_its_field(editing: Client) -> None:
    field_errors = errors(
        send(editing, Event, {**opened(editing, Event), **NEW, "summary": "a\x07", "name": "b\u200bc"})
    )
    assert "U+0007 after 1 characters" in field_errors["summary"][0]
    assert "U+200B after 1 characters" in field_errors["name"][0]


def test_messages_have_no_direction_marks(editing: Client) -> None:
    sent = {**opened(editing, Event), **NEW, "name": "a \u202e gpj.exe"}
    response = editing.post(address(Event, "add"), {**sent, "_continue": "1"}, follow=True)
    content = response.content.decode()
    title, messages = (
        content.partition("</title>")[0],
        content.partition('class="messagelist"')[2].partition("</ul>")[0],
    )
    assert "gpj.exe" in messages
    assert "\u202e" not in title + messages
    assert isinstance(next(iter(response.context["messages"]), None), Message | None)


def test_a_deletion_lists_links_by_what_they_link(editing: Client) -> None:
    act = SpeechAct.objects.exclude(addressee_bodies=None).order_by("pk").first()
    content = editing.get(address(act, "delete")).content.decode()
    assert f"→ {act.addressee_bodies.first()}" in content
    assert "object (" not in content
    assert "object (" not in editing.get(address(Statement.objects.order_by("pk").first(), "delete")).content.decode()
