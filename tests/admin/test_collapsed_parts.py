"""Long lists of parts: a form has their headings, gets the fields of those that are opened, and changes no others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.admin.collapsed_parts import MAX_EXPANDED
from archive.models import Appointment, Citation, DossierEntry, ProposedChange, SpeechAct
from archive.revisions.plan import differing
from archive.workflow.states import load_tree
from tests.support import filter_records as make
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send, with_part

pytestmark = pytest.mark.django_db

#: Bytes that a form may have.
MAX_FORM = 300_000
MANY = MAX_EXPANDED + 3


def _statement(acts: int = MANY, citations: int = 0, **values: Any) -> Any:
    speaker, body = make.official("speaker"), make.body("body")
    post = make.appointment("held", speaker, make.office("post", body), "2018", "2020")
    statement = make.statement("said", "2019", speaker=speaker, capacities=[post], **values)
    for number in range(acts):
        act = make.act(statement, text=f"Lift the curbs on item {number} by the end of the month, all of them.")
        act.addressee_bodies.add(body)
    for number in range(citations):
        make.cited(make.source(f"paper-{number}"), statement=statement)
    return statement


def _dossier(entries: int = MANY) -> Any:
    name = "Japan announces tightened export controls on three materials, part {}"
    return make.dossier("long", *(make.event(f"e-{n}", name=name.format(n)) for n in range(entries)))


def _expanded(client: Client, record: Any, part: Any, prefix: str, **params: str) -> dict[str, Any]:
    """The form of a record with one part expanded, ready to send."""
    return filled_in(client.get(address(record), {"expand": f"{prefix}-{part.pk}", **params}))


def _row(sent: dict[str, Any], part: Any) -> str:
    """The prefix of the row that has the part, such as ``speech_acts-3``."""
    prefix = "entries" if isinstance(part, DossierEntry) else "speech_acts"
    rows = (name.removesuffix("-id") for name, value in sent.items() if name.endswith("-id") and value == str(part.pk))
    return next(row for row in rows if row.startswith(f"{prefix}-"))


def test_forms_of_records_with_many_parts_are_small(editing: Client) -> None:
    event, official = make.event("big"), make.official("big")
    for number in range(200):
        make.took_part(event, make.official(f"of-{number}"))
        make.cited(make.source(f"s-{number}"), event=event)
    for number in range(50):
        make.appointment(f"ap-{number}", official, make.office(f"post-{number}", make.body(f"b-{number}")), "2019")
        make.spelled(official, f"Name {number}")
    records = [_statement(200, 50), event, _dossier(500), official]
    sizes = {record._meta.model_name: len(editing.get(address(record)).content) for record in records}
    assert {name: size for name, size in sizes.items() if size > MAX_FORM} == {}


def test_a_form_whose_parts_are_just_not_collapsed_is_small(editing: Client) -> None:
    response = editing.get(address(_statement(MAX_EXPANDED, MAX_EXPANDED)))
    assert b"collapsed-part" not in response.content
    assert len(response.content) <= MAX_FORM


def test_a_collapsed_part_has_its_heading_and_no_fields(editing: Client) -> None:
    statement = _statement()
    page = editing.get(address(statement)).content.decode()
    assert page.count('class="inline-related has_original collapsed-part"') == MANY
    act = statement.speech_acts.get(ordinal=5)
    assert f'<a href="?expand=speech_acts-{act.pk}">{act}</a>' in page
    assert 'name="speech_acts-4-text"' not in page


def test_a_part_is_expanded_by_the_address_without_a_script(editing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    page = editing.get(address(statement), {"expand": f"speech_acts-{act.pk}"}).content.decode()
    assert page.count("collapsed-part") == MANY - 1
    assert 'name="speech_acts-4-text"' in page
    assert 'name="summary"' in page


@pytest.mark.parametrize("record", [_statement, _dossier])
def test_the_row_of_an_expanded_part_is_sent_without_the_page(record: Any, editing: Client) -> None:
    stored = record()
    prefix, rows = ("entries", stored.entries) if record is _dossier else ("speech_acts", stored.speech_acts)
    part = rows.all()[2]
    response = editing.get(address(stored), {"expand": f"{prefix}-{part.pk}", "fragment": "1"})
    row = response.content.decode()
    assert re.findall(r'class="[^"]*\bhas_original\b[^"]*" id="([^"]+)"', row) == [f"{prefix}-2"]
    assert f'name="{prefix}-2-form_state"' in row
    assert "<form" not in row
    assert len(response.content) < 20_000


def test_a_save_leaves_collapsed_parts_as_they_are(editing: Client) -> None:
    statement = _statement(citations=MANY)
    before = list(statement.speech_acts.values()), list(statement.citations.values())
    sent = opened(editing, statement) | {"summary": "Other words."}
    with CaptureQueriesContext(connection) as ran:
        assert send(editing, statement, sent).status_code == 302
    assert len(ran) <= 18
    statement.refresh_from_db()
    assert statement.summary == "Other words."
    assert (list(statement.speech_acts.values()), list(statement.citations.values())) == before
    bodies = SpeechAct.addressee_bodies.through.objects.filter(speechact__statement=statement)
    assert bodies.count() == MANY


def test_a_form_of_collapsed_parts_that_is_saved_unchanged_makes_no_version(editing: Client) -> None:
    statement = _statement()
    revisions = statement.history.count(), SpeechAct.history.filter(statement=statement).count()
    response = editing.post(address(statement), opened(editing, statement), follow=True)
    assert messages_of(response) == ["Nothing was changed, so there is no new version."]
    assert (statement.history.count(), SpeechAct.history.filter(statement=statement).count()) == revisions


def test_an_expanded_part_is_changed_and_the_others_are_not(editing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    sent = _expanded(editing, statement, act, "speech_acts") | {"speech_acts-4-text": "Other words."}
    assert send(editing, statement, sent).status_code == 302
    versions = dict(statement.speech_acts.values_list("ordinal", "version"))
    assert statement.speech_acts.get(ordinal=5).text == "Other words."
    assert versions == {number: 2 if number == 5 else 1 for number in range(1, MANY + 1)}


def test_an_expanded_part_is_deleted_and_another_is_added(editing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    sent = _expanded(editing, statement, act, "speech_acts") | {"speech_acts-4-DELETE": "on"}
    sent = with_part(sent, "speech_acts", kind="offer", form="paraphrase", text="A new one.")
    assert send(editing, statement, sent).status_code == 302
    ordinals = [*statement.speech_acts.order_by("ordinal").values_list("ordinal", flat=True)]
    assert ordinals == [number for number in range(1, MANY + 2) if number != 5]
    assert statement.speech_acts.get(ordinal=MANY + 1).text == "A new one."


def test_a_change_by_others_of_a_collapsed_part_stays(editing: Client) -> None:
    statement = _statement()
    sent = opened(editing, statement) | {"summary": "Other words."}
    act = statement.speech_acts.get(ordinal=5)
    act.text, act.ordinal = "Theirs.", 99
    act.save()
    assert send(editing, statement, sent).status_code == 302
    act.refresh_from_db()
    assert (act.text, act.ordinal, act.version) == ("Theirs.", 99, 2)


def test_a_collapsed_part_that_others_deleted_stays_deleted(editing: Client) -> None:
    statement = _statement(citations=MANY)
    sent = opened(editing, statement) | {"summary": "Other words."}
    statement.speech_acts.get(ordinal=5).delete()
    statement.citations.first().delete()
    response = editing.post(address(statement), sent, follow=True)
    assert statement.speech_acts.count() == statement.citations.count() == MANY - 1
    (merged,) = [text for text in messages_of(response) if text.startswith("Merged with")]
    assert "deleted: speech act '5'" in merged
    assert "deleted: citation" in merged


def test_a_part_that_others_added_to_a_long_list_is_no_error(editing: Client) -> None:
    statement = _statement()
    sent = opened(editing, statement) | {"summary": "Other words."}
    make.act(statement, text="Theirs.")
    assert send(editing, statement, sent).status_code == 302
    assert statement.speech_acts.count() == MANY + 1


def test_collapsed_entries_of_a_dossier_are_reordered(editing: Client) -> None:
    dossier = _dossier()
    first, last = dossier.entries.first(), dossier.entries.last()
    sent = opened(editing, dossier)
    sent |= {f"{_row(sent, first)}-position": str(last.position), f"{_row(sent, last)}-position": str(first.position)}
    assert send(editing, dossier, sent).status_code == 302
    assert (dossier.entries.first(), dossier.entries.last()) == (last, first)
    assert dossier.entries.filter(version=1).count() == MANY - 2


def test_an_order_that_others_changed_stays_where_the_user_moved_nothing(editing: Client) -> None:
    dossier = _dossier()
    entry = dossier.entries.first()
    sent = opened(editing, dossier) | {"introduction": "Other words."}
    DossierEntry.objects.filter(pk=entry.pk).update(position=99)
    assert send(editing, dossier, sent).status_code == 302
    entry.refresh_from_db()
    assert entry.position == 99


def test_a_collapsed_part_that_both_moved_is_a_conflict_which_its_row_shows(editing: Client) -> None:
    dossier = _dossier()
    entry = dossier.entries.first()
    sent = opened(editing, dossier)
    row = _row(sent, entry)
    DossierEntry.objects.filter(pk=entry.pk).update(position=99)
    response = send(editing, dossier, sent | {f"{row}-position": "50"})
    (message,) = errors(response)[f"{row}-position"]
    assert "Stored now, by somebody: '99'. When you opened it: '1'." in message
    row_html = re.search(rf'id="{row}">.*?</tr>', response.content.decode(), re.DOTALL)
    assert row_html is not None
    assert "Stored now, by somebody" in row_html[0]
    assert send(editing, dossier, filled_in(response)).status_code == 302
    entry.refresh_from_db()
    assert entry.position == 50


def test_a_number_that_a_collapsed_part_has_is_an_error_that_the_page_shows(editing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=2)
    sent = _expanded(editing, statement, act, "speech_acts") | {"speech_acts-1-ordinal": "9"}
    response = send(editing, statement, sent)
    assert errors(response) == {
        "speech_acts-8-ordinal": ["Got 9 twice, expected each once; empty: numbered by itself."]
    }
    row_html = re.search(r'id="speech_acts-8">.*?</div>', response.content.decode(), re.DOTALL)
    assert row_html is not None
    assert "Got 9 twice" in row_html[0]
    assert 'name="speech_acts-1-text"' in response.content.decode()
    assert statement.speech_acts.filter(version=1).count() == MANY


def test_what_is_wrong_with_a_collapsed_part_is_shown_with_the_name_of_its_field(
    editing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    official = make.official("holder")
    for number in range(MANY):
        make.appointment(f"held-{number}", official, make.office(f"o-{number}", make.body(f"b-{number}")), "2019")
    wrong = official.appointments.get(slug="held-4")
    clean = Appointment.clean

    def refuse(appointment: Appointment) -> None:
        clean(appointment)
        if appointment.pk == wrong.pk:
            raise ValidationError({"end": "It lies before the start."})

    monkeypatch.setattr(Appointment, "clean", refuse)
    response = send(editing, official, opened(editing, official) | {"sort_name": "Other"})
    row_html = re.search(rf"expand=appointments-{wrong.pk}.*?</div>", response.content.decode(), re.DOTALL)
    assert row_html is not None
    assert "End: It lies before the start." in row_html[0]


def test_fields_that_are_missing_without_a_collapsed_part_are_errors(editing: Client) -> None:
    statement = _statement(2)
    sent = with_part(opened(editing, statement), "speech_acts", ordinal="9", collapsed="")
    response = send(editing, statement, sent)
    assert errors(response)["speech_acts-2-text"] == ["This field is required."]


def test_a_key_that_is_no_part_of_the_record_is_refused(editing: Client) -> None:
    statement = _statement()
    other = make.act(make.statement("another", "2019", speaker=statement.speaker))
    for key in (str(other.pk), "x", ""):
        response = send(editing, statement, opened(editing, statement) | {"speech_acts-4-id": key, "summary": "S"})
        statement.refresh_from_db()
        assert response.status_code == 302 or errors(response) != {}
        assert statement.speech_acts.count() == MANY
    other.refresh_from_db()
    assert other.version == 1


def test_a_collapsed_part_is_read_by_users_who_may_not_change_it(contributing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    page = contributing.get(address(statement)).content.decode()
    assert page.count("collapsed-part") == MANY
    row = contributing.get(address(statement), {"expand": f"speech_acts-{act.pk}", "fragment": "1"}).content.decode()
    assert act.text in row
    assert "<textarea" not in row


def test_a_proposal_leaves_collapsed_parts_and_changes_the_expanded(contributing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    url = reverse("admin:archive_statement_propose", args=[statement.pk])
    row = contributing.get(url, {"expand": f"speech_acts-{act.pk}", "fragment": "1"}).content.decode()
    assert 'name="speech_acts-4-text"' in row
    sent = filled_in(contributing.get(url, {"expand": f"speech_acts-{act.pk}"}))
    contributing.post(url, sent | {"speech_acts-4-text": "Proposed.", "_submit": "1"})
    change = ProposedChange.objects.get()
    before, after = load_tree(change.base), load_tree(change.proposed)
    assert before.keys() == after.keys()
    assert [key for key in before if differing(after[key], before[key])] == [(SpeechAct, act.pk)]


def test_the_page_after_recording_an_outcome_expands_its_act(editing: Client) -> None:
    statement = _statement()
    act = statement.speech_acts.get(ordinal=5)
    url = reverse("admin:archive_outcome_of_act", args=[act.pk])
    sent = filled_in(editing.get(url)) | {"outcome-date": "2020", "outcome-kind": "fulfilled"}
    response = editing.post(url, sent, follow=True)
    assert f'id="outcomes-of-{act.pk}"' in response.content.decode()


def test_more_collapsed_parts_cost_no_more_statements(editing: Client) -> None:
    statement = _statement(MANY, MANY)
    counts = []
    for added in (0, 20):
        for number in range(added):
            make.act(statement)
            make.cited(make.source(f"more-{number}"), statement=statement)
        editing.get(address(statement))
        with CaptureQueriesContext(connection) as ran:
            editing.get(address(statement))
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 25
    assert Citation.objects.filter(statement=statement).count() == MANY + 20
