"""Junk gets a clear answer, no stack trace, and nothing half-written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from archive.models import Event, Official, Statement
from tests.support.admin_forms import address, errors, messages_of, opened, send, with_part

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

NEW = {"date": "2020", "classification": "meeting", "name": "New", "slug": "2020-new", "status": "draft"}


def test_a_null_byte_in_the_search_of_a_list(editing: Client) -> None:
    response = editing.get(address(Event, "changelist"), {"q": "a\x00b"}, follow=True)
    assert response.status_code == 200
    assert messages_of(response) == [
        "Got a null byte in the address or the search, expected text. This is the whole list."
    ]


def test_a_null_byte_in_an_autocomplete(editing: Client) -> None:
    params = {"app_label": "archive", "model_name": "statement", "field_name": "speaker", "term": "kim\x00"}
    response = editing.get(reverse("admin:autocomplete"), params)
    assert response.status_code == 200
    assert "results" in json.loads(response.content)


@pytest.mark.parametrize("field", ["name", "date", "slug", "summary", "classification", "topics", "change_reason"])
def test_a_null_byte_in_a_field(editing: Client, field: str) -> None:
    sent = {**opened(editing, Event), **NEW}
    sent[field] = f"{sent.get(field, '')}\x00"
    field_errors = errors(send(editing, Event, sent))
    assert field in field_errors
    assert not Event.objects.filter(name__startswith="New").exists()


@pytest.mark.parametrize("junk", ["x", "-1", "99999999999999999999999", "²", "1 OR 1=1", "../..", "%00"])
def test_an_invalid_key_in_the_url_is_404(editing: Client, junk: str) -> None:
    for page in ("change", "delete", "history"):
        response = editing.get(f"/admin/archive/event/{junk}/{page}/", follow=True)
        assert response.status_code in (200, 404)
        assert b"Traceback" not in response.content


@pytest.mark.parametrize("junk", ["x", "-1", "99999999999999999999999", "²", "0"])
def test_an_invalid_key_of_a_relation_is_an_error_of_its_field(editing: Client, junk: str) -> None:
    field_errors = errors(send(editing, Event, {**opened(editing, Event), **NEW, "part_of": junk, "topics": [junk]}))
    assert set(field_errors) >= {"part_of", "topics"}
    assert not Event.objects.filter(slug="2020-new").exists()


@pytest.mark.parametrize("junk", ["x", "-1", "99999999999999999999999", "²", "0"])
def test_an_invalid_key_of_a_part_is_an_error_of_its_form(editing: Client, junk: str) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    field_errors = errors(send(editing, statement, {**opened(editing, statement), "speech_acts-0-id": junk}))
    assert "speech_acts-0-id" in field_errors
    assert statement.speech_acts.count() == 11


@pytest.mark.parametrize(
    "params",
    [
        {"app_label": "archive", "model_name": "nothing", "field_name": "speaker"},
        {"app_label": "archive", "model_name": "statement", "field_name": "nothing"},
        {"app_label": "archive", "model_name": "statement", "field_name": "name"},
        {"app_label": "auth", "model_name": "user", "field_name": "groups"},
        {},
    ],
)
def test_an_autocomplete_of_something_else_is_refused(editing: Client, params: dict[str, str]) -> None:
    assert editing.get(reverse("admin:autocomplete"), {**params, "term": "a"}).status_code == 403


def test_a_junk_page_of_an_autocomplete_is_no_page(editing: Client) -> None:
    params = {"app_label": "archive", "model_name": "statement", "field_name": "speaker", "term": "k", "page": "x"}
    assert editing.get(reverse("admin:autocomplete"), params).status_code == 404


@pytest.mark.parametrize("query", ["?p=999", "?p=x", "?status__exact=nothing", "?o=99", "?id__in=x", "?date__lte=x"])
def test_a_junk_list_address_shows_a_list_or_says_why_not(editing: Client, query: str) -> None:
    response = editing.get(address(Event, "changelist") + query, follow=True)
    assert response.status_code in (200, 400)
    assert b"Traceback" not in response.content


def test_too_many_rows_are_refused_and_nothing_is_saved(editing: Client) -> None:
    sent = {**opened(editing, Official), "names-TOTAL_FORMS": "2001"}
    response = send(editing, Official, sent)
    assert "at most 1000" in errors(response)["names"][0]


def test_a_form_without_its_management_data_is_refused(editing: Client) -> None:
    field_errors = errors(send(editing, Event, NEW))
    assert "ManagementForm data is missing" in field_errors["participations"][0]
    assert not Event.objects.filter(slug="2020-new").exists()


def test_more_fields_than_a_form_has_are_refused(editing: Client) -> None:
    response = send(editing, Event, {f"f{number}": "" for number in range(10_001)})
    assert response.status_code == 400
    assert "expected at most 10000 fields" in response.content.decode()


def test_a_body_of_ten_megabytes_is_refused(editing: Client) -> None:
    sent = {**opened(editing, Event), **NEW, "summary": "a" * 10_000_000}
    page = address(Event, "add")
    body = "&".join(f"{name}={value}" for name, value in sent.items() if isinstance(value, str))
    response = editing.post(page, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "2.5 MB" in response.content.decode()
    assert not Event.objects.filter(slug="2020-new").exists()


def test_a_wrong_method_changes_nothing(editing: Client) -> None:
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    for method in ("put", "patch", "delete"):
        response = getattr(editing, method)(address(event))
        assert response.status_code in (200, 405)
    assert Event.objects.filter(pk=event.pk, version=event.version).exists()


def test_a_form_sent_without_a_token_is_refused(editor: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    response = strict.post(address(Event, "add"), NEW)
    assert response.status_code == 403
    assert "What you typed into a form is stored in this browser" in response.content.decode()


def test_an_integrity_error_becomes_a_form_error(editing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two enter the same slug at the same moment: the form of the second was sound when it was checked."""
    calls = []

    def refuse(self: Event, *args: Any, **kwargs: Any) -> None:
        calls.append(self.slug)
        raise IntegrityError("UNIQUE constraint failed: archive_event.slug")

    monkeypatch.setattr(Event, "save", refuse)
    field_errors = errors(send(editing, Event, {**opened(editing, Event), **NEW}))
    assert calls == ["2020-new"]
    assert field_errors["__all__"][0].startswith("Not saved: the archive has such a record already")


