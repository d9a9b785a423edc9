"""A contributor proposes outcomes of a published statement's speech acts, which an editor reviews and publishes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.choices import Status
from archive.models import Event, Outcome, ProposedChange, PublicVersion, SpeechAct, Statement
from archive.workflow.proposals import plan_of
from tests.admin.test_outcomes import JSON, SLUG, page_of
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def act() -> SpeechAct:
    """A demand of a published statement without an outcome."""
    acts = SpeechAct.objects.filter(statement__slug=SLUG, kind="demand", outcomes=None)
    return acts.select_related("statement").order_by("ordinal")[0]


def propose(client: Client, act: SpeechAct, button: str = "_propose", headers: Any = None, **values: str) -> Any:
    page = client.get(page_of(act))
    assert page.status_code == 200
    sent = filled_in(page) | {"outcome-date": "2019-08", "outcome-kind": "rejected", button: "1"}
    sent |= {f"outcome-{name}": value for name, value in values.items()}
    return client.post(page_of(act), sent, headers=headers)


def proposal_page(change: ProposedChange) -> str:
    return reverse("admin:archive_statement_proposal", args=[change.record_id, change.pk])


def decide(client: Client, change: ProposedChange, button: str, **values: str) -> Any:
    token = client.get(proposal_page(change)).context["form"].initial["token"]
    return client.post(proposal_page(change), {"token": token, button: "1", **values}, follow=True)


def test_an_outcome_is_proposed_reviewed_and_published(contributing: Client, editing: Client, act: SpeechAct) -> None:
    event = Event.objects.order_by("slug")[0]
    stamp = PublicVersion.objects.get().stamp
    assert page_of(act) in contributing.get(address(act.statement)).content.decode()
    response = propose(contributing, act, event=str(event.pk), note="By letter.", review_note="As the paper says.")
    assert response["Location"] == f"{address(act.statement)}?expand=speech_acts-{act.pk}#outcomes-of-{act.pk}"
    assert not Outcome.objects.filter(speech_act=act).exists()
    assert PublicVersion.objects.get().stamp == stamp
    change = ProposedChange.objects.get()
    assert (change.state, change.note, change.author.username) == ("submitted", "As the paper says.", "contributor")

    page = contributing.get(address(act.statement))
    assert messages_of(page) == ["The outcome is proposed: an editor reviews it. Readers see the statement as it was."]
    assert f'<a href="{proposal_page(change)}">you propose: rejected, August 2019</a>' in page.content.decode()
    assert "you propose" not in editing.get(address(act.statement)).content.decode()

    # The editor sees all that it says, and of which act it is.
    (row,) = editing.get(proposal_page(change)).context["rows"]
    contents = dict(row["change"].contents)
    assert (contents["date"], contents["kind"], contents["note"]) == ("2019-08", "rejected", "By letter.")
    assert contents["event"] == str(event)
    assert act.text[:40] in contents["speech act"]
    decide(editing, change, "accept")
    outcome = act.outcomes.get()
    assert (str(outcome.date), outcome.kind, outcome.event, outcome.note) == (
        "2019-08", "rejected", event, "By letter.",
    )  # fmt: skip
    assert outcome.pk < 10**9
    revision = outcome.history.get()
    assert (revision.history_user.username, revision.history_change_reason) == (
        "editor", "proposed by contributor: As the paper says.",
    )  # fmt: skip


def test_the_dialog_gets_the_proposed_outcome(contributing: Client, act: SpeechAct) -> None:
    response = propose(contributing, act, headers=JSON)
    assert response.status_code == 201
    answer = response.json()
    url = proposal_page(ProposedChange.objects.get())
    assert answer["outcomes"] == f'still open; <a href="{url}">you propose: rejected, August 2019</a>'
    assert answer["messages"] == ["The outcome is proposed: an editor reviews it. Readers see the statement as it was."]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_proposed(contributing: Client, act: SpeechAct) -> None:
    response = propose(contributing, act, headers=JSON, date="2019-13", kind="", note="<b>By letter</b>")
    assert "got '2019-13'" in errors(response)["date"][0]
    html = response.content.decode()
    assert "&lt;b&gt;By letter&lt;/b&gt;" in html
    assert 'name="_propose"' in html
    assert not ProposedChange.objects.exists()
    SpeechAct.objects.filter(pk=act.pk).update(kind="denial")
    sent = {"outcome-date": "2019", "outcome-kind": "fulfilled", "_propose": "1"}
    assert "Only speech acts that call for an answer" in str(errors(contributing.post(page_of(act), sent)))
    assert not ProposedChange.objects.exists()


def test_outcomes_join_the_open_proposal_and_one_of_the_same_date_is_replaced(
    contributing: Client, editing: Client, act: SpeechAct
) -> None:
    url = reverse("admin:archive_statement_propose", args=[act.statement_id])
    sent = {**filled_in(contributing.get(url)), "summary": "A better summary.", "review_note": "The summary."}
    contributing.post(url, sent)
    other = SpeechAct.objects.filter(statement=act.statement, kind="demand", outcomes=None).exclude(pk=act.pk)[0]
    page = contributing.get(page_of(act)).content.decode()
    assert "You have a proposal for this statement that is not submitted." in page
    assert "The summary." in page  # its note
    propose(contributing, act, "_store", kind="fulfilled")
    propose(contributing, act, "_store", kind="rejected")
    propose(contributing, other, "_store", date="2020")
    change = ProposedChange.objects.get()
    assert (change.state, change.note) == ("draft", "The summary.")
    # The form of the proposal has them too, without pages of their own, and loses none.
    form = contributing.get(url)
    assert "rejected, August 2019" in form.content.decode()
    assert "/outcome/1000" not in form.content.decode()
    contributing.post(url, {**filled_in(form), "summary": "The best summary.", "_submit": "1"})
    decide(editing, change, "accept")
    act.statement.refresh_from_db()
    assert act.statement.summary == "The best summary."
    assert [outcome.kind for outcome in act.outcomes.all()] == ["rejected"]
    assert [str(outcome.date) for outcome in other.outcomes.all()] == ["2020"]


def test_an_outcome_recorded_meanwhile_is_not_duplicated(contributing: Client, editing: Client, act: SpeechAct) -> None:
    propose(contributing, act)
    change = ProposedChange.objects.get()
    stored = Outcome.objects.create(speech_act=act, date="2019-08", kind="fulfilled")
    page = decide(editing, change, "accept")
    assert "has an outcome at this date already" in messages_of(page)[0]
    assert [*act.outcomes.all()] == [stored]
    change.refresh_from_db()
    assert change.state == "submitted"
    assert "has an outcome at this date already" in str(errors(propose(contributing, act)))


def test_an_outcome_of_an_act_that_was_deleted_meanwhile_is_shown_as_left_out(
    contributing: Client, editing: Client, act: SpeechAct
) -> None:
    propose(contributing, act)
    change = ProposedChange.objects.get()
    act.delete()
    page = editing.get(proposal_page(change))
    assert page.context["rows"] == []
    html = page.content.decode()
    assert "what it belongs to was deleted meanwhile" in html
    assert "the record says all of it already" not in html


def test_the_page_says_that_the_users_proposal_deletes_the_act(contributing: Client, act: SpeechAct) -> None:
    url = reverse("admin:archive_statement_propose", args=[act.statement_id])
    sent = filled_in(contributing.get(url))
    row = next(name for name, value in sent.items() if name.endswith("-id") and value == str(act.pk))
    contributing.post(url, {**sent, row.replace("-id", "-DELETE"): "on"})
    assert "your open proposal deletes this speech act" in str(errors(propose(contributing, act)))
    (change,) = ProposedChange.objects.all()
    assert [node for node in plan_of(change, act.statement).plan.removed if node.pk == act.pk]


def test_a_form_of_another_status_is_answered_with_itself(contributing: Client, act: SpeechAct) -> None:
    sent = {
        **filled_in(contributing.get(page_of(act))),
        "outcome-date": "2019",
        "outcome-kind": "fulfilled",
        "_propose": "1",
    }
    Statement.objects.filter(pk=act.statement_id).update(status=Status.DRAFT)
    response = contributing.post(page_of(act), sent)
    assert "not published any more" in str(errors(response))
    assert 'name="_save"' in response.content.decode()
    # And the other way round: the button said that it records.
    Statement.objects.filter(pk=act.statement_id).update(status=Status.PUBLISHED)
    response = contributing.post(page_of(act), sent, headers=JSON)
    assert response.status_code == 201
    ProposedChange.objects.all().delete()
    sent.pop("_propose")
    response = contributing.post(page_of(act), {**sent, "_save": "1"}, headers=JSON)
    assert "got a contributor, expected an editor" in str(errors(response))
    assert 'name="_propose"' in response.content.decode()
    assert not Outcome.objects.filter(speech_act=act).exists()


def test_who_may_not_add_outcomes_proposes_none(
    contributing: Client, contributor: Any, act: SpeechAct, django_user_model: Any
) -> None:
    contributor.groups.clear()
    user = django_user_model.objects.get(pk=contributor.pk)
    assert contributing.get(page_of(act)).status_code == 403
    assert contributing.post(page_of(act), {"outcome-date": "2019", "_propose": "1"}).status_code == 403
    assert not user.has_perm("archive.add_outcome")


def test_the_page_and_a_proposal_cost_few_statements(contributing: Client, act: SpeechAct) -> None:
    sent = filled_in(contributing.get(page_of(act))) | {
        "outcome-date": "2019-08", "outcome-kind": "rejected", "_propose": "1",
    }  # fmt: skip
    with CaptureQueriesContext(connection) as opening:
        contributing.get(page_of(act))
    with CaptureQueriesContext(connection) as sending:
        contributing.post(page_of(act), sent)
    assert (len(opening), len(sending)) <= (25, 70)


def test_an_editor_records_as_before(editing: Client, act: SpeechAct) -> None:
    page = editing.get(page_of(act)).content.decode()
    assert 'name="_save"' in page
    assert 'name="_propose"' not in page
    assert send(editing, act.statement, opened(editing, act.statement)).status_code == 302
