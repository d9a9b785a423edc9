"""Counts over HTTP: invalid parameters, limits before any SQL, caching, and agreement of the doors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.counts import MAX_FACETS, CountOptions, Counts, CountsRead, counted
from archive.graphql.limits import DIMENSION_COST, MAX_COST
from archive.models import Event
from archive.sql.reads import run

pytestmark = pytest.mark.django_db


def rest(path: str) -> Any:
    return Client().get(f"/api/v1/{path}")


def graphql(text: str, **variables: Any) -> Any:
    payload = {"query": text, "variables": variables}
    return Client().post("/graphql/", payload, content_type="application/json").json()


@pytest.mark.parametrize(
    ("query", "field", "got", "suggestion"),
    [
        ("", "by", "none", None),
        ("by=", "by", "none", None),
        ("by=yaer", "by", "yaer", "year"),
        ("by=year,month", "by", "year, month", None),
        ("by=topic&by=topic", "by", "topic, topic", None),
        ("by=topic&by=year&by=source", "by", "3", None),
        ("by=year&spans=sure", "spans", "sure", None),
        ("by=year&spans=spread&spans=certain", "spans", "spread, certain", None),
        ("by=topic&limit=0", "limit", "0", None),
        ("by=topic&limit=101", "limit", "101", None),
        ("by=topic&limit=many", "limit", "many", None),
        ("by=year&format=csv", "format", "csv", None),
        ("by=year&order_by=date", "order_by", "order_by", None),
        ("by=year&topik=x", "topik", "topik", "topic"),
        ("by=year&topic=export-control", "topic", "export-control", "export-controls"),
        ("by=year&date=2019-13", "date", "2019-13", None),
        ("by=day&date=0001/9999", "date", "a range of 3652059 days", None),
        ("by=week", "date", "a range of 521723 weeks", None),
        ("by=month,topic&limit=100&date=1500/2025", "date", "a range of 6312 months", None),
        ("by=%00", "by", "\\x00", None),
    ],
)
def test_invalid_parameter_is_a_clear_400(
    dossier: None, query: str, field: str, got: str, suggestion: str | None
) -> None:
    response = rest(f"events/counts/?{query}")
    assert response.status_code == 400, response.content
    [problem] = response.json()["errors"]
    assert (problem["field"], problem["got"]) == (field, got)
    assert problem["expected"]
    assert problem.get("suggestion") == suggestion or suggestion is None


@pytest.mark.parametrize("query", ["by=day&date=0001/9999", "by=nothing", "by=year&spans=x", "by=topic,year,month"])
def test_invalid_parameter_needs_no_sql(dossier: None, query: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert rest(f"events/counts/?{query}").status_code == 400
    assert not queries.captured_queries


def test_counts_are_read_only(dossier: None) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)("/api/v1/events/counts/").status_code in (401, 405)


def test_counts_is_no_slug_of_a_record(db: None) -> None:
    event = Event(slug="counts", name="E", classification="meeting", date="2019")
    with pytest.raises(ValidationError, match="part of an address"):
        event.full_clean()


def test_counts_have_an_etag(dossier: None) -> None:
    tag = rest("events/counts/?by=year")["ETag"]
    again = Client().get("/api/v1/events/counts/?by=year", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_no_records_have_no_counts(dossier: None) -> None:
    for by in ("year", "topic", "year,classification", "participant,topic"):
        content = rest(f"events/counts/?by={by}&date=1700").json()
        assert (content["total"], content["counts"]) == (0, [])


def test_a_date_outside_every_period_is_open_or_undated(db: None) -> None:
    for number, date in enumerate(["2019-03", "2019-12-31/2020-01-01", "2019/..", "/2018", "[2017,2019]"]):
        Event.objects.create(slug=f"e{number}", name="E", classification="meeting", date=date, status="published")
    content = rest("events/counts/?by=year").json()
    numbers = [content[name] for name in ("total", "vague", "open", "undated", "outside")]
    assert numbers == [5, 2, 2, 0, 0]
    counts = {row["keys"][0]["value"]: row["count"] for row in content["counts"]}
    days = 365 * 3
    assert counts == pytest.approx(
        {"2017": 365 / days, "2018": 365 / days, "2019": 1 + 0.5 + 365 / days, "2020": 0.5}, abs=1e-6
    )
    possible = rest("events/counts/?by=year&spans=possible&date=2018/2020").json()
    assert {row["keys"][0]["value"]: row["count"] for row in possible["counts"]} == {"2018": 2, "2019": 4, "2020": 2}


@pytest.mark.parametrize("collection", counted())
def test_graphql_gives_what_rest_gives(dossier: None, collection: str) -> None:
    names = {"speech-acts": "speechAct", "bodies": "body"}
    name = names.get(collection, collection.removesuffix("s"))
    dimension = "parent" if collection == "topics" else "country"
    expected = rest(f"{collection}/counts/?by={dimension}&limit=3").json()
    fields = "by total vague open undated outside counts { keys { kind value label earliest latest } count }"
    content = graphql(f"{{ {name}Counts(by: [{dimension.upper()}], limit: 3) {{ {fields} }} }}")["data"]
    for row in content[f"{name}Counts"]["counts"]:
        for key in row["keys"]:
            key["kind"] = key["kind"].lower()
    assert content[f"{name}Counts"] == expected


def test_graphql_counts_with_variables_are_cached_by_shape(dossier: None) -> None:
    text = "query ($by: [EventDimension!]!, $date: EDTF) { eventCounts(by: $by, date: $date) { total } }"
    totals = [
        graphql(text, by=["YEAR"], date=date)["data"]["eventCounts"]["total"] for date in ("2019", "2020", "2019")
    ]
    assert totals == [38, 6, 38]
    assert graphql(text, by=["TOPIC", "DAY"], date="2019")["data"]["eventCounts"]["total"] == 38
    assert graphql(text, by=["DAY"])["errors"][0]["extensions"]["errors"][0]["field"] == "date"


def test_facets_leave_out_their_own_filter(dossier: None) -> None:
    fields = "by total counts { keys { value } count }"
    filters = 'classification: [SUMMIT], date: "2023"'
    facets = graphql(f"{{ eventFacets(by: [CLASSIFICATION, YEAR, TOPIC], {filters}) {{ {fields} }} }}")["data"]
    by = {table["by"][0]: table for table in facets["eventFacets"]}
    for name, query in {"classification": "date=2023", "year": "classification=summit"}.items():
        expected = rest(f"events/counts/?by={name}&{query}").json()
        assert by[name]["total"] == expected["total"]
        assert [row["count"] for row in by[name]["counts"]] == [row["count"] for row in expected["counts"]]
    both = rest(f"events/counts/?{urlencode({'by': 'topic', 'date': '2023', 'classification': 'summit'})}").json()
    assert by["topic"]["total"] == both["total"]


def test_too_many_dimensions_and_facets_are_refused(dossier: None) -> None:
    many = ", ".join(["TOPIC"] * 51)
    too_large = graphql(f"{{ eventFacets(by: [{many}]) {{ total }} }}")
    assert too_large["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    refused = graphql(f"{{ eventFacets(by: [{', '.join(['TOPIC'] * (MAX_FACETS + 1))}]) {{ total }} }}")
    assert refused["errors"][0]["extensions"]["errors"][0]["got"] == str(MAX_FACETS + 1)
    assert "month" not in json.dumps(
        graphql("{ eventFacets(by: [MONTH]) { total } }")["errors"][0]["extensions"]["errors"][0]["expected"]
    )
    assert MAX_COST // DIMENSION_COST == 50


def test_a_list_with_facets_is_one_statement(dossier: None) -> None:
    query = "classification=summit&date=2023&limit=1&facets=classification,year&facets=topic"
    with CaptureQueriesContext(connection) as queries:
        content = rest(f"events/?{query}").json()
    assert len(queries) == 1
    without = rest("events/?classification=summit&date=2023&limit=1").json()
    assert content["results"] == without["results"]
    assert list(content["facets"]) == ["classification", "year", "topic"]
    assert content["facets"]["classification"] == rest("events/counts/?by=classification&date=2023").json()
    assert content["facets"]["year"] == rest("events/counts/?by=year&classification=summit").json()
    assert content["facets"]["topic"] == rest("events/counts/?by=topic&classification=summit&date=2023").json()
    assert "facets=" in (content["next"] or "facets=")


def test_facets_with_a_page_of_no_rows_and_with_a_cursor(dossier: None) -> None:
    empty = rest("events/?date=1700&facets=topic").json()
    assert (empty["results"], empty["facets"]["topic"]["total"]) == ([], 0)
    first = rest("statements/?limit=3&facets=attribution").json()
    second = Client().get(first["next"]).json()
    assert second["facets"] == first["facets"]


@pytest.mark.parametrize(
    "query",
    [
        "facets=month",
        "facets=topik",
        "facets=topic&format=csv",
        "facets=topic,topic",
        "facets=" + ",".join("abcdefghijk"),
    ],
)
def test_invalid_facets_are_refused(dossier: None, query: str) -> None:
    response = rest(f"events/?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "facets"
    assert rest("dossiers/?facets=year").status_code == 400


def test_counts_of_appointments_take_their_filter_by_mode(dossier: None) -> None:
    by_mode = rest("appointments/counts/?by=office&mode=acting").json()
    assert by_mode["total"] == rest("appointments/?mode=acting&count=true").json()["count"]
    query = "{ appointmentCounts(by: [OFFICE], mode: [ACTING], spans: POSSIBLE) { total } }"
    content = Client().post("/graphql/", {"query": query}, content_type="application/json").json()
    assert content["data"]["appointmentCounts"]["total"] == by_mode["total"]


def test_count_tables_that_differ_in_their_bind_parameters_alone_are_compiled_apart(dossier: None) -> None:
    options = CountOptions(("year",), "spread", 20)
    tables = [
        Counts("events", options, {"date": ["2019"], "topic": ["export-controls"]}, None, *prefix)
        for prefix in ((), ("a.",), ("b.0.",))
    ]
    assert len({run(CountsRead(table), None) for table in tables}) == 1
