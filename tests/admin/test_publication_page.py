"""What readers would not see and what contradicts is listed before a publication; previews save nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Appointment, Body, Citation, Event, Office, Official, Source, Statement, Topic
from archive.workflow.publication import hidden_links
from tests.support.admin_forms import address, errors, messages_of, opened, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement(db: None) -> Statement:
    """A draft with a speaker, an appointment, an office, an occasion and a source that are drafts, too."""
    state = Body.objects.get(iso3166="KR")
    ministry = Body.objects.create(slug="ministry", name="Ministry", kind="government_organ", status="published")
    park = Official.objects.create(slug="park", name="Park", state=state)
    office = Office.objects.create(slug="minister", name="Minister", body=ministry)
    held = Appointment.objects.create(slug="park-minister", official=park, office=office, start="2019", end="2020")
    summit = Event.objects.create(slug="summit", name="Summit", classification="meeting", date="2019-07-12")
    source = Source.objects.create(slug="paper", title="Paper")
    statement = Statement.objects.create(
        slug="words", name="Words", date="2019-07-12", classification="speech", attribution="named", speaker=park,
        body=ministry, occasion=summit,
    )  # fmt: skip
    statement.capacities.add(held)
    Citation.objects.create(statement=statement, source=source)
    return statement


def _publish_url(record: Any) -> str:
    return reverse(f"admin:archive_{record._meta.model_name}_publish", args=[record.pk])


def _publish(client: Client, record: Any, button: str, **sent: Any) -> Any:
    """Open the page before the publication, and send it by a button."""
    url = _publish_url(record)
    token = client.get(url, follow=True).context.get("token", "")
    return client.post(url, {"token": token, button: "1", **sent}, follow=True)


def _statuses() -> dict[str, str]:
    models = (Statement, Official, Appointment, Office, Event, Source)
    return {record.slug: record.status for model in models for record in model.objects.exclude(slug__startswith="z")}


def test_what_readers_would_not_see_is_found_with_its_place(statement: Statement) -> None:
    found = {(link.target.slug, link.place) for link in hidden_links([statement])}
    assert found == {
        ("park", "speaker"), ("summit", "occasion"), ("park-minister", "capacities"), ("paper", "citation: source"),
        ("minister", "capacities: office"),
    }  # fmt: skip


def test_an_official_is_not_published_without_a_word_about_the_appointments(statement: Statement) -> None:
    assert statement.speaker is not None
    found = [(link.target.slug, link.place) for link in hidden_links([statement.speaker])]
    assert found == [("park-minister", "appointment"), ("minister", "appointment: office")]


def test_the_form_saves_and_leads_to_the_page_before_the_publication(editing: Client, statement: Statement) -> None:
    response = send(editing, statement, {**opened(editing, statement), "status": "published", "name": "Wise words"})
    assert response["Location"] == _publish_url(statement)
    statement.refresh_from_db()
    assert (statement.status, statement.name) == ("draft", "Wise words")
    page = editing.get(response["Location"])
    assert messages_of(page) == ["“Wise words” is saved, and not published yet. Look at this first."]
    assert set(page.context["targets"]) == {
        f"official:{statement.speaker_id}", f"event:{statement.occasion_id}",
        f"appointment:{Appointment.objects.get(slug='park-minister').pk}",
        f"office:{Office.objects.get(slug='minister').pk}", f"source:{Source.objects.get(slug='paper').pk}",
    }  # fmt: skip


def test_all_are_published_together(editing: Client, statement: Statement) -> None:
    page = _publish(editing, statement, "publish_all")
    (message,) = messages_of(page)
    assert message.startswith('6 now published. Readers see <a href="/statements/words/"><bdi>Words</bdi></a>, ')
    assert message.endswith(" and 3 more.")
    assert set(_statuses().values()) == {"published"}
    assert b"Minister" in Client().get("/statements/words/").content


def test_only_what_is_ticked_is_published_with_it(editing: Client, statement: Statement) -> None:
    ticked = [f"official:{statement.speaker_id}", "official:999999", "nonsense"]
    page = _publish(editing, statement, "publish_ticked", **{"with": ticked})
    assert messages_of(page)[0].startswith("2 now published. Readers see ")
    assert {slug for slug, status in _statuses().items() if status == "published"} == {"words", "park"}
    page = _publish(editing, statement, "publish_only")
    assert messages_of(page) == ["“Words” is published already."]


def test_ticks_are_not_lost_when_a_publication_is_refused(editing: Client, statement: Statement) -> None:
    key = f"official:{statement.speaker_id}"
    page = editing.post(_publish_url(statement), {"with": [key]}).content.decode()
    assert re.findall(r'name="with" value="([^"]+)"[^>]* checked', page) == [key]


def test_a_form_without_a_button_publishes_nothing(editing: Client, statement: Statement) -> None:
    page = editing.post(_publish_url(statement), {})
    assert messages_of(page) == ["Nothing was published. Got a form without a button, expected one of this page."]


def test_contradictions_are_listed_before_a_publication(editing: Client, statement: Statement) -> None:
    assert statement.speaker is not None
    Official.objects.filter(pk=statement.speaker.pk).update(born="2000")
    statement.speaker.refresh_from_db()
    statement.speaker.born = "2030"  # type: ignore[assignment]
    statement.speaker.save()
    page = editing.get(_publish_url(statement)).content.decode()
    assert "speaker-not-alive" in page
    assert "born 2030" in page


def test_a_contributor_does_not_reach_the_page(contributing: Client, statement: Statement) -> None:
    assert contributing.post(_publish_url(statement), {"publish_all": "1"}).status_code == 403
    assert set(_statuses().values()) == {"draft"}


def test_a_selection_is_asked_about_once(editing: Client, statement: Statement) -> None:
    sent: dict[str, Any] = {"action": "publish", "_selected_action": [statement.pk]}
    page = editing.post(address(Statement, "changelist"), sent)
    assert len(page.context["targets"]) == 5
    sent |= {"confirmed": "1", "publish_all": "1", "token": page.context["token"]}
    done = editing.post(address(Statement, "changelist"), sent, follow=True)
    assert messages_of(done)[0].startswith("6 now published. Readers see ")


def test_the_links_of_many_records_take_no_more_queries(statement: Statement) -> None:
    with CaptureQueriesContext(connection) as few:
        hidden_links([statement])
    more = [statement]
    for number in range(5):
        other = Official.objects.create(slug=f"z{number}", name="Z")
        more.append(Statement.objects.create(
            slug=f"z{number}", name="Z", date="2019", classification="speech", attribution="named", speaker=other,
        ))  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert len(hidden_links(more)) == 10
    assert len(many) == len(few)


def test_a_preview_shows_what_the_form_says_and_saves_nothing(
    contributing: Client, statement: Statement, client: Client
) -> None:
    version = statement.version
    page = send(contributing, statement, {**opened(contributing, statement), "name": "Previewed", "_preview": "1"})
    text = page.content.decode()
    assert "Preview: not published" in text
    assert "<h1>Previewed</h1>" in text
    assert "Park" not in text  # the speaker is a draft
    assert "/static/archive/pages.css" in text
    statement.refresh_from_db()
    assert (statement.name, statement.status, statement.version) == ("Words", "draft", version)
    assert client.get("/statements/words/").status_code == 404


def test_a_new_record_is_previewed_before_it_is_saved(editing: Client) -> None:
    sent = {**opened(editing, Event), "name": "New", "slug": "new", "date": "2020", "classification": "meeting"}
    assert "<h1>New</h1>" in send(editing, Event, {**sent, "_preview": "1"}).content.decode()
    assert not Event.objects.exists()
    assert "date" in errors(send(editing, Event, {**sent, "date": "", "_preview": "1"}))


def test_the_stored_record_is_previewed(editing: Client, statement: Statement) -> None:
    url = reverse("admin:archive_statement_preview", args=[statement.pk])
    assert "<h1>Words</h1>" in editing.get(url).content.decode()
    statement.refresh_from_db()
    assert statement.status == "draft"


@pytest.mark.parametrize("change", ["link", "record", "part", "target", "finding"])
def test_what_the_page_did_not_show_is_not_published(editing: Client, statement: Statement, change: str) -> None:
    url = _publish_url(statement)
    token = editing.get(url).context["token"]
    speaker = statement.speaker
    assert speaker is not None
    if change == "link":
        statement.topics.add(Topic.objects.create(slug="half", name="Half-finished"))
    elif change == "record":
        statement.save()
    elif change == "part":
        statement.citations.get().save()
    elif change == "target":
        speaker.save()
    else:
        Official.objects.filter(pk=speaker.pk).update(born="2030")
    page = editing.post(url, {"token": token, "publish_all": "1", "with": [f"official:{speaker.pk}"]})
    assert messages_of(page)[0].startswith("Nothing was published. A record, a link or a finding changed")
    assert set(_statuses().values()) == {"draft"}
    editing.post(url, {"token": page.context["token"], "publish_all": "1"})
    assert set(_statuses().values()) == {"published"}


def test_links_that_are_too_many_to_list_are_told(
    editing: Client, statement: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Only the first" not in editing.get(_publish_url(statement)).content.decode()
    monkeypatch.setattr("archive.workflow.publication.MAX_LINKS", 2)
    monkeypatch.setattr("archive.admin.publication_page.MAX_LINKS", 2)
    assert "Only the first 2 links are listed" in editing.get(_publish_url(statement)).content.decode()


def test_a_preview_names_the_record_that_hides_it(editing: Client) -> None:
    body = Body.objects.create(slug="hidden", name="Hidden ministry", kind="other")
    office = Office.objects.create(slug="minister", name="Minister", body=body)
    url = reverse("admin:archive_office_preview", args=[office.pk])
    for page in (editing.get(url), send(editing, office, {**opened(editing, office), "_preview": "1"})):
        assert page.status_code == 200
        text = page.content.decode()
        assert "No preview: readers would not see “Minister" in text
        assert "<bdi>Hidden ministry</bdi></a> (draft)" in text
    body.status = "published"
    body.save()
    assert "<h1>Minister" in editing.get(url).content.decode()
