"""Of two who edit the same record, the second is told what the first stored, and loses nothing that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Event, SpeechAct, Statement
from tests.admin.forms import address, errors, filled_in, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def colleague(administrator: Any) -> Client:
    other = Client()
    other.force_login(administrator)
    return other


def _event() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def _statement() -> Statement:
    return Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")


def test_the_second_saver_sees_both_and_may_save_again(editing: Client, colleague: Client) -> None:
    mine, theirs = opened(editing, _event()), opened(colleague, _event())
    assert send(colleague, _event(), {**theirs, "name": "Theirs", "place": "Tokyo"}).status_code == 302

    refused = send(editing, _event(), {**mine, "name": "Mine"})
    found = errors(refused)
    assert "administrator changed this while you were editing it" in found["__all__"][0]
    assert found["name"] == ["Stored now, by administrator: 'Theirs'."]
    assert found["place"] == ["Stored now, by administrator: 'Tokyo'."]
    assert 'value="Mine"' in refused.content.decode()
    assert _event().name == "Theirs"

    assert send(editing, _event(), filled_in(refused)).status_code == 302
    assert (_event().name, _event().history.first().history_user.username) == ("Mine", "editor")


def test_relations_choices_and_dates_are_told_in_words(editing: Client, colleague: Client) -> None:
    statement = _statement()
    mine = opened(editing, statement)
    theirs = {**opened(colleague, statement), "topics": [], "classification": "briefing", "date": "2019-07-11"}
    assert send(colleague, statement, {**theirs, "body": ""}).status_code == 302
    found = errors(send(editing, _statement(), mine))
    assert found["topics"] == ["Stored now, by administrator: ''."]
    assert found["classification"] == ["Stored now, by administrator: 'briefing'."]
    assert found["date"] == ["Stored now, by administrator: '2019-07-11'."]
    assert found["body"] == ["Stored now, by administrator: ''."]


def test_a_part_that_somebody_changed_is_not_overwritten(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=2)
    assert send(colleague, act, {**opened(colleague, act), "text": "Theirs."}).status_code == 302
    prefix = next(
        name.removesuffix("-id") for name, value in mine.items() if name.endswith("-id") and value == str(act.pk)
    )
    found = errors(send(editing, _statement(), {**mine, f"{prefix}-text": "Mine."}))
    assert found[f"{prefix}-text"] == ["Stored now, by administrator: 'Theirs.'."]
    assert SpeechAct.objects.get(pk=act.pk).text == "Theirs."


def test_a_part_that_somebody_changed_is_not_deleted(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=2)
    send(colleague, act, {**opened(colleague, act), "text": "Theirs."})
    refused = send(editing, _statement(), {**mine, "speech_acts-1-DELETE": "on"})
    found = errors(refused)
    assert "Not deleted: somebody changed 'proposal: Theirs.'" in found["speech_acts"][0]
    assert found["speech_acts-1-text"] == ["Stored now, by administrator: 'Theirs.'."]
    assert "speech_acts-1-DELETE" not in found
    assert SpeechAct.objects.filter(pk=act.pk).exists()
    assert send(editing, _statement(), {**filled_in(refused), "speech_acts-1-DELETE": "on"}).status_code == 302
    assert not SpeechAct.objects.filter(pk=act.pk).exists()


def test_a_part_that_somebody_deleted_is_told_and_can_be_ticked_off(editing: Client, colleague: Client) -> None:
    mine = opened(editing, _statement())
    act = _statement().speech_acts.get(ordinal=11)
    assert colleague.post(address(act, "delete"), {"post": "yes"}).status_code == 302
    found = errors(send(editing, _statement(), mine))
    assert any("Somebody deleted this in the meantime" in told for told in found["speech_acts-10-id"])
    assert send(editing, _statement(), {**mine, "speech_acts-10-DELETE": "on"}).status_code == 302
    assert _statement().speech_acts.count() == 10


def test_a_record_that_somebody_deleted_is_not_made_anew(editing: Client, colleague: Client) -> None:
    event = Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    mine, page = opened(editing, event), address(event)
    colleague.post(address(event, "delete"), {"post": "yes"})
    response = editing.post(page, mine, follow=True)
    assert str(next(iter(response.context["messages"]))).startswith("event with ID")
    assert not Event.objects.filter(slug="2020-x").exists()


def test_a_neighbour_that_somebody_deleted_is_told_at_its_field(editing: Client) -> None:
    larger = Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    mine = {**opened(editing, _event()), "part_of": str(larger.pk)}
    larger.delete()
    assert "not one of the available choices" in errors(send(editing, _event(), mine))["part_of"][0]
