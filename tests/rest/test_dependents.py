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


def _publish_with_a_minister_of_japan() -> Appointment:
    """The statement is published; the appointment is of the other official."""
    Statement.objects.filter(slug="a").update(status="published")
    office = Appointment.objects.get(slug="kim-minister").office
    abe = Official.objects.get(slug="abe")
    return Appointment.objects.create(
        slug="abe-minister", status="published", official=abe, office=office, start="2018"
    )


def test_a_published_statement_takes_another_speaker_with_capacities_at_once(as_editor: RestClient) -> None:
    _publish_with_a_minister_of_japan()
    response = _patch(as_editor, "statements/a/", {"speaker": "abe", "capacities": ["abe-minister"]})
    assert response.status_code == 200, response.content  # type: ignore[attr-defined]
    statement = Statement.objects.get(slug="a")
    assert (statement.status, statement.speaker.slug) == ("published", "abe")  # type: ignore[union-attr]
    assert [appointment.slug for appointment in statement.capacities.all()] == ["abe-minister"]
    back = _patch(as_editor, "statements/a/", {"speaker": "kim", "capacities": []})
    assert [link["slug"] for link in back.json()["capacities"]] == ["kim-minister"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        {"speaker": "abe"},
        {"speaker": "abe", "capacities": ["kim-minister"]},
        {"speaker": "abe", "capacities": ["abe-minister", "kim-minister"]},
        {"speaker": "abe", "capacities": ["abe-minister"], "name": ""},
        {"capacities": ["abe-minister"]},
    ],
)
def test_of_another_speaker_with_capacities_all_is_written_or_nothing(
    as_editor: RestClient, body: dict[str, object]
) -> None:
    _publish_with_a_minister_of_japan()
    before = Statement.objects.get(slug="a").version
    errors = problem(_patch(as_editor, "statements/a/", body), 400)["errors"]
    assert [error["field"] for error in errors] == ["name" if "name" in body else "capacities"]
    statement = Statement.objects.get(slug="a")
    assert (statement.speaker.slug, statement.name, statement.version) == ("kim", "A", before)  # type: ignore[union-attr]
    assert [appointment.slug for appointment in statement.capacities.all()] == ["kim-minister"]


def test_the_admin_takes_another_speaker_with_capacities_at_once(client: Client, editor: object) -> None:
    appointment = _publish_with_a_minister_of_japan()
    client.force_login(editor)  # type: ignore[arg-type]
    statement = Statement.objects.get(slug="a")
    speaker = {"speaker": str(appointment.official_id), "capacities": [str(appointment.pk)]}
    response = client.post(address(statement), opened(client, statement) | speaker)
    assert response.status_code == 302, response.content.decode()
    assert [held.slug for held in Statement.objects.get(slug="a").capacities.all()] == ["abe-minister"]


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
