"""The admin's way back: versions with their links and parts, deleted records, and saves that change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from archive.models import Event, Official, SpeechAct, Statement, Topic
from archive.revisions.state import record_models
from archive.workflow.steps import notes_of
from tests.support.admin_forms import address, filled_in, messages_of, opened, send
from tests.support.linked import linked
from tests.support.parts import whole_world
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
RECORDS = pytest.mark.parametrize("model", record_models(), ids=lambda model: model._meta.model_name)


def version_page(model: Any, pk: int, place: int = -1) -> str:
    """The page of a version, by the place of its revision in the record's history."""
    revision = list(model.history.filter(id=pk).order_by("history_id"))[place]
    return reverse(f"admin:archive_{model._meta.model_name}_simple_history", args=[pk, revision.pk])


def _text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def _confirm(client: Client, page: str, **values: Any) -> Any:
    return client.post(page, {**filled_in(client.get(page)), **values}, follow=True)


@pytest.fixture
def world() -> World:
    return whole_world()


@pytest.fixture
def statement(dossier: None) -> Statement:
    return Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")


def test_links_are_restored_with_a_version(editing: Client, statement: Statement) -> None:
    sent = opened(editing, statement)
    before = list(statement.topics.all())
    assert before
    assert send(editing, statement, sent | {"topics": [], "summary": "Another"}).status_code == 302
    assert not statement.topics.exists()
    page = version_page(Statement, statement.pk, 0)
    content = _text(editing.get(page))
    assert f"Version 1 of {statement.name}" in content
    assert before[0].name in content
    response = _confirm(editing, page, change_reason="The topics were right")
    assert list(statement.topics.all()) == before
    assert f"“{statement.name}” is as it was in version 1, now version 3." in messages_of(response)
    assert ">The topics were right</td>" in _text(editing.get(address(statement, "history")))


def test_a_deleted_act_is_restored_with_its_statements_version(editing: Client, statement: Statement) -> None:
    acts = list(statement.speech_acts.values_list("pk", "text", "ordinal", "slug"))
    send(editing, statement, opened(editing, statement) | {"speech_acts-1-DELETE": "on", "summary": "Another"})
    assert statement.speech_acts.count() == len(acts) - 1
    page = version_page(Statement, statement.pk, 0)
    content = _text(editing.get(page))
    assert "not there: comes back when you revert" in content
    assert acts[1][1][:60] in content
    _confirm(editing, page)
    assert list(statement.speech_acts.values_list("pk", "text", "ordinal", "slug")) == acts


def test_a_deleted_act_is_restored_from_the_list_of_parts(editing: Client, statement: Statement) -> None:
    act = statement.speech_acts.order_by("ordinal")[1]
    send(editing, statement, opened(editing, statement) | {"speech_acts-1-DELETE": "on"})
    page = version_page(SpeechAct, act.pk)
    assert f'<a href="{page}" aria-label="Bring back speech act: {act}">Bring back</a>' in _text(
        editing.get(address(statement, "history"))
    )
    assert _confirm(editing, page).status_code == 200
    assert SpeechAct.objects.get(pk=act.pk).text == act.text
    assert "Bring back speech act" not in _text(editing.get(address(statement, "history")))


@RECORDS
def test_a_deleted_record_is_restored_from_the_list(model: Any, world: World, editing: Client) -> None:
    record = linked(model, world)
    name, key = str(record), record.pk
    deleted = editing.post(address(record, "delete"), {"post": "yes", "change_reason": "By mistake"})
    assert deleted.status_code == 302
    assert not model.objects.filter(pk=key).exists()
    page = version_page(model, key)
    for query in ("", f"?kind={model._meta.model_name}&q=linked"):
        content = _text(editing.get(reverse("deleted_records") + query))
        row = next(row for row in content.split("<tr>") if page in row)
        assert f"<bdi>{name}</bdi><br><code>linked</code>" in row
        assert '<td data-label="By">editor</td> <td data-label="Why">By mistake</td>' in row
    assert page not in _text(editing.get(reverse("deleted_records") + "?q=other"))
    response = _confirm(editing, page, change_reason="It was right")
    assert f"“{name}” is back as a draft." in messages_of(response)
    assert model.objects.get(pk=key).status == "draft"
    assert page not in _text(editing.get(reverse("deleted_records")))
    history = _text(editing.get(address(model.objects.get(pk=key), "history")))
    assert "Brought back" in history
    assert "It was right" in history


