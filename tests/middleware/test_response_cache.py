"""Cached responses are used only at the public version at which they were computed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.cache.triggers.public_version import RAISED
from archive.models import Event

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
CALLS = [
    f"/api/v1/events/{EVENT}/",
    "/api/v1/events/?date=2019-07&fields=slug,name",
    f"/events/{EVENT}/",
    "/",
    "/graphql/?query={events(first:3){nodes{name}}}",
]


@pytest.fixture(autouse=True)
def cache_size(settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000


@pytest.fixture
def reader() -> Client:
    return Client(headers={"accept": "application/json, text/html"})


def change(status: str, name: str = "Another name") -> None:
    """A write as a transaction of its own would make it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{RAISED}', '', true)")
    Event.objects.filter(slug=EVENT).update(name=name, status=status)


def statements(client: Client, path: str, **headers: str) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as ran:
        response = client.get(path, headers=headers)
    return len(ran.captured_queries), response


@pytest.mark.parametrize("path", CALLS)
def test_the_second_answer_needs_no_more_than_the_version(dossier: None, reader: Client, path: str) -> None:
    _, first = statements(reader, path)
    number, second = statements(reader, path)
    assert number == 1
    assert (second.status_code, second.content) == (200, first.content)
    assert dict(second.items()) == dict(first.items())


@pytest.mark.parametrize("path", CALLS)
def test_a_current_etag_gets_304_by_the_version_query_alone(dossier: None, reader: Client, path: str) -> None:
    tag = reader.get(path)["ETag"]
    for text in (tag, f"W/{tag}", f'"other", {tag}'):
        number, response = statements(reader, path, if_none_match=text)
        assert (number, response.status_code, response.content, response["ETag"]) == (1, 304, b"", tag)


@pytest.mark.parametrize("path", CALLS)
def test_any_etag_gets_304_from_the_cache_and_without_it(dossier: None, reader: Client, path: str) -> None:
    assert reader.get(path, headers={"if-none-match": "*"}).status_code == 304
    first = reader.get(path)
    _, response = statements(reader, path, if_none_match="*")
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", first["ETag"])
    assert not {"Content-Type", "Content-Encoding"} & {*response.headers}
    assert reader.get(path).content == first.content


@pytest.mark.parametrize("path", CALLS[:3])
def test_a_change_of_what_is_public_is_seen_at_once(dossier: None, reader: Client, path: str) -> None:
    before = reader.get(path)
    change("published")
    after = reader.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b"Another name" in after.content
    assert after["ETag"] != before["ETag"]


@pytest.mark.parametrize("path", CALLS)
def test_a_draft_leaves_no_trace_in_tags(dossier: None, reader: Client, path: str) -> None:
    change("draft", "Hidden")
    before = reader.get(path) if EVENT not in path else None
    change("draft", "Hidden still")
    if before is None:
        assert reader.get(path).status_code == 404
    else:
        assert dict(reader.get(path).items()) == dict(before.items())


def test_an_editor_never_gets_the_publics_answer_nor_leaves_one(dossier: None, editor: Any, reader: Client) -> None:
    change("draft", "For editors")
    path = "/api/v1/events/?date=2019-07-04&fields=slug"
    public = reader.get(path)
    privileged = Client()
    privileged.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    assert EVENT.encode() in privileged.get(path).content
    assert reader.get(path).content == public.content
    assert EVENT.encode() not in public.content


def test_errors_are_not_cached(dossier: None, reader: Client) -> None:
    for path in ("/api/v1/events/?date=2019-13", "/events/nothing/", "/graphql/?query={nothing}"):
        first, _ = statements(reader, path)
        assert statements(reader, path)[0] == first


def test_a_posted_query_is_cached_by_its_complete_body(dossier: None, reader: Client) -> None:
    def read(slug: str) -> tuple[int, Any]:
        query = {"query": "query($s: String!) { event(slug: $s) { name } }", "variables": {"s": slug}}
        with CaptureQueriesContext(connection) as ran:
            response = reader.post("/graphql/", query, content_type="application/json")
        return len(ran.captured_queries), response.json()

    _, first = read(EVENT)
    assert read(EVENT) == (1, first)
    assert read("2018-10-30-supreme-court-nippon-steel")[1] != first


def test_a_records_tag_still_names_its_version_for_writes(dossier: None, editor: Any, reader: Client) -> None:
    tag = reader.get(CALLS[0])["ETag"]
    assert tag.startswith(f'"{Event.objects.get(slug=EVENT).public_version}.')
    writer = Client()
    writer.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    response = writer.patch(CALLS[0], {"place": "Tokyo"}, content_type="application/json", headers={"if-match": tag})
    assert response.status_code == 200


def test_head_answers_like_get(dossier: None, reader: Client) -> None:
    assert reader.head(CALLS[0])["ETag"] == reader.get(CALLS[0])["ETag"]


def test_it_is_off_by_a_setting(dossier: None, settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 0
    reader = Client()
    assert [statements(reader, CALLS[1])[0] for _ in range(2)] == [1, 1]


def test_a_private_archive_keeps_none(dossier: None, settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    assert Client().get(CALLS[1]).status_code == 401


@pytest.mark.parametrize("encoding", ["", "br", "gzip"])
def test_a_records_tag_has_its_number_in_front_however_it_is_sent(dossier: None, reader: Client, encoding: str) -> None:
    for _ in range(2):
        response = reader.get(f"/api/v1/events/{EVENT}/", headers={"accept-encoding": encoding})
        assert response.get("Content-Encoding", "") == encoding
        assert re.fullmatch(r'"[0-9]+\.[0-9a-f]{16}\.[0-9a-f]{32}"', response["ETag"])


def test_an_etag_without_quotation_marks_matches_nothing(dossier: None) -> None:
    path = f"/api/v1/events/{EVENT}/"
    tag = Client().get(path)["ETag"]
    assert Client().get(path, headers={"if-none-match": tag}).status_code == 304
    for text in (tag.strip('"'), f'"{tag.strip(chr(34))}', f'"a b.{tag.rpartition(".")[2]}'):
        answer = Client().get(path, headers={"if-none-match": text})
        assert (answer.status_code, answer["ETag"]) == (200, tag)
