"""Single parts are removed from a proposal, which keeps the rest; a removal that is refused says why."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Citation, Outcome, ProposedChange, Source, SpeechAct, Statement
from archive.workflow.proposals import plan_of
from tests.admin.test_outcomes import SLUG
from tests.admin.test_proposals import _decide, _url
from tests.admin.test_proposed_outcomes import act, decide, proposal_page, propose  # noqa: F401
from tests.support.admin_forms import filled_in, messages_of, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def statement() -> Statement:
    return Statement.objects.get(slug=SLUG)


def _keys(client: Client, change: ProposedChange) -> list[str]:
    """The keys of the buttons that remove a part."""
    return [row["remove"] for row in client.get(proposal_page(change)).context["rows"] if row["remove"]]


def _remove(client: Client, change: ProposedChange, key: str, token: str = "") -> list[str]:
    """The messages of the page after the button of a part."""
    token = token or client.get(proposal_page(change)).context["form"].initial["token"]
    page = client.post(proposal_page(change), {"token": token, "remove": key}, follow=True)
    change.refresh_from_db()
    return messages_of(page)


def _proposed(client: Client, statement: Statement, **values: str) -> ProposedChange:
    client.post(_url(statement), {**filled_in(client.get(_url(statement))), **values, "_submit": "1"})
    return ProposedChange.objects.get()


def test_one_of_two_proposed_outcomes_is_removed(
    contributing: Client, editing: Client, act: SpeechAct  # noqa: F811
) -> None:  # fmt: skip
    propose(contributing, act)
    propose(contributing, act, date="2020", kind="fulfilled")
    change = ProposedChange.objects.get()
    html = contributing.get(proposal_page(change)).content.decode()
    assert html.count(">Remove from the proposal</button>") == 2
    assert "Remove from the proposal: outcome rejected (2019-08)" in html
    rows = contributing.get(proposal_page(change)).context["rows"]
    first, second = (row["remove"] for row in sorted(rows, key=lambda row: row["part"], reverse=True))
    assert _keys(editing, change) == []
    (message,) = _remove(contributing, change, first)
    assert message.startswith("Removed from the proposal: outcome rejected (2019-08)")
    assert change.state == "submitted"
    assert _keys(contributing, change) == [second]
    assert "rejected (2019-08)" not in contributing.get(proposal_page(change)).content.decode().split("<table")[1]
    decide(editing, change, "accept")
    assert [(str(outcome.date), outcome.kind) for outcome in act.outcomes.all()] == [("2020", "fulfilled")]


def test_the_last_part_leaves_a_draft_that_changes_nothing(contributing: Client, act: SpeechAct) -> None:  # noqa: F811
    propose(contributing, act, review_note="As the paper says.")
    change = ProposedChange.objects.get()
    messages = _remove(contributing, change, *_keys(contributing, change))
    assert messages[1].startswith("Nothing differs from the published record any more.")
    assert (change.state, change.note, change.has_difference) == ("draft", "As the paper says.", False)


def test_a_deleted_and_a_changed_part_are_as_stored_again(contributing: Client, statement: Statement) -> None:
    outcome = Outcome.objects.filter(speech_act__statement=statement).select_related("speech_act")[0]
    rows = {str(part.pk): f"speech_acts-{row}" for row, part in enumerate(statement.speech_acts.order_by("ordinal"))}
    deleted = rows.pop(str(outcome.speech_act_id))
    changed_pk, changed = rows.popitem()
    change = _proposed(
        contributing, statement, summary="Better.", **{f"{deleted}-DELETE": "on", f"{changed}-text": "Other words."}
    )
    assert f"outcome-{outcome.pk}" in _keys(contributing, change)
    assert "Remove that deletion first" in _remove(contributing, change, f"outcome-{outcome.pk}")[0]
    assert "Removed from" in _remove(contributing, change, f"speechact-{outcome.speech_act_id}")[0]
    assert "Removed from" in _remove(contributing, change, f"speechact-{changed_pk}")[0]
    assert [row["change"].name for row in contributing.get(proposal_page(change)).context["rows"]] == ["summary"]
    assert "does nothing to this part any more" in _remove(contributing, change, f"speechact-{changed_pk}")[0]
    assert change.state == "submitted"


def test_an_added_part_goes_with_its_parts(contributing: Client, statement: Statement) -> None:
    sent = filled_in(contributing.get(_url(statement)))
    sent = with_part(sent, "speech_acts", kind="demand", form="paraphrase", text="One more.")
    contributing.post(_url(statement), {**sent, "summary": "Better."})
    change = ProposedChange.objects.get()
    # As if its form had outcomes.
    row = next(row for row in change.proposed if row["kind"] == "speechact" and row["values"]["text"] == "One more.")
    outcome = {
        "kind": "outcome", "id": 10**15 + 9, "links": {},
        "values": {"speech_act_id": row["id"], "date": "2020", "kind": "rejected", "event_id": None,
                   "answer_id": None, "note": ""},
        "via": ["outcome", "speech_act"], "parent": ["speechact", row["id"]],
    }  # fmt: skip
    change.proposed = [*change.proposed, {**row, **outcome}]
    change.save()
    assert len(_keys(contributing, change)) == 2
    _remove(contributing, change, f"speechact-{row['id']}")
    assert _keys(contributing, change) == []
    assert change.has_difference


def test_a_part_that_another_proposed_part_refers_to_stays(
    contributing: Client, statement: Statement, act: SpeechAct  # noqa: F811
) -> None:  # fmt: skip
    sent = filled_in(contributing.get(_url(statement)))
    contributing.post(_url(statement), with_part(sent, "speech_acts", kind="denial", form="paraphrase", text="No."))
    change = ProposedChange.objects.get()
    (key,) = _keys(contributing, change)
    new = int(key.removeprefix("speechact-"))
    propose(contributing, act, "_store")
    change.refresh_from_db()
    for row in change.proposed:
        if row["kind"] == "outcome" and row["id"] >= 10**15:
            row["values"]["answer_id"] = new
    change.save()
    (message,) = _remove(contributing, change, key)
    assert message.startswith("Not removed: outcome rejected (2019-08)")
    assert "refers to speech act" in message
    assert key in _keys(contributing, change)


def test_a_part_without_which_the_rest_cannot_be_published_stays(contributing: Client, statement: Statement) -> None:
    first, second = statement.speech_acts.order_by("ordinal")[:2]
    change = _proposed(contributing, statement, **{"speech_acts-0-ordinal": "2", "speech_acts-1-ordinal": "1"})
    (message,) = _remove(contributing, change, f"speechact-{first.pk}")
    assert message.startswith("Not removed: without speech act")
    assert "the rest of the proposal cannot be published" in message
    plan = plan_of(change, statement).plan
    assert {plan.target[SpeechAct, part.pk].values["ordinal"] for part in (first, second)} == {1, 2}


def test_a_form_sent_twice_removes_one_part(contributing: Client, act: SpeechAct) -> None:  # noqa: F811
    propose(contributing, act)
    propose(contributing, act, date="2020")
    change = ProposedChange.objects.get()
    token = contributing.get(proposal_page(change)).context["form"].initial["token"]
    first, second = _keys(contributing, change)
    _remove(contributing, change, first, token)
    for key in (first, second):
        assert "somebody saved the record or the proposal" in _remove(contributing, change, key, token)[0]
    assert _keys(contributing, change) == [second]


@pytest.mark.parametrize("key", ["", "x", "statement-1", "speechact-999999", "outcome--1", "\x00"])
def test_a_key_of_no_part_removes_nothing(contributing: Client, statement: Statement, key: str) -> None:
    change = _proposed(contributing, statement, summary="Better.")
    assert "does nothing to this part any more" in _remove(contributing, change, key)[0]


def test_only_its_author_removes_parts_and_only_while_it_is_open(
    contributing: Client, editing: Client, act: SpeechAct  # noqa: F811
) -> None:  # fmt: skip
    propose(contributing, act)
    change = ProposedChange.objects.get()
    (key,) = _keys(contributing, change)
    assert _remove(editing, change, key) == ["Got somebody else's proposal, expected one of your own."]
    decide(editing, change, "decline")
    assert "is declined already" in _remove(contributing, change, key)[0]


def test_a_proposed_citation_is_removed_at_bounded_cost(contributing: Client, statement: Statement) -> None:
    source = Source.objects.exclude(citations__statement=statement).order_by("pk")[0]
    sent = filled_in(contributing.get(_url(statement)))
    contributing.post(_url(statement), with_part(sent, "citations", source=str(source.pk), stance="supports"))
    change = ProposedChange.objects.get()
    page = contributing.get(proposal_page(change))
    with CaptureQueriesContext(connection) as ran:
        sent = {"token": page.context["form"].initial["token"], "remove": page.context["rows"][0]["remove"]}
        contributing.post(proposal_page(change), sent)
    assert len(ran) <= 80
    change.refresh_from_db()
    assert not change.has_difference
    assert not Citation.objects.filter(statement=statement, source=source).exists()


def test_parts_that_are_added_to_a_proposal_later_come_after_those_that_it_has(
    contributing: Client, editing: Client, statement: Statement
) -> None:
    source = statement.citations.all()[0].source
    for locators in (("first", "second"), ("third",)):
        sent = filled_in(contributing.get(_url(statement)))
        for locator in locators:
            sent = with_part(sent, "citations", source=source.pk, locator=locator, stance="supports")
        assert contributing.post(_url(statement), {**sent, "_submit": "1"}).status_code == 302
    change = ProposedChange.objects.get()
    rows = [row["values"].get("locator") for row in change.proposed if row["kind"] == "citation"]
    assert rows[-3:] == ["first", "second", "third"]
    _decide(editing, change, "accept")
    stored = statement.citations.order_by("pk").values_list("locator", flat=True)
    assert [*stored][-3:] == ["first", "second", "third"]
