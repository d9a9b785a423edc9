"""The index of addressees follows every change of speech acts, addressees and dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from archive.cache.triggers.install import install_after_migrate, remove
from archive.models import AddresseeIndex, Body, Official, SpeechAct, Statement
from tests.support.datasets import PEOPLE, STATEMENTS, load_files
from tests.support.world import World

pytestmark = pytest.mark.django_db
BODIES = SpeechAct.addressee_bodies.through
OFFICIALS = SpeechAct.addressee_officials.through


@pytest.fixture
def world(db: None) -> World:
    return World()


def stored() -> list[tuple[Any, ...]]:
    rows = AddresseeIndex.objects.values_list("act", "body", "official", "kind", "date_sort")
    return sorted(rows, key=str)


def true() -> list[tuple[Any, ...]]:
    return sorted(_true(), key=str)


def _true() -> Iterator[tuple[Any, ...]]:
    for act in SpeechAct.objects.select_related("statement"):
        for body in act.addressee_bodies.all():
            yield act.pk, body.pk, None, act.kind, act.statement.date_sort
        for official in act.addressee_officials.all():
            yield act.pk, None, official.pk, act.kind, act.statement.date_sort


def _second(world: World) -> Statement:
    return Statement.objects.create(
        slug="second", name="Second", date="2001", classification="note", attribution="named", status="published",
        speaker=world.official,
    )  # fmt: skip


def _copies(world: World, links: Any, **end: Any) -> None:
    acts = [
        SpeechAct(statement=world.statement, ordinal=number, kind="offer", text="x", slug=f"x-{number}")
        for number in range(2, 9)
    ]
    links.objects.bulk_create(links(speechact=act, **end) for act in SpeechAct.objects.bulk_create(acts))


WRITES: dict[str, Callable[[World], Any]] = {
    "an addressee more": lambda world: world.speech_act.addressee_bodies.add(world.state),
    "an official": lambda world: world.speech_act.addressee_officials.add(world.somebody),
    "one less": lambda world: world.speech_act.addressee_bodies.remove(world.body),
    "others": lambda world: world.speech_act.addressee_bodies.set([world.state]),
    "none": lambda world: world.speech_act.addressee_bodies.clear(),
    "from the other side": lambda world: world.state.speech_acts_received.add(world.speech_act),
    "a link moved": lambda world: BODIES.objects.update(body=world.state),
    "another kind": lambda world: SpeechAct.objects.update(kind="threat"),
    "another text": lambda world: SpeechAct.objects.update(text="Do that."),
    "another statement": lambda world: SpeechAct.objects.update(statement=_second(world), ordinal=7),
    "a date in bulk": lambda world: Statement.objects.filter(pk=world.statement.pk).update(date="1999-01"),
    "many at once": lambda world: _copies(world, BODIES, body=world.state),
    "many officials": lambda world: _copies(world, OFFICIALS, official=world.somebody),
    "the act deleted": lambda world: SpeechAct.objects.all().delete(),
}


def _save_another_date(world: World) -> None:
    world.statement.date = "2019-07"
    world.statement.save()


WRITES["another date"] = _save_another_date
WRITES["the statement deleted"] = lambda world: Statement.objects.filter(pk=world.statement.pk).delete()


@pytest.mark.parametrize("what", WRITES)
def test_the_index_follows_every_write(world: World, what: str) -> None:
    world.speech_act.addressee_bodies.add(world.body)
    world.speech_act.addressee_officials.add(world.official)
    assert len(stored()) == 2
    assert stored() == true()
    WRITES[what](world)
    assert stored() == true()


def test_a_rollback_undoes_the_index(world: World) -> None:
    world.speech_act.addressee_bodies.add(world.body)
    before = stored()
    with transaction.atomic():
        world.speech_act.addressee_bodies.add(world.state)
        assert len(stored()) == 2
        transaction.set_rollback(True)
    assert stored() == before


def test_a_body_and_an_official_that_are_addressed_can_be_deleted(world: World) -> None:
    body = Body.objects.create(slug="short-lived", name="Short-lived", kind="company")
    official = Official.objects.create(slug="short-lived", name="Short-lived")
    world.speech_act.addressee_bodies.add(body)
    world.speech_act.addressee_officials.add(official)
    body.delete(), official.delete()
    assert stored() == true() == []


@pytest.mark.postgresql
def test_it_is_emptied_with_its_links(world: World) -> None:
    world.speech_act.addressee_bodies.add(world.body)
    world.speech_act.addressee_officials.add(world.official)
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {BODIES._meta.db_table}")
    assert stored() == true()
    assert len(stored()) == 1


def test_reinstalled_triggers_update_the_addressee_index(world: World) -> None:
    world.speech_act.addressee_bodies.add(world.body)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    remove()
    world.speech_act.addressee_bodies.set([world.state])
    assert stored() != true()
    install_after_migrate()
    assert stored() == true()


def test_loading_updates_the_index(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        **PEOPLE,
        "statements.csv": STATEMENTS + "demand,published,A demand,note,2019-07-12,named,kim,\n",
        "speech_acts.csv": "statement,ordinal,kind,text,addressee_bodies,addressee_officials\n"
        "demand,1,demand,Do it.,JP;KR,abe\n",
    }
    assert load_files(tmp_path, files).written
    assert len(stored()) == 3
    assert stored() == true()
    files["statements.csv"] = STATEMENTS + "demand,published,A demand,note,2020,named,kim,\n"
    files["speech_acts.csv"] = "statement,ordinal,kind,text,addressee_bodies\ndemand,1,threat,Do it.,KR\n"
    assert load_files(tmp_path, files).written
    assert len(stored()) == 2
    assert stored() == true()


def test_the_first_dossiers_is_right(module_dossier: None) -> None:
    assert len(stored()) > 5
    assert stored() == true()
