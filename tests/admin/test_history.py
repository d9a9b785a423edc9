"""The history of a record: who, when, why, and which fields, relations and parts too; and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Appointment, Body, Event, Source, Statement, Topic
from tests.support.admin_forms import address, filled_in, opened, send, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def event() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def _history_text(client: Client, record: Any) -> str:
    return " ".join(client.get(address(record, "history")).content.decode().split())


def test_a_change_is_shown_with_who_why_and_both_values(editing: Client, event: Event) -> None:
    sent = {**opened(editing, event), "name": "Curbs begin", "date": "2019-07", "change_reason": "As METI has it"}
    assert send(editing, event, sent).status_code == 302
    page = _history_text(editing, event)
    assert '<td data-label="Who">editor</td> <td data-label="Why">As METI has it</td>' in page
    name = "The stricter licensing of three materials takes effect"
    assert f"<dd><del>{name}</del> → <ins>Curbs begin</ins></dd>" in page
    assert "<del>2019-07-04</del> → <ins>2019-07</ins>" in page


def test_a_changed_relation_is_shown(editing: Client, event: Event) -> None:
    topic = Topic.objects.create(slug="fisheries", name="Fisheries", status="published")
    assert send(editing, event, {**opened(editing, event), "topics": [str(topic.pk)]}).status_code == 302
    page = _history_text(editing, event)
    assert "Fisheries" in page
    assert "Strategic materials" in page


def test_changed_added_and_deleted_parts_are_shown(editing: Client) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    sent = opened(editing, statement) | {
        "speech_acts-3-text": "Japan says sorry.",
        "speech_acts-10-DELETE": "on",
        "change_reason": "Read anew",
    }
    sent = with_part(sent, "speech_acts", kind="denial", form="paraphrase", text="Nothing was smuggled.")
    assert send(editing, statement, sent).status_code == 302
    page = _history_text(editing, statement)
    assert "<ins>Japan says sorry.</ins>" in page
    assert "Read anew" in page
    for done, part in (("Added", "denial: Nothing was smuggled."), ("Deleted", "demand: Possible violations")):
        row = next(row for row in page.partition('id="part-history"')[2].split("<tr>") if part in row)
        assert f"<td>{done}" in row


def test_the_history_of_parts_costs_as_many_queries_for_many_saves(editing: Client) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")

    def save(number: int) -> int:
        for act in statement.speech_acts.all():
            act.text = f"{act.ordinal}: text {number}."
            act.save()
            act.addressee_bodies.set(Body.objects.order_by("pk")[number : number + 2])
        with CaptureQueriesContext(connection) as ran:
            assert f"text {number}." in _history_text(editing, statement)
        return len(ran)

    save(0)
    few = save(1)
    assert save(2) <= few + 2


def test_restoring_a_version_saves_a_new_one(editing: Client, event: Event) -> None:
    send(editing, event, {**opened(editing, event), "name": "Wrong"})
    before = event.history.order_by("history_id").first()
    page = reverse("admin:archive_event_simple_history", args=[event.pk, before.pk])
    content = editing.get(page)
    assert content.status_code == 200
    assert editing.post(page, filled_in(content)).status_code == 302
    version = Event.objects.get(pk=event.pk).version
    event.refresh_from_db()
    assert event.name == "The stricter licensing of three materials takes effect"
    assert version > 2


def test_the_first_change_of_what_a_fixture_loaded_shows_what_was_there(editing: Client) -> None:
    source = Source.objects.exclude(pk__in=Source.history.values("id")).order_by("slug").first()
    before = source.title
    assert send(editing, source, {**opened(editing, source), "title": "Another title"}).status_code == 302
    assert [record.title for record in source.history.order_by("history_id")] == [before, "Another title"]
    assert "<ins>Another title</ins>" in _history_text(editing, source)


def test_a_long_history_is_paged(editing: Client, event: Event) -> None:
    for number in range(30):
        event.place = f"Place {number}"
        event.save()
    first = _history_text(editing, event)
    assert "31 versions" in first
    assert "Place 29" in first
    second = editing.get(address(event, "history") + "?p=2").content.decode()
    assert "Place 1" in second


def test_the_history_of_an_unknown_record_is_404(editing: Client) -> None:
    url = reverse("admin:archive_event_history", args=["999999999"])
    assert editing.get(url).status_code in (302, 404)
    for key in ("x", "1_5F", "99999999999999999999", "²"):
        assert editing.get(reverse("admin:archive_event_history", args=[key])).status_code == 404


def test_the_history_of_an_official_lists_changes_of_appointments(editing: Client) -> None:
    appointment = Appointment.objects.filter(official__slug="moon-jae-in").first()
    appointment.mode = "acting"
    appointment.save()
    page = _history_text(editing, appointment.official)
    assert "Nothing was changed in the record itself since it was loaded." in page
    assert "<del>substantive</del> → <ins>acting</ins>" in page
