"""Chains agree with a walk in Python, end at hidden records and in cycles, and have a limit."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive import chains
from archive.chains import MAX_NODES
from archive.choices import RelationKind, Status
from archive.dates import PartialDate
from archive.models import Body, Event, Outcome, Relation, SpeechAct, Statement
from archive.sql import chains as sql_chains
from archive.sql.query import CompiledCache
from tests.reference import chains as reference

pytestmark = pytest.mark.django_db


def event(slug: str, status: str = "published", date: str = "2019") -> Event:
    return Event.objects.create(
        slug=slug, status=status, name=slug.upper(), classification="visit", date=PartialDate.parse(date)
    )


def statement(slug: str, status: str = "published", **values: Any) -> Statement:
    return Statement.objects.create(
        slug=slug, status=status, name=slug.upper(), date=PartialDate.parse("2019"), attribution="collective",
        classification="note", body=Body.objects.get(iso3166="KR"), **values,
    )  # fmt: skip


def relate(source: Event, target: Event, kind: str = "responds_to") -> None:
    Relation.objects.create(from_event=source, to_event=target, kind=kind)


def chain(record: Any, client: Client | None = None, **params: Any) -> dict[str, Any]:
    address = f"/api/v1/{record._meta.model_name}s/{record.slug}/chain/"
    response = (client or Client()).get(address, params)
    assert response.status_code == 200, response.content
    return response.json()


def nodes(answer: dict[str, Any]) -> dict[str, tuple[int, str | None]]:
    return {node["id"]: (node["distance"], node["direction"]) for node in answer["nodes"]}


def edges(answer: dict[str, Any]) -> set[tuple[str, str, str, str | None]]:
    return {(edge["from"], edge["to"], edge["kind"], edge["outcome"]) for edge in answer["edges"]}


def test_a_response_leads_back_to_its_cause_and_on_to_its_own_response() -> None:
    first, second, third = event("a"), event("b"), event("c")
    relate(second, first, "retaliates_for")
    relate(third, second)
    answer = chain(second)
    assert nodes(answer) == {"event/b": (0, None), "event/a": (1, "before"), "event/c": (1, "after")}
    assert edges(answer) == {
        ("event/b", "event/a", "retaliates_for", None), ("event/c", "event/b", "responds_to", None),
    }  # fmt: skip
    assert answer["truncated"] is False


def test_an_announcement_precedes_what_it_announces() -> None:
    announcement, effect = event("a"), event("b")
    relate(announcement, effect, "announces")
    assert nodes(chain(effect)) == {"event/b": (0, None), "event/a": (1, "before")}
    assert edges(chain(effect)) == {("event/a", "event/b", "announces", None)}


def test_parts_and_references_are_no_links() -> None:
    first, second = event("a"), event("b")
    relate(second, first, "part_of")
    relate(second, first, "refers_to")
    assert list(nodes(chain(first))) == ["event/a"]


def test_statements_and_outcomes_are_linked() -> None:
    at, demand, denial, end = event("at"), statement("demand"), statement("denial"), event("end")
    demand.about_events.add(at)
    denial.in_reply_to.add(demand)
    act = SpeechAct.objects.create(statement=demand, ordinal=1, kind="demand", text="Lift it", about_event=at)
    speech_acts = SpeechAct.objects.create(statement=denial, ordinal=1, kind="rejection", text="No")
    Outcome.objects.create(speech_act=act, date=PartialDate.parse("2020"), kind="rejected", answer=speech_acts)
    Outcome.objects.create(speech_act=act, date=PartialDate.parse("2023"), kind="fulfilled", event=end)
    remark = statement("remark", occasion=end)
    answer = chain(demand)
    assert nodes(answer) == {
        "statement/demand": (0, None), "event/at": (1, "before"), "statement/denial": (1, "after"),
        "event/end": (1, "after"), "statement/remark": (2, "after"),
    }  # fmt: skip
    assert edges(answer) == {
        ("statement/demand", "event/at", "about", None),
        ("statement/denial", "statement/demand", "in_reply_to", None),
        ("statement/denial", "statement/demand", "outcome", "rejected"),
        ("event/end", "statement/demand", "outcome", "fulfilled"),
        ("statement/remark", "event/end", "occasion", None),
    }
    assert nodes(chain(remark, direction="before", depth=10))["event/at"] == (3, "before")


def test_depth_and_direction_bound_the_walk() -> None:
    line = [event(f"e{number}") for number in range(6)]
    for earlier, later in itertools.pairwise(line):
        relate(later, earlier)
    assert set(nodes(chain(line[2], depth=1))) == {"event/e1", "event/e2", "event/e3"}
    assert set(nodes(chain(line[2], depth=10, direction="after"))) == {f"event/e{number}" for number in range(2, 6)}
    assert set(nodes(chain(line[5], direction="before"))) == {f"event/e{number}" for number in range(2, 6)}


def test_a_cycle_ends() -> None:
    first, second = event("a"), event("b")
    relate(second, first)
    relate(first, second, "follows")
    assert nodes(chain(first, depth=10)) == {"event/a": (0, None), "event/b": (1, "before")}


@pytest.mark.parametrize("status", [status for status in Status.values if status != "published"])
def test_a_hidden_record_ends_the_chain_for_the_public(status: str, admin_client: Client) -> None:
    first, hidden, last = event("a"), event("b", status), event("c")
    relate(hidden, first)
    relate(last, hidden)
    before = Client().get("/api/v1/events/a/chain/")
    assert set(nodes(before.json())) == {"event/a"}
    assert set(nodes(chain(first, admin_client))) == {"event/a", "event/b", "event/c"}
    assert Client().get("/api/v1/events/b/chain/").status_code == 404
    hidden.delete()
    assert Client().get("/api/v1/events/a/chain/").content == before.content


def random_records(seed: int) -> list[Any]:
    """Events and statements with links of all kinds, some of them drafts."""
    chance = random.Random(seed)
    statuses = ["published"] * 5 + ["draft"]
    events = [event(f"e{number}", chance.choice(statuses)) for number in range(14)]
    speech_acts = [
        statement(f"s{number}", chance.choice(statuses), occasion=chance.choice([None, *events]))
        for number in range(10)
    ]
    for _ in range(25):
        source, target = chance.sample(events, 2)
        kind = chance.choice([str(kind) for kind in RelationKind.values])
        Relation.objects.get_or_create(from_event=source, to_event=target, kind=kind)
    acts = []
    for number, item in enumerate(speech_acts):
        item.in_reply_to.set(chance.sample([other for other in speech_acts if other != item], chance.randint(0, 2)))
        item.about_events.set(chance.sample(events, chance.randint(0, 2)))
        about = chance.choice([None, *events])
        acts.append(SpeechAct.objects.create(statement=item, ordinal=1, kind="demand", text="x", about_event=about))
        acts.append(SpeechAct.objects.create(statement=item, ordinal=2, kind="offer", text="x"))
        day = PartialDate.parse(f"20{number + 10}")
        by = {"event": chance.choice(events)} if number % 2 else {"answer": chance.choice(acts[:-1])}
        Outcome.objects.create(speech_act=acts[-1], date=day, kind="accepted", **by)
    return [*events, *speech_acts]


@pytest.mark.parametrize("seed", range(2))
def test_chains_agree_with_a_walk_in_python(seed: int, admin_client: Client, admin_user: User) -> None:
    records = random_records(seed)
    readers = ((Client(), AnonymousUser()), (admin_client, admin_user))
    for client, user in readers:
        for number, record in enumerate(records):
            if user.is_anonymous and record.status != "published":
                continue
            depth, direction = number % 5 + 1, ("both", "before", "after")[number % 3]
            answer = chain(record, client, depth=depth, direction=direction)
            expected = reference.chain(record, user, depth, direction)
            assert nodes(answer) == expected.nodes
            assert edges(answer) == expected.edges
            assert [node["distance"] for node in answer["nodes"]] == sorted(d for d, _ in nodes(answer).values())


def test_a_chain_through_many_relations_is_cut_and_says_so() -> None:
    hub, cause = event("hub", date="2018"), event("cause", date="2017")
    relate(hub, cause)
    day = PartialDate.parse("2019-07-04")
    Event.objects.bulk_create(
        Event(slug=f"e{number:05}", status="published", name="E", classification="visit", date=day)
        for number in range(MAX_NODES + 100)
    )
    many = Event.objects.filter(slug__startswith="e0")
    Relation.objects.bulk_create(Relation(from_event=item, to_event=hub, kind="responds_to") for item in many)
    answer = chain(cause, depth=10)
    assert answer["truncated"] is True
    assert len(answer["nodes"]) == MAX_NODES
    assert [node["slug"] for node in answer["nodes"]][:3] == ["cause", "hub", "e00000"]
    assert len(answer["edges"]) == MAX_NODES - 1


def test_a_chain_through_many_links_between_few_records_is_complete() -> None:
    number = 40
    all_events = [event(f"e{index:02}") for index in range(number)]
    Relation.objects.bulk_create(
        Relation(from_event=later, to_event=earlier, kind="responds_to")
        for earlier, later in itertools.combinations(all_events, 2)
    )
    answer = chain(all_events[20], depth=10)
    assert {distance for distance, _ in nodes(answer).values()} == {0, 1}
    assert (len(answer["nodes"]), len(answer["edges"])) == (number, number * (number - 1) // 2)
    assert answer["truncated"] is False
    document = '{ chain(type: EVENT, slug: "e20", depth: 10) { isTruncated nodes { slug } edges { from } } }'
    body = Client().post("/graphql/", {"query": document}, content_type="application/json").json()["data"]["chain"]
    assert (len(body["nodes"]), len(body["edges"]), body["isTruncated"]) == (number, len(answer["edges"]), False)


@pytest.mark.parametrize(("limit", "is_truncated"), [(20, False), (19, True)])
def test_links_of_one_distance_have_a_limit(limit: int, is_truncated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_chains, "MAX_LINKS", limit)
    monkeypatch.setattr(chains, "_COMPILED", CompiledCache(1_000_000))
    cause, others = event("cause"), [event(f"e{number}") for number in range(10)]
    for kind in ("responds_to", "follows"):
        for other in others:
            relate(other, cause, kind)
    answer = chain(cause)
    assert answer["truncated"] is is_truncated
    assert len(answer["nodes"]) == 11


def test_a_chain_is_one_statement() -> None:
    relate(event("b"), event("a"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        Client().get("/api/v1/events/a/chain/?depth=9")
    assert sum("walk(way" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize(
    ("params", "field", "expected"),
    [
        ({"depth": "0"}, "depth", "a number of links from 1 to 10"),
        ({"depth": "11"}, "depth", "a number of links from 1 to 10"),
        ({"depth": "٣"}, "depth", "a number of links from 1 to 10"),
        ({"depth": "9" * 400}, "depth", "a number of links from 1 to 10"),
        ({"depth": ["1", "2"]}, "depth", "one value, given once"),
        ({"direction": "back"}, "direction", "one of before, after, both"),
        ({"deep": "1"}, "deep", "a known parameter: depth, direction, format"),
    ],
)
def test_a_wrong_parameter_is_refused(params: dict[str, Any], field: str, expected: str) -> None:
    event("a")
    response = Client().get("/api/v1/events/a/chain/", params)
    assert response.status_code == 400
    [problem] = response.json()["errors"]
    assert (problem["field"], problem["expected"]) == (field, expected)


@pytest.mark.parametrize("address", ["events/none", "events/a%00", "statements/a", "measures/a", "events/a/chain"])
def test_a_chain_of_nothing_is_not_found(address: str) -> None:
    event("a")
    assert Client().get(f"/api/v1/{address}/chain/").status_code == 404


def test_null_bytes_in_parameters_are_refused() -> None:
    event("a")
    assert Client().get("/api/v1/events/a/chain/?direction=%00").status_code == 400
