"""The admin's first page: what waits for the user, what others changed, and what can be entered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import models
from archive.models.base import Record
from archive.workflow import findings
from archive.workflow.steps import after_saving
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db

HOME = "/admin/"
#: Of one request with all lists filled, the session and the user's permissions included.
MOST_QUERIES = 25


def save(record: Any, user: Any, status: str, text: str = "") -> Any:
    """Saves a record as the user, from draft to a status."""
    record.status, record._history_user = status, user
    record.save()
    if status == "review":
        after_saving(record, "draft", user, text)
    return record


def entered(user: Any, slug: str, status: str = "draft", text: str = "") -> Any:
    event = models.Event(slug=slug, name=slug.replace("-", " "), classification="meeting", date="2019")
    return save(event, user, status, text)


def queues(client: Client) -> dict[str, list[str]]:
    """The titles of the lists, with the names in them."""
    return {queue.title: [entry.name for entry in queue.entries] for queue in client.get(HOME).context["queues"]}


def test_an_editor_sees_what_is_in_review_with_its_note(editing: Client, contributor: Any) -> None:
    entered(contributor, "first-submitted", "review", "Two sources differ.")
    entered(contributor, "then-submitted", "review")
    assert queues(editing)["In review, the longest first"] == ["first submitted", "then submitted"]
    page = editing.get(HOME).content.decode()
    assert "Two sources differ." in page
    assert "submitted by <bdi>contributor</bdi>" in page


def test_a_contributor_sees_what_was_sent_back_with_the_remark_and_the_drafts(
    contributing: Client, contributor: Any, editor: Any
) -> None:
    entered(contributor, "my-draft")
    entered(editor, "draft-of-another")
    returned = entered(contributor, "returned", "review")
    returned.status = "draft"
    returned.save()
    after_saving(returned, "review", editor, "Name the source.", is_sent_back=True)
    assert queues(contributing) == {"Sent back to you": ["returned"], "Your drafts": ["my draft"]}
    assert "Name the source." in contributing.get(HOME).content.decode()


def test_a_contributor_sees_what_waits_for_an_editor_until_it_is_decided_on(
    contributing: Client, editing: Client, contributor: Any, editor: Any
) -> None:
    title = "In review, submitted by you"
    submitted = entered(contributor, "submitted", "review", "Two sources differ.")
    entered(editor, "submitted-by-another", "review")
    assert queues(contributing) == {title: ["submitted"]}
    assert title not in queues(editing)
    page = contributing.get(HOME).content.decode()
    assert "Two sources differ." in page
    assert "<time datetime=" in page
    save(submitted, editor, "published")
    assert queues(contributing) == {}


def test_a_proposal_that_is_only_stored_is_among_the_drafts_of_its_author(
    contributing: Client, contributor: Any
) -> None:
    event = make.event("the-meeting", "2019")
    change = models.ProposedChange.objects.create(
        kind="event", record_id=event.pk, author=contributor, base={}, proposed={}
    )
    assert queues(contributing) == {"Your drafts": [event.name]}
    submitted = {"In review, submitted by you": [event.name]}
    for state, expected in (("submitted", submitted), ("sent_back", {"Sent back to you": [event.name]})):
        change.state = state
        change.save()
        assert queues(contributing) == expected


def test_the_last_changes_of_all_lead_to_the_records(editing: Client, contributor: Any) -> None:
    event = entered(contributor, "the-meeting")
    gone = entered(contributor, "a-mistake")
    key = gone.pk
    gone._history_user = contributor
    gone.delete()
    changes = {change.name: (change.action, change.person, url) for change, url in editing.get(HOME).context["changes"]}
    assert changes["the meeting"] == ("entered", "contributor", reverse("admin:archive_event_change", args=[event.pk]))
    assert changes["a mistake"] == ("deleted", "contributor", reverse("admin:archive_event_history", args=[key]))


def test_without_the_permission_to_view_drafts_nothing_of_them_is_shown(contributor: Any) -> None:
    entered(contributor, "a-secret", "review")
    guest = User.objects.create_user("guest", password="a-test-password", is_staff=True)
    client = Client()
    client.force_login(guest)
    response = client.get(HOME)
    assert response.status_code == 200
    assert "a secret" not in response.content.decode()
    assert "Last changes" not in response.content.decode()


def test_names_are_shown_only_of_records_that_the_user_may_view(editor: Any, contributor: Any) -> None:
    entered(contributor, "the-meeting", "review")
    editor.groups.first().permissions.remove(
        *editor.groups.first().permissions.filter(codename__in=["view_event", "change_event"])
    )
    client = Client()
    client.force_login(editor)
    assert "the meeting" not in client.get(HOME).content.decode()


def contradict(source: Any, user: Any) -> None:
    """A save of the user's after which the source is cited before it was published."""
    source.published, source.retrieved, source._history_user = "2020", "2019", user
    source.save()
    findings.store(source, user)


