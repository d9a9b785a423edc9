"""``format`` decides alone; without it, ``Accept`` does, over all that the address offers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from archive.middleware.fast_path import FastPath
from archive.rest.renderers.formats import FORMATS, format_names
from archive.rest.serializers import SERIALIZERS
from tests.support.fast_path import Watched, call_application
from tests.support.rest_client import CURBS, RestClient, error_of

pytestmark = pytest.mark.django_db

MEDIA = {"json": "application/json", **{name: output_format.media_type for name, output_format in FORMATS.items()}}
RECORD = f"events/{CURBS}/"
LD = "application/ld+json"
#: As rdflib makes it of all that it reads, and as pyld and feed readers have it.
RDFLIB = "application/rdf+xml, text/n3;q=0.9, text/turtle;q=0.8, application/ld+json;q=0.7, text/html;q=0.5"
PYLD = "application/ld+json, application/json"
FEED = "application/atom+xml, application/rss+xml;q=0.9, text/xml;q=0.8, */*;q=0.5"


def bare(response: Any) -> tuple[int, str]:
    return response.status_code, response["Content-Type"].partition(";")[0]


@pytest.mark.parametrize("accept", ["own", "image/png", "application/json;q=0", "text/html", ""])
@pytest.mark.parametrize("path", ["events/", RECORD])
def test_the_format_decides_alone(public: RestClient, path: str, accept: str) -> None:
    for name in format_names("events", path == RECORD):
        media = MEDIA[name].partition(";")[0]
        answer = public.get(f"{path}?format={name}", accept=media if accept == "own" else accept)
        assert bare(answer) == (200, media)
    assert error_of(public.get(f"{path}?format=nonsense", accept=accept), 400)["field"] == "format"
    assert bare(public.get(f"search/?q=kim&format={name}", accept="image/png"))[0] == 400
    assert bare(public.get("search/?q=kim&format=json", accept="image/png")) == (200, "application/json")


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_every_type_that_an_address_offers_is_negotiated(public: RestClient, collection: str) -> None:
    slug = public.get(f"{collection}/?limit=1").json()["results"][0]["slug"]
    for path, is_detail in ((f"{collection}/", False), (f"{collection}/{slug}/", True)):
        offered = format_names(collection, is_detail)
        for name, media in MEDIA.items():
            answer = public.get(path, accept=media.partition(";")[0])
            if name in offered:
                assert (answer.status_code, answer["Content-Type"]) == (200, media)
                assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
            else:
                assert error_of(answer, 406)["field"] == "Accept"


@pytest.mark.parametrize(
    ("path", "accept", "media"),
    [
        ("events/", "application/json; charset=utf-8", "application/json"),
        ("events/", "*/*; charset=utf-8", "application/json"),
        ("events/", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("events/", "text/calendar;charset=utf-8", "text/calendar"),
        ("events/", "text/csv;q=0.5, application/jsonl", "application/jsonl"),
        ("events/", "text/*", "text/csv"),
        ("events/", FEED, "application/atom+xml"),
        ("topics/", FEED, "application/json"),
        (RECORD, FEED, "application/json"),
        (RECORD, RDFLIB, LD),
        ("events/", PYLD, LD),
        (RECORD, f'{LD};profile="http://www.w3.org/ns/json-ld#compacted"', LD),
        ("topics/export-controls/", PYLD, LD),
        ("events/?format=", LD, LD),
        ("", "application/json;charset=utf-8", "application/json"),
        ("search/?q=kim", "application/*", "application/json"),
        (f"{RECORD}history/", "application/json;charset=utf-8", "application/json"),
        ("openapi.json", "application/json;charset=utf-8", "application/json"),
        ("openapi.json", "*/*", "application/vnd.oai.openapi+json"),
        ("docs/", "text/html, application/json;q=0.9", "text/html"),
    ],
)
def test_the_preferred_type_of_those_that_the_address_offers(
    public: RestClient, path: str, accept: str, media: str
) -> None:
    assert bare(public.get(path, accept=accept)) == (200, media)
    assert bare(public.client.head(f"/api/v1/{path}", headers={"accept": accept})) == (200, media)


@pytest.mark.parametrize("accept", [
    "image/png", "text/event-stream", "application/json;q=0", "*/*;q=0", ",".join(["image/png"] * 200),
    "a/b;c=" + "d" * 8_000,
])  # fmt: skip
def test_406_lists_all_offered_types(public: RestClient, accept: str) -> None:
    for path, collection, is_detail in (("events/", "events", False), ("topics/export-controls/", "topics", True)):
        error = error_of(public.get(path, accept=accept), 406)
        offered = [MEDIA[name].partition(";")[0] for name in format_names(collection, is_detail)]
        assert (error["field"], error["expected"].split(", ")) == ("Accept", offered)
        assert accept.startswith(error["got"])
        assert len(error["got"]) <= 120


def test_an_error_is_a_problem_whatever_was_to_be_sent(public: RestClient) -> None:
    for media in MEDIA.values():
        assert bare(public.get("events/nothing/", accept=f"{media}, */*;q=0.1")) == (404, "application/problem+json")
        assert bare(public.get("events/?date=never", accept=f"{media}, */*;q=0.1")) == (400, "application/problem+json")
    assert error_of(public.get("events/?fields=slug", accept="text/calendar"), 400)["field"] == "fields"


@pytest.mark.parametrize("accept", [
    "application/json; charset=utf-8", "*/*;charset=utf-8", "text/html, */*;q=0.1", PYLD, RDFLIB, "text/csv",
    "image/png", "application/json;q=0, */*", "", "application/json, text/csv",
])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/events/?limit=2", f"/api/v1/{RECORD}", "/api/v1/topics/?limit=2"])
def test_the_fast_path_negotiates_as_the_view_does(public: RestClient, path: str, accept: str) -> None:
    django = Watched()
    desk = FastPath(django)
    expected = call_application(WSGIHandler(), (path, None), HTTP_ACCEPT=accept)
    assert [call_application(desk, (path, None), HTTP_ACCEPT=accept) for _ in range(3)] == [expected] * 3
    is_json = expected[1]["Content-Type"] == "application/json"
    assert django.calls == (1 if is_json else 3)
