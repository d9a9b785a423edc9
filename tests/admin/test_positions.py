"""A part on a page of its own, entered without a number, takes the next one of those stored."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.models import Body, Dossier, DossierEntry, Event, SpeechAct, Statement
from tests.support.admin_forms import address, errors, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def _statement() -> Statement:
    return Statement.objects.create(
        slug="2020-s", name="S", date="2020", classification="speech", attribution="collective", status="published",
        body=Body.objects.get(slug="japan"),
    )  # fmt: skip


def test_a_speech_act_takes_the_next_stored_number(editing: Client) -> None:
    statement = _statement()
    SpeechAct.objects.create(statement=statement, ordinal=7, kind="demand", text="First")
    sent = opened(editing, SpeechAct) | {"statement": str(statement.pk), "kind": "demand", "text": "Second"}
    assert "ordinal" not in sent
    # Somebody adds another while the form is open.
    SpeechAct.objects.create(statement=statement, ordinal=8, kind="demand", text="Meanwhile")
    assert send(editing, SpeechAct, sent).status_code == 302
    assert [act.ordinal for act in statement.speech_acts.order_by("ordinal")] == [7, 8, 9]
    assert SpeechAct.objects.get(text="Second").slug == "2020-s-9"


def test_the_first_speech_act_is_number_one(editing: Client) -> None:
    statement = _statement()
    sent = opened(editing, SpeechAct) | {"statement": str(statement.pk), "kind": "demand", "text": "Only"}
    assert send(editing, SpeechAct, sent).status_code == 302
    assert statement.speech_acts.get().ordinal == 1


def test_an_emptied_position_becomes_the_last(editing: Client) -> None:
    statement = _statement()
    acts = [
        SpeechAct.objects.create(statement=statement, ordinal=place, kind="demand", text="T") for place in (1, 2, 3)
    ]
    assert send(editing, acts[0], opened(editing, acts[0]) | {"ordinal": ""}).status_code == 302
    assert [act.pk for act in statement.speech_acts.order_by("ordinal")] == [acts[1].pk, acts[2].pk, acts[0].pk]


def test_a_dossier_entry_takes_the_next_stored_position(editing: Client) -> None:
    dossier = Dossier.objects.create(slug="d", name="D", status="published")
    events = Event.objects.order_by("pk")[:2]
    DossierEntry.objects.create(dossier=dossier, position=4, event=events[0])
    sent = opened(editing, DossierEntry) | {"dossier": str(dossier.pk), "event": str(events[1].pk)}
    assert send(editing, DossierEntry, sent).status_code == 302
    assert DossierEntry.objects.get(dossier=dossier, event=events[1]).position == 5


def test_a_part_without_a_record_is_an_error_of_the_record_field(editing: Client) -> None:
    field_errors = errors(send(editing, SpeechAct, opened(editing, SpeechAct) | {"kind": "demand", "text": "T"}))
    assert "statement" in field_errors
    assert SpeechAct.objects.filter(text="T").count() == 0
    assert editing.get(address(SpeechAct, "add")).content.decode().count("Left empty: the next.") == 1


def test_the_first_revision_has_the_number_from_before_a_move(editing: Client) -> None:
    statement = _statement()
    # Stored as by a bulk load, without revisions.
    first, second = SpeechAct.objects.bulk_create(
        [SpeechAct(statement=statement, ordinal=place, kind="demand", text="T") for place in (1, 2)]
    )
    sent = opened(editing, statement) | {"speech_acts-0-ordinal": "2", "speech_acts-1-ordinal": "1"}
    assert send(editing, statement, sent).status_code == 302
    for act, ordinals in ((first, [1, 2]), (second, [2, 1])):
        assert list(SpeechAct.history.filter(id=act.pk).order_by("history_id").values_list("ordinal", flat=True)) == (
            ordinals
        )
