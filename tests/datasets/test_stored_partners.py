"""Rows that contradict records of the archive which their files do not name."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.models import Appointment, Official, SpeechAct, Statement
from tests.support.datasets import PEOPLE, STATEMENTS, load_errors, load_files

pytestmark = pytest.mark.django_db

#: A statement by Kim with the capacity ``kim-minister``, and a demand in it that was rejected.
SAID = {
    "statements.csv": STATEMENTS + "a,draft,A,note,2019-05,named,kim,\n",
    "speech_acts.csv": "statement,ordinal,kind,text\na,1,demand,Stop\n",
    "outcomes.csv": "speech_act,date,kind\na-1,2019-06,rejected\n",
}


@pytest.fixture
def _archive(tmp_path: Path) -> None:
    assert load_files(tmp_path / "archive", {**PEOPLE, **SAID}).written
    assert [appointment.slug for appointment in Statement.objects.get().capacities.all()] == ["kim-minister"]


@pytest.mark.usefixtures("_archive")
def test_another_speaker_does_not_get_the_capacities_of_the_stored_one(tmp_path: Path) -> None:
    assert load_errors(tmp_path / "new", {"statements.csv": "slug,speaker\na,abe\n"}) == [
        "statements.csv:2, speaker: got 'abe', expected 'kim', for the statement has the capacity 'kim-minister': "
        "give its new capacities, or none, in a column capacities."
    ]
    assert load_files(tmp_path / "2", {"statements.csv": "slug,speaker,capacities\na,abe,\n"}).written
    assert Statement.objects.get().speaker.slug == "abe"
    assert not Statement.objects.get().capacities.exists()


@pytest.mark.usefixtures("_archive")
def test_a_statement_that_loses_its_speaker_does_not_keep_capacities(tmp_path: Path) -> None:
    files = {"statements.csv": "slug,speaker,attribution,body\na,,anonymous,KR\n"}
    assert load_errors(tmp_path / "new", files) == [
        "statements.csv:2, speaker: got nothing, expected 'kim', for the statement has the capacity 'kim-minister': "
        "give its new capacities, or none, in a column capacities."
    ]


@pytest.mark.usefixtures("_archive")
def test_an_appointment_that_is_a_stored_capacity_stays_with_its_official(tmp_path: Path) -> None:
    files = {"appointments.csv": "slug,official\nkim-minister,abe\nkim-later,abe\n"}
    assert load_errors(tmp_path / "new", files) == [
        "appointments.csv:2, official: got 'abe', expected 'kim', for the statement 'a' has this appointment as a "
        "capacity of its speaker."
    ]
    both = files | {"statements.csv": "slug,speaker\na,abe\n"}
    assert load_files(tmp_path / "2", both).written
    assert Appointment.objects.get(slug="kim-minister").official == Statement.objects.get().speaker


@pytest.mark.usefixtures("_archive")
def test_a_file_with_statement_and_appointment_is_checked_as_it_will_be(tmp_path: Path) -> None:
    files = {"appointments.csv": "slug,official\nkim-minister,abe\n", "statements.csv": "slug,speaker\na,kim\n"}
    assert load_errors(tmp_path / "new", files) == [
        "statements.csv:2, speaker: got 'kim', expected 'abe', for the statement has the capacity 'kim-minister': "
        "give its new capacities, or none, in a column capacities."
    ]


@pytest.mark.usefixtures("_archive")
def test_the_stored_speaker_is_named_where_only_capacities_are_given(tmp_path: Path) -> None:
    abes = "slug,status,official,office\nabe-minister,draft,abe,minister\n"
    files = {"appointments.csv": abes, "statements.csv": "slug,capacities\na,abe-minister\n"}
    assert load_errors(tmp_path / "new", files) == [
        "statements.csv:2, capacities: got 'abe-minister' of another official, "
        "expected an appointment of the speaker, 'kim'."
    ]


@pytest.mark.usefixtures("_archive")
def test_a_speech_act_with_a_stored_outcome_still_calls_for_an_answer(tmp_path: Path) -> None:
    [line] = load_errors(tmp_path / "new", {"speech_acts.csv": "slug,kind\na-1,denial\n"})
    assert line.startswith(
        "speech_acts.csv:2, kind: got 'denial', expected a kind that calls for an answer, for it has an outcome: "
    )
    assert load_files(tmp_path / "2", {"speech_acts.csv": "slug,kind\na-1,offer\n"}).written


@pytest.mark.usefixtures("_archive")
def test_an_outcome_of_an_act_whose_kind_the_dataset_changes_is_loaded(tmp_path: Path) -> None:
    load_files(tmp_path / "1", {"speech_acts.csv": "statement,ordinal,kind,text\na,2,denial,No\n"})
    files = {
        "speech_acts.csv": "slug,kind\na-2,offer\n",
        "outcomes.csv": "speech_act,date,kind\na-2,2019-07,accepted\n",
    }
    assert load_files(tmp_path / "2", files).written
    assert SpeechAct.objects.get(slug="a-2").outcomes.count() == 1


def test_a_stored_outcome_that_the_load_prunes_does_not_count(tmp_path: Path) -> None:
    described = {"dataset.yaml": "title: Said\n", **PEOPLE}
    assert load_files(tmp_path / "1", {**described, **SAID}).written
    changed = {
        "statements.csv": SAID["statements.csv"],
        "speech_acts.csv": SAID["speech_acts.csv"].replace("demand", "denial"),
        "outcomes.csv": "speech_act,date,kind\n",
    }
    assert load_files(tmp_path / "2", {**described, **changed}, prune=True).written
    assert SpeechAct.objects.get().kind == "denial"
    assert not SpeechAct.objects.get().outcomes.exists()


@pytest.mark.usefixtures("_archive")
def test_a_broken_rule_is_reported_with_the_stored_values(tmp_path: Path) -> None:
    assert load_errors(tmp_path / "new", {"statements.csv": "slug,attribution,body\na,anonymous,KR\n"}) == [
        "statements.csv:2, attribution, body, speaker: got attribution 'anonymous', body 'south-korea', "
        "speaker 'kim', expected no speaker, and the body on whose behalf it was made."
    ]


def test_a_record_that_is_published_by_its_status_alone_is_checked_with_its_stored_links(tmp_path: Path) -> None:
    files = {
        **PEOPLE,
        "topics.csv": "slug,status,name\nt,draft,T\n",
        "statements.csv": "slug,status,name,classification,date,attribution,speaker,topics\n"
        "a,draft,A,note,2019-05,named,kim,t\nb,draft,B,note,2019-05,named,kim,\n",
    }
    assert load_files(tmp_path / "1", files).written
    Official.objects.filter(slug="kim").update(status="draft")
    result = load_files(tmp_path / "2", {"statements.csv": "slug,status\na,published\n"})
    assert result.written
    without = "which is draft, expected a published one: readers see the record without it."
    assert sorted(result.problems.lines("warning")) == [
        f"statements.csv:2, speaker: got 'kim', {without}", f"statements.csv:2, topics: got 't', {without}",
    ]  # fmt: skip
