"""Outcomes are recorded where the speech act stands: on a page of the act, and as JSON for the dialog."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.choices import Status
from archive.models import Event, SpeechAct, Statement
from tests.support.admin_forms import address, errors, filled_in, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]
SLUG = "2019-07-12-kim-you-geun-international-probe"
JSON = {"Accept": "application/json, text/html;q=0.9"}


@pytest.fixture
def act() -> SpeechAct:
    """A demand of a published statement without an outcome."""
    acts = SpeechAct.objects.filter(statement__slug=SLUG, kind="demand", outcomes=None)
    return acts.select_related("statement").order_by("ordinal")[0]


@pytest.fixture
def draft(act: SpeechAct) -> SpeechAct:
    """The same, of a statement in draft."""
    Statement.objects.filter(pk=act.statement_id).update(status=Status.DRAFT)
    act.refresh_from_db()
    return act


def page_of(act: SpeechAct) -> str:
    return reverse("admin:archive_outcome_of_act", args=[act.pk])


def typed(client: Client, act: SpeechAct, **values: str) -> dict[str, Any]:
    sent = filled_in(client.get(page_of(act)))
    return sent | {"outcome-date": "2019-08", "outcome-kind": "rejected"} | values


def test_the_form_of_a_statement_leads_to_the_page(editing: Client, act: SpeechAct) -> None:
    html = editing.get(address(act.statement)).content.decode()
    assert f'href="{page_of(act)}" aria-label="Record an outcome of “demand: ' in html
    denial = act.statement.speech_acts.exclude(kind__in=("demand", "proposal", "commitment", "request"))[0]
    assert page_of(denial) not in html
    page = editing.get(page_of(act))
    assert page.status_code == 200
    assert act.text in page.content.decode()
    assert filled_in(page)["outcome-speech_act"] == str(act.pk)
    # The names of the page's fields are none of the statement's.
    assert all(name.startswith("outcome-") for name in filled_in(page))


def test_an_outcome_is_recorded_and_the_statement_shown_again(editing: Client, act: SpeechAct) -> None:
    event = Event.objects.order_by("slug")[0]
    sent = typed(
        editing, act, **{"outcome-event": str(event.pk), "outcome-note": "By letter.", "outcome-change_reason": "seen"}
    )
    versions = Statement.history.count()
    response = editing.post(page_of(act), sent)
    assert response.status_code == 302
    assert response["Location"] == f"{address(act.statement)}?expand=speech_acts-{act.pk}#outcomes-of-{act.pk}"
    outcome = act.outcomes.get()
    assert (str(outcome.date), outcome.kind, outcome.event, outcome.note) == (
        "2019-08",
        "rejected",
        event,
        "By letter.",
    )
    revision = outcome.history.get()
    assert (revision.history_user.username, revision.history_change_reason) == ("editor", "seen")
    assert Statement.history.count() == versions
    html = editing.get(address(act.statement)).content.decode()
    assert f'<a href="{address(outcome)}">rejected, August 2019</a>' in html


def test_the_dialog_gets_the_outcomes_and_the_warnings(editing: Client, act: SpeechAct) -> None:
    response = editing.post(page_of(act), typed(editing, act, **{"outcome-date": "2018"}), headers=JSON)
    assert response.status_code == 201
    answer = response.json()
    assert answer["outcomes"].endswith(">rejected, 2018</a>")
    texts = " ".join(answer["messages"])
    assert "was added successfully" in texts
    assert "1 contradiction" in texts
    # They are not said again on the next page.
    assert messages_of(editing.get(address(act.statement))) == []


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(editing: Client, act: SpeechAct) -> None:
    sent = typed(editing, act, **{"outcome-date": "2019-13", "outcome-kind": "", "outcome-note": "<b>By letter</b>"})
    response = editing.post(page_of(act), sent, headers=JSON)
    found = errors(response)
    assert "got '2019-13'" in found["date"][0]
    assert found["kind"] == ["This field is required."]
    html = response.content.decode()
    assert "&lt;b&gt;By letter&lt;/b&gt;" in html
    assert not act.outcomes.exists()


def test_a_second_outcome_of_the_date_is_refused(editing: Client, act: SpeechAct) -> None:
    sent = typed(editing, act)
    assert editing.post(page_of(act), sent, headers=JSON).status_code == 201
    found = errors(editing.post(page_of(act), sent, headers=JSON))
    assert "has an outcome at this date already" in str(found)
    assert act.outcomes.count() == 1


def test_the_speech_act_is_that_of_the_page(editing: Client, act: SpeechAct) -> None:
    other = SpeechAct.objects.filter(kind="demand").exclude(pk=act.pk)[0]
    before = other.outcomes.count()
    editing.post(page_of(act), typed(editing, act, **{"outcome-speech_act": str(other.pk)}))
    assert (act.outcomes.count(), other.outcomes.count()) == (1, before)


def test_an_act_that_calls_for_no_answer_has_none(editing: Client, act: SpeechAct) -> None:
    sent = typed(editing, act)
    SpeechAct.objects.filter(pk=act.pk).update(kind="denial")
    response = editing.get(page_of(act), follow=True)
    assert messages_of(response) == ["No outcome can be recorded: only demands, offers and the like have outcomes."]
    assert "Only speech acts that call for an answer" in str(errors(editing.post(page_of(act), sent)))


def test_a_contributor_records_outcomes_of_drafts(contributing: Client, draft: SpeechAct) -> None:
    assert page_of(draft) in contributing.get(address(draft.statement)).content.decode()
    assert contributing.post(page_of(draft), typed(contributing, draft)).status_code == 302
    assert draft.outcomes.get().history.get().history_user.username == "contributor"


def test_a_contributor_records_none_of_what_is_published(contributing: Client, draft: SpeechAct) -> None:
    sent = {**typed(contributing, draft), "_save": "1"}
    # The statement was published after the form was opened.
    Statement.objects.filter(pk=draft.statement_id).update(status=Status.PUBLISHED)
    assert "got a contributor, expected an editor" in str(errors(contributing.post(page_of(draft), sent, headers=JSON)))
    assert not draft.outcomes.exists()


@pytest.mark.parametrize("name", ["editing", "contributing"])
def test_the_form_of_a_proposal_records_none(name: str, request: pytest.FixtureRequest, act: SpeechAct) -> None:
    client = request.getfixturevalue(name)
    page = client.get(reverse("admin:archive_statement_propose", args=[act.statement_id]))
    assert page.status_code == 200
    assert "record-outcome" not in page.content.decode()


def test_who_may_not_enter_outcomes_gets_no_page(client: Client, act: SpeechAct, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert client.get(page_of(act)).status_code == 403
    assert client.post(page_of(act), {"outcome-date": "2019"}).status_code == 403


@pytest.mark.parametrize("key", ["0", "99999999999999999999", "x", "1/change"])
def test_an_unknown_act_is_not_found(editing: Client, key: str) -> None:
    assert editing.get(f"/admin/archive/outcome/of/{key}/").status_code == 404
