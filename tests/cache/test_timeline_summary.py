"""The timeline's summary follows every way of writing records, links and parties."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from archive.cache.timeline_summary import differences, flush, rebuild
from archive.cache.triggers.timeline import QUEUE
from archive.models import Body, Event, Official, Participation, Relation, Statement
from archive.sql.timeline_summary import CELLS, ENTRIES
from tests.support.datasets import PEOPLE, STATEMENTS, load_files
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def column(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def _event(**values: Any) -> Event:
    return Event.objects.create(**{"slug": "x", "name": "X", "date": "2019", "classification": "meeting", **values})


WRITES: dict[str, Callable[[World], Any]] = {
    "a record": lambda world: _event(status="published"),
    "a draft": lambda world: _event(),
    "records in bulk": lambda world: Event.objects.bulk_create(
        Event(slug=f"x-{n}", name="X", date=f"19{n}0", classification="visit", status="published") for n in range(4)
    ),
    "a date": lambda world: Event.objects.filter(pk=world.event.pk).update(date="../1999"),
    "a classification": lambda world: Event.objects.filter(pk=world.event.pk).update(classification="visit"),
    "a withdrawal": lambda world: Event.objects.filter(pk=world.event.pk).update(status="withdrawn"),
    "a withdrawn statement": lambda world: sql("UPDATE archive_statement SET status = 'withdrawn'"),
    "an answer": lambda world: world.statement.in_reply_to.add(
        Statement.objects.create(slug="y", name="Y", status="published", date="2019", classification="note",
                                 attribution="anonymous", body=world.body)
    ),
    "a relation less": lambda world: Relation.objects.all().delete(),
    "a moved relation": lambda world: Relation.objects.update(from_event=_event(status="published")),
    "a party less": lambda world: Participation.objects.all().delete(),
    "another party": lambda world: Participation.objects.update(body=None, official=world.official),
    "another body": lambda world: Statement.objects.update(body=Body.objects.get(iso3166="JP")),
    "another speaker": lambda world: Statement.objects.update(speaker=world.somebody),
    "a body elsewhere": lambda world: Body.objects.filter(pk=world.body.pk).update(parent=None),
    "a state that is none": lambda world: Body.objects.filter(pk=world.state.pk).update(kind="court", iso3166=None),
    "a withdrawn state": lambda world: Body.objects.filter(pk=world.state.pk).update(status="withdrawn"),
    "an official elsewhere": lambda world: Official.objects.update(state=Body.objects.get(iso3166="JP")),
    "a withdrawn official": lambda world: Official.objects.update(status="draft"),
    "a deletion": lambda world: Event.objects.get(pk=world.later.pk).delete(),
    "a save without changes": lambda world: Event.objects.get(pk=world.later.pk).save(),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_the_summary_follows(world: World, name: str) -> None:
    assert differences("default") == (0, 0)
    WRITES[name](world)
    assert differences("default") == (0, 0)
    assert column(f"SELECT r FROM {QUEUE}") == []


def test_drafts_are_no_part_of_it(world: World) -> None:
    before = column(f"SELECT n FROM {CELLS}")
    _event(status="draft", date="1900")
    assert column(f"SELECT n FROM {CELLS}") == before
    assert len(column(f"SELECT r FROM {ENTRIES}")) == Event.objects.filter(status="published").count() + 1


def test_the_summary_follows_random_writes(world: World) -> None:
    chance = random.Random(11)
    dates = ("1950-07-04", "1950-07-05", "1950-07", "1950", "195X", "../1950", "1950/..", "2001-21", "1950-07-04/1961")
    for number in range(40):
        _event(slug=f"x-{number}", date=chance.choice(dates), status=chance.choice(("published", "draft")))
    events = list(Event.objects.all())
    for _ in range(120):
        event, other = chance.sample(events, 2)
        rows = Event.objects.filter(pk=event.pk)
        match chance.randrange(5):
            case 0:
                rows.update(date=chance.choice(dates))
            case 1:
                rows.update(status=chance.choice(("published", "draft")))
            case 2:
                rows.update(classification=chance.choice(("meeting", "visit")))
            case 3:
                Relation.objects.get_or_create(from_event=event, to_event=other, kind="follows")
            case _:
                Relation.objects.filter(from_event=event).delete()
    assert differences("default") == (0, 0)


def test_the_summary_follows_a_rollback(world: World) -> None:
    with transaction.atomic():
        WRITES["a withdrawal"](world)
        transaction.set_rollback(True)
    assert differences("default") == (0, 0)


def test_a_load_is_summarized_at_its_end(tmp_path: Path, db: None) -> None:
    rows = "".join(f"d-{n},published,A demand,note,20{n:02},named,kim,\n" for n in range(30))
    files = {**PEOPLE, "statements.csv": STATEMENTS + rows}
    assert load_files(tmp_path, files).written
    assert differences("default") == (0, 0)
    files["statements.csv"] = files["statements.csv"].replace(
        "d-1,published,A demand,note,2001", "d-1,draft,A,note,1999"
    )
    assert load_files(tmp_path, files).written
    assert differences("default") == (0, 0)
    assert column(f"SELECT r FROM {QUEUE}") == []


def test_nothing_queued_is_nothing_to_summarize(world: World) -> None:
    flush("default")
    assert differences("default") == (0, 0)


def test_the_command_checks_and_rebuilds(world: World) -> None:
    call_command("timeline_summary", "--check", stdout=(out := StringIO()))
    assert "right" in out.getvalue()
    sql(f"UPDATE {ENTRIES} SET links = 7 WHERE r = {world.event.pk * 2}")
    sql(f"UPDATE {CELLS} SET n = 7 WHERE level = 4")
    with pytest.raises(CommandError, match="1 wrong entries and 2 wrong cells"):
        call_command("timeline_summary", "--check")
    call_command("timeline_summary", "--rebuild", stdout=StringIO())
    assert differences("default") == (0, 0)


def test_rebuilding_writes_what_the_triggers_write(world: World) -> None:
    query = f"SELECT best FROM {CELLS} ORDER BY level, place, k, class, countries"
    before = column(query)
    rebuild("default")
    assert column(query) == before
