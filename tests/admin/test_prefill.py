"""Clones, and the next statement: forms of new records that are filled in from a stored one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Event, Official, SpeechAct, Statement
from tests.support import filter_records as make
from tests.support.admin_forms import address, errors, filled_in, messages_of, opened, send
from tests.support.world import World, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    world.cite("statement")
    world.statement.capacities.add(world.appointment)
    world.statement.topics.add(world.topic)
    world.statement.about_events.add(world.event, world.later)
    world.speech_act.addressee_bodies.add(world.state)
    change(world.statement, occasion=world.event, text="Words.", form="verbatim", language="ko", summary="In short.")
    change(world.citation, locator="p. 4")
    return world


def _add(client: Client, record: Any, **params: Any) -> Any:
    return client.get(address(type(record), "add"), params, follow=True)


def test_a_clone_has_the_fields_and_parts_and_is_stored_when_it_is_saved(editing: Client, world: World) -> None:
    response = _add(editing, world.statement, clone=world.statement.pk)
    assert "Nothing is stored until you save." in response.content.decode()
    assert Statement.objects.count() == 1
    sent = filled_in(response)
    assert "slug" not in sent
    assert sent["status"] == "draft"
    assert send(editing, Statement, {**sent, "slug": "clone"}).status_code == 302
    clone = Statement.objects.get(slug="clone")
    fields = ("date", "name", "classification", "attribution", "speaker", "body", "occasion", "text", "form", "summary")
    world.statement.refresh_from_db()
    assert [getattr(clone, name) for name in fields] == [getattr(world.statement, name) for name in fields]
    assert (clone.status, clone.version) == ("draft", 1)
    for name in ("capacities", "topics", "about_events"):
        assert {*getattr(clone, name).all()} == {*getattr(world.statement, name).all()}, name
    (act,) = clone.speech_acts.all()
    assert (act.text, act.kind, [*act.addressee_bodies.all()]) == ("Do it.", "demand", [world.state])
    assert [citation.source for citation in clone.citations.all()] == [world.source]
    assert SpeechAct.objects.count() == 2


@pytest.mark.parametrize(
    "kind", ["event", "measure", "statement", "official", "body", "office", "appointment", "topic", "source", "dossier"]
)
def test_every_record_is_cloned_with_its_parts(editing: Client, world: World, kind: str) -> None:
    record = getattr(world, kind)
    assert f"?clone={record.pk}" in editing.get(address(record)).content.decode()
    sent = filled_in(_add(editing, record, clone=record.pk))
    assert "iso3166" not in sent
    assert send(editing, type(record), {**sent, "slug": "clone"}).status_code == 302
    clone = type(record).objects.get(slug="clone")
    inlines = {
        "event": ["participations"],
        "measure": ["steps", "goods"],
        "official": ["names"],
        "dossier": ["entries"],
    }
    for name in inlines.get(kind, []):
        assert getattr(clone, name).count() == getattr(record, name).count() == 1, name
    if kind == "official":
        assert clone.appointments.count() == 0


def test_a_clone_costs_a_fixed_number_of_statements(editing: Client, world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as ran:
            assert _add(editing, world.statement, clone=world.statement.pk).status_code == 200
        return len(ran)

    count()
    before = count()
    for number in range(5):
        act = make.act(world.statement, addressee_officials=[make.official(f"more-{number}")])
        act.addressee_bodies.add(world.body)
    assert count() == before <= 25


def test_who_may_not_view_the_record_or_add_one_gets_no_clone(client: Client, world: World) -> None:
    change(world.statement, status="draft")
    user = User.objects.create_user("temp", is_staff=True)
    client.force_login(user)
    assert _add(client, world.statement, clone=world.statement.pk).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename__in=["add_statement", "view_statement"]))
    unseen = _add(client, world.statement, clone=world.statement.pk)
    missing = _add(client, world.statement, clone=999_999)
    for response, got in ((unseen, world.statement.pk), (missing, 999_999)):
        assert messages_of(response) == [
            f"Nothing is filled in: got clone={got}, expected the number of a statement that you may view. This is an "
            "empty form."
        ]
        assert "name" not in filled_in(response)
    user.user_permissions.set(Permission.objects.filter(codename="view_statement"))
    change(world.statement, status="published")
    assert _add(client, world.statement, clone=world.statement.pk).status_code == 403
    assert "?clone=" not in client.get(address(world.statement)).content.decode()


def test_records_that_the_user_may_not_see_are_not_filled_in(client: Client, world: World) -> None:
    change(world.official, status="draft")
    change(world.later, status="draft")
    user = User.objects.create_user("temp", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["add_statement", "view_statement"]))
    client.force_login(user)
    response = _add(client, world.statement, clone=world.statement.pk)
    sent = filled_in(response)
    assert sent["about_events"] == [str(world.event.pk)]
    assert "speaker" not in sent
    assert "Official" not in response.content.decode()


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "\x00"])
def test_a_bad_number_leads_to_an_empty_form(editing: Client, world: World, key: str) -> None:
    response = _add(editing, world.statement, clone=key)
    assert response.status_code == 200
    assert "Nothing is filled in" in messages_of(response)[0]


def test_saving_opens_the_next_statement_with_what_stays_the_same(editing: Client, world: World) -> None:
    sent = opened(editing, world.statement) | {"summary": "Changed.", "_addnext": "x"}
    response = send(editing, world.statement, sent)
    assert response.url == f"{address(Statement, 'add')}?previous={world.statement.pk}#id_name"
    response = editing.get(response.url)
    assert messages_of(response)[-1].endswith("was changed successfully.")
    sent = filled_in(response)
    assert (sent["date"], sent["classification"], sent["attribution"]) == ("2019-07-12", "note", "named")
    assert (sent["speaker"], sent["occasion"]) == (str(world.official.pk), str(world.event.pk))
    assert (sent["citations-0-source"], sent["speech_acts-TOTAL_FORMS"]) == (str(world.source.pk), "1")
    assert not {"name", "slug", "summary", "text", "citations-0-locator", "speech_acts-0-text"} & {*sent}
    sent |= {"name": "Next", "slug": "next", "_addnext": "x"}
    added = send(editing, Statement, sent)
    assert added.status_code == 302, errors(added)
    following = Statement.objects.get(slug="next")
    assert added.url == f"{address(Statement, 'add')}?previous={following.pk}#id_name"
    assert following.citations.get().source == world.source
    assert following.speech_acts.count() == 0


def test_only_statements_have_a_next_one(editing: Client, world: World) -> None:
    assert 'name="_addnext"' in editing.get(address(Statement, "add")).content.decode()
    assert 'name="_addnext"' not in editing.get(address(Event, "add")).content.decode()
    response = send(editing, world.official, opened(editing, world.official) | {"_addnext": "x"})
    assert response.url == address(Official, "changelist")
    assert "Nothing is filled in" in messages_of(_add(editing, world.official, previous=world.official.pk))[-1]
