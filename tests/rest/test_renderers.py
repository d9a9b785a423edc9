"""The forms beside JSON: the whole list as lines, table and calendar; a page as linked data and feed."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from archive.cache.triggers.public_version import RAISED
from archive.csv_dialect import guard
from archive.exceptions import FilterError
from archive.models import Event, Topic
from archive.rest.renderers import render
from archive.rest.renderers.formats import FORMATS, format_names
from archive.rest.serializers import SERIALIZERS
from tests.support.rest_client import CURBS, STATEMENT, RestClient, error_of, problem

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def text(response: Any) -> str:
    assert response.status_code == 200, response.content
    body: bytes = response.getvalue()
    return body.decode()


def raise_again() -> None:
    """Let the next write raise the public version, as one in a transaction of its own does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{RAISED}', '', true)")


def table(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text(response), newline="")))


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_lines_and_tables_hold_every_record_of_every_list(public: RestClient, collection: str) -> None:
    expected = public.get(f"{collection}/?limit=500").json()["results"]
    with mock.patch.object(render, "MAX_LIMIT", 7):
        lines = public.get(f"{collection}/?format=jsonl")
        rows = table(public.get(f"{collection}/?format=csv"))
    assert lines["Content-Type"] == "application/jsonl"
    assert [json.loads(line) for line in text(lines).splitlines()] == expected
    assert [row["slug"] for row in rows] == [item["slug"] for item in expected]


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_each_collection_is_given_in_the_formats_it_offers(public: RestClient, collection: str) -> None:
    for name in format_names(collection):
        answer = public.get(f"{collection}/?limit=2&format={name}")
        assert text(answer)
        assert name == "json" or answer["Content-Type"] == FORMATS[name].media_type
    for name in set(FORMATS) - set(format_names(collection)):
        assert error_of(public.get(f"{collection}/?format={name}"), 400)["field"] == "format"


