"""Whatever is wrong with a question, it gets a problem that says where, and what is expected."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client, override_settings

from archive.exceptions import MAX_PROBLEMS
from archive.models import Topic
from archive.rest import requests
from archive.sql.query import CompiledQuery
from tests.support.rest_client import STATEMENT, RestClient, error_of, problem

pytestmark = pytest.mark.django_db

LIST = [
    ("events/?classificaton=ruling", "classificaton", "classificaton", "classification"),
    ("events/?classification=rulling", "classification", "rulling", "ruling"),
    ("events/?q=%00", "q", "\\x00", None),
    ("events/?date=2019-13", "date", "2019-13", None),
    ("events/?date=12 July 2019", "date", "12 July 2019", "2019-07-12"),
    ("events/?limit=0", "limit", "0", None),
    ("events/?limit=501", "limit", "501", None),
    ("events/?limit=99999999999999999999", "limit", "99999999999999999999", None),
    ("events/?limit=5&limit=6", "limit", "5, 6", None),
    ("events/?limit=%D9%A5", "limit", "٥", None),
    ("events/?count=maybe", "count", "maybe", None),
    ("events/?fields=,,", "fields", ",,", None),
    ("events/?fields=slug.foo", "fields", "slug.foo", None),
    ("events/?fields=date.displya", "fields", "date.displya", "date.display"),
    ("events/?fields=citations", "fields", "citations", None),
    ("events/?include=citation", "include", "citation", "citations"),
    ("topics/?include=citations", "include", "citations", None),
    ("events/?format=xml", "format", "xml", None),
    ("events/?cursor=-", "cursor", "", None),
    ("events/?cursor=%00", "cursor", "\x00", None),
    ("events/?cursor=zzz", "cursor", "zzz", None),
    ("events/?order_by=foo&cursor=x", "order_by", "foo", None),
    ("events/?order_by=dat&cursor=x", "order_by", "dat", "date"),
    ("events/?order_by=-&cursor=-x", "order_by", "-", None),
    ("events/?order_by=--date&cursor=x", "order_by", "--date", None),
    ("events/?order_by=date&order_by=name&cursor=x", "order_by", "date, name", None),
    (f"statements/{STATEMENT}/?limit=3", "limit", "limit", None),
    (f"statements/{STATEMENT}/history/?fields=at", "fields", "fields", None),
    ("search/", "q", "", None),
    ("search/?q=%00", "q", "\\x00", None),
    ("search/?q=a&q=b", "q", "a, b", None),
    ("search/?q=probe&format=csv", "format", "csv", "json"),
    ("search/?query=probe", "query", "query", None),
    ("?page=2", "page", "page", None),
]


@pytest.mark.parametrize(("path", "field", "got", "suggestion"), LIST)
def test_a_bad_question_says_which_parameter_and_what_instead(
    public: RestClient, path: str, field: str, got: str, suggestion: str | None
) -> None:
    error = error_of(public.get(path), 400)
    assert (error["field"], error["got"]) == (field, got)
    assert error["expected"]
    if suggestion and field != "format":
        assert error["suggestion"] == suggestion


def test_a_cursor_of_another_list_or_order_is_refused(public: RestClient) -> None:
    cursor = public.get("events/?limit=1").json()["next"].partition("cursor=")[2]
    for path in (f"measures/?cursor={cursor}", f"events/?order_by=-date&cursor={cursor}"):
        assert "another list or order" in error_of(public.get(path), 400)["expected"]


@pytest.mark.parametrize(
    ("path", "got", "suggestion"),
    [
        ("events/%00/", "\\x00", None),
        ("officials/kim-yu-geun/", "kim-yu-geun", "kim-you-geun"),
        ("officials/kim-yu-geun/history/", "kim-yu-geun", "kim-you-geun"),
        ("officials/" + "k" * 3000 + "/", "k" * 120, None),
        ("eventz/", "eventz/", "events/"),
        ("events", "events", "events/"),
        ("a\x00b/", "a\\x00b/", None),
    ],
)
def test_what_is_not_there_is_told_with_what_may_be_meant(
    public: RestClient, path: str, got: str, suggestion: str | None
) -> None:
    error = error_of(public.get(path), 404)
    assert error["got"] == got
    assert (suggestion or "") in error.get("suggestion", "")


@pytest.mark.parametrize("method", ["POST", "DELETE", "BREW"])
def test_an_unknown_address_is_not_there_for_any_method(public: RestClient, method: str) -> None:
    problem(public.client.generic(method, "/api/v1/eventz/"), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "events/", "GET, POST, HEAD, OPTIONS"),
        ("BREW", "events/", "GET, POST, HEAD, OPTIONS"),
        ("POST", "", "GET, HEAD, OPTIONS"),
        ("POST", f"statements/{STATEMENT}/", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ("PATCH", "search/", "GET, HEAD, OPTIONS"),
        ("GET", "token/", "POST, OPTIONS"),
        ("GET", "token/revoke/", "POST, OPTIONS"),
    ],
)
def test_a_wrong_method_says_which_are_right_to_anybody(
    public: RestClient, method: str, path: str, allowed: str
) -> None:
    answer = public.client.generic(method, f"/api/v1/{path}")
    assert error_of(answer, 405) == {"field": "method", "got": method, "expected": f"one of {allowed}"}
    assert answer["Allow"] == allowed


def test_who_wants_what_is_not_offered_is_told_what_is(public: RestClient) -> None:
    error = error_of(public.get("events/", accept="image/png"), 406)
    assert (error["field"], error["got"]) == ("Accept", "image/png")
    assert "application/json" in error["expected"]


BODIES: list[tuple[bytes, str]] = [
    (b"{", "not JSON"),
    (b'{"slug": NaN}', "got NaN"),
    (b'{"slug": "\xff"}', "not UTF-8"),
    (b'{"slug": "a", "slug": "b"}', "'slug' occurs twice"),
    (b'{"slug": "a", "name": "\\ud800"}', "surrogate"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"slug":' * 100_000, "nested too deeply"),
    (b"[]", "got 'an array'"),
    (b"null", "got 'null'"),
    (b'"text"', "got 'a string'"),
    (b"1" * 5_000, "not JSON"),
]


@pytest.mark.parametrize(("body", "message"), BODIES, ids=[message for _, message in BODIES])
def test_a_body_that_is_no_object_is_refused(as_editor: RestClient, body: bytes, message: str) -> None:
    answer = problem(as_editor.send("POST", "topics/", body), 400)
    assert message in answer["detail"]
    assert answer["errors"][0]["field"] == "body"


def test_a_body_of_ten_megabytes_is_too_large(as_editor: RestClient) -> None:
    body = b'{"slug": "big", "name": "' + b"x" * 10_000_000 + b'"}'
    assert error_of(as_editor.send("POST", "topics/", body), 413) == {
        "field": "body", "got": f"{len(body)} bytes", "expected": "at most 2621440 bytes",
    }  # fmt: skip
    assert not Topic.objects.filter(slug="big").exists()


def test_a_body_of_unknown_length_is_asked_for_it(as_editor: RestClient) -> None:
    answer = as_editor.client.post("/api/v1/topics/", headers={"transfer-encoding": "chunked"})
    answer.wsgi_request.META.pop("CONTENT_LENGTH", None)
    assert error_of(answer, 411)["field"] == "Content-Length"


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_is_not_json_by_its_name_is_refused(as_editor: RestClient, kind: str) -> None:
    error = error_of(as_editor.send("POST", "topics/", b"a=b", **{"content-type": kind}), 415)
    assert error == {"field": "Content-Type", "got": kind, "expected": "application/json"}


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_of_ours_shows_no_trace_and_is_logged(
    public: RestClient, caplog: pytest.LogCaptureFixture, debug: bool
) -> None:
    client = Client(raise_request_exception=False)
    broken = mock.patch.object(requests, "list_json", side_effect=RuntimeError("a secret of the machine"))
    with override_settings(DEBUG=debug), broken:
        answer = client.get("/api/v1/events/")
    assert problem(answer, 500)["errors"] == []
    assert b"secret" not in answer.content
    assert "a secret of the machine" in caplog.text


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (IntegrityError, 409), (DataError, 400)])
def test_what_the_database_says_has_its_status(public: RestClient, error: type[Exception], status: int) -> None:
    with mock.patch.object(requests, "list_json", side_effect=error("canceling statement due to statement timeout")):
        answer = public.get("events/")
    assert "canceling" not in problem(answer, status)["detail"]
    assert answer.get("Retry-After") == ("5" if status == 503 else None)


@pytest.mark.parametrize(
    "path", ["events/", "events/counts/?by=year", "timeline/", "search/?q=export", "search/?q=export&facets=topic"]
)
def test_a_read_between_two_states_of_the_archive_is_a_conflict(public: RestClient, path: str) -> None:
    """A query has no answer where a filter names no visible record; the check after it finds the record."""
    with mock.patch.object(CompiledQuery, "run", return_value=None):
        assert "Send the request again." in problem(public.get(path), 409)["detail"]


@override_settings(ARCHIVE_PUBLIC=False)
def test_a_private_archive_asks_for_a_token_in_the_same_form(public: RestClient) -> None:
    for headers in ({}, {"authorization": "Token junk"}, {"authorization": "Token \xff"}):
        assert "token" in problem(public.get("events/", **headers), 401)["detail"]


def test_a_host_that_is_not_ours_is_a_problem_too(public: RestClient) -> None:
    problem(public.client.get("/api/v1/events/", HTTP_HOST="evil.example"), 400)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/events/?{}", "/api/v1/events/counts/?{}", "/api/v1/timeline/?{}", "/api/v1/search/?q=x&{}", "/?{}",
        "/api/v1/events/?fields={}", "/api/v1/events/?include={}", "/speech-acts/?{}", "/oai?{}",
    ],
)  # fmt: skip
def test_thousands_of_unknown_names_get_an_error_of_the_first(address: str) -> None:
    names = [f"x{number:04}" for number in range(5_000)]
    joined = ",".join(names) if "=" in address.rpartition("?")[2].replace("q=x", "") else "&".join(names)
    response = Client().get(address.format(joined))
    assert len(response.content) < 200_000
    if response["Content-Type"].startswith("application/problem"):
        assert (response.status_code, len(response.json()["errors"])) == (400, MAX_PROBLEMS)


def test_similar_slugs_are_looked_up_for_the_first_unknown_ones(django_assert_max_num_queries: Any) -> None:
    slugs = "&".join(f"slug=unknown-{number}" for number in range(50))
    with django_assert_max_num_queries(40):
        response = Client().get(f"/api/v1/events/?as_of=2019-08-01&{slugs}")
    assert len(response.json()["errors"]) == 50
