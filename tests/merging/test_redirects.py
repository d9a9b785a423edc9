"""The slug of a merged record leads to the other one: pages, REST, GraphQL; never to or from a draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphql_relay import to_global_id

from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.middleware.fast_path import FastPath
from archive.models import Event, MergedRecord, Official
from tests.support.fast_path import call_application
from tests.support.graphql_client import data, post
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(world: World, editor: Any) -> MergedRecord:
    return merge(world.later, world.event, editor)


def test_a_page_is_redirected_with_its_query(merged: MergedRecord) -> None:
    answer = Client().get("/events/later/?lanes=country")
    assert (answer.status_code, answer["Location"]) == (301, "/events/event/?lanes=country")
    assert answer["Cache-Control"] == "no-cache"


def test_a_rest_record_and_its_history_and_chain_are_redirected(merged: MergedRecord) -> None:
    for path in ("", "history/", "chain/"):
        answer = Client().get(f"/api/v1/events/later/{path}?format=json")
        assert answer.status_code == 301
        assert answer["Location"] == f"http://testserver/api/v1/events/event/{path}?format=json"
        assert answer["Cache-Control"] == "no-cache"
        assert answer.json()["detail"] == "The event 'later' was merged into 'event'."


def test_the_fast_path_redirects_as_django_does(merged: MergedRecord) -> None:
    application = FastPath(WSGIHandler())
    call = "/api/v1/events/later/", None
    assert call_application(application, ("/api/v1/events/event/", None))[0] == "200 OK"
    for _ in range(2):
        status, headers, _ = call_application(application, call)
        assert status == "301 Moved Permanently"
        assert dict(headers)["Location"].endswith("/api/v1/events/event/")


def test_a_past_state_of_the_merged_one_is_that_of_the_other(merged: MergedRecord) -> None:
    answer = Client().get("/api/v1/events/later/?as_of=2030-01-01T00:00Z".replace("2030", "2020"))
    assert answer.status_code == 301
    assert "as_of=2020-01-01T00:00Z" in answer["Location"]


def test_a_past_link_to_a_merged_record_leads_to_the_other(world: World, editor: Any) -> None:
    world.statement.summary = "Before."
    world.statement.save()
    moment = timezone.now().isoformat().replace("+00:00", "Z")
    merge(world.official, world.somebody, editor)
    path = f"/api/v1/statements/statement/?as_of={moment}"
    assert Client().get(path).json()["speaker"] == {"slug": "somebody-else", "name": "Official"}
    query = f'{{ statement(slug: "statement", asOf: "{moment}") {{ speaker {{ slug }} }} }}'
    assert data(query) == {"statement": {"speaker": {"slug": "somebody-else"}}}
    Official.objects.filter(pk=world.somebody.pk).update(status="withdrawn")
    assert Client().get(path).json()["speaker"] is None


def test_a_write_is_redirected_without_a_change_of_its_method(merged: MergedRecord, editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    answer = client.patch("/api/v1/events/later/", {"name": "X"}, content_type="application/json")
    assert (answer.status_code, answer["Location"]) == (308, "http://testserver/api/v1/events/event/")


def test_a_link_written_by_the_old_slug_is_refused_with_the_new_one(world: World, editor: Any) -> None:
    merge(world.official, world.somebody, editor)
    client = Client()
    client.force_login(editor)
    sent = {"slug": "x", "official": "official", "office": "office", "start": "2021"}
    [error] = client.post("/api/v1/appointments/", sent, content_type="application/json").json()["errors"]
    assert (error["field"], error["suggestion"]) == ("official", "somebody-else")


def test_graphql_answers_with_the_other_record(merged: MergedRecord) -> None:
    query = "query($slug: String!) { event(slug: $slug) { slug } }"
    for _ in range(2):
        assert data(query, slug="later") == {"event": {"slug": "event"}}
        assert data(query, slug="event") == {"event": {"slug": "event"}}
    assert "errors" in post(query, variables={"slug": "nothing"}).json()
    chain = data('{ chain(type: EVENT, slug: "later") { nodes { slug distance } } }')
    assert {"slug": "event", "distance": 0} in chain["chain"]["nodes"]


def test_a_global_id_of_the_merged_one_leads_to_the_other(merged: MergedRecord) -> None:
    ids = {slug: to_global_id("Event", slug) for slug in ("later", "event", "nothing")}
    for _ in range(2):
        assert data("query($id: ID!) { node(id: $id) { id } }", id=ids["later"]) == {"node": {"id": ids["event"]}}
        assert data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[*ids.values()]) == {
            "nodes": [{"id": ids["event"]}, {"id": ids["event"]}, None]
        }


def test_a_global_id_that_was_a_draft_leads_readers_nowhere(world: World, editor: Any) -> None:
    Event.objects.filter(pk=world.later.pk).update(status="draft")
    world.later.refresh_from_db()
    merge(world.later, world.event, editor)
    assert data("query($id: ID!) { node(id: $id) { id } }", id=to_global_id("Event", "later")) == {"node": None}


def test_graphql_reads_the_past_of_the_other_record(merged: MergedRecord) -> None:
    moment = MergedRecord.objects.get().created_at.isoformat()
    query = f'{{ event(slug: "later", asOf: "{moment}") {{ slug name }} }}'
    assert data(query) == {"event": {"slug": "event", "name": "Event"}}


def test_no_statement_more_for_a_slug_that_a_record_has(merged: MergedRecord) -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            Client().get("/api/v1/events/event/")
            data('{ event(slug: "event") { slug } }')
    assert len(queries) == 2


def test_the_redirect_ends_when_the_merge_is_undone(merged: MergedRecord, editor: Any) -> None:
    undo(merged, editor)
    assert Client().get("/events/later/").status_code == 200
    assert Client().get("/api/v1/events/later/").status_code == 200


def test_readers_learn_nothing_of_a_draft_at_either_end(world: World, editor: Any) -> None:
    draft = copy(world.event, slug="a-draft", status="draft", name="Secret")
    draft.save()
    merge(draft, world.event, editor)
    merge(world.later, world.event, editor)
    reader, desk = Client(), Client()
    desk.force_login(editor)

    def answers(client: Client, slug: str) -> list[Any]:
        payload = {"query": f'{{ event(slug: "{slug}") {{ slug }} }}'}
        graphql = client.post("/graphql/", payload, content_type="application/json").json()
        paths = (f"/events/{slug}/", f"/api/v1/events/{slug}/", f"/api/v1/events/{slug}/history/")
        return [*(client.get(path).status_code for path in paths), "errors" in graphql]

    assert answers(reader, "a-draft") == [404, 404, 404, True]
    assert answers(desk, "a-draft") == [301, 301, 301, False]
    Event.objects.filter(pk=world.event.pk).update(status="withdrawn")
    assert answers(reader, "later") == [410, 410, 410, True]
    assert answers(desk, "later") == [301, 301, 301, False]
    never = reader.get("/api/v1/events/never-there/").json()
    assert reader.get("/api/v1/events/a-draft/").json() == {
        **never, "detail": never["detail"].replace("never-there", "a-draft"),
        "errors": [{**never["errors"][0], "got": "a-draft"}],
    }  # fmt: skip
    gone = reader.get("/api/v1/events/later/").json()["detail"]
    assert gone.startswith("The event 'later' was withdrawn on ")
    assert world.event.slug not in gone.removeprefix("The event 'later'")


def test_a_chain_of_merges_is_one_redirect(world: World, editor: Any) -> None:
    third = Official.objects.create(slug="third", name="Third", status="published")
    merge(world.official, world.somebody, editor)
    merge(world.somebody, third, editor)
    assert Client().get("/officials/official/")["Location"] == "/officials/third/"
