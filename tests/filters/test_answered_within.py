"""``answered_within``: answers on the day of what they answer, or later by at most a span of time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from archive.dates import PartialDate
from archive.dates.span import Span
from archive.filters.answers import Bounds, answers_within
from archive.filters.fields import SpanValue
from archive.models import Body, Event, Measure, Relation, SpeechAct, Statement
from archive.sql.date_spans import add_span

pytestmark = pytest.mark.django_db


def event(slug: str, day: str, status: str = "published") -> Event:
    return Event.objects.create(
        slug=slug, status=status, name=slug, classification="visit", date=PartialDate.parse(day)
    )


def statement(slug: str, day: str, status: str = "published") -> Statement:
    return Statement.objects.create(
        slug=slug, status=status, name=slug, date=PartialDate.parse(day), attribution="collective",
        classification="note", body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip


def slugs(collection: str, **params: Any) -> list[str]:
    response = Client().get(f"/api/v1/{collection}/", {**params, "fields": "slug", "order_by": "slug"})
    assert response.status_code == 200, response.content
    rest = [record["slug"] for record in response.json()["results"]]
    names = {"answered_within": "answeredWithin", "related_to": "relatedTo", "in_reply_to": "inReplyTo"}
    arguments = ", ".join(
        f"{names.get(name, name)}: {value if value in ('true', 'RETALIATES_FOR') else chr(34) + value + chr(34)}"
        for name, value in {**params, "relation": params.get("relation", "").upper()}.items()
        if value
    )
    document = f"{{ {collection}({arguments}, orderBy: SLUG_ASC) {{ nodes {{ slug }} }} }}"
    answer = Client().post("/graphql/", {"query": document}, content_type="application/json").json()
    assert [record["slug"] for record in answer["data"][collection]["nodes"]] == rest
    return rest


def test_replies_count_by_their_distance_in_days() -> None:
    first = statement("first", "2019-07-01")
    for slug, day in (("a", "2019-07-01"), ("b", "2019-07-15"), ("c", "2019-07-16"), ("d", "2019-06-30")):
        statement(slug, day).in_reply_to.add(first)
    assert slugs("statements", answered_within="P14D") == ["a", "b"]
    assert slugs("statements", answered_within="P2W") == ["a", "b"]
    assert slugs("statements", answered_within="P0D") == ["a"]
    assert slugs("statements", answered_within="P14D", in_reply_to="first", certain="true") == ["a", "b"]


def test_statements_answer_events_and_measures_that_they_are_about() -> None:
    curbs, late = event("curbs", "2019-07-04"), event("late", "2019-12-01")
    measure = Measure.objects.create(
        slug="m", status="published", name="M", instrument="tariff", in_force=PartialDate.parse("2019-07-04/2023-03-23")
    )
    statement_one, statement_two, statement_three = (
        statement("one", "2019-07-10"),
        statement("two", "2019-07-11"),
        statement("three", "2020-01-01"),
    )
    statement_one.about_events.add(curbs)
    statement_two.about_measures.add(measure)
    statement_three.about_measures.add(measure)
    SpeechAct.objects.create(statement=statement_three, ordinal=1, kind="demand", text="x", about_event=late)
    assert slugs("statements", answered_within="P14D") == ["one", "two"]
    assert slugs("statements", answered_within="P30D", certain="true") == ["one", "two"]
    assert slugs("statements", answered_within="P31D") == ["one", "three", "two"]
    assert slugs("statements", answered_within="P31D", about="m") == ["two"]
    assert slugs("statements", answered_within="P31D", about="late") == ["three"]


def test_about_names_what_is_answered() -> None:
    """A quick reply to another statement does not count as one to the event."""
    curbs, other = event("curbs", "2019-01-01"), statement("other", "2019-07-10")
    reply = statement("reply", "2019-07-11")
    reply.in_reply_to.add(other)
    reply.about_events.add(curbs)
    assert slugs("statements", answered_within="P14D") == ["reply"]
    assert slugs("statements", answered_within="P14D", about="curbs") == []
    assert slugs("statements", answered_within="P14D", about="curbs", in_reply_to="other") == ["reply"]


def test_partial_dates_are_possible_and_not_certain() -> None:
    month, day = statement("month", "2019-07"), statement("day", "2019-07-12")
    day.in_reply_to.add(month)
    month.in_reply_to.add(day)
    until = statement("until", "../2019-07-12")
    until.in_reply_to.add(day)
    assert slugs("statements", answered_within="P3D") == ["day", "month", "until"]
    assert slugs("statements", answered_within="P3D", certain="true") == []
    sure = statement("sure", "2019-08-02/2019-08-03")
    sure.in_reply_to.add(month)
    assert slugs("statements", answered_within="P33D", certain="true") == ["sure"]
    assert slugs("statements", answered_within="P32D", certain="true") == []


def test_events_answer_by_responding_and_retaliating() -> None:
    first = event("first", "2019-07-04")
    for slug, kind, day in (
        ("a", "responds_to", "2019-07-10"), ("b", "retaliates_for", "2019-08-05"), ("c", "follows", "2019-07-05"),
    ):  # fmt: skip
        Relation.objects.create(from_event=event(slug, day), to_event=first, kind=kind)
    assert slugs("events", answered_within="P14D") == ["a"]
    assert slugs("events", answered_within="P2M", related_to="first") == ["a", "b"]
    assert slugs("events", answered_within="P2M", relation="retaliates_for") == ["b"]


def test_an_answer_to_a_hidden_record_is_none_for_the_public(admin_client: Client) -> None:
    hidden, reply = statement("hidden", "2019-07-01", "draft"), statement("reply", "2019-07-02")
    reply.in_reply_to.add(hidden)
    Relation.objects.create(from_event=event("e", "2019"), to_event=event("h", "2019", "draft"), kind="responds_to")
    assert slugs("statements", answered_within="P14D") == []
    assert slugs("events", answered_within="P1Y") == []
    answer = admin_client.get("/api/v1/statements/?answered_within=P14D&fields=slug").json()
    assert answer["results"] == [{"slug": "reply"}]


@pytest.mark.parametrize(
    ("day", "span", "last"),
    [
        ("2019-01-31", "P1M", "2019-02-28"),
        ("2020-01-31", "P1M", "2020-02-29"),
        ("2020-02-29", "P1Y", "2021-02-28"),
        ("2019-12-31", "P2M1D", "2020-03-01"),
        ("2019-07-04", "P1Y2M3W4D", "2020-09-29"),
    ],
)
def test_months_end_alike_on_both_databases(day: str, span: str, last: str) -> None:
    parsed = Span.parse(span)
    assert add_span(day, parsed.months, parsed.days) == last
    first = statement("first", day)
    statement("in", last).in_reply_to.add(first)
    after = date.fromordinal(date.fromisoformat(last).toordinal() + 1).isoformat()
    statement("out", after).in_reply_to.add(first)
    assert slugs("statements", answered_within=span) == ["in"]


def test_the_sum_stays_in_the_calendar() -> None:
    assert add_span("9999-12-30", 0, 14) == "9999-12-31"
    assert add_span("9950-01-01", 1200, 0) == "9999-12-31"
    assert add_span(None, 0, 1) is None


@pytest.mark.parametrize("text", ["14", "P", "P14", "PT5H", "P-1D", "P1.5D", "P101Y", "p14d", "P1DT1H", "P1D1Y", "P٣D"])
def test_a_wrong_span_is_refused(text: str) -> None:
    response = Client().get("/api/v1/statements/", {"answered_within": text})
    assert response.status_code == 400
    [problem] = response.json()["errors"]
    assert problem["field"] == "answered_within"
    assert "P14D, P2W, P1Y6M" in problem["expected"]


def test_conditions_name_both_bounds() -> None:
    condition = answers_within(Bounds.of_date("a"), Bounds.of_start("m"), SpanValue(0, 14), certain=True)
    assert {name for name, _ in condition.children} == {"a__date_earliest__gte", "a__date_latest__lte"}