def test_a_date_that_ends_before_it_begins_is_told_at_its_field(editing: Client) -> None:
    field_errors = errors(send(editing, Event, {**opened(editing, Event), **NEW, "date": "2019-07-04/2019-07-01"}))
    assert "2019-07-04/2019-07-01" in field_errors["date"][0]


def test_a_participation_of_both_or_none_is_told_at_its_row(editing: Client) -> None:
    sent = with_part({**opened(editing, Event), **NEW}, "participations", role="host")
    row = int(sent["participations-TOTAL_FORMS"]) - 1
    field_errors = errors(send(editing, Event, sent))
    assert field_errors[f"participations-{row}-__all__"] == ["Got none or both, expected either an official or a body."]


def test_an_event_is_not_related_to_itself(editing: Client) -> None:
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    sent = with_part(opened(editing, event), "relations", kind="refers_to", to_event=str(event.pk))
    field_errors = errors(send(editing, event, sent))
    row = int(sent["relations-TOTAL_FORMS"]) - 1
    assert field_errors == {f"relations-{row}-__all__": ["An event does not relate to itself: expected another event."]}


def test_the_date_preview_shows_text_and_bounds(editing: Client) -> None:
    def read(text: str) -> Any:
        return json.loads(editing.get("/admin/archive/event/reading/", {"text": text}).content)

    assert read("2019-08") == {"display": "August 2019", "earliest": "2019-08-01", "latest": "2019-08-31"}
    assert read("2019-07-04/..") == {"display": "since 4 July 2019", "earliest": "2019-07-04", "latest": None}
    assert "2019-02 has 28 days" in read("2019-02-30")["error"]
    reading = read("12 July 2019")
    assert (reading["suggestion"], reading["display"]) == ("2019-07-12", "12 July 2019")
    assert "Did you mean" not in reading["error"]
    for junk in ("yesterday", "12/07/2019", "2019-13", "\x00", "", "9" * 5000):
        assert set(read(junk)) == {"error"}


def test_the_date_preview_needs_a_login(client: Client) -> None:
    assert client.get("/admin/archive/event/reading/", {"text": "2019"}).status_code == 302
