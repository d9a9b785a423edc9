"""Writes that would contradict what depends on the record: capacities of statements, and outcomes of speech acts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from archive.models import Appointment, Official, SpeechAct, Statement
from tests.support.admin_forms import address, opened
from tests.support.datasets import PEOPLE, STATEMENTS, load_files
from tests.support.rest_client import RestClient, problem

SAID = {
    "statements.csv": STATEMENTS + "a,draft,A,note,2019-05,named,kim,\n",
    "speech_acts.csv": "statement,ordinal,kind,text\na,1,demand,Stop\n",
    "outcomes.csv": "speech_act,date,kind\na-1,2019-06,rejected\n",
}


@pytest.fixture(autouse=True)
def _archive(db: None, tmp_path: Path) -> None:
    assert load_files(tmp_path / "archive", {**PEOPLE, **SAID}).written
    assert [appointment.slug for appointment in Statement.objects.get(slug="a").capacities.all()] == ["kim-minister"]


def _patch(client: RestClient, path: str, body: dict[str, object]) -> object:
    return client.send("PATCH", path, body, match=client.get(path)["ETag"])


def test_an_appointment_of_a_statements_speaker_keeps_its_official(as_editor: RestClient) -> None:
    [error] = problem(_patch(as_editor, "appointments/kim-minister/", {"official": "abe"}), 400)["errors"]
    assert error["field"] == "official"
    assert error["expected"].endswith("it is a capacity of the speaker of a, so take it off these first")
    assert Appointment.objects.get(slug="kim-minister").official.slug == "kim"


def test_an_official_changes_after_the_statement_has_other_capacities(as_editor: RestClient) -> None:
    Statement.objects.get(slug="a").capacities.clear()
    assert _patch(as_editor, "appointments/kim-minister/", {"official": "abe"}).status_code == 200  # type: ignore[attr-defined]


def test_another_speaker_does_not_keep_the_capacities(as_editor: RestClient) -> None:
    [error] = problem(_patch(as_editor, "statements/a/", {"speaker": "abe"}), 400)["errors"]
    assert error["field"] == "capacities"
    assert Statement.objects.get(slug="a").speaker.slug == "kim"
    assert _patch(as_editor, "statements/a/", {"speaker": "abe", "capacities": []}).status_code == 200  # type: ignore[attr-defined]


def test_a_speech_act_with_outcomes_keeps_a_kind_that_calls_for_an_answer(as_editor: RestClient) -> None:
    [error] = problem(_patch(as_editor, "speech-acts/a-1/", {"kind": "assertion"}), 400)["errors"]
    assert error["field"] == "kind"
    assert "it has outcomes (2019-06), so remove these first" in error["expected"]
    assert _patch(as_editor, "speech-acts/a-1/", {"kind": "request"}).status_code == 200  # type: ignore[attr-defined]
    assert SpeechAct.objects.get(slug="a-1").kind == "request"


def test_the_admin_refuses_them_too(client: Client, editor: object) -> None:
    client.force_login(editor)  # type: ignore[arg-type]
    appointment = Appointment.objects.get(slug="kim-minister")
    sent = opened(client, appointment)
    response = client.post(address(appointment), sent | {"official": str(Official.objects.get(slug="abe").pk)})
    assert response.status_code == 200
    assert "it is a capacity of the speaker of a" in response.content.decode()
    assert Appointment.objects.get(slug="kim-minister").official.slug == "kim"