def test_contradictions_in_what_the_user_changed_are_listed_until_they_are_mended_or_accepted(
    editing: Client, contributing: Client, contributor: Any, editor: Any
) -> None:
    title = "Contradictions in what you changed"
    source = save(models.Source(slug="proofs", title="The proofs"), contributor, "draft")
    assert title not in queues(contributing)
    contradict(source, editor)
    assert queues(editing)[title] == queues(contributing)[title] == ["The proofs"]
    page = contributing.get(HOME).content.decode()
    assert "Got retrieved 2019, published 2020, expected retrieved not before 2020" in page
    assert '<a href="/admin/archive/contradictions/">All contradictions</a>' in page
    contributing.cookies["django_language"] = "ko"
    korean = contributing.get(HOME).content.decode()
    del contributing.cookies["django_language"]
    assert "값은 확인일 2019년, 발행일 2020년, 기대한 값은 2020년보다 앞서지 않는 확인일." in korean
    (finding,) = models.StoredFinding.objects.all()
    findings.accept(finding, editor, "The copy is from the proofs.")
    assert title not in queues(editing)
    findings.reopen(finding, editor)
    assert title in queues(editing)
    source.retrieved = "2021"
    source.save()
    findings.store(source, editor)
    assert title not in queues(editing)


def test_contradictions_of_what_others_changed_or_the_user_may_not_view_are_not_listed(
    editing: Client, contributing: Client, contributor: Any, editor: Any
) -> None:
    contradict(save(models.Source(slug="proofs", title="The proofs"), contributor, "draft"), contributor)
    assert queues(editing) == {}
    group = contributor.groups.first()
    group.permissions.remove(*group.permissions.filter(codename__in=["view_source", "change_source"]))
    assert "The proofs" not in contributing.get(HOME).content.decode()


def test_open_speech_acts_are_listed_the_last_said_first(editing: Client) -> None:
    body = make.body("ministry")
    for year in ("2018", "2019"):
        make.act(make.statement(f"said-{year}", year, body=body), kind="demand", text=f"Demand of {year}.")
    answered = make.act(make.statement("said-2020", "2020", body=body), kind="demand", text="Met.")
    make.outcome(answered, "2021", "fulfilled")
    assert open_texts(editing) == ["Demand of 2019.", "Demand of 2018."]


def open_texts(client: Client, query: str = "") -> list[str]:
    return [row.act.text for row in client.get(HOME + query).context["open_acts"].acts]


