"""Conditional requests as RFC 9110 has them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from knox.models import AuthToken

from archive.cache.responses import record_prefix
from archive.models import Topic
from archive.rest.etags import validator_of
from tests.support.rest_client import STATEMENT, RestClient, error_of, problem

pytestmark = pytest.mark.django_db

TOPIC = "topics/export-controls/"
PATHS = ["", "events/?limit=2", TOPIC, f"statements/{STATEMENT}/?fields=slug", f"{TOPIC}history/", "search/?q=probe"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_gets_no_body(public: RestClient, path: str) -> None:
    tag = public.get(path)["ETag"]
    for text in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = public.get(path, **{"if-none-match": text})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in answer


@pytest.mark.parametrize("path", PATHS)
def test_who_has_another_answer_gets_this_one(public: RestClient, path: str) -> None:
    for other in ('"other"', "junk", '"1"', ""):
        assert public.get(path, **{"if-none-match": other}).status_code == 200


def test_the_tag_changes_with_the_record(public: RestClient, as_editor: RestClient) -> None:
    before = public.get(TOPIC)["ETag"]
    as_editor.send("PATCH", TOPIC, {"name": "Controls"}, match=before)
    answer = public.get(TOPIC, **{"if-none-match": before})
    assert (answer.status_code, answer.json()["name"]) == (200, "Controls")


def test_a_change_must_say_of_which_version(as_editor: RestClient) -> None:
    for method, body in {"PATCH": {"name": "X"}, "PUT": {"slug": "export-controls", "name": "X"}, "DELETE": {}}.items():
        assert error_of(as_editor.send(method, TOPIC, body), 428)["field"] == "If-Match"
    assert Topic.objects.get(slug="export-controls").version == 1


@pytest.mark.parametrize("path", [TOPIC, f"{TOPIC}?fields=name", f"{TOPIC}?fields=slug,updated_at"])
def test_the_tag_of_any_answer_about_the_record_will_do(public: RestClient, as_editor: RestClient, path: str) -> None:
    for asker in (public, as_editor):
        tag = asker.get(path)["ETag"]
        for match in (tag, f'"7", {tag}', f'{tag},"7"', f"W/{tag}", f'W/"7", W/{tag}'):
            answer = as_editor.send("PATCH", TOPIC, {"name": "Export controls"}, match=match)
            assert answer.status_code == 200
            tag = asker.get(path)["ETag"]
    assert as_editor.send("PATCH", TOPIC, {"name": "X"}, match="*").status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, deflate, br, zstd", "identity"])
@pytest.mark.parametrize("query", ["", "?include=citations", "?fields=slug&include=speech_acts"])
def test_the_tag_of_a_compressed_response_to_a_token_permits_one_write(
    public: RestClient, editor: Any, coding: str, query: str
) -> None:
    path, token = f"statements/{STATEMENT}/", f"Token {AuthToken.objects.create(user=editor)[1]}"
    response = public.get(path + query, authorization=token, **{"accept-encoding": coding})
    assert (response.get("Content-Encoding") is None) == (coding == "identity")
    write = {"method": "PATCH", "path": path, "match": response["ETag"], "authorization": token}
    assert public.send(body={"name": "Probe"}, **write).status_code == 200
    assert "Somebody else" in problem(public.send(body={"name": "Later"}, **write), 412)["detail"]


def _other_than(tag: str) -> list[str]:
    number, validator, rest = tag.strip('"').split(".")
    first, last = ("0" if digit != "0" else "1" for digit in (rest[0], rest[-1]))
    return [
        f'"{number}"', f'"{number}.deadbeef"', f'"{number}.{validator}"', f'W/"{number}.{validator}"', f'"{rest}"',
        f'"{number}.{validator}.{rest[:-1]}{last}"', f'"{number}.{validator}.{first}{rest[1:]}"',
        f'"{number}0.{validator}.{rest}"', '""',
    ]  # fmt: skip


def test_a_tag_is_compared_as_a_whole(as_editor: RestClient) -> None:
    for match in _other_than(as_editor.get(TOPIC)["ETag"]):
        error = error_of(as_editor.send("PATCH", TOPIC, {"name": "X"}, match=match), 412)
        assert error == {
            "field": "If-Match", "got": match[:64], "expected": "the ETag of a GET since the last change",
        }  # fmt: skip


def test_the_tag_of_a_deleted_record_does_not_fit_another_of_its_name(as_editor: RestClient) -> None:
    body = {"slug": "again", "name": "Again"}
    tag = as_editor.send("POST", "topics/", body)["ETag"]
    assert as_editor.send("DELETE", "topics/again/", {}, match=tag).status_code == 204
    other = as_editor.send("POST", "topics/", body)["ETag"]
    assert other != tag
    problem(as_editor.send("PATCH", "topics/again/", {"name": "X"}, match=tag), 412)
    assert as_editor.send("PATCH", "topics/again/", {"name": "X"}, match=other).status_code == 200


def test_the_tag_of_another_record_does_not_fit(as_editor: RestClient) -> None:
    tags = [as_editor.send("POST", "topics/", {"slug": slug, "name": slug})["ETag"] for slug in ("a-1", "a-2")]
    problem(as_editor.send("PATCH", "topics/a-1/", {"name": "X"}, match=tags[1]), 412)


def test_a_draft_linked_in_between_makes_an_editors_tag_stale_and_leaves_the_publics(
    public: RestClient, as_editor: RestClient
) -> None:
    path = "events/2019-07-04-japan-export-curbs-take-effect/"
    Topic.objects.create(slug="embargoed", name="Embargoed")
    before, read = as_editor.get(path)["ETag"], public.get(path)
    topics = [topic["slug"] for topic in read.json()["topics"]]
    history, feed = public.get(f"{path}history/").content, public.get("events/?format=atom").content
    answer = as_editor.send("PATCH", path, {"topics": [*topics, "embargoed"]}, match=before)
    assert answer.status_code == 200
    problem(as_editor.send("PATCH", path, {"place": "Tokyo"}, match=before), 412)
    now = public.get(path)
    assert (now["ETag"], now.content) == (read["ETag"], read.content)
    assert public.get(f"{path}history/").content == history
    assert public.get("events/?format=atom").content == feed
    problem(as_editor.send("PATCH", path, {"place": "Tokyo"}, match=before), 412)
    assert as_editor.send("PATCH", path, {"place": "Tokyo"}, match=answer["ETag"]).status_code == 200


@pytest.mark.parametrize("match", ["1", '"1', "junk", ", ,", '"1", *', '"1" "2"'])
def test_a_match_that_is_no_tag_is_refused(as_editor: RestClient, match: str) -> None:
    assert error_of(as_editor.send("PATCH", TOPIC, {"name": "X"}, match=match), 400)["got"] == match


def test_the_second_of_two_editors_is_told(as_editor: RestClient) -> None:
    tag = as_editor.get(TOPIC)["ETag"]
    assert as_editor.send("PATCH", TOPIC, {"name": "First"}, match=tag).status_code == 200
    assert "Read it again" in problem(as_editor.send("PATCH", TOPIC, {"name": "Second"}, match=tag), 412)["detail"]
    assert Topic.objects.get(slug="export-controls").name == "First"


def test_the_key_of_a_record_cannot_be_computed_from_its_etag(public: RestClient) -> None:
    """Gaps between keys count drafts."""
    response = public.get(TOPIC)
    number, digest, _ = response["ETag"].strip('"').split(".")
    stored = validator_of(Topic.objects.get(slug="export-controls"), AnonymousUser())
    assert sha256(stored.encode()).hexdigest()[:16] != digest
    assert record_prefix(stored) == f"{number}.{digest}"
