"""Writes: who may, under which condition, whole or not at all, with a history that says who and why."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.test import Client

from archive.models import Event, Official, SpeechAct, Statement, Topic
from archive.rest.views import CollectionView
from tests.support.rest_client import STATEMENT, RestClient, error_of, problem

pytestmark = pytest.mark.django_db

EVENT = {"slug": "e", "name": "E", "date": "2019-07", "classification": "meeting"}


def test_a_new_record_is_a_draft_at_its_location(as_editor: RestClient) -> None:
    answer = as_editor.send("POST", "topics/", {"slug": "fisheries", "name": "Fisheries"})
    assert answer.status_code == 201
    assert answer["Location"] == "http://testserver/api/v1/topics/fisheries/"
    assert answer["ETag"].startswith('"1.')
    assert as_editor.client.get(answer["Location"]).json() == answer.json()
    assert answer.json()["status"] == "draft"


def test_relations_are_written_by_slug_code_or_the_object_that_was_read(as_editor: RestClient) -> None:
    body = {**EVENT, "topics": ["export-controls", {"slug": "lists-of-trusted-partners", "name": "any"}]}
    topics = as_editor.send("POST", "events/", body).json()["topics"]
    assert {topic["slug"] for topic in topics} == {"export-controls", "lists-of-trusted-partners"}
    for state in ("KR", "kr", "south-korea", {"slug": "south-korea"}):
        answer = as_editor.send("PATCH", "officials/kim-you-geun/", {"state": state}, match="*")
        assert answer.json()["state"] == {"slug": "south-korea", "name": "South Korea"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"statements/{STATEMENT}/", {}),
        (f"statements/{STATEMENT}/", {"topics": ["export-controls"], "date": "2019-07-12"}),
        (f"speech-acts/{STATEMENT}-1/", {"addressee_bodies": []}),
        ("bodies/south-korea/", {"iso3166": "KR", "name": "South Korea "}),
        ("officials/kim-you-geun/", {"state": "kr"}),
    ],
)
def test_a_write_without_changes_makes_no_version(as_editor: RestClient, path: str, body: dict[str, Any]) -> None:
    read = as_editor.get(path)
    stored = {name: read.json()[name] for name in body if name in ("topics", "addressee_bodies")}
    answer = as_editor.send("PATCH", path, body | stored, match=read["ETag"])
    assert answer.status_code == 200, answer.json()
    assert (answer["ETag"], answer.json()["updated_at"]) == (read["ETag"], read.json()["updated_at"])


def test_a_change_of_links_alone_makes_a_version(as_editor: RestClient) -> None:
    path = f"statements/{STATEMENT}/"
    version = as_editor.get(path).json()["version"]
    assert as_editor.send("PATCH", path, {"topics": []}, match="*").json()["version"] > version


def test_a_record_can_be_put_back_as_it_was_read(as_editor: RestClient) -> None:
    read = as_editor.get(f"statements/{STATEMENT}/")
    body = read.json() | {"summary": "A new summary."}
    answer = as_editor.send("PUT", f"statements/{STATEMENT}/", body, match=read["ETag"])
    changed = {"summary", "version", "updated_at"}
    assert answer.status_code == 200, answer.content
    assert {key for key, value in answer.json().items() if value != read.json()[key]} == changed


def test_put_replaces_and_patch_changes(as_editor: RestClient) -> None:
    body = {**EVENT, "summary": "S", "place": "P", "topics": ["export-controls"], "status": "published"}
    tag = as_editor.send("POST", "events/", body)["ETag"]
    answer = as_editor.send("PATCH", "events/e/", {"place": "Q"}, match=tag)
    patched = answer.json()
    assert (patched["summary"], patched["place"], len(patched["topics"])) == ("S", "Q", 1)
    put = as_editor.send("PUT", "events/e/", EVENT, match=answer["ETag"]).json()
    assert (put["summary"], put["place"], put["topics"], put["status"]) == ("", "", [], "published")
    missing = error_of(as_editor.send("PUT", "events/e/", {"slug": "e", "name": "E", "date": "2019"}, match="*"), 400)
    assert missing["field"] == "classification"


@pytest.mark.parametrize(
    ("body", "field", "expected", "suggestion"),
    [
        ({"descripton": "d"}, "descripton", "a field: slug, status, name, description, parent", "description"),
        ({"version": 5}, "version", "it left out: the archive writes it", None),
        ({"created_at": "2000-01-01"}, "created_at", "it left out: the archive writes it", None),
        ({"slug": "X y!"}, "slug", "letters, digits, hyphens and underscores", None),
        ({"slug": "x\x00y"}, "slug", "text without null characters", None),
        ({"slug": "x" * 121}, "slug", "at most 120 characters", None),
        ({"slug": "export-controls"}, "slug", "another slug: one of the topics has this", None),
        ({"name": ""}, "name", "a text that is not blank", None),
        ({"name": None}, "name", "a value, not null", None),
        ({"name": ["z"]}, "name", "a text", None),
        ({"status": "publishd"}, "status", "one of draft, review, published, withdrawn", "published"),
        ({"parent": "export-control"}, "parent", "the slug of a known topic", "export-controls"),
        ({"parent": "\x00"}, "parent", "the slug of a known topic", None),
        ({"parent": 7}, "parent", "the slug of a known topic", None),
        ({"parent": {"name": "x"}}, "parent", "the slug of a known topic", None),
    ],
)
def test_a_bad_field_says_what_is_expected(
    as_editor: RestClient, body: dict[str, Any], field: str, expected: str, suggestion: str | None
) -> None:
    before = Topic.objects.count()
    error = error_of(as_editor.send("POST", "topics/", {"slug": "t", "name": "T", **body}), 400)
    assert (error["field"], error["expected"], error.get("suggestion")) == (field, expected, suggestion)
    assert Topic.objects.count() == before


def test_a_named_statement_keeps_its_speaker_and_the_refusal_names_no_rule(as_editor: RestClient) -> None:
    for body in (
        {"speaker": None},
        {"speaker": None, "body": None},
        {"attribution": "anonymous"},
        {"form": "verbatim"},
    ):
        message = problem(as_editor.send("PATCH", f"statements/{STATEMENT}/", {**body, "text": ""}, match="*"), 400)
        assert "statement_" not in str(message)
        assert "Constraint" not in str(message)
        assert all(problem["expected"] for problem in message["errors"])
    message = error_of(as_editor.send("PATCH", f"statements/{STATEMENT}/", {"speaker": None}, match="*"), 400)
    assert (message["field"], message["expected"]) == ("speaker", "an official")


@pytest.mark.parametrize(
    ("date", "got", "reason"),
    [
        ("2019-13", "2019-13", "there is no month 13"),
        ("2019-02-30", "2019-02-30", "2019-02 has 28 days"),
        ("yesterday", "yesterday", "an EDTF date"),
        ("", "nothing", "an EDTF date"),
        (None, "null", "not null"),
        (5, "5", "an EDTF date as a text"),
        ({"text": ["2019"]}, "['2019']", "an EDTF date as a text"),
        ({"display": "July"}, "nothing", "an EDTF date"),
    ],
)
def test_a_bad_date_says_what_a_date_is(as_editor: RestClient, date: Any, got: str, reason: str) -> None:
    error = error_of(as_editor.send("POST", "events/", {**EVENT, "date": date}), 400)
    assert (error["field"], error["got"]) == ("date", got)
    assert reason in error["expected"]


def test_all_errors_of_a_body_are_reported_at_once(as_editor: RestClient) -> None:
    body = {"slug": "e", "date": "2019-13", "classification": "meeing", "topics": "export-controls"}
    errors = problem(as_editor.send("POST", "events/", body), 400)["errors"]
    assert [error["field"] for error in errors] == ["name", "classification", "date", "topics"]
    assert errors[1]["suggestion"] == "meeting"
    assert errors[3]["expected"] == "a list of slugs"


def test_a_capacity_of_somebody_else_is_refused_and_nothing_is_written(as_editor: RestClient) -> None:
    body = {"summary": "New.", "capacities": ["abe-shinzo-prime-minister-of-japan"]}
    error = error_of(as_editor.send("PATCH", f"statements/{STATEMENT}/", body, match="*"), 400)
    assert error == {
        "field": "capacities", "got": "abe-shinzo-prime-minister-of-japan",
        "expected": "an appointment of the speaker, Kim You-geun",
    }  # fmt: skip
    stored = Statement.objects.get(slug=STATEMENT)
    assert (stored.summary == "New.", stored.version, stored.capacities.count()) == (False, 1, 2)


def test_capacities_left_out_are_those_in_force(as_editor: RestClient) -> None:
    body = {
        "slug": "s", "name": "S", "date": "2019-07-12", "classification": "briefing", "attribution": "named",
        "speaker": "kim-you-geun",
    }  # fmt: skip
    assert len(as_editor.send("POST", "statements/", body).json()["capacities"]) == 2


def test_subjects_and_addressees_say_by_which_fields_they_are_written(as_editor: RestClient) -> None:
    body = {"statement": STATEMENT, "ordinal": 90, "kind": "demand", "text": "t", "addressees": ["japan"]}
    error = error_of(as_editor.send("POST", "speech-acts/", body), 400)
    assert error["expected"] == "it to be written as addressee_bodies and addressee_officials"
    del body["addressees"]
    answer = as_editor.send("POST", "speech-acts/", body | {"addressee_bodies": ["JP"]})
    assert answer.json()["addressees"] == [{"type": "body", "slug": "japan", "name": "Japan"}]
    assert answer["Location"].endswith(f"/speech-acts/{STATEMENT}-90/")


def test_a_place_in_a_statement_is_taken_once(as_editor: RestClient) -> None:
    body = {"statement": STATEMENT, "ordinal": 1, "kind": "demand", "text": "t"}
    assert "expected each ordinal once" in problem(as_editor.send("POST", "speech-acts/", body), 400)["detail"]
    assert error_of(as_editor.send("POST", "speech-acts/", body | {"ordinal": 10**21}), 400)["field"] == "ordinal"
    assert (
        error_of(as_editor.send("POST", "speech-acts/", body | {"ordinal": "one"}), 400)["expected"] == "a whole number"
    )


def test_a_slug_never_changes(as_editor: RestClient) -> None:
    error = error_of(as_editor.send("PATCH", "topics/export-controls/", {"slug": "other"}, match="*"), 400)
    assert error == {"field": "slug", "got": "other", "expected": "export-controls"}


def test_a_delete_takes_the_record_away(as_editor: RestClient) -> None:
    tag = as_editor.send("POST", "topics/", {"slug": "t", "name": "T"})["ETag"]
    answer = as_editor.send("DELETE", "topics/t/", b"", match=tag, **{"x-change-reason": "a mistake"})
    assert (answer.status_code, answer.content) == (204, b"")
    problem(as_editor.get("topics/t/"), 404)
    assert Topic.history.filter(slug="t", history_type="-").get().history_change_reason == "a mistake"


def test_a_referenced_record_is_not_deleted_and_its_referrers_are_named(as_editor: RestClient) -> None:
    answer = problem(as_editor.send("DELETE", "officials/kim-you-geun/", b"", match="*"), 409)
    assert {error["field"] for error in answer["errors"]} >= {"appointment"}
    assert "kim-you-geun-secretary-general-national-security-council" in {error["got"] for error in answer["errors"]}
    assert Official.objects.filter(slug="kim-you-geun").exists()


def test_a_record_with_links_to_it_is_not_deleted_and_the_links_stay(as_editor: RestClient) -> None:
    as_editor.send("POST", "topics/", {"slug": "t", "name": "T"})
    as_editor.send("POST", "events/", {**EVENT, "topics": ["t"]})
    answer = problem(as_editor.send("DELETE", "topics/t/", b"", match="*"), 409)
    assert [(error["field"], error["got"]) for error in answer["errors"]] == [("event", "e")]
    assert [topic.slug for topic in Event.objects.get(slug="e").topics.all()] == ["t"]
    as_editor.send("PATCH", "events/e/", {"topics": []}, match="*")
    assert as_editor.send("DELETE", "topics/t/", b"", match="*").status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "topics/"), ("PUT", "topics/export-controls/"), ("PATCH", "topics/export-controls/"),
     ("DELETE", "topics/export-controls/")],
)  # fmt: skip
def test_only_authenticated_users_write(public: RestClient, method: str, path: str) -> None:
    answer = public.send(method, path, {"slug": "t", "name": "T"}, match="*")
    assert error_of(answer, 401)["field"] == "Authorization"
    assert answer["WWW-Authenticate"] == "Token"
    assert Topic.objects.filter(slug="export-controls", version=1).exists()


def test_writes_take_no_parameters(as_editor: RestClient) -> None:
    body = {"slug": "t", "name": "T"}
    assert error_of(as_editor.send("POST", "topics/?fields=slug", body), 400)["field"] == "fields"
    assert (
        error_of(as_editor.send("DELETE", "topics/export-controls/?force=1", b"", match="*"), 400)["field"] == "force"
    )


def test_a_contributor_writes_drafts_only(as_contributor: RestClient) -> None:
    assert as_contributor.send("POST", "topics/", {"slug": "t", "name": "T"}).status_code == 201
    assert as_contributor.send("PATCH", "topics/t/", {"status": "review"}, match="*").status_code == 200
    for path, body in {"topics/t/": {"status": "published"}, "topics/export-controls/": {"name": "Changed"}}.items():
        assert "editor" in problem(as_contributor.send("PATCH", path, body, match="*"), 403)["detail"]
    problem(as_contributor.send("POST", "topics/", {"slug": "u", "name": "U", "status": "published"}), 403)
    assert set(Topic.objects.filter(slug__in=["t", "u"]).values_list("slug", "status")) == {("t", "review")}


def test_a_contributor_cannot_add_parts_to_published_records(as_contributor: RestClient) -> None:
    act = {"statement": STATEMENT, "ordinal": 90, "kind": "demand", "text": "t"}
    problem(as_contributor.send("POST", "speech-acts/", act), 403)
    draft = {
        "slug": "s", "name": "S", "date": "2019-07-12", "classification": "briefing", "attribution": "anonymous",
        "body": "cheong-wa-dae",
    }  # fmt: skip
    assert as_contributor.send("POST", "statements/", draft).status_code == 201
    response = as_contributor.send("POST", "speech-acts/", act | {"statement": "s"})
    assert response.status_code == 201
    moved = as_contributor.send("PATCH", f"speech-acts/{response.json()['slug']}/", {"statement": STATEMENT}, match="*")
    problem(moved, 403)
    assert SpeechAct.objects.get(slug=response.json()["slug"]).statement.slug == "s"


def test_403_names_the_missing_permission(as_contributor: RestClient, contributor: Any) -> None:
    contributor.groups.clear()
    answer = problem(as_contributor.send("POST", "topics/", {"slug": "t", "name": "T"}), 403)
    assert "archive.add_topic" in answer["detail"]
    assert answer["errors"][0]["got"] == "contributor"


def test_a_session_needs_the_token_against_forgery(archive: None, editor: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    body = {"slug": "t", "name": "T"}
    answer = client.post("/api/v1/topics/", body, content_type="application/json")
    assert error_of(answer, 403)["field"] == "X-CSRFToken"
    client.get("/admin/password_change/")
    values = {"X-CSRFToken": client.cookies["csrftoken"].value}
    answer = client.post("/api/v1/topics/", body, content_type="application/json", headers=values)
    assert answer.status_code == 201


def test_a_reason_may_be_in_any_script(as_editor: RestClient) -> None:
    reason = "오타 수정".encode().decode("latin-1")
    as_editor.send("PATCH", "topics/export-controls/", {"name": "X"}, match="*", **{"x-change-reason": reason})
    as_editor.send("PATCH", "topics/export-controls/", {"name": "Y"}, match="*", **{"x-change-reason": "\xe9" * 600})
    results = as_editor.get("topics/export-controls/history/").json()["results"]
    assert [item["reason"] for item in results[:2]] == ["é" * 500, "오타 수정"]


def test_a_record_that_goes_while_it_is_changed_is_not_there(as_editor: RestClient) -> None:
    read = CollectionView._record

    def and_gone(view: Any, slug: str) -> Any:
        record = read(view, slug)
        Topic.objects.filter(pk=record.pk).delete()
        return record

    as_editor.send("POST", "topics/", {"slug": "t", "name": "T"})
    with mock.patch.object(CollectionView, "_record", and_gone):
        problem(as_editor.send("PATCH", "topics/t/", {"name": "U"}, match="*"), 404)


def test_nothing_is_half_written_when_the_last_step_fails(as_editor: RestClient) -> None:
    with mock.patch.object(Event, "check_publishable", side_effect=ValueError), pytest.raises(ValueError):  # noqa: PT011
        as_editor.send("POST", "events/", {**EVENT, "topics": ["export-controls"], "status": "published"})
    assert not Event.objects.filter(slug="e").exists()
    assert not Event.history.filter(slug="e").exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"slug": "n", "name": 1945}, [("name", "1945", "a text")]),
        ({"slug": 12, "name": "N", "description": 1.5}, [("description", "1.5", "a text"), ("slug", "12", "a text")]),
        ({}, [("name", "none", "a value: the field is required"), ("slug", "none", "a value: the field is required")]),
        ({"slug": "n", "name": None}, [("name", "null", "a value, not null")]),
        (
            {"slug": "n", "name": None, "nmae": "N"},
            [("name", "null", "a value, not null"), ("nmae", "nmae", "a field")],
        ),
    ],
)
def test_every_wrong_value_is_named_as_it_came(as_editor: RestClient, body: Any, expected: Any) -> None:
    errors = problem(as_editor.send("POST", "topics/", body), 400)["errors"]
    listed = sorted((error["field"], error["got"], error["expected"].partition(": name")[0]) for error in errors)
    assert [(field, got, text.partition(": slug")[0]) for field, got, text in listed] == expected


def test_parts_are_pointed_to_where_they_are_read_and_entered(public: RestClient, as_editor: RestClient) -> None:
    error = error_of(public.get("measures/?fields=slug,goods"), 400)
    assert (error["expected"], error.get("suggestion")) == ("a field; add this part by include=goods", None)
    body = {"slug": "m", "name": "M", "goods": []}
    errors = problem(as_editor.send("POST", "measures/", body), 400)["errors"]
    [part] = [error for error in errors if error["field"] == "goods"]
    assert "entered in the admin" in part["expected"]
