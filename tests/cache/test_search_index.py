"""The full-text index follows every way of writing records and parts."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from archive.cache.search_index import differences, rebuild
from archive.models import Body, Event, MeasureGood, Name, Official, SearchEntry, SpeechAct, Statement
from archive.search_index.conditions import Scope, matching_entries, tier
from archive.search_index.search_query import SearchQuery
from tests.support.datasets import PEOPLE, STATEMENTS, load_files
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def matches(text: str, kind: str = "", scope: Scope = Scope.TEXTS) -> list[str]:
    """The kinds of the entries that match."""
    return sorted(matching_entries(SearchQuery.parse(text), kind, scope).values_list("kind", flat=True))


def sql(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _spelled(world: World) -> Name:
    return Name.objects.create(official=world.official, text="김유근 O'Neill", scheme="native")


def _cjk(world: World) -> None:
    Statement.objects.filter(pk=world.statement.pk).update(text="G20정상회의 2019年", language="ko")


WRITES: dict[str, Callable[[World], Any]] = {
    "a record": lambda world: Event.objects.create(slug="x", name="Élysée", date="2019", classification="meeting"),
    "records in bulk": lambda world: Event.objects.bulk_create(
        Event(slug=f"x-{number}", name="한국 talks", date="2019", classification="meeting") for number in range(3)
    ),
    "a change": lambda world: Statement.objects.filter(pk=world.statement.pk).update(text="Änderung", language="de"),
    "a date": lambda world: Statement.objects.filter(pk=world.statement.pk).update(date="1999"),
    "CJK": _cjk,
    "a change by SQL": lambda world: sql("UPDATE archive_statement SET name = 'Straße', summary = name || '수출규제'"),
    "nothing by SQL": lambda world: sql("UPDATE archive_statement SET name = name, version = version + 1"),
    "a part": _spelled,
    "a changed part": lambda world: (_spelled(world), Name.objects.filter(text="김유근").update(text="Kim-Yugeun")),
    "a changed part by SQL": lambda world: sql("UPDATE archive_speechact SET text = '출규', translation = 'gas'"),
    "a moved part": lambda world: (_spelled(world), Name.objects.update(official=world.somebody)),
    "a part to another type": lambda world: (_spelled(world), Name.objects.update(official=None, body=world.body)),
    "a deleted part": lambda world: _spelled(world).delete(),
    "parts in bulk": lambda world: SpeechAct.objects.bulk_create(
        SpeechAct(statement=world.statement, ordinal=number, kind="offer", text=f"신 {number}", slug=f"x-{number}")
        for number in range(2, 9)
    ),
    "a deletion": lambda world: Statement.objects.get(pk=world.statement.pk).delete(),
    "a deletion by SQL": lambda world: (_spelled(world), sql("DELETE FROM archive_name")),
    "saving a part twice": lambda world: [act.save() for act in (*SpeechAct.objects.all(), *SpeechAct.objects.all())],
}


@pytest.mark.parametrize("name", WRITES)
def test_the_index_follows(world: World, name: str) -> None:
    WRITES[name](world)
    assert differences("default") == {}


def test_the_index_follows_a_rollback(world: World) -> None:
    with transaction.atomic():
        _cjk(world)
        WRITES["a change by SQL"](world)
        transaction.set_rollback(True)
    assert differences("default") == {}


def test_a_load_indexes_records_with_their_parts(tmp_path: Path, db: None) -> None:
    files = {
        **PEOPLE,
        "statements.csv": STATEMENTS + "demand,published,A demand,note,2020,named,kim,\n",
        "speech_acts.csv": "statement,ordinal,kind,text\ndemand,1,demand,철회를 요구\ndemand,2,demand,Withdraw it.\n",
    }
    assert load_files(tmp_path, files).written
    assert differences("default") == {}
    assert matches("withdraw 철회", "statements") == ["statements"]
    files["speech_acts.csv"] = "statement,ordinal,kind,text\ndemand,1,threat,그만\n"
    assert load_files(tmp_path, files).written
    assert differences("default") == {}
    assert matches("그만", "statements") == ["statements"]


def test_order_is_by_whole_name_then_names_then_texts(db: None) -> None:
    rows = [
        ("text", "Other", "Talks in Seoul", "2021"), ("name", "Talks in Tokyo", "", "2019"),
        ("exact", "The talks", "", "2018"), ("later", "More of the talks", "", "2020"),
    ]  # fmt: skip
    for slug, name, summary, date in rows:
        Event.objects.create(slug=slug, name=name, summary=summary, date=date, classification="meeting")
    search = SearchQuery.parse("the talks")
    entries = matching_entries(search).annotate(tier=tier(search)).order_by("tier", "-date_sort", "kind", "record_id")
    slugs = dict(Event.objects.values_list("pk", "slug"))
    assert [(slugs[entry.record_id], entry.tier) for entry in entries] == [("exact", 0), ("later", 2)]
    search = SearchQuery.parse("talks")
    entries = matching_entries(search).annotate(tier=tier(search)).order_by("tier", "-date_sort", "kind", "record_id")
    assert [slugs[entry.record_id] for entry in entries] == ["later", "name", "exact", "text"]


@pytest.mark.parametrize(("text", "name"), [
    ("Kim You-geun", "Kim You-geun"), ("kim you geun", "Kim You-geun"), ("elysee", "Élysée"), ("수출규제", "수출규제"),
    ("수출", "수출"), ("strasse", "Straße"), ("제", "제"),
])  # fmt: skip
def test_whole_names(db: None, text: str, name: str) -> None:
    for slug, own in (("whole", name), ("more", f"{name} more"), ("before", f"The {name}"), ("longer", f"{name}제")):
        Official.objects.create(slug=slug, name=own)
    [entry] = matching_entries(SearchQuery.parse(text), "officials", Scope.WHOLE_NAME)
    assert entry.record_id == Official.objects.get(slug="whole").pk


def test_parts_are_words_of_their_record(world: World) -> None:
    MeasureGood.objects.create(measure=world.measure, name="Hydrogen fluoride")
    _spelled(world)
    assert "measures" in matches("fluoride")
    assert matches("oneill", "officials") == matches("김유근", "officials") == ["officials"]


def test_long_and_odd_texts_are_indexed(db: None) -> None:
    words = " ".join(f"word{number}" for number in range(60_000))
    Event.objects.create(
        slug="long", name="x" * 250, summary=words + "수출규제" * 20_000, date="2019", classification="meeting"
    )
    assert matches("word17") == ["events"]
    assert differences("default") == {}


@pytest.mark.parametrize("count", [74_800, 74_890, 74_900])
def test_names_and_texts_together_exceed_the_size_of_a_vector(db: None, count: int) -> None:
    """PostgreSQL: the vector of texts is below the limit alone, above it with the names, above it alone."""
    name = " ".join(f"n{number:03}" for number in range(50))
    summary = " ".join(f"w{number:08}" for number in range(count))
    Event.objects.create(slug="long", name=name, summary=summary, date="2019", classification="meeting")
    assert matches("n049 w00000017") == ["events"]
    assert differences("default") == {}


@pytest.mark.postgresql  # GIN alone has such a list.
def test_a_load_and_a_rebuild_leave_no_pending_entries(tmp_path: Path, db: None) -> None:
    merge = "SELECT gin_clean_pending_list('archive_search_names') + gin_clean_pending_list('archive_search_texts')"
    load_files(tmp_path, {**PEOPLE, "statements.csv": STATEMENTS + "x,published,A demand,note,2020,named,kim,\n"})
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(merge)
            assert cursor.fetchone() == (0,)
        rebuild("default")


def test_the_command_checks_and_rebuilds(world: World) -> None:
    call_command("search_index", "--check", stdout=(out := StringIO()))
    assert "right" in out.getvalue()
    entry = SearchEntry.objects.filter(kind="statements").first()
    assert entry is not None
    sql("UPDATE archive_searchentry SET date_sort = 7 WHERE id = %s", entry.pk)
    with pytest.raises(CommandError, match=f"statements: 1 wrong, ids {entry.record_id}\n"):
        call_command("search_index", "--check")
    call_command("search_index", "--rebuild", stdout=StringIO())
    assert differences("default") == {}


def test_rebuilding_writes_what_the_triggers_write(world: World) -> None:
    _spelled(world)
    before = matches("kim"), matches("근")
    rebuild("default")
    assert (matches("kim"), matches("근")) == before
    assert Body.objects.count() == SearchEntry.objects.filter(kind="bodies").count()