def test_open_speech_acts_are_published_said_by_a_date_and_first_those_that_the_user_follows(
    editing: Client, contributing: Client, editor: Any
) -> None:
    body, state = make.body("ministry"), make.body("republic")
    for year in ("2018", "2019"):
        act = make.act(make.statement(f"said-{year}", year, body=body), kind="demand", text=f"Demand of {year}.")
        act.addressee_bodies.add(state)
    today = timezone.localdate().isoformat()
    make.act(make.statement("said-today", today, body=body), kind="demand", text="Demand of today.")
    draft = make.statement("draft", "2019", body=body)
    make.act(draft, kind="demand", text="Demand of a draft.")
    models.Statement.objects.filter(pk=draft.pk).update(status="draft")
    assert open_texts(editing) == ["Demand of 2019.", "Demand of 2018."]
    assert open_texts(editing, "?said_by=2018-12-31") == ["Demand of 2018."]
    assert open_texts(editing, f"?said_by={today}")[0] == "Demand of today."
    assert open_texts(editing, "?said_by=2018-13") == open_texts(editing)
    page = editing.get(HOME).content.decode()
    assert f"by <bdi>{body.name}</bdi> to <bdi>{state.name}</bdi>" in page
    assert "in statements that you entered or changed" not in page
    followed = models.Statement.objects.get(slug="said-2018")
    followed._history_user, followed.summary = editor, "Changed."
    followed.save()
    assert open_texts(editing) == ["Demand of 2018."]
    assert "in statements that you entered or changed" in editing.get(HOME).content.decode()
    assert open_texts(contributing) == ["Demand of 2019.", "Demand of 2018."]


def test_markup_and_direction_marks_in_names_do_no_harm(editing: Client, editor: Any) -> None:
    event = models.Event(slug="marks", name="<b>x</b> \u202eabc", classification="meeting", date="2019")
    save(event, editor, "draft")
    page = editing.get(HOME).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
    assert "\u202e" not in page


@pytest.mark.slow
def test_the_number_of_queries_is_bounded(editing: Client, contributing: Client, editor: Any, contributor: Any) -> None:
    numbers, ministry = [], make.body("ministry")
    for round_ in range(2):
        for number in range(4):
            suffix = f"{round_}-{number}"
            for person in (editor, contributor):
                entered(person, f"submitted-{suffix}-{person}", "review", "A note.")
                save(models.Topic(slug=f"topic-{suffix}-{person}", name=f"Topic {suffix} {person}"), person, "review")
                save(models.Source(slug=f"source-{suffix}-{person}", title=f"Source {suffix}"), person, "draft")
                contradict(models.Source(slug=f"proof-{suffix}-{person}", title="Proofs", status="draft"), person)
                save(models.Body(slug=f"body-{suffix}-{person}", name=f"Body {suffix}", kind="other"), person, "draft")
            make.act(make.statement(f"said-{suffix}", "2019", body=ministry), kind="demand")
        for client in (editing, contributing):
            client.get(HOME)  # content types are looked up the first time
            with CaptureQueriesContext(connection) as queries_run:
                assert client.get(HOME).status_code == 200
            numbers.append(len(queries_run))
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= MOST_QUERIES


def groups(client: Client, address: str = HOME) -> dict[str, list[str]]:
    return {
        group["name"]: [entry["object_name"] for entry in group["models"]]
        for group in client.get(address).context["app_list"]
    }


def test_models_are_grouped_by_what_people_do(client: Client) -> None:
    client.force_login(User.objects.create_superuser("chief", password="a-test-password"))
    found = groups(client)
    assert list(found) == ["Enter", "Review", "People and bodies", "Vocabulary", "Data", "Administration"]
    assert found["Enter"] == ["Statement", "Event", "Measure", "Source", "Dossier", "read_article"]
    assert found["Review"] == ["contradictions", "deleted_records", "merged_records"]
    assert {"User", "Group", "AccessAttempt", "AuthToken"} <= set(found["Administration"])
    assert not issubclass(models.Citation, Record)
    assert "Citation" not in str(found)
    assert "Citation" in groups(client, "/admin/archive/")["Lists of parts"]


def test_entry_forms_have_access_keys(editing: Client) -> None:
    page = editing.get(HOME).content.decode()
    assert f'<a href="{reverse("admin:archive_statement_add")}" class="button" accesskey="s">' in page
    keys = [key for _, _, key in editing.get(HOME).context["quick_entry"]]
    assert len(keys) == len(set(keys)) == 6
