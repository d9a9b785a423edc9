"""Filters that name a merged record by its old slug: every door answers for the record that it was merged into."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.filters import FILTERSETS
from archive.merging.merge import merge
from archive.models import Official, Participation, SpeechAct
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(world: World, editor: Any) -> World:
    """The official, the event, the topic and the state each have a duplicate with an old slug that leads to them."""
    world.event.topics.add(world.topic)
    for name in ("official", "event", "topic", "state"):
        record = getattr(world, name)
        changes = {"slug": f"old-{name}", **({"iso3166": ""} if name == "state" else {})}
        duplicate = copy(record, **changes)
        duplicate.save()
        merge(duplicate, record, editor)
    return world


def answer(path: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(path)
    assert response.status_code == 200, response.content[:500]
    return response


QUESTIONS = [
    ("statements", "speaker", "old-official", "official"),
    ("events", "related_to", "old-event", "event"),
    ("events", "topic", "old-topic", "topic"),
    ("events", "country", "old-state", "south-korea"),
    ("officials", "country", "old-state", "kr"),
    ("speech-acts", "speaker", "old-official", "official"),
]


@pytest.mark.parametrize(("collection", "name", "old", "new"), QUESTIONS)
def test_lists_and_counts_are_those_of_the_other_record(
    merged: World, collection: str, name: str, old: str, new: str
) -> None:
    for path in (f"/api/v1/{collection}/?count=true&", f"/api/v1/{collection}/counts/?by=country&"):
        by_old, by_new = answer(f"{path}{name}={old}").json(), answer(f"{path}{name}={new}").json()
        assert by_old == by_new
    assert answer(f"/api/v1/{collection}/?{name}={old}").json()["results"]


@pytest.mark.parametrize(("collection", "name", "old", "new"), QUESTIONS)
def test_filtersets_find_the_rows_of_the_other_record(
    merged: World, collection: str, name: str, old: str, new: str
) -> None:
    by_old, by_new = (FILTERSETS[collection]({name: [slug]}, None).result() for slug in (old, new))
    assert set(by_old) == set(by_new) != set()


def test_of_two_records_with_a_slug_only_the_merged_one_is_replaced(world: World, editor: Any) -> None:
    """A filter by bodies and officials: the slug of the merged official is that of a body, too."""
    twin = copy(world.body, slug="official", parent=None)
    twin.save()
    duplicate = copy(world.official, slug="old-official")
    duplicate.save()
    merge(duplicate, world.official, editor)
    for body, slug in ((twin, "of-twin"), (None, "of-official")):
        event = copy(world.event, slug=slug)
        event.save()
        official = None if body else world.official
        Participation.objects.create(event=event, body=body, official=official, role="actor")
    answers = answer("/api/v1/events/?participant=old-official").json()["results"]
    assert [event["slug"] for event in answers] == ["of-official"]
    rows = FILTERSETS["events"]({"participant": "old-official"}, None).result()
    assert [event.slug for event in rows] == ["of-official"]


def test_lists_of_a_past_moment_and_of_oai_sets_and_oembed_know_old_slugs(merged: World) -> None:
    moment = timezone.now().isoformat().replace("+00:00", "Z")
    past = answer(f"/api/v1/events/?slug=old-event&slug=event&as_of={moment}").json()["results"]
    assert [event["slug"] for event in past] == ["event"]
    listed = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=country:"
    by_set = [
        re.findall("<identifier>(.*?)</", answer(f"{listed}{slug}").content.decode()) for slug in ("old-state", "KR")
    ]
    assert by_set[0] == by_set[1] != []
    embedded = answer("/oembed?url=http://testserver/events/old-event/").json()
    assert embedded == answer("/oembed?url=http://testserver/events/event/").json()
    title = "Timeline: Topic"
    assert answer("/oembed?url=http://testserver/timeline/%3Ftopic%3Dold-topic").json()["title"] == title


def test_two_slugs_of_one_record_count_once(merged: World) -> None:
    statements = answer("/api/v1/statements/?speaker=official&speaker=old-official&count=true").json()
    assert (statements["count"], len(statements["results"])) == (1, 1)


def test_pages_graphql_timeline_and_search_agree(merged: World) -> None:
    page = answer("/search/?kind=statements&speaker=old-official").content.decode()
    assert "/statements/statement/" in page
    assert "speaker=official" in page  # the chips and links name the record by its own slug
    assert "/events/event/" in answer("/?country=old-state&date=2019").content.decode()
    assert answer("/timeline/?topic=old-topic&from=2019&to=2020")
    by_slug = [answer(f"/api/v1/timeline/?from=2019&to=2020&topic={slug}").json() for slug in ("old-topic", "topic")]
    assert by_slug[0] == by_slug[1]
    assert by_slug[0]["count"] == 1
    query = '{ statements(speaker: ["old-official"]) { nodes { slug } } }'
    data = json.loads(Client().post("/graphql/", {"query": query}, "application/json").content)["data"]
    assert data == {"statements": {"nodes": [{"slug": "statement"}]}}
    assert answer("/api/v1/search/?q=statement&kind=statements&speaker=old-official").json()["results"]


def test_no_other_statement_is_run_for_a_slug_that_was_not_merged(merged: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer("/api/v1/statements/?speaker=official")
    assert len(queries) == 1


def test_a_slug_that_readers_never_saw_leads_only_those_who_see_drafts(world: World, editor: Any) -> None:
    draft = copy(world.official, slug="secret-duplicate", status="draft")
    draft.save()
    merge(draft, world.official, editor)
    path = "/api/v1/statements/?speaker=secret-duplicate"
    refused, unknown = Client().get(path), Client().get(path.replace("secret", "sexret"))
    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert refused.content.replace(b"secret", b"sexret") == unknown.content
    client = Client()
    client.force_login(editor)
    assert answer(path, client).json()["results"]
    assert FILTERSETS["statements"]({"speaker": "secret-duplicate"}, editor).result().exists()


def test_a_slug_that_leads_to_a_withdrawn_record_is_unknown(merged: World) -> None:
    merged.official.status = "withdrawn"
    merged.official.save()
    assert Client().get("/api/v1/statements/?speaker=old-official").status_code == 400


def test_a_record_that_took_the_slug_again_is_meant(merged: World) -> None:
    Official.objects.bulk_create([Official(slug="old-official", name="Another", status="published")])
    assert answer("/api/v1/statements/?speaker=old-official").json()["results"] == []
    assert not FILTERSETS["statements"]({"speaker": "old-official"}, None).result().exists()


def test_feeds_and_exports_agree(merged: World) -> None:
    for format_name in ("atom", "csv", "jsonl"):
        body = answer(f"/api/v1/statements/?speaker=old-official&format={format_name}").getvalue()
        assert b"statement" in body
    assert SpeechAct.objects.count() == 1
