"""Records dated at both ends of the calendar: each door serves them, and their pages have no error."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import (
    Appointment,
    Body,
    Event,
    Measure,
    MeasureGood,
    MeasureStep,
    Office,
    Official,
    Outcome,
    SpeechAct,
    Statement,
)

pytestmark = pytest.mark.django_db

FIRST = ("0001-01-01", "0001", "/0001", "../0003-01-01", "../0001-06-06", "000X", "00XX", "[0001,0002-03]", "0001-24")
LAST = ("9999-12-31", "9999", "9999/", "9999-06-01/..", "999X", "99XX", "9999-12", "9999-21", "[9999-12-30,9999-12-31]")

PAGES = (
    "/", "/ko/", "/timeline/", "/timeline/?lanes=country", "/timeline/embed/", "/timeline.svg", "/timeline.png",
    "/search/", "/search/?q=first", "/speech-acts/", "/events/e/", "/statements/s/", "/measures/m/", "/officials/o/",
    "/bodies/b/", "/offices/p/", "/sitemap.xml", "/sitemap-events.xml",
)  # fmt: skip
READS = (
    "/api/v1/events/counts/?by=decade", "/api/v1/events/counts/?by=year", "/api/v1/events/e/chain/",
    *(
        f"/api/v1/events/counts/?by={unit}&date={date}"
        for unit in ("day", "week", "month") for date in ("0001", "9999-07/9999-12")
    ),
    "/api/v1/timeline/?lanes=classification", "/api/v1/timeline/?lanes=participant&width=100",
    "/api/v1/speech-acts/?open_on=0001-01-01", "/api/v1/speech-acts/?open_on=9999-12-31",
    "/api/v1/measures/?in_force_on=0001", "/api/v1/appointments/?on=9999-12-31", "/api/v1/search/?q=first&facets=year",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/api/v1/officials/?in_office_on=9999",
)  # fmt: skip
#: Lists in each format, which render one record after the other.
LISTS = tuple(
    f"/api/v1/{collection}/?format={output}"
    for collection in ("events", "measures", "statements")
    for output in ("json", "jsonl", "csv", "jsonld", "atom", "ics", "bibtex", "ris", "csl", "timelinejs")
)


def add_records(date: str, prefix: str = "") -> None:
    """A record of each dated kind."""
    shared: dict[str, Any] = {"status": "published"}
    body = Body.objects.create(slug=f"{prefix}b", name="First body", kind="government_organ", existed=date, **shared)
    official = Official.objects.create(slug=f"{prefix}o", name="First", born=date, died=date, **shared)
    office = Office.objects.create(slug=f"{prefix}p", name="First office", body=body, **shared)
    Appointment.objects.create(
        slug=f"{prefix}a", official=official, office=office, start=date, end=date, end_state="ended", **shared
    )
    event = Event.objects.create(slug=f"{prefix}e", name="First event", classification="meeting", date=date, **shared)
    event.participations.create(body=body, role="actor")
    measure = Measure.objects.create(
        slug=f"{prefix}m", name="First measure", instrument="export_licensing", in_force=date, **shared
    )
    MeasureStep.objects.create(measure=measure, event=event, phase="effective")
    MeasureGood.objects.create(measure=measure, name="First good", in_force=date)
    statement = Statement.objects.create(
        slug=f"{prefix}s", name="First statement", classification="press_statement", date=date, body=body,
        attribution="named", speaker=official, text="First", **shared,
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text="First")
    Outcome.objects.create(speech_act=act, date=date, kind="rejected", event=event)


@pytest.mark.parametrize("date", [*FIRST, *LAST])
def test_records_at_an_end_of_the_calendar_are_served(date: str, client: Client) -> None:
    client.raise_request_exception = False
    add_records(date)
    statuses = {address: client.get(address).status_code for address in (*PAGES, *READS)}
    assert [f"{address}: {status}" for address, status in statuses.items() if status != 200] == []


def test_records_at_both_ends_of_the_calendar_are_served(client: Client) -> None:
    client.raise_request_exception = False
    for number, date in enumerate([*FIRST, *LAST]):
        add_records(date, "" if number == 0 else f"{number}-")
    statuses = {address: client.get(address).status_code for address in (*PAGES, *READS, *LISTS)}
    assert [f"{address}: {status}" for address, status in statuses.items() if status != 200] == []


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        (["../0003-01-01"], ("0003-01-01", "0003-01-01")),
        (["/0001"], ("0001-12-31", "0001-12-31")),
        (["../0003-01-01", "0002-05-06"], ("0002-05-06", "0003-01-01")),
        (["../0001-06-06", "0002-05-06", "2019-07-04"], ("0001-06-06", "2019-07-04")),
        (["../0300", "0011-03-02", "0012-03-02"], ("0011-03-02", "0300-12-31")),
        (["9999-06-01/..", "9999-01-02"], ("9999-01-02", "9999-06-01")),
    ],
)
def test_the_period_of_a_timeline_is_that_of_the_known_days(
    dates: list[str], period: tuple[str, str], client: Client
) -> None:
    for number, date in enumerate(dates):
        Event.objects.create(slug=f"e-{number}", name="Event", classification="meeting", date=date, status="published")
    for address in ("/api/v1/timeline/", "/api/v1/timeline/?classification=meeting&kind=event"):
        timeline = client.get(address).json()
        assert (timeline["from"], timeline["to"]) == period
