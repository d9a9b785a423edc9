"""The timeline over REST: parameters, errors, bytes, statements, caching and drafts."""

from __future__ import annotations

import gzip
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import Event
from tests.support import filter_records as make
from tests.support.rest_client import CURBS, RestClient, problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("from=yesterday", "from", "an EDTF date"),
        ("to=2019-13", "to", "an EDTF date"),
        ("from=2020&to=2019", "to", "a date that ends on or after 2020-01-01"),
        ("from=2019&from=2020", "from", "one value, given once"),
        ("width=0", "width", "a number of pixels from 100 to 10000"),
        ("width=10001", "width", "a number of pixels from 100 to 10000"),
        ("width=wide", "width", "a number of pixels from 100 to 10000"),
        ("lanes=foo", "lanes", "one of none, classification, country, participant"),
        ("kind=office", "kind", "one of event, statement, measure"),
        ("participant=JP", "participant", "this filter only with kind=event"),
        ("kind=statement&good=x", "good", "this filter only with kind=measure"),
        ("kind=event&kind=statement&classification=ruling", "classification", "this word only with kind=event"),
        ("classification=visit", "classification", "this filter only with kind=event, statement"),
        ("topic=export-control", "topic", "the slug of a known topic"),
        ("country=XX", "country", "the slug of a known state"),
        ("q=%00", "q", "text without null characters"),
        ("certain=perhaps", "certain", "true or false"),
        ("date=2019", "date", "a known parameter"),
        ("limit=10", "limit", "a known parameter"),
        ("format=csv", "format", "json"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(public: RestClient, query: str, field: str, expected: str) -> None:
    [error] = problem(public.get(f"timeline/?{query}"), 400)["errors"]
    assert error["field"] == field
    assert expected in error["expected"]


def test_all_wrong_parameters_are_named_at_once(public: RestClient) -> None:
    errors = problem(public.get("timeline/?from=x&width=1&lanes=rows&kinds=event"), 400)["errors"]
    assert [error["field"] for error in errors] == ["kinds", "from", "width", "lanes"]
    assert errors[0]["suggestion"] == "kind"


@pytest.mark.parametrize("in_force", ["2030-05-01/..", "2030-05-01/", "2030-05-01"])
def test_a_measure_that_begins_after_all_else_ends_the_timeline(public: RestClient, in_force: str) -> None:
    make.measure("last", in_force)
    content = public.get("timeline/?width=600").json()
    assert content["to"] == "2030-05-01"


def test_a_timeline_takes_one_statement(public: RestClient) -> None:
    for query in ("", "lanes=country", "from=2019&lanes=participant&topic=gsomia"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert public.get(f"timeline/?{query}").status_code == 200
        assert len(queries) == 1, query


def test_a_client_that_has_the_timeline_gets_304(public: RestClient) -> None:
    etag = public.get("timeline/")["ETag"]
    assert public.get("timeline/", **{"if-none-match": etag}).status_code == 304


def test_a_draft_changes_no_byte(public: RestClient) -> None:
    queries = ("", "lanes=country", "lanes=participant", "from=2019-07&to=2019-07&width=10000")
    before = [public.get(f"timeline/?{query}").content for query in queries]
    curbs = Event.objects.get(slug=CURBS)
    draft = Event.objects.create(slug="a-draft", status="draft", name="Draft", date="1801", classification="incident")
    draft.relations.create(to_event=curbs, kind="refers_to")
    draft.related_from.create(from_event=curbs, kind="refers_to")
    draft.participations.create(body=curbs.participations.exclude(body=None)[0].body, role="actor")
    draft.measure_steps.create(measure=curbs.measure_steps.get().measure, phase="announced")
    assert all(public.get(f"timeline/?{query}").content == before[number] for number, query in enumerate(queries))
    Event.objects.filter(slug="a-draft").update(status="published")
    assert all(public.get(f"timeline/?{query}").content != before[number] for number, query in enumerate(queries[:3]))


@pytest.fixture
def many_events(db: None) -> None:
    """3,000 published events over 126 years; their names have as many different words as those of an archive."""
    chance = random.Random(7)
    syllables = [first + second for first in "bdfgklmnprst" for second in ("a", "ei", "on", "ur")]
    events = []
    for number in range(3_000):
        name = " ".join("".join(chance.choices(syllables, k=3)) for _ in range(7))
        year, month, day = chance.randrange(1900, 2026), chance.randrange(1, 13), chance.randrange(1, 29)
        date = chance.choices((f"{year}-{month:02}-{day:02}", f"{year}-{month:02}", f"{year}"), (8, 1, 1))[0]
        events.append(
            Event(slug=f"{name.replace(' ', '-')[:60]}-{number}", name=name, status="published", date=date,
                  classification=chance.choice(Event._meta.get_field("classification").choices)[0])
        )  # fmt: skip
    # A few first, of which PostgreSQL takes notice: by statistics of tables that held a row in another test, the
    # triggers of thousands at once take minutes.
    Event.objects.bulk_create(events[:100])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE archive_timelineentry, archive_timelinecell")
    Event.objects.bulk_create(events[100:], batch_size=2_000)


@pytest.mark.slow
def test_a_timeline_is_small_at_any_zoom(public: RestClient, many_events: Any) -> None:
    periods = ("", "from=1950&to=1959", "from=1950&to=1950")
    sizes = {
        (period, width, lanes): len(
            gzip.compress(public.get(f"timeline/?{period}&width={width}&lanes={lanes}").content)
        )
        for period in periods
        for width, lanes in ((1_000, "none"), (10_000, "none"), (10_000, "classification"))
    }
    for query in sizes:
        sizes[query] = len(gzip.compress(public.get(f"timeline/?{query}").content))
    assert max(sizes.values()) < 100_000, max(sizes.items(), key=lambda item: item[1])
