"""``as_of``: a record as the archive knew it at a past moment, in the form of the present record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from archive.choices import Status
from archive.dates import PartialDate
from archive.models import (
    Appointment,
    Body,
    Event,
    Office,
    Official,
    Participation,
    Relation,
    SpeechAct,
    Statement,
    Topic,
)
from archive.rest.serializers import SERIALIZERS
from archive.revisions.state import tracked_models

pytestmark = pytest.mark.django_db
#: Times of saves, which the public does not need to have exactly.
STAMPS = ("version", "created_at", "updated_at")


def read(address: str, client: Client | None = None, **params: Any) -> Any:
    response = (client or Client()).get(f"/api/v1/{address}/", params)
    return response.status_code, response.json()


def now() -> str:
    return timezone.now().isoformat()


@pytest.fixture
def event(db: None) -> Event:
    return Event.objects.create(
        slug="e", status="published", name="First", classification="visit", date=PartialDate.parse("2019-07")
    )


def without_stamps(value: Any) -> Any:
    if isinstance(value, list):
        return [without_stamps(item) for item in value]
    if isinstance(value, dict):
        return {key: without_stamps(item) for key, item in value.items() if key not in STAMPS}
    return value


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_every_record_now_is_as_it_is(collection: str, dossier: None) -> None:
    serializer: Any = SERIALIZERS[collection]
    own = [name for name, part in serializer.parts.items() if not hasattr(part.Meta.model, "status")]
    include = {"include": ",".join(own)}
    moment = now()
    for record in serializer.Meta.model._default_manager.visible_to(None)[:12]:
        status, present = read(f"{collection}/{record.slug}", **include)
        past_status, past = read(f"{collection}/{record.slug}", **include, as_of=moment)
        assert (status, past_status) == (200, 200), past
        assert list(past) == list(present)
        assert without_stamps(past) == without_stamps(present)


def test_columns_links_and_parts_are_those_of_the_time(event: Event) -> None:
    topic = Topic.objects.create(slug="t", name="T", status="published")
    other = Event.objects.create(
        slug="o", status="published", name="O", classification="visit", date=PartialDate.parse("2018")
    )
    event.topics.add(topic)
    part = Participation.objects.create(event=event, body=Body.objects.get(iso3166="KR"), role="actor")
    Relation.objects.create(from_event=event, to_event=other, kind="follows")
    before = now()
    event.name, event.date = "Second", PartialDate.parse("2019-07-12")
    event.save()
    event.topics.clear()
    part.role = "host"
    part.save()
    event.relations.all().delete()
    _, past = read("events/e", as_of=before, include="participations,relations")
    assert (past["name"], past["date"]["text"], past["topics"]) == ("First", "2019-07", [{"slug": "t", "name": "T"}])
    assert [single["role"] for single in past["participations"]] == ["actor"]
    assert [(single["kind"], single["to_event"]["slug"]) for single in past["relations"]] == [("follows", "o")]
    _, present = read("events/e", as_of=now(), include="participations,relations")
    assert (present["name"], present["topics"], present["relations"]) == ("Second", [], [])
    assert read("events/e", as_of=before, fields="name,date.text")[1] == {"name": "First", "date": {"text": "2019-07"}}


@pytest.mark.parametrize("status", [status for status in Status.values if status != "published"])
def test_what_is_hidden_now_is_not_shown(event: Event, status: str, admin_client: Client) -> None:
    other = Event.objects.create(
        slug="o", status="published", name="O", classification="visit", date=PartialDate.parse("2018")
    )
    topic = Topic.objects.create(slug="t", name="T", status="published")
    event.topics.add(topic)
    Relation.objects.create(from_event=event, to_event=other, kind="follows")
    before = now()
    for record in (other, topic):
        record.status = status
        record.save()
    _, past = read("events/e", as_of=before, include="relations")
    assert (past["relations"], past["topics"]) == ([], [])
    _, seen = read("events/e", admin_client, as_of=before, include="relations")
    assert [len(seen[name]) for name in ("relations", "topics")] == [1, 1]
    missing = Client().get("/api/v1/events/o/", {"as_of": before})
    never = Client().get("/api/v1/events/p/", {"as_of": before})
    # Readers saw it once, and learn no more of it than that it was withdrawn.
    assert (missing.status_code, never.status_code) == (410, 404)


def test_what_was_hidden_then_is_not_shown() -> None:
    draft = Event.objects.create(
        slug="d", status="draft", name="Secret", classification="visit", date=PartialDate.parse("2019")
    )
    event = Event.objects.create(
        slug="e", status="published", name="E", classification="visit", date=PartialDate.parse("2019")
    )
    Relation.objects.create(from_event=event, to_event=draft, kind="follows")
    before = now()
    draft.status, draft.name = "published", "Public"
    draft.save()
    assert read("events/d", as_of=before)[0] == 404
    assert read("events/e", as_of=before, include="relations")[1]["relations"] == []
    assert read("events/d", as_of=now())[1]["name"] == "Public"


def test_a_speech_act_is_public_with_its_statement() -> None:
    statement = Statement.objects.create(
        slug="s", name="S", date=PartialDate.parse("2019"), attribution="collective", classification="note",
        body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text="Early")
    before = now()
    act.text = "Late"
    act.save()
    statement.status = "published"
    statement.save()
    assert read(f"speech-acts/{act.slug}", as_of=before)[0] == 404
    assert read(f"speech-acts/{act.slug}", as_of=now())[1]["text"] == "Late"
    _, past = read("statements/s", as_of=now(), include="speech_acts")
    assert [single["text"] for single in past["speech_acts"]] == ["Late"]


def _body(slug: str, status: str = "published") -> Body:
    return Body.objects.create(slug=slug, name=slug.title(), kind="government_organ", status=status)


def _moved_office(before: Body, after: Body) -> tuple[Office, str]:
    """A published office that was moved to another body with a new name, and the moment before."""
    office = Office.objects.create(slug="o", name="Old name", body=before, status="published")
    moment = now()
    office.name, office.body = "New name", after
    office.save()
    return office, moment


def test_a_record_depends_on_the_records_that_it_belonged_to_then(db: None) -> None:
    public = _body("known")
    _, moment = _moved_office(_body("hidden", "draft"), public)
    assert read("offices/o", as_of=moment)[0] == 404
    assert read("offices/o", as_of=now())[1]["name"] == "New name"


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_record_that_was_public_then_is_shown_although_the_next_it_belonged_to_was_not(db: None, status: str) -> None:
    public, later = _body("known"), _body("later", status)
    office, moment = _moved_office(public, later)
    later.status = "published"
    later.save()
    assert read("offices/o", as_of=moment)[1]["name"] == "Old name"
    # A record between the two hidden ones: the appointment depends on the office's body of the time.
    official = Official.objects.create(slug="p", name="P", status="published")
    Appointment.objects.create(slug="a", official=official, office=office, status="published")
    between = now()
    office.body = public
    office.save()
    later.status = "withdrawn"
    later.save()
    assert read("appointments/a", as_of=between)[0] == 200


def test_an_appointment_depends_on_the_body_that_its_office_had_then(db: None) -> None:
    official = Official.objects.create(slug="p", name="P", status="published")
    public, hidden = _body("known"), _body("hidden", "draft")
    office = Office.objects.create(slug="o", name="O", body=hidden, status="published")
    Appointment.objects.create(slug="a", official=official, office=office, status="published")
    moment = now()
    office.body = public
    office.save()
    assert read("appointments/a", as_of=moment)[0] == 404
    assert read("appointments/a", as_of=now())[0] == 200


def test_a_link_is_left_out_to_a_record_that_depended_on_a_hidden_one(db: None) -> None:
    official = Official.objects.create(slug="p", name="P", status="draft")
    office = Office.objects.create(slug="o", name="O", body=_body("b"), status="published")
    appointment = Appointment.objects.create(slug="a", official=official, office=office, status="published")
    statement = Statement.objects.create(
        slug="s", name="S", date=PartialDate.parse("2019"), attribution="named", classification="note",
        speaker=official, status="published",
    )  # fmt: skip
    statement.capacities.set([appointment])
    moment = now()
    official.status = "published"
    official.save()
    assert read("statements/s", as_of=moment)[1]["capacities"] == []
    assert [link["slug"] for link in read("statements/s", as_of=now())[1]["capacities"]] == ["a"]


def test_deeper_paths_to_what_a_record_depends_on_are_those_of_the_record_in_between() -> None:
    """``archive.revisions.past_publication`` follows the first step only, and the next from there."""
    for model in tracked_models():
        for path in model.visibility_parents:
            first, _, rest = path.partition("__")
            assert not rest or rest in model._meta.get_field(first).related_model.visibility_parents, (model, path)


def test_before_a_record_was_in_the_archive_it_is_not_found(event: Event) -> None:
    earlier = event.created_at - timedelta(seconds=1)
    for moment in (earlier.isoformat(), "1066", "0001-01-01"):
        status, problem = read("events/e", as_of=moment)
        assert status == 404
        assert problem["errors"][0]["field"] == "as_of"
        assert "did not show the event 'e'" in problem["detail"]


@pytest.mark.parametrize(
    "params",
    [
        {"as_of": "soon"},
        {"as_of": "2019-13-01"},
        {"as_of": "9999-12-31"},
        {"as_of": "a\x00"},
        {"as_of": ["2019", "2020"]},
        {"as_of": "0001-01-01T00:00:00+14:00"},
        {"as_of": "2019", "format": "jsonld"},
    ],
)
def test_a_wrong_moment_is_refused(event: Event, params: dict[str, Any]) -> None:
    status, problem = read("events/e", **params)
    assert status == 400
    assert problem["errors"][0]["field"] == "as_of"


def test_parts_that_are_records_are_refused(dossier: None) -> None:
    status, problem = read("officials/kim-you-geun", as_of=now(), include="appointments")
    assert status == 400
    assert problem["errors"][0]["got"] == "appointments"


def test_a_list_by_slug_has_the_states_in_the_order_of_the_slugs(event: Event) -> None:
    other = Event.objects.create(
        slug="o", status="published", name="O", classification="visit", date=PartialDate.parse("2018")
    )
    before = now()
    event.name = "Second"
    event.save()
    Event.objects.create(
        slug="later", status="published", name="L", classification="visit", date=PartialDate.parse("2018")
    )
    params: dict[str, Any] = {"slug": ["o", "later", "e", "o"], "as_of": before, "fields": "slug,name"}
    status, content = read("events", **params)
    assert (status, content["count"], content["next"]) == (200, 2, None)
    assert content["results"] == [{"slug": "o", "name": "O"}, {"slug": "e", "name": "First"}]
    _, whole = read("events", slug="o", as_of=before, include="participations")
    assert whole["results"] == [read(f"events/{other.slug}", as_of=before, include="participations")[1]]


@pytest.mark.parametrize("status", [status for status in Status.values if status != "published"])
def test_a_list_by_slug_refuses_hidden_and_unknown_slugs_with_the_same_message(event: Event, status: str) -> None:
    Event.objects.create(slug="d", status=status, name="D", classification="visit", date=PartialDate.parse("2019"))
    hidden = read("events", slug=["e", "d"], as_of=now())
    unknown = read("events", slug=["e", "q"], as_of=now())
    assert (hidden[0], hidden[1]["errors"][0]["got"]) == (400, "d")
    assert json.dumps(hidden[1]).replace("'d'", "'q'").replace('"d"', '"q"') == json.dumps(unknown[1])


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"as_of": "2019"}, "slug"),
        ({"slug": "e"}, "slug"),
        ({"slug": [f"e{number}" for number in range(51)], "as_of": "2019"}, "slug"),
        ({"slug": "a\x00", "as_of": "2019"}, "slug"),
        ({"slug": "e", "as_of": "2019", "topic": "t"}, "topic"),
        ({"slug": "e", "as_of": "2019", "limit": "5"}, "limit"),
        ({"slug": "e", "as_of": "2019", "format": "csv"}, "as_of"),
        ({"slug": "e", "as_of": "soon"}, "as_of"),
        ({"slug": "e", "as_of": "9999"}, "as_of"),
        ({"slug": "e", "as_of": ["2019", "2020"]}, "as_of"),
    ],
)
def test_a_list_by_slug_refuses_other_questions(event: Event, params: dict[str, Any], field: str) -> None:
    status, problem = read("events", **params)
    assert (status, problem["errors"][0]["field"]) == (400, field)


def test_before_the_archive_a_list_by_slug_is_empty(event: Event) -> None:
    assert read("events", slug="e", as_of="1066") == (200, {"count": 0, "next": None, "previous": None, "results": []})


def test_the_etag_is_no_record_version(event: Event) -> None:
    present = Client().get("/api/v1/events/e/")["ETag"]
    past = Client().get("/api/v1/events/e/", {"as_of": now()})["ETag"]
    assert past.partition("-")[0] != present.partition("-")[0]
