"""The public reads of a record's history what it could read at the time, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from archive.dates import PartialDate
from archive.models import Body, Event, Office, SpeechAct, Statement, Topic

pytestmark = pytest.mark.django_db


def history(address: str) -> list[dict[str, Any]]:
    return Client().get(f"/api/v1/{address}/history/").json()["results"]


@pytest.fixture
def event(db: None) -> Event:
    return Event.objects.create(
        slug="e", status="published", name="First", classification="visit", date=PartialDate.parse("2019")
    )


def test_a_link_to_an_unpublished_record_leaves_no_revision(event: Event) -> None:
    before = history("events/e")
    event.topics.add(Topic.objects.create(slug="t", name="Hidden"))
    assert history("events/e") == before
    assert len(before) == 1


def test_a_record_loaded_without_a_history_shows_its_first_version_whatever_is_linked(event: Event) -> None:
    event.history.all().delete()
    before = history("events/e")
    event.topics.add(Topic.objects.create(slug="t", name="Hidden"))
    assert history("events/e") == before
    assert before[0]["changed"]["name"] == "First"


def test_a_change_shows_the_columns_that_changed(event: Event) -> None:
    event.name = "Second"
    event.save()
    assert [revision["changed"] for revision in history("events/e")][:1] == [{"name": "Second"}]


@pytest.fixture
def act(db: None) -> SpeechAct:
    """A speech act that was worded twice while its statement was a draft, and then published."""
    statement = Statement.objects.create(
        slug="s", name="S", date=PartialDate.parse("2019"), attribution="collective", classification="note",
        body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip
    act = SpeechAct.objects.create(statement=statement, ordinal=1, kind="demand", text="A slip of the pen")
    act.text = "As it was said"
    act.save()
    statement.status = "published"
    statement.save()
    return act


def test_the_wording_of_a_draft_stays_hidden_when_its_statement_is_published(act: SpeechAct) -> None:
    [only] = history(f"speech-acts/{act.slug}")
    assert only["changed"]["text"] == "As it was said"
    published = act.statement.history.order_by("-history_date").first()
    assert only["at"] == published.history_date.isoformat().replace("+00:00", "Z")


def draft_and_public_body() -> Iterator[Body]:
    for status in ("draft", "published"):
        yield Body.objects.create(slug=status, name=status, kind="government_organ", status=status)


def test_the_name_of_an_office_in_a_hidden_body_stays_hidden_when_it_is_moved(db: None) -> None:
    hidden, public = draft_and_public_body()
    office = Office.objects.create(slug="o", name="Secret name", body=hidden, status="published")
    office.name, office.body = "Name", public
    office.save()
    assert [revision["changed"]["name"] for revision in history("offices/o")] == ["Name"]


def test_the_name_of_an_office_that_was_public_is_shown_although_it_was_moved_since(db: None) -> None:
    hidden, public = draft_and_public_body()
    office = Office.objects.create(slug="o", name="First", body=public, status="published")
    office.name, office.body = "Second", hidden
    office.save()
    hidden.status = "published"
    hidden.save()
    assert [revision["changed"]["name"] for revision in history("offices/o")] == ["Second", "First"]
    assert history("offices/o")[0]["at"] == hidden.history.latest().history_date.isoformat().replace("+00:00", "Z")


def test_a_wording_changed_while_the_statement_was_withdrawn_stays_hidden(act: SpeechAct) -> None:
    statement = Statement.objects.get(slug="s")
    for status, text in (("withdrawn", "Secret"), ("published", "Said again")):
        statement.status = status
        if status == "withdrawn":
            statement.save()
        act.text = text
        act.save()
        statement.save()
    texts = [revision["changed"]["text"] for revision in history(f"speech-acts/{act.slug}")]
    assert texts == ["Said again", "As it was said"]


@pytest.fixture
def versions(event: Event) -> Event:
    for number in range(2, 8):
        event.name = f"Name {number}"
        event.save()
    return event


def numbers(answer: dict[str, Any]) -> list[int]:
    return [revision["number"] for revision in answer["results"]]


def test_a_history_that_fits_has_no_links(versions: Event) -> None:
    client = Client()
    complete = client.get("/api/v1/events/e/history/").json()
    assert (complete.keys(), numbers(complete)) == ({"results"}, [7, 6, 5, 4, 3, 2, 1])
    assert client.get("/api/v1/events/e/history/?limit=7").json() == complete
    assert client.get("/api/v1/events/e/history/?limit=").json() == complete


def test_a_long_history_has_pages_in_both_directions(versions: Event) -> None:
    client = Client()
    pages = [client.get("/api/v1/events/e/history/?limit=3").json()]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())
    assert [numbers(page) for page in pages] == [[7, 6, 5], [4, 3, 2], [1]]
    assert pages[0]["previous"] is None
    assert [client.get(page["previous"]).json()["results"] for page in pages[1:]] == [
        page["results"] for page in pages[:-1]
    ]
    versions.name = "Newer"
    versions.save()
    assert numbers(client.get(pages[0]["next"]).json()) == [4, 3, 2]


def test_the_revisions_between_two_states_have_pages(versions: Event) -> None:
    client = Client()
    first = client.get("/api/v1/events/e/history/?from=2&limit=3").json()
    second = client.get(first["next"]).json()
    assert (numbers(first), numbers(second), second["next"]) == ([7, 6, 5], [4, 3], None)
    assert first["changes"] == second["changes"]


@pytest.mark.parametrize(("query", "field"), [
    ("limit=0", "limit"), ("limit=501", "limit"), ("limit=1&limit=2", "limit"), ("cursor=junk", "cursor"),
    ("cursor=-", "cursor"), ("count=true", "count"),
])  # fmt: skip
def test_an_invalid_page_of_a_history_is_refused(versions: Event, query: str, field: str) -> None:
    response = Client().get(f"/api/v1/events/e/history/?{query}")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, field)
