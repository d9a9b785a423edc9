"""A statement is entered on one page with its speech acts and citations; errors are shown at their fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Appointment, Body, Citation, Official, Source, SpeechAct, Statement
from tests.support.admin_forms import address, errors, messages_of, opened, send, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def typed(editing: Client) -> dict[str, Any]:
    """The article's statement, as an archivist types it."""
    sent = opened(editing, Statement) | {
        "date": "2019-07-12",
        "classification": "press_statement",
        "name": "Kim asks for a probe",
        "slug": "2019-07-12-kim-asks-for-a-probe",
        "attribution": "named",
        "attributed_as": "deputy chief of Cheong Wa Dae's national security office",
        "speaker": str(Official.objects.get(slug="kim-you-geun").pk),
        "body": str(Body.objects.get(slug="cheong-wa-dae").pk),
        "summary": "An international panel shall look into it.",
    }
    japan = str(Body.objects.get(slug="japan").pk)
    sent |= {
        "speech_acts-0-kind": "proposal",
        "speech_acts-0-form": "paraphrase",
        "speech_acts-0-text": "An international panel looks into the issue.",
        "speech_acts-0-addressee_bodies": [japan],
    }
    sent = with_part(
        sent, "speech_acts", kind="demand", form="paraphrase", text="Japan apologizes.",
        condition="an investigation proves South Korea innocent", addressee_bodies=[japan],
    )  # fmt: skip
    source = Source.objects.get(title__startswith="Cheong Wa Dae proposes")
    return with_part(sent, "citations", source=str(source.pk), stance="supports", locator="paragraph 4")


def test_a_statement_is_entered_with_speech_acts_and_citation(editing: Client, typed: dict[str, Any]) -> None:
    response = editing.post(address(Statement, "add"), typed, follow=True)
    statement = Statement.objects.get(slug="2019-07-12-kim-asks-for-a-probe")
    acts = [(act.slug, act.ordinal, act.kind, act.condition) for act in statement.speech_acts.all()]
    assert acts == [
        ("2019-07-12-kim-asks-for-a-probe-1", 1, "proposal", ""),
        ("2019-07-12-kim-asks-for-a-probe-2", 2, "demand", "an investigation proves South Korea innocent"),
    ]
    assert [act.addressee_bodies.get().slug for act in statement.speech_acts.all()] == ["japan", "japan"]
    assert statement.citations.get().locator == "paragraph 4"
    assert [capacity.office.name for capacity in statement.capacities.select_related("office").order_by("slug")] == [
        "First Deputy Director",
        "Secretary General",
    ]
    filled = next(item for item in messages_of(response) if item.startswith("Capacities filled in"))
    assert "First Deputy Director" in filled
    assert "Secretary General" in filled
    assert statement.status == "draft"


def test_capacities_set_by_the_editor_are_kept(editing: Client, typed: dict[str, Any]) -> None:
    chosen = Appointment.objects.get(official__slug="kim-you-geun", office__name="Secretary General")
    assert send(editing, Statement, {**typed, "capacities": [str(chosen.pk)]}).status_code == 302
    assert Statement.objects.get(slug=typed["slug"]).capacities.get() == chosen


@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ("2019-13", "got '2019-13'"),
        ("2019-02-30", "got '2019-02-30' (2019-02 has 28 days)"),
        ("yesterday", "got 'yesterday'"),
        ("12/07/2019", "got '12/07/2019'"),
    ],
)
def test_an_invalid_date_is_an_error_of_its_field(
    editing: Client, typed: dict[str, Any], date: str, sentence: str
) -> None:
    response = send(editing, Statement, {**typed, "date": date})
    assert sentence in errors(response)["date"][0]
    assert "expected" in errors(response)["date"][0]
    assert f'value="{date}"' in response.content.decode()
    assert not Statement.objects.filter(slug=typed["slug"]).exists()


def test_a_capacity_of_another_official_is_refused(editing: Client, typed: dict[str, Any]) -> None:
    foreign = Appointment.objects.filter(official__slug="moon-jae-in").first()
    response = send(editing, Statement, {**typed, "capacities": [str(foreign.pk)]})
    (sentence,) = errors(response)["capacities"]
    assert "Moon Jae-in: President" in sentence
    assert "expected an appointment of the speaker, Kim You-geun" in sentence
    assert not Statement.objects.filter(slug=typed["slug"]).exists()


