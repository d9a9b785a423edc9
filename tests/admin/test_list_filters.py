"""The filters of change lists: by related records, by who changed a record and when, and by partial date."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import models
from archive.admin import changelist
from archive.models import Event, Official, Statement
from tests.support import filter_records as make
from tests.support.admin_forms import address

pytestmark = pytest.mark.django_db


def _listed(client: Client, model: Any, query: dict[str, Any]) -> list[str]:
    page = client.get(address(model, "changelist"), query)
    assert page.status_code == 200, page.headers.get("Location")
    return [record.slug for record in page.context["cl"].result_list]


@pytest.fixture
def world() -> None:
    """Two speakers, each with a statement: one on a topic, in a dossier, with a source, in an office."""
    body, topic = make.body("ministry"), make.topic("chips")
    speaker, other = make.official("speaker"), make.official("other")
    office = make.office("minister", body)
    make.appointment("speaker-minister", speaker, office, "2019")
    statement = make.statement("said", "2019-07-12", speaker=speaker, topics=[topic])
    make.statement("other-said", "2018", speaker=other)
    make.act(statement, addressee_bodies=[body])
    models.DossierEntry.objects.create(dossier=make.dossier("curbs"), position=1, statement=statement)
    make.cited(make.source("paper"), statement=statement)
    event = make.event("met", "2019-07-04")
    make.took_part(event, speaker), make.took_part(event, body, "target")
    make.event("apart", "2019-07-05")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("model", "query", "slugs"),
    [
        (Statement, {"speaker": "speaker"}, ["said"]),
        (Statement, {"speaker": ["speaker", "other"]}, ["said", "other-said"]),
        (Statement, {"speaker": "other", "topic": "chips"}, []),
        (Statement, {"addressee": "ministry", "status__exact": "published"}, ["said"]),
        (Statement, {"office": "minister", "topic": "chips", "dossier": "curbs", "source": "paper"}, ["said"]),
        (Event, {"participant": "speaker"}, ["met"]),
        (Event, {"participant": "ministry", "changed_by": "", "changed_from": ""}, ["met"]),
        (Official, {"office": "minister"}, ["speaker"]),
    ],
)
def test_lists_are_filtered_by_related_records(
    editing: Client, model: Any, query: dict[str, Any], slugs: list[str]
) -> None:
    assert _listed(editing, model, query) == slugs


def test_a_list_is_filtered_by_who_changed_a_record_and_when(editing: Client, editor: Any, contributor: Any) -> None:
    for slug, user in (("mine", editor), ("theirs", contributor)):
        event = models.Event(slug=slug, name=slug, classification="meeting", date="2019")
        event._history_user = user  # type: ignore[attr-defined]
        event.save()
    today = timezone.now().date()
    assert _listed(editing, Event, {"changed_by": editor.username}) == ["mine"]
    assert _listed(editing, Event, {"changed_by": editor.username, "changed_from": today + timedelta(days=2)}) == []
    assert len(_listed(editing, Event, {"changed_from": today - timedelta(days=1), "changed_to": today})) == 2
    assert _listed(editing, Event, {"changed_to": today - timedelta(days=2)}) == []


def test_users_who_see_no_drafts_do_not_learn_who_changed_what(client: Client, editor: Any) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(reader)
    page = client.get(address(Event, "changelist"))
    assert page.status_code == 200
    assert b'name="changed_from"' in page.content
    assert b"changed_by" not in page.content
    assert editor.username.encode() not in page.content
    refused = client.get(address(Event, "changelist"), {"changed_by": editor.username}, follow=True)
    (text,) = [str(text) for text in refused.context["messages"]]
    assert text.startswith("Changed by: got 'editor', expected no user")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"participant": "nobody"}, "Participant: got 'nobody', expected the slug of a known body"),
        ({"changed_by": "nobody"}, "Changed by: got 'nobody', expected the name of a user."),
        ({"changed_from": "2019-02-30"}, "Changed from: got '2019-02-30', expected a day"),
        ({"changed_to": "9999-12-31"}, "Changed until: got '9999-12-31', expected a day"),
        ({"period": "2019~"}, "Date: got '2019~', expected a century"),
        ({"period": "2019-07/2019-08"}, "Date: got '2019-07/2019-08', expected a century"),
        ({"period": "x"}, "Date: got 'x', expected a century"),
    ],
)
def test_an_invalid_filter_is_named_and_gives_the_whole_list(
    editing: Client, query: dict[str, str], message: str
) -> None:
    page = editing.get(address(Event, "changelist"), query, follow=True)
    assert page.status_code == 200
    (text,) = [str(text) for text in page.context["messages"]]
    assert text.startswith(message)
    assert text.endswith("This is the whole list.")


def test_autocompletes_of_filters_offer_slugs_with_labels(editing: Client, world: None) -> None:
    query = {"by": "slug", "app_label": "archive", "model_name": "statement", "field_name": "speaker", "term": "speak"}
    results = json.loads(editing.get(reverse("admin:autocomplete"), query).content)["results"]
    assert results == [{"id": "speaker", "text": "speaker"}]


def test_a_search_stays_within_the_filters(editing: Client, world: None) -> None:
    page = editing.get(address(Statement, "changelist"), {"speaker": ["speaker", "other"]}).content.decode()
    for slug in ("speaker", "other"):
        assert f'<input type="hidden" name="speaker" value="{slug}">' in page
        assert f'<option value="{slug}" selected>{slug}</option>' in page


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("model", "text", "slugs"),
    [
        (Statement, "chips", ["said"]),
        (Statement, "2019 minister speaker", ["said"]),
        (Event, "speaker", ["met"]),
        (Event, "ministry 2019-07", ["met"]),
        (Event, "ministry 2018", []),
    ],
)
def test_the_search_of_lists_finds_topics_participants_and_offices(
    editing: Client, model: Any, text: str, slugs: list[str]
) -> None:
    statement = Statement.objects.get(slug="said")
    statement.fill_capacities()
    assert _listed(editing, model, {"q": text}) == slugs


@pytest.mark.usefixtures("world")
def test_selected_records_are_exported(editing: Client) -> None:
    data = {"action": "export_csv", "_selected_action": [Statement.objects.get(slug="said").pk]}
    response = editing.post(address(Statement, "changelist"), data)
    assert response.headers["Content-Disposition"] == 'attachment; filename="statements.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["slug"], row["speaker"]) for row in rows] == [("said", "speaker")]
    response = editing.post(address(Statement, "changelist"), {**data, "action": "export_json_lines"})
    assert [json.loads(line)["slug"] for line in response.content.splitlines()] == ["said"]


# Dates

DATES = {
    "day": "2019-07-12", "month": "2019-07", "year": "2019", "decade": "201X", "open": "2019-06/..", "old": "1936",
    "span": "1999/2001", "last": "2019-12-31", "about": "2019-07~",
}  # fmt: skip


@pytest.fixture
def dated() -> None:
    for slug, day in DATES.items():
        make.event(slug, day)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({"period": "20XX"}, {"day", "month", "year", "decade", "last", "about"}),
        ({"period": "19XX"}, {"old"}),
        ({"period": "201X"}, {"day", "month", "year", "decade", "last", "about"}),
        ({"period": "2019"}, {"day", "month", "year", "last", "about"}),
        ({"period": "2019-07"}, {"day", "month", "about"}),
        ({"period": "2019-07-12"}, {"day"}),
        ({"perhaps": "1"}, {"open", "span"}),
        ({"period": "20XX", "perhaps": "1"}, {"open", "span"}),
        ({"period": "2019", "perhaps": "1"}, {"decade", "open"}),
        ({"period": "2019-07", "perhaps": "1"}, {"year", "decade", "open"}),
        ({"period": "2019-07-12", "perhaps": "1"}, {"month", "about", "year", "decade", "open"}),
    ],
)
def test_a_period_lists_what_surely_lies_in_it_and_apart_what_may(
    editing: Client, dated: None, query: dict[str, str], slugs: set[str]
) -> None:
    assert set(_listed(editing, Event, query)) == slugs


def _periods(client: Client, query: dict[str, str]) -> list[tuple[str, int | None]]:
    changes = client.get(address(Event, "changelist"), query).context["cl"]
    (dates,) = next(spec.choices(changes) for spec in changes.filter_specs if "drill_down" in spec.template)
    return [(period["name"], period["count"]) for period in dates["children"]]


def test_periods_of_a_short_list_are_counted(editing: Client, dated: None) -> None:
    assert [count for _, count in _periods(editing, {})] == [1, 6]
    assert _periods(editing, {"period": "201X"}) == [("2019", 5)]
    assert _periods(editing, {"period": "2019"}) == [("July 2019", 3), ("December 2019", 1)]
    assert _periods(editing, {"period": "2019-07"}) == [("12 July 2019", 1)]
    assert _periods(editing, {"period": "2019-07-12"}) == []


def test_periods_of_a_long_list_are_those_that_have_records(
    editing: Client, dated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changelist, "WINDOW_SIZE", 1)
    assert [count for _, count in _periods(editing, {})] == [None, None]
    assert _periods(editing, {"period": "2019"}) == [("July 2019", None), ("December 2019", None)]


@pytest.mark.usefixtures("world")
def test_a_list_with_all_filters_costs_few_statements(editing: Client) -> None:
    query = {
        "speaker": "speaker", "body": "ministry", "office": "minister", "addressee": "ministry", "topic": "chips",
        "dossier": "curbs", "source": "paper", "period": "2019-07", "changed_from": "2019-01-01", "q": "said chips",
    }  # fmt: skip
    page = address(Statement, "changelist")
    editing.get(page, query)
    with CaptureQueriesContext(connection) as statements:
        assert editing.get(page, query).status_code == 200
    assert len(statements) <= 25
