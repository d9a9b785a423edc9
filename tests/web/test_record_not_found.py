"""What is answered at the address of a record that is not public: 301, 410 or 404, and nothing of what never was."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from archive.merging.merge import merge
from archive.models import Appointment, Event
from tests.support.world import World, copy
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db


def set_status(record: Any, status: str) -> None:
    record.status = status
    record.save()


@pytest.mark.parametrize("leave", ["withdrawn", "draft", "deletion"])
def test_a_record_that_readers_saw_once_is_410(world: World, leave: str) -> None:
    before = Client().get("/events/later/")
    assert before.status_code == 200
    if leave == "deletion":
        world.later.delete()
    else:
        set_status(world.later, leave)
    today = timezone.now()
    gone = Client().get("/events/later/", headers={"if-none-match": before.get("ETag", '"x"')})
    assert gone.status_code == 410
    words = f"Withdrawn The event at this address was withdrawn on {today.day} {today:%B %Y}. The archive does not"
    assert words in text_of(gone)
    assert gone["Cache-Control"] == "no-cache"
    assert b"noindex" not in gone.content
    assert world.later.name not in text_of(gone)


@pytest.mark.parametrize("leave", ["withdrawn", "draft", "deletion"])
def test_rest_answers_410_with_what_the_page_says(world: World, leave: str) -> None:
    published = Client().get("/api/v1/events/later/")
    if leave == "deletion":
        world.later.delete()
    else:
        world.later.name = "Renamed in secret"
        set_status(world.later, leave)
    moment = timezone.now().isoformat().replace("+00:00", "Z")
    for path in ("", "history/", "chain/", f"?as_of={moment}", "?format=csv"):
        gone = Client().get(f"/api/v1/events/later/{path}", headers={"if-none-match": published["ETag"]})
        assert (gone.status_code, gone["Content-Type"]) == (410, "application/problem+json")
        assert gone["Cache-Control"] == "no-cache"
        assert gone.json() == {
            "type": "about:blank", "title": "Gone", "status": 410, "errors": [],
            "detail": f"The event 'later' was withdrawn on {timezone.now().date()}. "
                      "The archive does not show it any more.",
        }  # fmt: skip
    query = {"query": '{ event(slug: "later") { slug } }'}
    assert Client().post("/graphql/", query, "application/json").json()["data"] == {"event": None}


def test_a_record_that_is_published_again_is_shown(world: World) -> None:
    set_status(world.later, "withdrawn")
    set_status(world.later, "published")
    assert Client().get("/events/later/").status_code == 200
    assert Client().get("/api/v1/events/later/").status_code == 200


def test_users_who_see_drafts_see_what_was_withdrawn(world: World, editor: Any) -> None:
    set_status(world.later, "withdrawn")
    client = Client()
    client.force_login(editor)
    assert "Withdrawn: readers do not see this page." in text_of(client.get("/events/later/"))


def test_what_was_never_public_is_404_like_what_does_not_exist(world: World) -> None:
    def answer() -> tuple[int, bytes]:
        response, rest = Client().get("/events/a-secret/"), Client().get("/api/v1/events/a-secret/")
        assert rest.status_code == 404
        return response.status_code, response.content + rest.content

    nothing = answer()
    draft = Event.objects.create(slug="a-secret", name="X", classification="meeting", date="2020", status="draft")
    assert answer() == nothing
    set_status(draft, "withdrawn")
    assert answer() == nothing
    draft.delete()
    assert answer() == nothing
    assert nothing[0] == 404


def test_a_merged_record_is_redirected_until_its_target_is_withdrawn(world: World, editor: Any) -> None:
    merge(world.later, world.event, editor)
    moved = Client().get("/events/later/?lanes=none")
    assert (moved.status_code, moved["Location"]) == (301, "/events/event/?lanes=none")
    set_status(world.event, "withdrawn")
    assert Client().get("/events/event/").status_code == 410
    assert "Location" not in Client().get("/events/later/")


def test_a_misspelt_slug_suggests_public_records_only(world: World) -> None:
    copy(world.event, slug="later-drafted", status="draft").save()
    response = Client().get("/events/latr/")
    assert response.status_code == 404
    assert '<a href="/events/later/"><bdi>' in response.content.decode()
    assert "later-drafted" not in response.content.decode()


def test_an_appointment_whose_office_is_hidden_is_404(world: World) -> None:
    assert Client().get("/appointments/appointment/").status_code == 200
    set_status(world.office, "withdrawn")
    assert Client().get("/offices/office/").status_code == 404
    assert Client().get("/appointments/appointment/").status_code == 404
    assert Client().get("/api/v1/appointments/appointment/").status_code == 404
    assert Appointment.objects.get(slug="appointment").status == "published"


@pytest.mark.parametrize("slug", ["a%00b", "%ED%A0%80", "x" * 5000, "'; DROP TABLE--"])
def test_no_slug_breaks_the_page(db: None, slug: str) -> None:
    assert Client().get(f"/events/{slug}/").status_code == 404