def test_a_whole_list_is_read_a_page_at_a_time_by_one_statement_each(public: RestClient) -> None:
    count = Event.objects.count()
    with mock.patch.object(render, "MAX_LIMIT", 20), CaptureQueriesContext(connection) as ran:
        answer = Client().get("/api/v1/events/?format=jsonl")
        before = len(ran.captured_queries)
        pieces = list(answer.streaming_content)
    assert len(pieces) == -(-count // 20)
    assert len(ran.captured_queries) - before == len(pieces) - 1


def test_a_record_that_goes_meanwhile_makes_none_be_skipped(public: RestClient) -> None:
    expected = [row["slug"] for row in public.get("events/?limit=6").json()["results"]]
    with mock.patch.object(render, "MAX_LIMIT", 2):
        pieces = iter(public.get("events/?format=jsonl").streaming_content)
        got = [json.loads(line)["slug"] for line in next(pieces).splitlines()]
        Event.objects.filter(slug=expected[0]).update(status="draft")
        got += [json.loads(line)["slug"] for line in next(pieces).splitlines()]
    assert got == expected[:4]


def test_a_list_that_can_not_be_read_on_does_not_look_whole(public: RestClient) -> None:
    with mock.patch.object(render, "MAX_LIMIT", 2):
        pieces = iter(public.get("events/?topic=export-controls&format=csv").streaming_content)
        next(pieces), next(pieces)
        Topic.objects.filter(slug="export-controls").update(status="withdrawn")
        with pytest.raises(FilterError, match="topic: got 'export-controls'"):
            next(pieces)


def test_a_table_has_flat_columns(public: RestClient) -> None:
    [row] = table(public.get("statements/?speaker=kim-you-geun&date=2019-07-12&format=csv&include=speech_acts"))
    assert {key: row[key] for key in ("slug", "date", "date.display", "date.earliest", "speaker")} == {
        "slug": STATEMENT, "date": "2019-07-12", "date.display": "12 July 2019", "date.earliest": "2019-07-12",
        "speaker": "kim-you-geun",
    }  # fmt: skip
    assert row["occasion"] == ""
    assert row["capacities"].split(";") == [
        "kim-you-geun-first-deputy-director-national-security-office",
        "kim-you-geun-secretary-general-national-security-council",
    ]
    assert "japan-export-curbs-on-three-materials" in row["about_measures"].split(";")
    assert "about" not in row
    assert {act["kind"] for act in json.loads(row["speech_acts"])} >= {"demand"}


def test_fields_choose_the_columns(public: RestClient) -> None:
    answer = text(public.get("events/?date=2019-07-04&fields=slug,date.text,part_of.name,topics.name&format=csv"))
    assert answer.splitlines()[0] == "slug,date.text,part_of.name,topics"
    assert answer.splitlines()[1].startswith(f"{CURBS},2019-07-04,,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(public: RestClient, start: str) -> None:
    Topic.objects.create(slug="t", name=f'{start}HYPERLINK("http://evil.example")', status="published")
    [name] = [row["name"] for row in table(public.get("topics/?format=csv")) if row["slug"] == "t"]
    assert name == f'\'{start}HYPERLINK("http://evil.example")'
    assert guard("plain - text") == "plain - text"


def test_a_table_is_a_file_by_the_lists_or_the_records_name(public: RestClient) -> None:
    assert public.get("events/?format=csv")["Content-Disposition"] == 'attachment; filename="events.csv"'
    answer = public.get(f"events/{CURBS}/?format=csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{CURBS}.csv"'
    assert [row["slug"] for row in table(answer)] == [CURBS]


def test_linked_data_and_feeds_come_by_pages(public: RestClient) -> None:
    for name in ("jsonld", "atom"):
        seen: list[str] = []
        address: str | None = f"/api/v1/measures/?format={name}&limit=1"
        while address:
            answer = public.client.get(address)
            seen.append(text(answer))
            address = answer.get("Link", "").removeprefix("<").partition(">")[0] or None
        assert len(set(seen)) == len(seen) == public.get("measures/?count=true").json()["count"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("events/?format=csv&cursor=x", "cursor"),
        ("events/?format=jsonl&count=true", "count"),
        ("events/?format=ics&fields=slug", "fields"),
        ("events/?format=atom&include=citations", "include"),
        ("topics/?format=ics", "format"),
        (f"events/{CURBS}/?format=atom", "format"),
        ("events/?format=csv&format=json", "format"),
        ("events/?format=csv&topic=export-control", "topic"),
        ("events/?format=atom&cursor=x", "cursor"),
        ("events/?format=csv&limit=0", "limit"),
        ("events/?format=csv&nonsense=1", "nonsense"),
    ],
)
def test_what_a_format_does_not_take_is_refused_before_anything_is_sent(
    public: RestClient, path: str, field: str
) -> None:
    assert error_of(public.get(path), 400)["field"] == field


def test_a_limit_is_kept(public: RestClient) -> None:
    assert len(text(public.get("events/?format=jsonl&limit=3")).splitlines()) == 3


def test_a_record_that_is_not_there_is_so_in_every_format(public: RestClient) -> None:
    Topic.objects.create(slug="hidden", name="Hidden")
    for name in format_names("topics", is_detail=True):
        problem(public.get(f"topics/hidden/?format={name}"), 404)


def test_drafts_are_in_no_answer_to_the_public(public: RestClient, as_editor: RestClient) -> None:
    Event.objects.create(slug="secret", name="Secret", date="2019-07", classification="meeting")
    for name in FORMATS:
        assert "secret" not in text(public.get(f"events/?format={name}")).lower()
        assert "secret" in text(as_editor.get(f"events/?format={name}")).lower()


def test_a_stream_has_a_tag_and_is_not_sent_to_who_has_it(public: RestClient) -> None:
    with override_settings(ANSWER_CACHE_BYTES=1_000_000):
        client = Client()
        address = "/api/v1/events/?format=csv"
        tag = client.get(address)["ETag"]
        again = client.get(address, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert len(client.get(address).getvalue()) == len(client.get(address).getvalue()) > 0
        raise_again()
        Event.objects.filter(slug=CURBS).update(summary="changed")
        changed = client.get(address, headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert b"changed" in changed.getvalue()


def test_head_sends_nothing(public: RestClient) -> None:
    for name in FORMATS:
        answer = public.client.head(f"/api/v1/events/?format={name}")
        assert (answer.status_code, answer.getvalue(), answer["Content-Type"]) == (200, b"", FORMATS[name].media_type)
