"""One field of a selection is edited: a preview of each record, then all or nothing, as one version each."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Event, Statement, StoredFinding, Topic
from archive.workflow.batch_edit import MAX_EDITED
from tests.support import filter_records as make
from tests.support.admin_forms import address, messages_of
from tests.support.check_records import source as make_source
from tests.support.world import World, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def _act(client: Client, records: list[Any], **values: Any) -> Any:
    """Send the page of the action, with the token of the page before if it is applied."""
    sent = {"action": "edit_field", "_selected_action": [record.pk for record in records], "confirmed": "1", **values}
    return client.post(address(type(records[0]), "changelist"), sent, follow=True)


def _preview(client: Client, records: list[Any], **values: Any) -> Any:
    return _act(client, records, preview="x", **values)


def _apply(client: Client, page: Any, records: list[Any], **values: Any) -> Any:
    return _act(client, records, apply="x", token=page.context["form"]["token"].value(), **values)


def _rows(page: Any) -> list[tuple[str, str, str, bool, list[str]]]:
    rows = page.context["rows"]
    return [(row.record.slug, row.before, row.after, row.is_changed, row.refusals) for row in rows]


def test_a_field_is_chosen_previewed_and_applied(editing: Client, editor: Any, world: World) -> None:
    events = [world.event, world.later]
    change(world.later, classification="visit")
    page = editing.post(
        address(Event, "changelist"), {"action": "edit_field", "_selected_action": [e.pk for e in events]}
    )
    choices = dict(page.context["form"].fields["field"].choices)
    assert {"classification", "date", "place", "topics"} <= choices.keys()
    assert not {"slug", "status", "change_reason"} & choices.keys()
    assert _act(editing, events, field="classification").context["rows"] == []
    values = {"field": "classification", "value": "visit", "reason": "They were visits."}
    page = _preview(editing, events, **values)
    assert sorted(_rows(page)) == [
        ("event", "meeting", "visit", True, []), ("later", "visit", "visit", False, []),
    ]  # fmt: skip
    assert Event.objects.filter(version=1).count() == 2
    assert Event.history.count() == 2
    assert messages_of(_apply(editing, page, events, **values)) == [
        "Classification of 1 changed (1 had this value already)."
    ]
    world.event.refresh_from_db()
    assert (world.event.classification, world.event.version) == ("visit", 2)
    last = world.event.history.latest()
    assert (last.history_user, last.history_change_reason) == (editor, "They were visits.")
    assert Event.history.filter(id=world.later.pk).count() == 1


def test_links_are_added_removed_and_replaced(editing: Client, world: World) -> None:
    other = Topic.objects.create(slug="other", name="Other", status="published")
    world.event.topics.add(world.topic)
    events = [world.event, world.later]

    def edit(mode: str, *topics: Topic) -> list[list[str]]:
        values = {"field": "topics", "mode": mode, "value": [topic.pk for topic in topics]}
        page = _preview(editing, events, **values)
        before = [sorted(event.topics.values_list("slug", flat=True)) for event in events]
        _apply(editing, page, events, **values)
        after = [sorted(event.topics.values_list("slug", flat=True)) for event in events]
        assert before != after
        return after

    assert edit("add", other) == [["other", "topic"], ["other"]]
    assert edit("remove", world.topic) == [["other"], ["other"]]
    assert edit("replace") == [[], []]
    assert {event.version for event in Event.objects.all()} == {3, 4}
    page = _preview(editing, events, field="topics", mode="add")
    assert page.context["form"].errors["value"] == ["Got none, expected at least one."]


def test_a_record_that_breaks_a_rule_is_named_and_nothing_is_applied(editing: Client, world: World) -> None:
    nobody = Statement.objects.create(
        slug="nobody", name="N", date="2020", classification="note", attribution="collective", body=world.body
    )
    records = [world.statement, nobody]
    values = {"field": "attribution", "value": "named"}
    page = _preview(editing, records, **values)
    rows = {slug: refusals for slug, _, _, _, refusals in _rows(page)}
    assert rows == {"statement": [], "nobody": ["A named statement has a speaker: got none, expected an official."]}
    assert 'name="apply"' not in page.content.decode()
    page = _apply(editing, page, records, **values)
    assert messages_of(page)[0].startswith("Nothing was changed. nobody: A named statement has a speaker")
    assert {statement.version for statement in Statement.objects.all()} == {1}


def test_what_is_refused_comes_first_with_a_link_and_is_left_out_by_one_button(editing: Client, world: World) -> None:
    change(world.statement, status="draft")
    nobody = Statement.objects.create(
        slug="nobody", name="N", date="1990", classification="note", attribution="collective", body=world.body
    )
    records = [world.statement, nobody]
    values = {"field": "attribution", "value": "named"}
    page = _preview(editing, records, **values)
    assert next(iter(_rows(page)))[0] == "nobody"
    content = page.content.decode()
    assert f'<a href="#row-{nobody.pk}">' in content
    assert f'<tr id="row-{nobody.pk}">' in content
    sent = {"action": "edit_field", "confirmed": "1", "_selected_action": [record.pk for record in records], **values}
    page = editing.post(address(Statement, "changelist"), {**sent, "untick": "1"})
    assert [row[0] for row in _rows(page)] == ["statement"]
    assert page.context["refused"] == 0


def test_a_speaker_to_whom_the_capacities_do_not_belong_is_refused_for_drafts_too(
    editing: Client, world: World
) -> None:
    world.statement.capacities.add(world.appointment)
    change(world.statement, status="draft")
    page = _preview(editing, [world.statement], field="speaker", value=world.somebody.pk)
    assert "expected an appointment of the speaker" in str(_rows(page)) or "capacities" in str(_rows(page))
    assert page.context["refused"] == 1


def test_a_save_after_the_preview_makes_it_stale(editing: Client, world: World) -> None:
    values = {"field": "place", "value": "Seoul"}
    page = _preview(editing, [world.event], **values)
    world.event.summary = "Meanwhile."
    world.event.save()
    page = _apply(editing, page, [world.event], **values)
    assert "not the one of the preview" in messages_of(page)[0]
    assert Event.objects.get(pk=world.event.pk).place == ""
    assert messages_of(_apply(editing, page, [world.event], **values)) == ["Place of 1 changed."]
    other = _apply(editing, page, [world.event], field="place", value="Tokyo")
    assert "not the one of the preview" in messages_of(other)[0]


def test_contributors_edit_what_they_may_change(contributing: Client, world: World) -> None:
    change(world.later, status="draft")
    values = {"field": "place", "value": "Seoul"}
    page = _preview(contributing, [world.event, world.later], **values)
    rows = {slug: refusals for slug, _, _, _, refusals in _rows(page)}
    assert rows == {"event": ["it is published: got a contributor, expected an editor to change it."], "later": []}
    page = _preview(contributing, [world.later], **values)
    assert messages_of(_apply(contributing, page, [world.later], **values)) == ["Place of 1 changed."]


def test_who_sees_no_drafts_or_may_not_change_has_no_such_action(client: Client, world: World) -> None:
    user = User.objects.create_user("temp", is_staff=True)
    client.force_login(user)
    for names in (["view_event", "view_drafts"], ["view_event", "change_event"]):
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        assert "edit_field" not in client.get(address(Event, "changelist")).content.decode()
        _preview(client, [world.event], field="place", value="Seoul")
        assert Event.objects.get(pk=world.event.pk).version == 1


def test_a_page_without_a_ticked_record_leads_to_the_list_with_a_message(editing: Client, world: World) -> None:
    data = {"action": "edit_field", "confirmed": "1", "field": "place", "value": "Seoul"}
    response = editing.post(address(Event, "changelist"), data)
    assert messages_of(response) == ["No record was ticked, so nothing was changed."]


@pytest.mark.parametrize("value", ["2019-02-30", "", "x" * 300])
def test_a_bad_value_is_an_error_of_the_field(editing: Client, world: World, value: str) -> None:
    page = _preview(editing, [world.event], field="date", value=value)
    assert page.context["form"].errors["value"]
    assert page.context["rows"] == []


@pytest.mark.parametrize("name", ["slug", "status", "id", "version", "no_such", ""])
def test_other_fields_are_not_edited(editing: Client, world: World, name: str) -> None:
    page = _preview(editing, [world.event], field=name, value="1")
    assert page.context["form"].errors["field"]


def test_every_field_of_every_record_has_a_page(editing: Client, world: World) -> None:
    for kind in ("event", "measure", "statement", "official", "body", "office", "appointment", "topic", "source"):
        record = getattr(world, kind)
        page = _act(editing, [record], field="")
        for name, _ in page.context["form"].fields["field"].choices:
            page = _act(editing, [record], field=name)
            assert page.context["form"].fields["value"], (kind, name)


def test_an_edit_costs_a_limited_number_of_statements_per_record(editing: Client, world: World) -> None:
    def count(events: list[Any]) -> int:
        with CaptureQueriesContext(connection) as ran:
            assert not _preview(editing, events, field="place", value="Seoul").context["refused"]
        return len(ran)

    events = [make.event(f"e-{number}", "2020") for number in range(12)]
    count(events[:2])
    assert count(events) - count(events[:2]) <= 10 * 25


def _named(world: World, number: int) -> list[Statement]:
    """So many statements by one official."""
    records = [
        Statement(
            slug=f"many-{index}", name=f"Many {index}", date="2020", classification="note", attribution="collective",
            body=world.body, speaker=world.official,
        )
        for index in range(number)
    ]  # fmt: skip
    for record in records:
        record.set_derived_fields()
    return Statement.objects.bulk_create(records)


@pytest.mark.slow
@pytest.mark.any_database
def test_the_preview_of_five_hundred_is_no_heavy_page(editing: Client, world: World) -> None:
    page = _preview(editing, _named(world, MAX_EDITED), field="attribution", value="named")
    assert len(page.context["rows"]) == MAX_EDITED
    assert len(page.content) < 300_000


def test_one_of_many_that_breaks_a_rule_is_named_and_none_is_changed(editing: Client, world: World) -> None:
    records = _named(world, 40)
    wrong = records[32]
    Statement.objects.filter(pk=wrong.pk).update(speaker=None)
    values = {"field": "attribution", "value": "named"}
    page = _preview(editing, records, **values)
    assert [row.record.slug for row in page.context["rows"] if row.refusals] == ["many-32"]
    page = _apply(editing, page, records, **values)
    assert messages_of(page)[0].startswith("Nothing was changed. many-32: A named statement has a speaker")
    assert set(Statement.objects.filter(slug__startswith="many-").values_list("attribution", "version")) == {
        ("collective", 1)
    }
    rest = records[12:32]
    page = _apply(editing, _preview(editing, rest, **values), rest, **values)
    assert messages_of(page) == [f"Attribution of {len(rest)} changed."]
    assert Statement.objects.filter(slug__startswith="many-", attribution="named", version=2).count() == len(rest)
    assert Statement.history.filter(history_type="~").count() == len(rest)


def test_more_than_five_hundred_are_refused_before_the_preview(editing: Client, world: World) -> None:
    page = _preview(editing, _named(world, MAX_EDITED + 1), field="attribution", value="named")
    assert messages_of(page) == ["Nothing was changed: got more than 500 records, expected at most that many."]


def test_the_preview_shows_what_would_contradict_and_the_edit_stores_it(editing: Client) -> None:
    sources = [make_source(slug, published="2020-01-01", retrieved="2020-02-01") for slug in ("one", "two")]
    values = {"field": "retrieved", "value": "2019-01-01"}
    page = _preview(editing, sources, **values)
    assert [finding.record for finding in page.context["findings"]] == ["one", "two"]
    assert "expected retrieved not before 2020-01-01" in page.content.decode()
    assert not StoredFinding.objects.exists()
    _apply(editing, page, sources, **values)
    assert set(StoredFinding.objects.values_list("record", flat=True)) == {"one", "two"}