@RECORDS
def test_the_history_of_a_deleted_record_is_reached_and_lists_its_parts(
    model: Any, world: World, editing: Client
) -> None:
    record = linked(model, world)
    key = record.pk
    record.delete()
    change = reverse(f"admin:archive_{model._meta.model_name}_change", args=[key])
    response = editing.get(change, follow=True)
    assert response.redirect_chain[0][0] == reverse(f"admin:archive_{model._meta.model_name}_history", args=[key])
    assert any("doesn’t exist any more: deleted by" in message for message in messages_of(response))
    content = _text(response)
    assert 'id="deleted-note"' in content
    if model not in (Topic,) and model._meta.model_name != "source":
        assert 'id="part-history"' in content


def test_all_revisions_of_the_parts_are_listed_before_and_after_deletion(world: World, editing: Client) -> None:
    record = linked(Statement, world)
    before = _text(editing.get(address(record, "history"))).count("<tr>")
    page = address(record, "history")
    record.delete()
    # Each part is listed once more, as deleted.
    assert _text(editing.get(page)).count("<tr>") > before
    assert "outcome: Fulfilled" in _text(editing.get(page)) or "outcome: fulfilled" in _text(editing.get(page))


def test_the_index_and_the_lists_lead_to_the_deleted_records(editing: Client, contributing: Client) -> None:
    address_ = reverse("deleted_records")
    for client in (editing, contributing):
        assert f'href="{address_}"' in _text(client.get(reverse("admin:index")))
        for model in record_models():
            content = _text(client.get(reverse(f"admin:archive_{model._meta.model_name}_changelist")))
            assert f'href="{address_}?kind={model._meta.model_name}"' in content


def test_restoring_a_version_keeps_the_status_unless_requested(editing: Client, statement: Statement) -> None:
    event = Event.objects.create(slug="e", name="First", date="2019", classification="meeting")
    event.name, event.status = "Second", "published"
    event.save()
    page = version_page(Event, event.pk, 0)
    assert "Set the status back to" in _text(editing.get(page))
    _confirm(editing, page)
    event.refresh_from_db()
    assert (event.name, event.status) == ("First", "published")
    _confirm(editing, page, restore_status="on")
    event.refresh_from_db()
    assert event.status == "draft"


def test_restoring_is_refused_after_another_save(editing: Client, statement: Statement) -> None:
    send(editing, statement, opened(editing, statement) | {"summary": "Another"})
    page = version_page(Statement, statement.pk, 0)
    sent = filled_in(editing.get(page))
    act = statement.speech_acts.first()
    act.text = "Changed meanwhile"
    act.save()
    response = editing.post(page, sent)
    assert "Nothing was changed: somebody saved or deleted" in errors_of(response)
    assert Statement.objects.get(pk=statement.pk).summary == "Another"
    assert editing.post(page, filled_in(response)).status_code == 302


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.context["adminform"].form.non_field_errors())


def test_losses_are_listed_before_and_after_restoring(editing: Client, statement: Statement) -> None:
    topic = Topic.objects.create(slug="gone", name="Gone topic")
    send(editing, statement, opened(editing, statement) | {"topics": [str(topic.pk)]})
    send(editing, statement, opened(editing, statement) | {"topics": [], "summary": "Another"})
    topic.delete()
    revision = statement.history.filter(version=2).first()
    page = reverse("admin:archive_statement_simple_history", args=[statement.pk, revision.pk])
    loss = "topics: 'Gone topic (deleted)' is gone; the link does not come back."
    assert loss in editing.get(page).content.decode().replace("&#x27;", "'")
    assert f"Not brought back: {loss}" in messages_of(_confirm(editing, page))


def test_a_deleted_record_whose_slug_is_taken_can_not_be_restored(world: World, editing: Client) -> None:
    record = linked(Event, world)
    key = record.pk
    record.delete()
    linked(Event, world)
    page = version_page(Event, key)
    content = _text(editing.get(page))
    assert "was taken meanwhile by" in content
    assert 'name="_save"' not in content
    count = Event.objects.count()
    assert "was taken meanwhile" in errors_of(editing.post(page, {}))
    assert Event.objects.count() == count


