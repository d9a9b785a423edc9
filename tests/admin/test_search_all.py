"""The admin's search over all kinds of records."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Event, Official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]
SEARCH = "/admin/archive/search/"


def test_results_of_all_kinds_lead_to_their_forms(editing: Client) -> None:
    rows = editing.get(SEARCH, {"q": "kim you-geun"}).context["rows"]
    official = Official.objects.get(slug="kim-you-geun")
    urls = {row.name: row.url for row in rows}
    assert urls["Kim You-geun"] == reverse("admin:archive_official_change", args=[official.pk])
    assert {"official", "statement"} <= {row.kind for row in rows}


def test_drafts_are_found(editing: Client) -> None:
    Event.objects.create(slug="a-draft", name="Unheard-of gathering", classification="meeting", date="2020")
    assert [row.name for row in editing.get(SEARCH, {"q": "gathering"}).context["rows"]] == ["Unheard-of gathering"]


def test_one_match_of_a_kind_is_counted_in_the_singular(editing: Client) -> None:
    counts = dict(editing.get(SEARCH, {"q": "kim you-geun"}).context["counts"])
    assert counts["official"] == 1
    assert "officials" not in counts
    assert counts["statements"] > 1


def test_only_kinds_that_the_user_may_view_are_searched() -> None:
    user = User.objects.create_user("guest", password="a-test-password", is_staff=True)
    client = Client()
    client.force_login(user)
    assert client.get(SEARCH, {"q": "kim"}).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_official"))
    assert {row.kind for row in client.get(SEARCH, {"q": "kim"}).context["rows"]} == {"official"}


def test_dates_are_in_the_language_of_the_interface(editing: Client) -> None:
    Event.objects.create(slug="a-draft", name="Unheard-of gathering", classification="meeting", date="2019-12-24")
    editing.cookies["django_language"] = "ko"
    assert [row.date for row in editing.get(SEARCH, {"q": "gathering"}).context["rows"]] == ["2019년 12월 24일"]


def test_a_log_in_is_needed(client: Client) -> None:
    assert client.get(SEARCH, {"q": "kim"}).status_code == 302


@pytest.mark.parametrize("words", ["", " ", "xyzzy", "\x00", "<script>alert(1)</script>", '"', "(" * 300, "\u202eabc"])
def test_odd_words_give_a_page(editing: Client, words: str) -> None:
    response = editing.get(SEARCH, {"q": words})
    assert response.status_code in (200, 400)
    assert "<script>alert" not in response.content.decode()


def test_a_wrong_cursor_is_an_error_with_a_sentence(editing: Client) -> None:
    response = editing.get(SEARCH, {"q": "kim", "cursor": "nonsense"})
    assert response.status_code == 400
    assert "cursor" in response.content.decode()


def test_the_number_of_queries_is_bounded(editing: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(editing.get(SEARCH, {"q": "japan"}).context["rows"]) > 10
    assert len(queries) <= 16
