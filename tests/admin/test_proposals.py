"""Proposed changes: made on the record's form, compared with what is stored, and published as one revision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.merging.merge import merge
from archive.models import (
    Event,
    MergedRecord,
    Note,
    Official,
    ProposedChange,
    PublicVersion,
    Review,
    SpeechAct,
    Statement,
    StoredFinding,
    Topic,
)
from archive.registry import COLLECTIONS
from archive.workflow import proposals, queues
from archive.workflow.steps import notes_of
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def statement() -> Statement:
    return Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")


@pytest.fixture
def event() -> Event:
    return Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")


def _url(record: Any) -> str:
    return reverse(f"admin:archive_{record._meta.model_name}_propose", args=[record.pk])


def _propose(client: Client, record: Any, **values: Any) -> Any:
    sent = {**filled_in(client.get(_url(record))), **values}
    return client.post(_url(record), sent, follow=True)


def _decide(client: Client, change: ProposedChange, button: str, **values: str) -> Any:
    url = reverse(f"admin:archive_{change.kind}_proposal", args=[change.record_id, change.pk])
    page = client.get(url)
    token = page.context["form"].initial["token"]
    return client.post(url, {"token": token, button: "1", **values}, follow=True)


def test_a_contributors_proposal_is_published_as_one_revision(
    contributing: Client, editing: Client, editor: Any, event: Event
) -> None:
    version, revisions, public = event.version, event.history.count(), PublicVersion.objects.get().stamp
    page = _propose(contributing, event, name="A better heading", review_note="As the ministry says.", _submit="1")
    assert messages_of(page) == ["The proposed change is submitted. Readers see the record as it was."]
    event.refresh_from_db()
    assert (event.version, event.history.count()) == (version, revisions)
    assert PublicVersion.objects.get().stamp == public
    assert b"A better heading" not in Client().get(f"/events/{event.slug}/").content
    change = ProposedChange.objects.get()
    assert [entry.proposal for entry in queues.proposals_in_review()] == [change.pk]
    assert [note.step for note in notes_of(event)] == ["proposed"]

    assert messages_of(_decide(editing, change, "accept")) == [f"Published as version {version + 1}."]
    event.refresh_from_db()
    assert (event.name, event.version, event.status) == ("A better heading", version + 1, "published")
    last = event.history.first()
    assert (last.history_user, last.history_change_reason) == (
        editor, "proposed by contributor: As the ministry says.",
    )  # fmt: skip
    assert b"A better heading" in Client().get(f"/events/{event.slug}/").content
    change.refresh_from_db()
    assert (change.state, change.reviewer) == ("accepted", editor)


def test_parts_and_links_are_proposed_too(contributing: Client, editing: Client, statement: Statement) -> None:
    topic = Topic.objects.exclude(statements=statement).first()
    assert topic is not None
    first, second = statement.speech_acts.order_by("ordinal")[:2]
    sent = filled_in(contributing.get(_url(statement)))
    sent = with_part(sent, "speech_acts", kind="demand", form="paraphrase", text="A twelfth one.")
    sent |= {
        "topics": [*sent["topics"], str(topic.pk)],
        "speech_acts-0-text": "Another text.",
        "speech_acts-1-DELETE": "on",
    }
    assert contributing.post(_url(statement), {**sent, "_submit": "1"}).status_code == 302
    assert statement.speech_acts.count() == 11
    change = ProposedChange.objects.get()
    page = editing.get(reverse("admin:archive_statement_proposal", args=[statement.pk, change.pk])).content.decode()
    assert "A twelfth one." in page
    _decide(editing, change, "accept")
    assert statement.speech_acts.count() == 11
    first.refresh_from_db()
    assert first.text == "Another text."
    assert not SpeechAct.objects.filter(pk=second.pk).exists()
    assert statement.speech_acts.get(text="A twelfth one.").pk < 10**9
    assert topic in statement.topics.all()


@pytest.mark.parametrize("name", ["events", "measures", "statements", "officials", "bodies", "offices", "appointments"])
def test_the_form_of_a_proposal_has_no_records_of_their_own(contributing: Client, name: str) -> None:
    model = COLLECTIONS[name].model
    record = model._default_manager.filter(status="published").first()
    inlines = contributing.get(_url(record)).context["inline_admin_formsets"]
    assert [inline.opts.model for inline in inlines if hasattr(inline.opts.model, "status")] == []
    assert inlines


def test_an_appointment_is_not_lost_in_a_proposal(contributing: Client, editing: Client) -> None:
    official = Official.objects.filter(status="published", appointments__isnull=False).first()
    assert official is not None
    assert "appointments-TOTAL_FORMS" in opened(editing, official)
    assert "appointments-TOTAL_FORMS" not in filled_in(contributing.get(_url(official)))
    page = _propose(contributing, official, name="Another name", _submit="1")
    assert messages_of(page) == ["The proposed change is submitted. Readers see the record as it was."]


def test_a_proposal_is_edited_again_with_its_new_parts(
    contributing: Client, editing: Client, statement: Statement
) -> None:
    sent = with_part(
        filled_in(contributing.get(_url(statement))), "speech_acts", kind="demand", form="paraphrase", text="New words."
    )
    contributing.post(_url(statement), sent)
    assert ProposedChange.objects.get().state == "draft"
    again = filled_in(contributing.get(_url(statement)))
    assert again["speech_acts-11-text"] == "New words."
    contributing.post(_url(statement), {**again, "speech_acts-11-text": "Newer words.", "_submit": "1"})
    change = ProposedChange.objects.get()
    assert change.state == "submitted"
    _decide(editing, change, "accept")
    assert statement.speech_acts.get(ordinal=12).text == "Newer words."


def test_a_change_of_the_record_meanwhile_is_kept_and_a_conflict_is_shown(
    contributing: Client, editing: Client, event: Event
) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    send(editing, event, {**opened(editing, event), "name": "Editor's name", "place": "Geneva"})
    change = ProposedChange.objects.get()
    page = editing.get(reverse("admin:archive_event_proposal", args=[event.pk, change.pk])).content.decode()
    assert "Somebody else changed the same fields" in page
    assert "Editor&#x27;s name" in page
    _decide(editing, change, "accept")
    event.refresh_from_db()
    assert (event.name, event.place) == ("Proposed name", "Geneva")


def test_a_proposal_is_not_published_as_seen_before_a_save(contributing: Client, editing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    url = reverse("admin:archive_event_proposal", args=[event.pk, change.pk])
    token = editing.get(url).context["form"].initial["token"]
    send(editing, event, {**opened(editing, event), "place": "Geneva"})
    page = editing.post(url, {"token": token, "accept": "1"})
    assert messages_of(page)[-1].startswith("Nothing was changed: somebody saved the record")
    event.refresh_from_db()
    assert event.name != "Proposed name"


def test_a_proposal_is_decided_on_once_and_by_editors(contributing: Client, editing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    assert messages_of(_decide(contributing, change, "accept"))[-1].startswith("Got a contributor")
    assert messages_of(_decide(editing, change, "send_back"))[-1].startswith("Got no remark")
    _decide(editing, change, "send_back", remark="Which ministry?")
    assert [entry.message for entry in queues.my_proposals(change.author)] == ["Which ministry?"]
    _decide(editing, change, "decline")
    assert messages_of(_decide(editing, change, "accept"))[-1] == (
        "The proposal is declined already, expected one that is not decided on."
    )
    event.refresh_from_db()
    assert event.name != "Proposed name"


def test_the_form_of_a_proposal_says_that_it_stores_one(contributing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name")
    page = contributing.get(reverse("admin:archive_event_propose", args=[event.pk])).content.decode()
    assert 'value="Store the proposal"' in page
    assert "Ctrl+Shift+Enter" not in page
    assert 'class="eyebrow"' not in page


def test_a_remark_is_not_lost_when_the_decision_is_refused(contributing: Client, editing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    page = _decide(editing, ProposedChange.objects.get(), "send_back", remark="Which\u200b ministry?")
    assert "a character that can't be seen" in messages_of(page)[-1]
    assert "Which\u200b ministry?</textarea>" in page.content.decode()


def test_only_its_author_discards_a_proposal(contributing: Client, editing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name")
    change = ProposedChange.objects.get()
    assert messages_of(_decide(editing, change, "discard"))[-1].startswith("Got somebody else's proposal")
    assert messages_of(_decide(contributing, change, "discard")) == ["Discarded."]
    gone = reverse("admin:archive_event_proposal", args=[event.pk, change.pk])
    assert contributing.get(gone).status_code == 404


@pytest.mark.parametrize("gone", ["record", "proposal"])
def test_a_decision_on_what_somebody_deletes_at_that_moment_is_refused(
    contributing: Client, editing: Client, event: Event, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    change, accept = ProposedChange.objects.get(), proposals.accept

    def delete_and_accept(*args: Any) -> Any:
        rows = Event.objects.filter(pk=event.pk) if gone == "record" else ProposedChange.objects.all()
        rows.delete()
        return accept(*args)

    monkeypatch.setattr(proposals, "accept", delete_and_accept)
    expected = {
        "record": f"{event.slug}: somebody deleted it a moment ago.",
        "proposal": "Its author discarded the proposal a moment ago.",
    }
    assert expected[gone] in messages_of(_decide(editing, change, "accept"))


def test_nothing_is_proposed_without_a_difference(contributing: Client, event: Event) -> None:
    page = _propose(contributing, event)
    assert messages_of(page) == ["Nothing differs from the published record, so nothing is proposed."]
    assert not ProposedChange.objects.exists()


def test_invalid_values_are_shown_on_the_form(contributing: Client, event: Event) -> None:
    response = contributing.post(_url(event), {**filled_in(contributing.get(_url(event))), "date": "2019-02-30"})
    assert "2019-02 has 28 days" in errors(response)["date"][0]
    assert not ProposedChange.objects.exists()


def test_drafts_are_changed_themselves(contributing: Client, event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(status="withdrawn")
    (message,) = messages_of(contributing.get(_url(event), follow=True))
    assert message.endswith("it is not published: change it itself.")


def test_a_record_withdrawn_meanwhile_is_not_published_by_a_proposal(
    contributing: Client, editing: Client, event: Event
) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    Event.objects.filter(pk=event.pk).update(status="withdrawn")
    page = _decide(editing, ProposedChange.objects.get(), "accept")
    assert messages_of(page) == ["It is withdrawn meanwhile, expected a published record."]


def test_a_proposal_gives_no_right_on_the_form_itself(contributing: Client, event: Event) -> None:
    sent = {**filled_in(contributing.get(_url(event))), "name": "Mine"}
    assert contributing.post(address(event), sent).status_code == 403
    event.refresh_from_db()
    assert event.name != "Mine"


def test_proposals_are_for_who_sees_drafts(event: Event, django_user_model: Any) -> None:
    django_user_model.objects.create_user("reader", is_staff=True)
    client = Client()
    client.force_login(django_user_model.objects.get(username="reader"))
    assert client.get(_url(event)).status_code in (403, 404)


def test_the_page_of_a_proposal_takes_few_queries(contributing: Client, editing: Client, statement: Statement) -> None:
    _propose(contributing, statement, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    url = reverse("admin:archive_statement_proposal", args=[statement.pk, change.pk])
    with CaptureQueriesContext(connection) as queries:
        assert editing.get(url).status_code == 200
    assert len(queries) <= 50


def test_parts_added_by_two_proposals_are_both_published(
    contributing: Client, editing: Client, statement: Statement, django_user_model: Any
) -> None:
    other_user = django_user_model.objects.create_user("other", is_staff=True)
    other_user.groups.add(Group.objects.get(name="contributor"))
    other = Client()
    other.force_login(other_user)
    act = {"kind": "demand", "form": "paraphrase"}
    for client, text in ((contributing, "First words."), (other, "Second words.")):
        sent = with_part(filled_in(client.get(_url(statement))), "speech_acts", **act, text=text)
        assert client.post(_url(statement), {**sent, "_submit": "1"}).status_code == 302
    first, second = ProposedChange.objects.order_by("pk")
    _decide(editing, first, "accept")
    assert ">demand: Second words.</a>" in other.get(_url(statement)).content.decode()
    _decide(editing, second, "accept")
    added = statement.speech_acts.filter(ordinal__gte=12).order_by("ordinal")
    assert [(act.ordinal, act.text) for act in added] == [(12, "First words."), (13, "Second words.")]
    assert len({act.slug for act in statement.speech_acts.all()}) == 13


def test_a_proposed_link_to_a_record_merged_since_leads_to_the_other(
    contributing: Client, editing: Client, editor: Any, statement: Statement
) -> None:
    one, two = (Topic.objects.create(slug=slug, name=slug, status="published") for slug in ("ta", "tb"))
    sent = filled_in(contributing.get(_url(statement)))
    contributing.post(_url(statement), {**sent, "topics": [*sent["topics"], str(one.pk)], "_submit": "1"})
    change = ProposedChange.objects.get()
    merge(one, two, editor)
    assert proposals.plan_of(change, statement).plan.losses == []
    _decide(editing, change, "accept")
    assert two in statement.topics.all()


def test_what_was_typed_is_shown_when_the_record_takes_no_proposal_any_more(
    contributing: Client, editor: Any, event: Event
) -> None:
    sent = {**filled_in(contributing.get(_url(event))), "name": "Typed at length"}
    Event.objects.filter(pk=event.pk).update(status="withdrawn")
    page = contributing.post(_url(event), sent)
    assert page.status_code == 409
    assert "Typed at length" in page.content.decode()
    assert "it is not published: change it itself." in page.content.decode()
    other = Event.objects.create(slug="other", name="Other", date="2019-07-04", classification="measure")
    merge(other, event, editor)
    url = reverse("admin:archive_event_propose", args=[other.pk or MergedRecord.objects.get().record_id])
    page = contributing.post(url, sent)
    assert page.status_code == 410
    assert "Typed at length" in page.content.decode()
    assert contributing.get(url).status_code == 404


def test_a_stored_proposal_is_named_as_saved_and_its_note_is_on_the_form(contributing: Client, event: Event) -> None:
    draft = "0a0b0c0d-0000-4000-8000-000000000001"
    page = _propose(contributing, event, name="Proposed name", review_note="As printed.", _draft=draft)
    assert page.redirect_chain
    assert contributing.cookies["saved_drafts"].value == draft
    assert filled_in(contributing.get(_url(event)))["review_note"] == "As printed."
    _propose(contributing, event, review_note="")
    assert ProposedChange.objects.get().note == ""


def test_a_proposal_sent_back_that_changes_nothing_any_more_keeps_the_reason(
    contributing: Client, editing: Client, event: Event
) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    _decide(editing, change, "send_back", remark="Why?")
    page = _propose(contributing, event, name=event.name, review_note="You are right.", _submit="1")
    assert messages_of(page)[0].startswith("Nothing differs from the published record any more.")
    change.refresh_from_db()
    assert (change.state, change.note, change.remark) == ("draft", "You are right.", "Why?")
    assert messages_of(_decide(contributing, change, "submit"))[-1].startswith("The proposal changes nothing")


def test_a_conflict_is_shown_to_the_author_and_stays_for_the_editor(
    contributing: Client, editing: Client, event: Event
) -> None:
    _propose(contributing, event, name="Proposed name", place="Bern", _submit="1")
    send(editing, event, {**opened(editing, event), "name": "Corrected", "place": "Geneva"})
    form = contributing.get(_url(event))
    assert "now “<bdi>Corrected</bdi>”, proposed “<bdi>Proposed name</bdi>”" in form.content.decode()
    contributing.post(_url(event), {**filled_in(form), "place": "Basel", "_submit": "1"})
    planned = proposals.plan_of(ProposedChange.objects.get(), Event.objects.get(pk=event.pk))
    assert [(conflict.now, conflict.proposed) for conflict in planned.conflicts] == [("Corrected", "Proposed name")]
    assert "Basel" in [change.then for change in planned.changes]


def test_proposals_of_deleted_records_take_no_place_in_a_queue(contributing: Client, event: Event) -> None:
    _propose(contributing, event, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    gone = {"kind": "event", "author": change.author, "base": [], "proposed": [], "state": "submitted"}
    ProposedChange.objects.bulk_create(ProposedChange(**gone, record_id=900_000 + number) for number in range(3))
    ProposedChange.objects.exclude(pk=change.pk).update(updated_at=change.created_at - timedelta(days=1))
    assert [entry.proposal for entry in queues.proposals_in_review(limit=1)] == [change.pk]
    Note.objects.create(kind="event", record_id=event.pk, step="failed")
    Note.objects.create(kind="event", record_id=900_000, step="failed")
    assert [entry.record for entry in queues.refused_publications(limit=1)] == [event]
    Review.objects.create(kind="event", record_id=900_000, publish_at=change.created_at)
    Review.objects.create(kind="event", record_id=event.pk, publish_at=change.updated_at)
    assert [entry.record for entry in queues.scheduled(limit=1)] == [event]
    finding = {"kind": "event", "user": change.author, "rule": "r", "subject": "event", "record": "r", "got": "g"}
    StoredFinding.objects.create(**finding, key="1", record_id=event.pk)
    StoredFinding.objects.create(**finding, key="2", record_id=900_000)
    assert [entry.record for entry in queues.contradicted(change.author, limit=1)] == [event]


def test_the_author_reads_what_was_decided_on(contributing: Client, editing: Client, event: Event) -> None:
    name = event.name
    _propose(contributing, event, name="Proposed name", _submit="1")
    change = ProposedChange.objects.get()
    _decide(editing, change, "decline", remark="The paper says otherwise.")
    assert [entry.message for entry in queues.my_decided_proposals(change.author)] == ["The paper says otherwise."]
    url = reverse("admin:archive_event_proposal", args=[event.pk, change.pk])
    assert url in contributing.get(reverse("admin:index")).content.decode()
    (row,) = contributing.get(url).context["rows"]
    assert (row["change"].now, row["change"].then) == (name, "Proposed name")