def test_a_capacity_without_a_speaker_is_refused(editing: Client, typed: dict[str, Any]) -> None:
    foreign = Appointment.objects.filter(official__slug="moon-jae-in").first()
    sent = {**typed, "attribution": "on_background", "speaker": "", "capacities": [str(foreign.pk)]}
    assert "but there is none" in errors(send(editing, Statement, sent))["capacities"][0]


def test_the_speaker_must_match_the_attribution(editing: Client, typed: dict[str, Any]) -> None:
    nobody = errors(send(editing, Statement, {**typed, "speaker": ""}))
    assert nobody["speaker"] == ["A named statement has a speaker: got none, expected an official."]
    anonymous = errors(send(editing, Statement, {**typed, "attribution": "anonymous", "body": ""}))
    assert "expected no speaker" in anonymous["speaker"][0]
    assert "expected the body" in anonymous["body"][0]


def test_verbatim_words_are_not_empty(editing: Client, typed: dict[str, Any]) -> None:
    field_errors = errors(send(editing, Statement, {**typed, "form": "verbatim", "text": ""}))
    assert field_errors["text"] == ["Verbatim text is never empty: enter the words, or choose another form."]


def test_an_error_in_a_part_saves_nothing_at_all(editing: Client, typed: dict[str, Any]) -> None:
    field_errors = errors(send(editing, Statement, {**typed, "citations-0-source": ""}))
    assert "citations-0-source" in field_errors
    assert not Statement.objects.filter(slug=typed["slug"]).exists()


def test_submitting_twice_saves_once_and_keeps_the_entries(editing: Client, typed: dict[str, Any]) -> None:
    assert send(editing, Statement, typed).status_code == 302
    again = send(editing, Statement, typed)
    assert "already exists" in errors(again)["slug"][0]
    assert "An international panel looks into the issue." in again.content.decode()
    assert Statement.objects.filter(slug=typed["slug"]).count() == 1
    assert SpeechAct.objects.filter(statement__slug=typed["slug"]).count() == 2


def test_duplicate_ordinals_are_refused_and_ordinals_can_be_swapped(editing: Client, typed: dict[str, Any]) -> None:
    send(editing, Statement, typed)
    statement = Statement.objects.get(slug=typed["slug"])
    sent = opened(editing, statement)
    field_errors = errors(send(editing, statement, {**sent, "speech_acts-1-ordinal": "1"}))
    assert field_errors["speech_acts-1-ordinal"] == ["Got 1 twice, expected each once; empty: numbered by itself."]
    field_errors = errors(send(editing, statement, {**sent, "speech_acts-1-ordinal": "10000"}))
    assert field_errors["speech_acts-1-ordinal"] == ["Got 10000, expected a number from 1 to 9999."]
    swapped = {**sent, "speech_acts-0-ordinal": "2", "speech_acts-1-ordinal": "1"}
    assert send(editing, statement, swapped).status_code == 302
    assert [act.kind for act in statement.speech_acts.order_by("ordinal")] == ["demand", "proposal"]


def test_a_duplicate_citation_is_refused(editing: Client, typed: dict[str, Any]) -> None:
    source = typed["citations-0-source"]
    sent = with_part(typed, "citations", source=source, stance="supports", locator="paragraph 4")
    field_errors = errors(send(editing, Statement, sent))
    assert "is entered twice" in field_errors["citations"][0]
    assert not Citation.objects.filter(statement__slug=typed["slug"]).exists()


def test_an_editor_deletes_a_part(editing: Client, typed: dict[str, Any]) -> None:
    send(editing, Statement, typed)
    statement = Statement.objects.get(slug=typed["slug"])
    assert send(editing, statement, {**opened(editing, statement), "speech_acts-0-DELETE": "on"}).status_code == 302
    assert [act.ordinal for act in statement.speech_acts.all()] == [2]


def test_the_outcomes_of_an_act_are_shown_with_it(editing: Client) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    page = editing.get(address(statement)).content.decode()
    assert "fulfilled, 23 March 2023" in page
    assert "still open" in page
    assert "none: only demands, offers and the like have outcomes" in page
