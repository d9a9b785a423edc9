"""The questions of the guide have one answer, by one request of REST and by one of GraphQL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from archive.models import Appointment, Citation, Source, Statement

pytestmark = pytest.mark.django_db
CURBS = "2019-07-04-japan-export-curbs-take-effect"


def rest(address: str, **params: Any) -> Any:
    response = Client().get(f"/api/v1/{address}/", params)
    assert response.status_code == 200, response.content
    return response.json()


def graphql(text: str) -> Any:
    response = Client().post("/graphql/", json.dumps({"query": text}), content_type="application/json").json()
    assert "errors" not in response
    return response["data"]


def slugs(rows: list[dict[str, Any]]) -> list[str]:
    return [row["slug"] for row in rows]


def test_who_answered_whom_within_14_days(dossier: None) -> None:
    expected = rest(
        "statements", about=CURBS, answered_within="P14D", certain="true", fields="slug,speaker.name,in_reply_to.slug"
    )["results"]
    data = graphql(
        f'{{ statements(about: ["{CURBS}"], answeredWithin: "P14D", certain: true)'
        " { nodes { slug speaker { name } inReplyTo { slug } } } }"
    )
    slugs = [
        {"slug": row["slug"], "speaker": row["speaker"], "in_reply_to": row["inReplyTo"]}
        for row in data["statements"]["nodes"]
    ]
    assert slugs == expected
    assert any(row["in_reply_to"] for row in slugs)


def test_acting_speakers(dossier: None) -> None:
    statement = Statement.objects.get(slug="2019-07-08-moon-calls-for-withdrawal")
    assert rest("statements", capacity="acting", count="true")["count"] == 0
    appointment = statement.capacities.get()
    Appointment.objects.filter(pk=appointment.pk).update(mode="acting")
    content = rest("statements", capacity="acting", fields="slug,speaker.name,capacities.name", count="true")
    data = graphql("{ statements(capacity: [ACTING]) { nodes { slug speaker { name } capacities { mode } } } }")
    assert statement.slug in slugs(content["results"])
    assert slugs(data["statements"]["nodes"]) == slugs(content["results"])
    assert {row["speaker"]["name"] for row in content["results"]} == {"Moon Jae-in"}
    counts = rest("statements/counts", by="speaker", capacity="acting")
    assert [row["keys"][0]["value"] for row in counts["counts"]] == ["moon-jae-in"]
    Appointment.objects.filter(pk=appointment.pk).update(status="draft")
    assert rest("statements", capacity="acting", count="true")["count"] == 0


def test_first_and_last_use_of_a_topic(dossier: None) -> None:
    content = rest("timeline", topic="gsomia", kind=["event", "statement"], width=10_000)
    data = graphql(
        '{ a: events(topic: ["gsomia"], first: 1) { ...date } b: events(topic: ["gsomia"], last: 1) { ...date }'
        ' c: statements(topic: ["gsomia"], first: 1) { nodes { date { earliest latest } } }'
        ' d: statements(topic: ["gsomia"], last: 1) { nodes { date { earliest latest } } } }'
        " fragment date on EventConnection { nodes { date { earliest latest } } }"
    )
    dates = [page["nodes"][0]["date"] for page in data.values()]
    assert content["from"] == min(date["earliest"] for date in dates) == "2016-11-23"
    assert content["to"] == max(date["latest"] for date in dates) == "2023-03-21"


def test_what_cites_this_publisher(dossier: None) -> None:
    expected = {
        name: slugs(rest(name, publisher="the-korea-herald", fields="slug")["results"])
        for name in ("events", "measures", "statements", "officials", "bodies", "offices", "appointments")
    }
    fields = " ".join(f'{name}(publisher: ["the-korea-herald"]) {{ nodes {{ slug }} }}' for name in expected)
    assert {name: slugs(page["nodes"]) for name, page in graphql(f"{{ {fields} }}").items()} == expected
    source = Source.objects.get(slug="korea-herald-2019-07-12-international-probe")
    cited = Citation.objects.filter(source__publisher__slug="the-korea-herald", event__isnull=False)
    assert set(expected["events"]) == set(cited.values_list("event__slug", flat=True))
    source.status = "draft"
    source.save()
    assert CURBS not in slugs(rest("events", publisher="the-korea-herald", fields="slug")["results"])
