"""What is written in the words of others: linked data, feeds and calendars, as others' readers take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from icalendar import Calendar
from pyld import jsonld
from rdflib import Graph
from rdflib.compare import isomorphic

from archive.choices import BodyKind
from archive.models import Body, Event, Identifier, Measure, Name, Official, Statement, Topic
from tests.rest.test_renderers import text
from tests.support.rest_client import CURBS, STATEMENT, RestClient

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def test_linked_data_name_records_by_their_addresses(public: RestClient) -> None:
    answer = public.get("statements/?speaker=kim-you-geun&format=jsonld")
    body = json.loads(text(answer))
    [node] = [record for record in body["@graph"] if record["@id"].endswith(f"/{STATEMENT}/")]
    assert body["@context"] == {"@vocab": "https://schema.org/"}
    assert (node["@type"], node["temporalCoverage"]) == ("Quotation", "2019-07-12")
    assert node["creator"] == {
        "@id": "http://testserver/api/v1/officials/kim-you-geun/",
        "@type": "Person",
        "name": "Kim You-geun",
    }
    assert {public.client.get(record["@id"]).status_code for record in node["about"]} == {200}
    event = json.loads(text(public.get(f"events/{CURBS}/?format=jsonld")))["@graph"][0]
    assert (event["startDate"], event["endDate"]) == ("2019-07-04", "2019-07-04")
    kinds = {record["@id"].split("/")[-3]: record["@type"] for record in node["about"]}
    assert kinds.items() <= {"measures": "Legislation", "events": "Event"}.items()


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019-07-12", {"startDate": "2019-07-12", "endDate": "2019-07-12"}),
        ("2019-07", {"startDate": "2019-07", "endDate": "2019-07"}),
        ("0988", {"startDate": "0988", "endDate": "0988"}),
        ("2019-06-28/2019-07", {"startDate": "2019-06-28", "endDate": "2019-07"}),
        ("2019-03/..", {"startDate": "2019-03"}),
        ("/2019-03", {"endDate": "2019-03"}),
        ("1936~", {"description": "Date: about 1936."}),
        ("19XX", {"description": "Date: the 1900s (century)."}),
        ("2019-22", {"description": "Date: summer 2019."}),
        ("[2019-07-04,2019-07-06]", {"description": "Date: 4 or 6 July 2019."}),
        ("1936~/1940", {"endDate": "1940", "description": "Date: about 1936 to 1940."}),
    ],
)
def test_linked_data_say_no_more_of_a_date_than_is_known(
    public: RestClient, date: str, expected: dict[str, str]
) -> None:
    Event.objects.create(slug="e", name="E", date=date, classification="meeting", status="published")
    [node] = json.loads(text(public.get("events/e/?format=jsonld")))["@graph"]
    assert {key: node[key] for key in ("startDate", "endDate", "description") if key in node} == expected


def test_linked_data_have_the_names_and_identifiers_of_a_person(public: RestClient) -> None:
    official = Official.objects.create(slug="o", name="O", sort_name="O", born="1950~", died="2019", status="published")
    Name.objects.create(official=official, text="Oh", scheme="press", language="en")
    Identifier.objects.create(official=official, scheme="wikidata", value="Q42")
    Identifier.objects.create(official=official, scheme="pocom", value="o")
    [node] = json.loads(text(public.get("officials/o/?format=jsonld")))["@graph"]
    assert (node["@type"], node["alternateName"]) == ("Person", ["Oh"])
    assert node["sameAs"] == ["http://www.wikidata.org/entity/Q42"]
    assert {record["propertyID"]: record["value"] for record in node["identifier"]} == {"wikidata": "Q42", "pocom": "o"}
    assert (node["description"], node["deathDate"]) == ("Born about 1950.", "2019")
    assert not {"nationality", "birthDate"} & set(node)


@pytest.mark.parametrize("collection", ["events", "measures", "statements", "officials", "bodies"])
def test_pyld_and_rdflib_read_the_same_linked_data_of_each_collection(public: RestClient, collection: str) -> None:
    answer = text(public.get(f"{collection}/?format=jsonld&limit=50"))
    graph = Graph().parse(data=answer, format="json-ld")
    count = len(public.get(f"{collection}/?limit=50").json()["results"])
    assert len(set(graph.subjects())) >= count
    quads = jsonld.to_rdf(json.loads(answer), {"format": "application/n-quads"})
    assert isomorphic(Graph().parse(data=quads, format="nt"), graph)
    nodes = [*_nodes(jsonld.expand(json.loads(answer)))]
    assert len(nodes) >= count
    for node in nodes:
        assert "@type" in node, node
        words = [*node["@type"], *(name for name in node if not name.startswith("@"))]
        assert [word for word in words if not word.startswith("https://schema.org/")] == []


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The nodes of an expanded document, those within others too."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and "@value" not in item:
            yield item
            for inner in item.values():
                yield from _nodes(inner)


def test_linked_data_have_a_fitting_type_for_every_kind_of_body(public: RestClient) -> None:
    for kind in BodyKind:
        Body.objects.create(slug=f"x-{kind.value.replace('_', '-')}", name=kind.label, kind=kind, status="published")
    graph = json.loads(text(public.get("bodies/?format=jsonld&limit=500")))["@graph"]
    types = {node["@id"].split("/")[-2]: node["@type"] for node in graph}
    assert {slug: name for slug, name in types.items() if slug.startswith("x-")} == {
        "x-state": "Country",
        "x-government-organ": "GovernmentOrganization",
        "x-intergovernmental-organization": "Organization",
        "x-export-control-regime": "Organization",
        "x-court": "Organization",
        "x-party": "PoliticalParty",
        "x-company": "Corporation",
        "x-medium": "NewsMediaOrganization",
        "x-other": "Organization",
    }


def test_linked_data_link_to_states_as_countries(public: RestClient) -> None:
    state = Body.objects.create(slug="s", name="S", kind="state", status="published")
    organ = Body.objects.create(slug="o", name="O", kind="government_organ", parent=state, status="published")
    province = Body.objects.create(slug="p", name="P", kind="state", parent=state, status="published")
    measure = Measure.objects.create(slug="m", name="M", instrument="other", status="published")
    measure.imposers.set([state, organ])
    country = {"@id": "http://testserver/api/v1/bodies/s/", "@type": "Country", "name": "S"}
    ministry = {"@id": "http://testserver/api/v1/bodies/o/", "@type": "GovernmentOrganization", "name": "O"}
    [node] = json.loads(text(public.get("measures/m/?format=jsonld")))["@graph"]
    assert node["legislationJurisdiction"] == [country]
    assert node["legislationPassedBy"] == [ministry]
    for child, word in ((organ, "areaServed"), (province, "containedInPlace")):
        [node] = json.loads(text(public.get(f"bodies/{child.slug}/?format=jsonld")))["@graph"]
        assert node[word] == country
        assert "parentOrganization" not in node
    for body, word, expected in ((state, "countryOfOrigin", country), (organ, "sourceOrganization", ministry)):
        slug = f"2019-{body.slug}"
        Statement.objects.create(
            slug=slug, name="N", date="2019", classification="speech", attribution="collective", body=body,
            status="published",
        )  # fmt: skip
        [node] = json.loads(text(public.get(f"statements/{slug}/?format=jsonld")))["@graph"]
        assert node[word] == expected


def test_a_feed_gives_what_was_last_changed_first(public: RestClient) -> None:
    event = Event.objects.get(slug=CURBS)
    event.place = "Another place"
    event.save()
    feed = ElementTree.fromstring(text(public.get("events/?format=atom&limit=2")))
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}id") == f"tag:chancery.invalid,2026:events/{CURBS}"
    assert entry.findtext(f"{ATOM}title") == event.name
    assert str(entry.findtext(f"{ATOM}summary")).startswith("4 July 2019. Exports of")
    links = {node.get("rel"): node.get("href") for node in feed.iterfind(f"{ATOM}link")}
    assert "cursor=" in str(links["next"])
    statements = ElementTree.fromstring(text(public.get("statements/?format=atom&speaker=kim-you-geun")))
    assert {node.text for node in statements.iter(f"{ATOM}name")} == {"Kim You-geun"}


def test_a_feed_gives_text_as_text_with_ids_of_its_own(public: RestClient) -> None:
    summary = "If x<y and y>z then AT&T pays; see <script>alert(1)</script>"
    Event.objects.create(
        slug="e", name="a<b & c", summary=summary, date="2019-07-13", classification="meeting", status="published"
    )
    body = text(public.get("events/?format=atom&limit=1"))
    feed = feedparser.parse(body)
    assert not feed.bozo
    [entry] = feed.entries
    assert entry.summary_detail["type"] == "text/plain"
    assert entry.summary == f"13 July 2019. {summary}"
    assert (entry.title, entry.id) == ("a<b & c", "tag:chancery.invalid,2026:events/e")


@pytest.mark.parametrize("char", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_feed_leaves_out_characters_that_xml_excludes(public: RestClient, char: str) -> None:
    event = Event.objects.create(
        slug="e", name=f"a{char}b", summary=f"c{char}d", date="2019-07-13", classification="meeting",
        status="published",
    )  # fmt: skip
    event.topics.add(Topic.objects.create(slug="t", name=f"e{char}f", status="published"))
    feed = ElementTree.fromstring(text(public.get(f"events/?format=atom&q={quote(f'a{char}b OR e')}&limit=500")))
    assert str(feed.findtext(f"{ATOM}title")).startswith("Events (q: ab OR e)")
    [entry] = [entry for entry in feed.iter(f"{ATOM}entry") if str(entry.findtext(f"{ATOM}id")).endswith(":events/e")]
    assert entry.findtext(f"{ATOM}title") == "ab"
    assert entry.findtext(f"{ATOM}summary") == "13 July 2019. cd"
    assert [node.get("term") for node in entry.iter(f"{ATOM}category")] == ["ef"]


def test_the_author_of_a_feed_leaves_out_characters_that_xml_excludes(public: RestClient) -> None:
    Official.objects.filter(slug="kim-you-geun").update(name="Kim\x01 You-geun")
    statements = ElementTree.fromstring(text(public.get("statements/?format=atom&speaker=kim-you-geun")))
    assert {node.text for node in statements.iter(f"{ATOM}name")} == {"Kim You-geun"}


@pytest.mark.parametrize("path", ["measures/?format=atom&good=a%01b", "statements/?format=atom&language=a%01b"])
def test_a_filter_with_a_control_character_gives_an_empty_feed(public: RestClient, path: str) -> None:
    assert ElementTree.fromstring(text(public.get(path))).find(f"{ATOM}entry") is None


def test_each_feed_has_an_id_and_title_that_no_page_or_host_changes(public: RestClient) -> None:
    def head(address: str, **extra: Any) -> tuple[str, str]:
        feed = feedparser.parse(text(Client().get(f"/api/v1/{address}", **extra))).feed
        return feed.id, feed.title

    plain = head("events/?format=atom")
    assert plain == ("tag:chancery.invalid,2026:feeds/events", "Events · Chancery")
    assert head("events/?format=atom&limit=2", HTTP_HOST="localhost", secure=True) == plain
    topic = head("events/?topic=export-controls&format=atom")
    assert topic[1] == "Events (topic: export-controls) · Chancery"
    assert len({plain[0], topic[0], head("statements/?format=atom")[0], head("events/?date=2019&format=atom")[0]}) == 4


def test_a_calendar_gives_each_record_the_days_of_its_date(public: RestClient) -> None:
    dates = {"a": "2019-07", "b": "2019-07-04/..", "c": "../2019-07-04", "d": "9999-12-31", "e": "2019-07-04"}
    for slug, day in dates.items():
        Event.objects.create(
            slug=slug, name=slug, date=day, classification="meeting", status="published", place="Seoul"
        )
    calendar = Calendar.from_ical(text(public.get("events/?format=ics")))
    events = {str(node["UID"]).split("/")[-1]: node for node in calendar.walk("VEVENT")}
    days = {slug: (events[slug].DTSTART, "DTEND" in events[slug] and events[slug].DTEND) for slug in dates}
    assert days == {
        "a": (date(2019, 7, 1), date(2019, 8, 1)),
        "b": (date(2019, 7, 4), False),
        "c": (date(2019, 7, 4), False),
        "d": (date(9999, 12, 31), False),
        "e": (date(2019, 7, 4), date(2019, 7, 5)),
    }
    assert [str(events[slug]["SUMMARY"]) for slug in "ae"] == ["a (July 2019)", "e"]
    assert str(events["a"]["LOCATION"]) == "Seoul"
    assert len(events) == Event.objects.exclude(date_precision="year").count()
    Measure.objects.create(slug="m", name="m", instrument="sanctions", status="published")
    measures = Calendar.from_ical(text(public.get("measures/?format=ics"))).walk("VEVENT")
    assert len(measures) == Measure.objects.count() - 1


def test_a_calendar_leaves_out_what_is_vaguer_than_a_month(public: RestClient) -> None:
    dates = {
        "century": "19XX", "decade": "195X", "year": "2019", "season": "2019-22", "years": "[1936,1938]",
        "vague-ends": "2019/2020", "month": "2019-07", "days": "[2019-07-04,2019-07-06]", "long": "2019-07/2023-03-23",
        "about": "2019-07-04~", "since": "2019-07-04/..",
    }  # fmt: skip
    for slug, day in dates.items():
        Event.objects.create(slug=slug, name=slug, date=day, classification="meeting", status="published")
    calendar = Calendar.from_ical(text(public.get("events/?format=ics")))
    uids = {str(node["UID"]) for node in calendar.walk("VEVENT")}
    slugs = {slug for slug in dates if f"tag:chancery.invalid,2026:events/{slug}" in uids}
    assert slugs == {"month", "days", "long", "about", "since"}
    assert (str(calendar["METHOD"]), calendar["REFRESH-INTERVAL"].dt) == ("PUBLISH", timedelta(days=1))


@pytest.mark.parametrize(
    "path", ["events/vague/?", "events/?q=nothingatall&", "events/?classification=meeting&date=1936&"]
)
def test_a_calendar_without_events_is_valid(public: RestClient, path: str) -> None:
    Event.objects.create(slug="vague", name="V", date="1936", classification="meeting", status="published")
    content = text(public.get(f"{path}format=ics"))
    calendar = Calendar.from_ical(content)
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
    assert [component.name for component in calendar.subcomponents[0].subcomponents] == ["STANDARD"]
    assert "METHOD" not in calendar  # PUBLISH requires an event
    assert {"PRODID", "VERSION"} <= calendar.keys()
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    assert content.endswith("END:VCALENDAR\r\n")


def test_a_calendar_whose_first_page_has_no_event_is_whole(public: RestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.rest.renderers.render.MAX_LIMIT", 1)
    for slug, day in (("a", "1936"), ("b", "1936-07-04"), ("c", "1937")):
        Event.objects.create(slug=f"paged-{slug}", name="V", date=day, classification="meeting", status="published")
    calendar = Calendar.from_ical(text(public.get("events/?date=1936/1937&format=ics")))
    assert [component.name for component in calendar.subcomponents] == ["VEVENT"]
    assert calendar["METHOD"] == "PUBLISH"
