"""REST reads by one compiled query equal those of the serializers."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.rest import requests
from archive.rest.serializers import SERIALIZERS
from tests.reference import orm_reads

pytestmark = pytest.mark.django_db

QUESTIONS = [
    "statements/?speaker=kim-you-geun&date=2019-07",
    "events/?date=2019-07-04&target=KR",
    "events/?country=KR&country=japan&topic=export-controls&order_by=-name&limit=5",
    "measures/?in_force_on=2019-07-12&target=KR&good=2811&count=true",
    "speech-acts/?kind=demand&addressee=JP&open_on=2019-08-01&include=outcomes,citations",
    "statements/?fields=slug,speaker.name,date.text&limit=2&order_by=-updated_at",
    "statements/?fields=speech_acts.addressees.name,slug&include=speech_acts&limit=3",
    "statements/?updated_after=2019-01-01&language=ko",
    "officials/?in_office_on=2019-07&body=cheong-wa-dae&certain=true",
    "statements/2019-07-12-kim-you-geun-international-probe/?include=speech_acts,citations",
    "statements/2019-07-12-kim-you-geun-international-probe/?fields=slug,capacities.name",
]


def with_all_parts() -> list[str]:
    return [f"{name}/?limit=4&include={','.join(serializer.parts)}" for name, serializer in SERIALIZERS.items()]


def by_statement(question: str) -> Any:
    with CaptureQueriesContext(connection) as ran:
        response = Client().get(f"/api/v1/{question}")
    assert len(ran.captured_queries) == 1, [captured_query["sql"] for captured_query in ran.captured_queries]
    return response


def by_serializers(question: str) -> Any:
    with (
        mock.patch.object(requests, "list_json", orm_reads.list_json),
        mock.patch.object(requests, "detail_json", orm_reads.detail_json),
    ):
        return Client().get(f"/api/v1/{question}")


@pytest.mark.parametrize("question", [*QUESTIONS, *with_all_parts()])
def test_compiled_lists_equal_the_serializers(dossier: None, question: str) -> None:
    assert by_statement(question).json() == by_serializers(question).json()


@pytest.mark.parametrize("question", QUESTIONS[:1] + QUESTIONS[-2:])
def test_details_and_etags_equal_the_serializers(dossier: None, question: str) -> None:
    tags = [read(question)["ETag"].partition(".")[0] for read in (by_statement, by_serializers)]
    assert tags[0] == tags[1]
    assert ("statements/2019" not in question) or tags[0][1:].isdigit()


@pytest.mark.parametrize(
    "question", ["events/?limit=7", "events/?limit=7&order_by=-updated_at", "speech-acts/?limit=9", "bodies/?limit=90"]
)
def test_pages_walk_the_whole_list_and_back(dossier: None, question: str) -> None:
    seen: list[str] = []
    address: str | None = f"http://testserver/api/v1/{question}"
    page: dict[str, Any] = {}
    while address:
        query = address.partition("/api/v1/")[2]
        page = by_statement(query).json()
        assert page == by_serializers(query).json()
        seen += [row["slug"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == by_statement(f"{question}&count=true").json()["count"]
    walked = [row["slug"] for row in page["results"]]
    while page["previous"]:
        query = page["previous"].partition("/api/v1/")[2]
        page = by_statement(query).json()
        assert page == by_serializers(query).json()
        walked = [row["slug"] for row in page["results"]] + walked
    assert walked == seen


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["officials/?name=---", "bodies/?name=---&country=KR", "officials/?q=---&limit=1"])
def test_a_filter_without_matches_has_an_empty_list(dossier: None, question: str) -> None:
    """All fields are asked for: the columns of no rows have types too."""
    response = Client().get(f"/api/v1/{question}")
    assert (response.status_code, response.json()["results"]) == (200, [])
