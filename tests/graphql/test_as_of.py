"""``asOf``: a record at a past moment, the same as in REST and as the present record where nothing changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from graphene.utils.str_converters import to_camel_case

from archive.choices import Status
from archive.dates import PartialDate
from archive.graphql.schema import ROOTS, schema
from archive.models import Body, Dossier, DossierEntry, Event, Participation, SpeechAct, Statement, Topic
from tests.support.past_selection import past_selection

pytestmark = pytest.mark.django_db


def ask(document: str, client: Client | None = None, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": document, "variables": variables})
    return (client or Client()).post("/graphql/", body, content_type="application/json").json()


def now() -> str:
    return timezone.now().isoformat()


@pytest.mark.parametrize("collection", ROOTS)
def test_every_record_now_is_as_it_is(collection: str, dossier: None) -> None:
    type_name, _, single = ROOTS[collection]
    model: Any = schema.graphql_schema.type_map[type_name].graphene_type._meta.model  # type: ignore[attr-defined]
    selection, field = past_selection(type_name), to_camel_case(single)
    document = f"query($slug: String!, $asOf: DateTime) {{ {field}(slug: $slug, asOf: $asOf) {{ {selection} }} }}"
    moment = now()
    for record in model.objects.visible_to(None)[:8]:
        present, past = ask(document, slug=record.slug), ask(document, slug=record.slug, asOf=moment)
        assert "errors" not in present
        assert past == present


def test_the_state_is_that_of_the_time_in_both_doors() -> None:
    dossier = Dossier.objects.create(slug="d", name="First", status="published")
    event = Event.objects.create(
        slug="e", status="published", name="E", classification="visit", date=PartialDate.parse("2019-07")
    )
    entry = DossierEntry.objects.create(dossier=dossier, position=1, event=event, note="Early")
    before = now()
    entry.note, dossier.name = "Late", "Second"
    entry.save()
    dossier.save()
    document = """query($asOf: DateTime) { dossier(slug: "d", asOf: $asOf) {
      name entries { position note record { ... on Event { slug name } } } } }"""
    then, present = ask(document, asOf=before)["data"]["dossier"], ask(document)["data"]["dossier"]
    assert then == {
        "name": "First", "entries": [{"position": 1, "note": "Early", "record": {"slug": "e", "name": "E"}}]
    }  # fmt: skip
    assert (present["name"], present["entries"][0]["note"]) == ("Second", "Late")
    assert ask(document, asOf=before)["data"]["dossier"] == then
    rest = Client().get("/api/v1/dossiers/d/", {"as_of": before, "include": "entries"}).json()
    assert (rest["name"], [row["note"] for row in rest["entries"]]) == (then["name"], ["Early"])
    assert rest["entries"][0]["record"] == {"type": "event", "slug": "e", "name": "E"}


def test_the_state_of_a_speech_act_is_by_the_outcomes_of_the_time() -> None:
    statement = Statement.objects.create(
        slug="s", name="S", date=PartialDate.parse("2019"), attribution="collective", classification="note",
        status="published", body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text="Now")
    before = now()
    act.outcomes.create(date=PartialDate.parse("2020"), kind="rejected")
    document = """query($slug: String!, $asOf: DateTime) { speechAct(slug: $slug, asOf: $asOf) { state } }"""
    assert ask(document, slug=act.slug, asOf=before)["data"] == {"speechAct": {"state": "OPEN"}}
    assert ask(document, slug=act.slug, asOf=now())["data"] == {"speechAct": {"state": "REJECTED"}}
    assert ask(document, slug=act.slug)["data"] == {"speechAct": {"state": "REJECTED"}}


@pytest.mark.parametrize("status", [status for status in Status.values if status != "published"])
def test_what_is_hidden_now_or_was_hidden_then_is_not_shown(status: str, admin_client: Client) -> None:
    topic = Topic.objects.create(slug="t", name="T", status="published")
    event = Event.objects.create(
        slug="e", status="draft", name="Secret", classification="visit", date=PartialDate.parse("2019")
    )
    event.topics.add(topic)
    hidden = now()
    event.name, event.status = "Public", "published"
    event.save()
    Participation.objects.create(event=event, body=Body.objects.get(iso3166="KR"), role="actor")
    shown = now()
    topic.status = status
    topic.save()
    document = """query($asOf: DateTime) { event(slug: "e", asOf: $asOf) { name topics { slug } } }"""
    answer = ask(document, asOf=hidden)
    assert answer["data"] == {"event": None}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert answer["errors"][0]["path"] == ["event"]
    assert ask(document, asOf=shown)["data"]["event"] == {"name": "Public", "topics": []}
    assert ask(document, admin_client, asOf=shown)["data"]["event"]["topics"] == [{"slug": "t"}]


@pytest.mark.parametrize(
    "moment", ["soon", "2019-13-01", "9999-12-31", "a\x00", "0001-01-01T00:00:00+14:00", "../2019"]
)
def test_a_wrong_moment_is_refused_with_the_message_of_rest(moment: str, dossier: None) -> None:
    slug = "2019-07-04-japan-export-curbs-take-effect"
    document = """query($slug: String!, $asOf: DateTime) {
      event(slug: $slug, asOf: $asOf) { name } count: events { totalCount } }"""
    answer = ask(document, slug=slug, asOf=moment)
    [problem] = Client().get(f"/api/v1/events/{slug}/", {"as_of": moment}).json()["errors"]
    [error] = answer["errors"]
    assert error["extensions"]["errors"] == [{**problem, "field": "asOf"}]
    assert answer["data"]["event"] is None
    assert answer["data"]["count"]["totalCount"] > 0


def test_before_the_archive_a_record_is_not_found(dossier: None) -> None:
    slug = "2019-07-04-japan-export-curbs-take-effect"
    answer = ask(f'{{ event(slug: "{slug}", asOf: "1066") {{ name }} }}')
    assert answer["data"] == {"event": None}
    assert "in the archive" in answer["errors"][0]["message"]
    assert ask('{ event(slug: "nope", asOf: "2026-01-01") { name } }')["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "selection",
    ["version", "updatedAt", "statements { totalCount }", "relatedFrom { kind }", "topics { children { totalCount } }"],
)
def test_fields_without_a_past_are_refused_by_name(selection: str, dossier: None) -> None:
    slug = "2019-07-04-japan-export-curbs-take-effect"
    answer = ask(f'{{ event(slug: "{slug}", asOf: "{now()}") {{ name {selection} }} }}')
    assert answer["data"] == {"event": None}
    assert "with asOf" in answer["errors"][0]["message"]


def test_many_past_states_in_one_document_are_too_much() -> None:
    fields = " ".join(f'a{number}: event(slug: "e", asOf: "2020") {{ name }}' for number in range(30))
    assert ask(f"{{ {fields} }}")["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