@pytest.mark.parametrize(
    ("then", "now", "step"),
    [("review", "draft", "submitted"), ("withdrawn", "published", "withdrawn"), ("published", "draft", "published")],
)
def test_the_status_is_set_back_to_that_of_the_version(
    editing: Client, editor: Any, world: World, then: str, now: str, step: str
) -> None:
    topic = Topic.objects.create(slug="set-back", name="First", status=then)
    topic.status, topic.name = now, "Second"
    topic.save()
    _confirm(editing, version_page(Topic, topic.pk, 0), restore_status="on", change_reason="It was right")
    topic.refresh_from_db()
    assert (topic.name, topic.status) == ("First", then)
    note = notes_of(topic)[0]
    assert (note.step, note.author) == (step, editor)


def test_a_version_is_not_published_before_the_page_about_what_readers_would_not_see(
    editing: Client, world: World
) -> None:
    speaker = Official.objects.create(slug="unpublished", name="Unpublished")
    event = Event.objects.create(slug="set-back", name="First", classification="meeting", date="2019")
    event.participations.create(official=speaker, role="actor")
    event.status = "published"
    event.save()
    event.status = "draft"
    event.save()
    page = _confirm(editing, version_page(Event, event.pk, -2), restore_status="on")
    assert page.redirect_chain[0][0] == address(event, "publish")
    event.refresh_from_db()
    assert event.status == "draft"


def test_contributors_restore_versions_of_drafts_but_no_deleted_records(
    world: World, editing: Client, contributing: Client
) -> None:
    draft = Event.objects.create(slug="draft", name="First", date="2019", classification="meeting")
    draft.name = "Second"
    draft.save()
    page = version_page(Event, draft.pk, 0)
    _confirm(contributing, page)
    draft.refresh_from_db()
    assert draft.name == "First"
    Event.objects.filter(pk=draft.pk).update(status="published")
    assert 'name="_save"' not in _text(contributing.get(page))
    assert contributing.post(page, {}).status_code == 403
    draft.delete()
    page = version_page(Event, Event.history.filter(slug="draft").first().id)
    assert 'name="_save"' not in _text(contributing.get(page))
    assert contributing.post(page, {}).status_code == 403
    assert "Bring back" not in _text(contributing.get(reverse("deleted_records"))).replace("bring", "")


def test_a_contributor_restores_a_part_of_a_draft_but_not_of_a_published_record(
    world: World, contributing: Client
) -> None:
    key = world.participation.pk
    world.participation.delete()
    page = version_page(type(world.participation), key)
    assert contributing.post(page, {}).status_code == 403
    Event.objects.filter(pk=world.event.pk).update(status="draft")
    assert contributing.post(page, {}).status_code == 302
    assert world.event.participations.filter(pk=key).exists()


def test_users_who_see_no_drafts_see_no_history(world: World, client: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__in=("view_event", "view_participation")))
    client.force_login(reader)
    world.event.save()
    pages = [address(world.event, "history"), version_page(Event, world.event.pk), address(world.event, "compare")]
    form = client.get(address(world.event))
    assert (form.status_code, b"historylink" in form.content, b"viewsitelink" in form.content) == (200, False, True)
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    Event.objects.filter(pk=world.event.pk).update(status="draft")
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    world.event.delete()
    assert [client.get(page).status_code for page in [*pages, reverse("deleted_records")]] == [403] * 4


def test_unknown_revisions_are_404(editing: Client, statement: Statement) -> None:
    for key, revision in ((statement.pk, 999_999), (999_999, 1), (statement.pk, "x"), ("x", 1)):
        name = "admin:archive_statement_simple_history"
        assert editing.get(reverse(name, args=[key, revision])).status_code == 404


def test_invalid_parameters_of_the_list_are_ignored(editing: Client, client: Client) -> None:
    page = reverse("deleted_records")
    for query in ("?kind=nonsense", "?p=99999999999", "?p=x", "?q=%00", f"?q={'a' * 3000}"):
        assert editing.get(page + query).status_code == 200
    client.logout()
    assert client.get(page).status_code == 302


def test_an_official_with_two_changed_lines_is_one_revision(world: World, editing: Client) -> None:
    official = world.official
    send(editing, official, opened(editing, official) | {"names-0-text": "金有根", "name": "Kim"})
    rows = official.history.count()
    _confirm(editing, version_page(Official, official.pk, 0))
    assert official.history.count() == rows + 1
    assert Official.objects.get(pk=official.pk).names.get().text == "김유근"
