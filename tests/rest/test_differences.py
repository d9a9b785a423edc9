"""``history/?from=&to=``: what differs between two states of a record, as far as the reader may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from archive.choices import Status
from archive.dates import PartialDate
from archive.models import Body, Citation, Event, Participation, Relation, Source, SpeechAct, Statement, Topic
from archive.rest.serializers import SERIALIZERS

pytestmark = pytest.mark.django_db


def compare(address: str, client: Client | None = None, **params: Any) -> tuple[int, Any]:
    response = (client or Client()).get(f"/api/v1/{address}/history/", params)
    return response.status_code, response.json()


def changes(address: str, client: Client | None = None, **params: Any) -> list[dict[str, Any]]:
    status, content = compare(address, client, **params)
    assert status == 200, content
    return content["changes"]


def make_event(slug: str = "e", **values: Any) -> Event:
    return Event.objects.create(
        **{"slug": slug, "status": "published", "name": "First", "classification": "visit",
           "date": PartialDate.parse("2019"), **values}
    )  # fmt: skip


@pytest.fixture
def event(db: None) -> Event:
    return make_event()


def test_fields_have_their_values_before_and_after(event: Event) -> None:
    event.name = "Second"
    event.save()
    event.date = PartialDate.parse("2019-07")
    event.save()
    assert changes("events/e", **{"from": 1, "to": 2}) == [
        {"field": "name", "kind": "changed", "before": "First", "after": "Second"}
    ]
    by_field = {change["field"]: change for change in changes("events/e", **{"from": 1, "to": 3})}
    assert set(by_field) == {"name", "date"}
    assert (by_field["date"]["before"]["text"], by_field["date"]["after"]["text"]) == ("2019", "2019-07")
    [back] = changes("events/e", **{"from": 2, "to": 1})
    assert (back["before"], back["after"]) == ("Second", "First")
    _, content = compare("events/e", **{"from": 1, "to": 2})
    assert (content["from"]["number"], content["to"]["number"]) == (1, 2)
    assert [revision["number"] for revision in content["results"]] == [2]


def test_links_and_parts_are_added_removed_and_changed(event: Event) -> None:
    topic = Topic.objects.create(slug="t", name="T", status="published")
    korea = Body.objects.get(iso3166="KR")
    host = Participation.objects.create(event=event, body=korea, role="host")
    actor = Participation.objects.create(event=event, body=Body.objects.get(iso3166="JP"), role="actor")
    relation = Relation.objects.create(from_event=event, to_event=make_event("o"), kind="follows")
    before = timezone.now()
    event.topics.add(topic)
    host.role = "target"
    host.save()
    actor.delete()
    Participation.objects.create(event=event, body=Body.objects.get(iso3166="US"), role="mediator")
    Citation.objects.create(relation=relation, source=Source.objects.create(slug="s", title="S", status="published"))
    by_field = changes("events/e", **{"from": before.isoformat()})
    [topics] = [change for change in by_field if change["field"] == "topics"]
    assert (topics["added"], topics["removed"]) == ([{"slug": "t", "name": "T"}], [])
    parts = {change["kind"]: change for change in by_field if change["field"] == "participations"}
    assert parts["added"]["after"]["role"] == "mediator"
    assert "before" not in parts["added"]
    assert parts["removed"]["before"]["role"] == "actor"
    assert parts["changed"]["changes"] == [{"field": "role", "kind": "changed", "before": "host", "after": "target"}]
    assert parts["changed"]["after"]["party"]["slug"] == korea.slug
    [relations] = [change for change in by_field if change["field"] == "relations"]
    assert [(change["field"], change["kind"]) for change in relations["changes"]] == [("citations", "added")]


def test_long_texts_are_compared_word_by_word(event: Event) -> None:
    event.summary = "The ministry announced on Thursday that the list of materials would be shorter than expected."
    event.save()
    event.summary = event.summary.replace("Thursday", "Friday").replace(" than expected", "")
    event.save()
    [change] = changes("events/e", **{"from": 2, "to": 3})
    runs = [(run["kind"], run["text"].strip()) for run in change["words"] if run["kind"] != "same"]
    assert runs == [
        ("removed", "Thursday"),
        ("added", "Friday"),
        ("removed", "shorter than expected"),
        ("added", "shorter"),
    ]
    assert "".join(run["text"] for run in change["words"] if run["kind"] != "added") == change["before"]
    assert "".join(run["text"] for run in change["words"] if run["kind"] != "removed") == change["after"]


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_a_record_does_not_differ_from_itself(collection: str, dossier: None) -> None:
    moment = timezone.now().isoformat()
    for record in SERIALIZERS[collection].Meta.model._default_manager.visible_to(None)[:4]:  # type: ignore[attr-defined]
        assert changes(f"{collection}/{record.slug}", **{"from": moment}) == []
        assert changes(f"{collection}/{record.slug}", **{"from": 1}) == []


def test_versions_of_a_draft_are_neither_numbered_nor_shown(admin_client: Client) -> None:
    event = make_event(status="draft", name="Secret")
    drafted = timezone.now().isoformat()
    for status, name in (("published", "Public"), ("withdrawn", "Hidden"), ("published", "Public again")):
        event.status, event.name = status, name
        event.save()
    _, listed = compare("events/e")
    assert [(revision["number"], revision["changed"]["name"]) for revision in listed["results"]] == [
        (2, "Public again"), (1, "Public")
    ]  # fmt: skip
    [change] = changes("events/e", **{"from": 1, "to": 2})
    assert (change["before"], change["after"]) == ("Public", "Public again")
    for params in ({"from": drafted}, {"from": 0}, {"from": 1, "to": 3}):
        status, problem = compare("events/e", **params)
        assert (status, "Secret" in str(problem), "Hidden" in str(problem)) == (400, False, False)
    seen = {change["field"]: change for change in changes("events/e", admin_client, **{"from": 1, "to": 3})}
    assert (seen["name"]["before"], seen["name"]["after"]) == ("Secret", "Hidden")


@pytest.mark.parametrize("status", [status for status in Status.values if status != "published"])
def test_links_to_drafts_do_not_differ(event: Event, status: str, admin_client: Client) -> None:
    before = timezone.now().isoformat()
    event.topics.add(Topic.objects.create(slug="t", name="T", status=status))
    Relation.objects.create(from_event=event, to_event=make_event("o", status=status), kind="follows")
    assert changes("events/e", **{"from": before}) == []
    assert {change["field"] for change in changes("events/e", admin_client, **{"from": before})} == {
        "topics", "relations"
    }  # fmt: skip


def test_a_speech_act_is_compared_since_its_statement_was_published() -> None:
    statement = Statement.objects.create(
        slug="s", name="S", date=PartialDate.parse("2019"), attribution="collective", classification="note",
        body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text="A slip of the pen")
    act.text = "As it was said"
    act.save()
    statement.status = "published"
    statement.save()
    act.text = "As it was heard"
    act.save()
    [change] = changes(f"speech-acts/{act.slug}", **{"from": 1, "to": 2})
    assert (change["before"], change["after"]) == ("As it was said", "As it was heard")
    assert compare(f"speech-acts/{act.slug}", **{"from": 1, "to": 3})[0] == 400


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"to": 1}, "from"), ({"from": 2}, "from"), ({"from": 0}, "from"), ({"from": 1, "to": 9}, "to"),
        ({"from": "1" * 7}, "from"), ({"from": "soon"}, "from"), ({"from": "9999-01-01"}, "from"),
        ({"from": "1066-10-14"}, "from"), ({"from": 1, "to": "a\x00"}, "to"), ({"from": [1, 1]}, "from"),
        ({"from": "-1"}, "from"), ({"from": 1, "format": "csv"}, "format"), ({"since": 1}, "since"),
    ],
)  # fmt: skip
def test_other_ends_are_refused(event: Event, params: dict[str, Any], field: str) -> None:
    status, problem = compare("events/e", **params)
    assert (status, problem["errors"][0]["field"]) == (400, field)


def test_a_moment_is_between_the_revisions(event: Event) -> None:
    first = event.history.first().history_date + timedelta(microseconds=1)
    event.name = "Second"
    event.save()
    _, content = compare("events/e", **{"from": first.isoformat()})
    assert (content["from"]["number"], content["to"]["number"]) == (1, 2)
    assert [change["field"] for change in content["changes"]] == ["name"]
