"""In lists of one date replies come after what they answer, after every kind of write."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.test import Client

from archive.cache.triggers.install import install_after_migrate, remove
from archive.cache.triggers.sequences import MAX_SEQUENCE
from archive.choices import LATER_RELATIONS
from archive.models import Event, Relation, SpeechAct, Statement
from tests.support import api_clients
from tests.support import filter_records as make
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db
REPLIES = Statement.in_reply_to.through
DAY = "2019-07-12"


def statement(slug: str, *answered: str, date: str = DAY, **values: Any) -> Statement:
    created: Statement = make.statement(slug, date, body=make.state("KR"), **values)
    created.in_reply_to.set(Statement.objects.filter(slug__in=answered))
    return created


def order(**params: str) -> str:
    return "".join(make.matching_slugs("statements", order_by="date", **params))


def sequences(model: Any = Statement) -> dict[str, int]:
    return dict(model.objects.order_by("slug").values_list("slug", "sequence"))


def expected() -> dict[str, int]:
    """The same from the links: the longest walk over published statements of the date; 1000 where it has no end."""
    rows = {pk: values for pk, *values in Statement.objects.values_list("pk", "slug", "status", "date_sort")}
    answered: dict[int, list[int]] = {pk: [] for pk in rows}
    for later, earlier in REPLIES.objects.values_list("from_statement", "to_statement"):
        if rows[earlier][1] == "published" and rows[earlier][2] == rows[later][2]:
            answered[later].append(earlier)
    lengths = dict.fromkeys(rows, 0)
    for _ in range(len(rows) + 1):
        lengths = {pk: max((lengths[item] + 1 for item in answered[pk]), default=0) for pk in rows}
    return {rows[pk][0]: length if length <= len(rows) else MAX_SEQUENCE for pk, length in sorted(lengths.items())}


@pytest.fixture
def chain(db: None) -> None:
    """On one day c answers d, b answers c and a answers both; e answers nothing."""
    statement("d"), statement("c", "d"), statement("b", "c"), statement("a", "b", "d"), statement("e")


# In every door


def test_every_door_lists_answers_after_what_they_answer(chain: None, client: Client) -> None:
    for by, listed in (("date", "decba"), ("-date", "abced")):
        params = {"order_by": [by]}
        assert api_clients.by_filterset("statements", params, make.NOBODY).slugs == list(listed)
        assert api_clients.by_rest("statements", params, client).slugs == list(listed)
        assert api_clients.by_rest("statements", params, client, as_usual=True).slugs == list(listed)
        assert api_clients.by_graphql("statements", params, client).slugs == list(listed)
        assert api_clients.by_graphql_as_usual("statements", params, make.NOBODY).slugs == list(listed)


def test_filtered_lists_have_the_same_order(chain: None, client: Client) -> None:
    narrowed: list[dict[str, str]] = [
        {"date": DAY}, {"date": "2019-07"}, {"classification": "note"}, {"q": "a"}, {"date_after": "2019-07-01"}
    ]  # fmt: skip
    for query in narrowed:
        slugs = api_clients.by_rest("statements", {name: [value] for name, value in query.items()}, client).slugs
        assert "".join(slugs or ()) == ("a" if "q" in query else "decba")


@pytest.mark.parametrize(("by", "listed"), [("date", "decba"), ("-date", "abced")])
def test_cursors_go_on_within_a_day(chain: None, client: Client, by: str, listed: str) -> None:
    seen, following = "", f"/api/v1/statements/?order_by={by}&limit=2"
    while following:
        page = client.get(following).json()
        seen += "".join(row["slug"] for row in page["results"])
        following = page["next"]
    assert seen == listed
    back = client.get(page["previous"]).json()
    assert "".join(row["slug"] for row in back["results"]) == listed[2:4]


def test_speech_acts_follow_their_statements(client: Client) -> None:
    statement("b"), statement("a", "b")
    for slug in "ab":
        make.act(Statement.objects.get(slug=slug), kind="demand")
    slugs = api_clients.by_rest("speech-acts", {"order_by": ["date"]}, client).slugs
    assert slugs == ["b-1", "a-1"]
    assert api_clients.by_page("speech-acts", {"kind": ["demand"]}, client)[0] == slugs
    assert SpeechAct.objects.count() == 2


@pytest.mark.parametrize("kind", LATER_RELATIONS)
def test_an_event_that_comes_later_by_its_relation_is_listed_later(client: Client, kind: str) -> None:
    first, second = make.event("b", DAY), make.event("a", DAY)
    make.related(second, kind, first)
    assert api_clients.by_page("events", {}, client)[0] == ["b", "a"]
    assert api_clients.by_graphql("events", {"order_by": ["date"]}, client).slugs == ["b", "a"]
    Relation.objects.update(kind="refers_to")
    assert make.matching_slugs("events") == ["a", "b"]
    Relation.objects.update(kind=kind)
    assert make.matching_slugs("events") == ["b", "a"]
    Relation.objects.all().delete()
    assert make.matching_slugs("events") == ["a", "b"]


def test_other_relations_leave_the_order_to_the_slugs() -> None:
    first, second = make.event("b", DAY), make.event("a", DAY)
    for kind in ("announces", "refers_to", "part_of"):
        make.related(second, kind, first)
    assert make.matching_slugs("events") == ["a", "b"]


def test_an_answer_of_another_date_is_where_its_date_is() -> None:
    statement("b"), statement("a", "b", date="2019-07-11"), statement("c", "b", date="2019-07")
    assert order() == "cab"
    assert set(sequences().values()) == {0}


# Whatever is written


def _unlink(slug: str) -> None:
    Statement.objects.get(slug=slug).in_reply_to.clear()


def _status(slug: str, status: str) -> None:
    result = Statement.objects.get(slug=slug)
    result.status = status
    result.save()


def _date(slug: str, date: str) -> None:
    Statement.objects.filter(slug=slug).update(date=date)


def _sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


WRITES: dict[str, tuple[Callable[[], Any], str]] = {
    "an answer goes": (lambda: _unlink("c"), "cdeba"),
    "the middle goes": (lambda: Statement.objects.get(slug="b").delete(), "deac"),
    "the first goes": (lambda: Statement.objects.filter(slug="d").delete(), "ceba"),
    "all links go": (lambda: REPLIES.objects.all().delete(), "abcde"),
    "all links go by SQL": (lambda: _sql(f"DELETE FROM {REPLIES._meta.db_table}"), "abcde"),
    "a link comes": (lambda: Statement.objects.get(slug="d").in_reply_to.add(Statement.objects.get(slug="e")), "edcba"),
    "an answer from the other side": (lambda: Statement.objects.get(slug="a").replies.add(*_named("e")), "dcbae"),
    "another date": (lambda: _date("c", "2019-07-13"), "bdeac"),
    "a date by SQL": (lambda: _sql("UPDATE archive_statement SET date_sort = 7 WHERE slug = 'c'"), "cbdea"),
    "a draft": (lambda: _status("c", "draft"), "bdea"),
    "a draft by SQL": (lambda: _sql("UPDATE archive_statement SET status = 'draft' WHERE slug = 'd'"), "ceba"),
    "a save of what was read before": (lambda: _saved_late("a"), "decba"),
    "a fixture of it": (lambda: _reloaded(), "decba"),
}


def _named(slug: str) -> list[Statement]:
    return list(Statement.objects.filter(slug=slug))


def _saved_late(slug: str) -> None:
    stale = Statement.objects.get(slug=slug)
    stale.in_reply_to.clear()
    stale = Statement.objects.get(slug=slug)
    Statement.objects.get(slug=slug).in_reply_to.set(Statement.objects.filter(slug__in="bd"))
    assert stale.sequence == 0
    stale.save()


def _reloaded() -> None:
    for read in serializers.deserialize("json", serializers.serialize("json", Statement.objects.all())):
        read.save()


@pytest.mark.parametrize("what", WRITES)
def test_the_order_is_right_after_every_kind_of_write(chain: None, what: str) -> None:
    write, listed = WRITES[what]
    write()
    assert order() == listed
    assert sequences() == expected()


def test_a_draft_that_is_answered_does_not_tell_of_itself(chain: None) -> None:
    statement("f", status="draft"), statement("a2", "f")
    assert order() == "a2decba"
    _status("f", "published")
    assert order() == "defa2cba"
    _status("f", "draft")
    assert order() == "a2decba"


def test_answers_in_a_cycle_are_listed_with_their_answers(chain: None) -> None:
    Statement.objects.get(slug="d").in_reply_to.add(*_named("a"))
    assert (
        sequences()
        == {"a": MAX_SEQUENCE, "b": MAX_SEQUENCE, "c": MAX_SEQUENCE, "d": MAX_SEQUENCE, "e": 0}
        == expected()
    )
    assert order() == "eabcd"
    Statement.objects.get(slug="d").in_reply_to.clear()
    assert order() == "decba"


def test_sequences_match_the_links_after_random_writes() -> None:
    chance = random.Random(11)
    slugs = "abcdefgh"
    for slug in slugs:
        statement(slug)
    for _ in range(60):
        first, other = chance.sample(slugs, 2)
        match chance.randrange(5):
            case 0 | 1:
                Statement.objects.get(slug=first).in_reply_to.add(*_named(other))
            case 2:
                Statement.objects.get(slug=first).in_reply_to.remove(*_named(other))
            case 3:
                _date(first, chance.choice([DAY, "2019-07-13"]))
            case 4:
                _status(first, chance.choice(["draft", "published", "published"]))
        assert sequences() == expected()


def test_a_load_gives_the_order_of_the_answers(tmp_path: Path) -> None:
    header = "slug,status,name,classification,date,attribution,body,in_reply_to\n"
    rows = "".join(
        f"{slug},published,{slug},note,{DAY},collective,{make.state('KR').slug},{to}\n"
        for slug, to in (("a", "b;d"), ("b", "c"), ("c", "d"), ("d", ""), ("e", ""))
    )
    result = load_files(tmp_path / "1", {"statements.csv": header + rows})
    assert result.written, list(result.problems.lines())
    assert (order(), sequences()) == ("decba", expected())
    load_files(tmp_path / "2", {"statements.csv": "slug,in_reply_to\nc,\nd,e\n"})
    assert (order(), sequences()) == ("cebda", expected())
    call_command("export", str(tmp_path / "out"), "--format", "csv", verbosity=0)
    assert "sequence" not in (tmp_path / "out" / "statements.csv").read_text().partition("\n")[0]


def test_a_long_chain_of_one_day_is_in_order() -> None:
    kr = make.state("KR")
    rows = [
        Statement(slug=f"s{99 - number:02}", name="S", date=DAY, classification="note", attribution="collective",
                  status="published", body=kr)
        for number in range(60)
    ]  # fmt: skip
    created = Statement.objects.bulk_create(rows)
    REPLIES.objects.bulk_create(
        REPLIES(from_statement=later, to_statement=earlier) for earlier, later in pairwise(created)
    )
    assert make.matching_slugs("statements") == [row.slug for row in rows]


def test_reinstalled_triggers_update_rows_written_without_them(chain: None) -> None:
    remove()
    _unlink("c")
    assert order() == "decba"
    install_after_migrate()
    assert (order(), sequences()) == ("cdeba", expected())


def test_a_change_of_the_order_alone_moves_no_record(chain: None) -> None:
    def stamps() -> list[Any]:
        return list(Statement.objects.filter(slug__in="ab").values_list("public_version", "updated_at", "version"))

    before = stamps()
    _unlink("c")
    assert stamps() == before


def test_no_response_contains_the_index(chain: None, client: Client) -> None:
    make.event("x", DAY)
    for address in ("statements/", "statements/a/", "statements/a/history/", "events/x/", "openapi.json"):
        assert b"sequence" not in client.get(f"/api/v1/{address}").content
    assert "sequence" not in api_clients.SCHEMA.type_map["Statement"].fields
    assert "sequence" not in serializers.serialize("json", Event.objects.all())
