"""Public pages lead editors to the admin; pages for everybody else, and cached ones, never have such a link."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.world import World
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db

PAGES = {
    "/": ("Edit events", "/admin/archive/event/"),
    "/timeline/": ("Edit events", "/admin/archive/event/"),
    "/speech-acts/": ("Edit statements", "/admin/archive/statement/"),
    "/search/?q=kim": ("Search in the admin", "/admin/archive/search/?q=kim"),
    "/events/event/": ("Edit this event", "/admin/archive/event/{event}/change/"),
    "/statements/statement/": ("Edit this statement", "/admin/archive/statement/{statement}/change/"),
    "/dossiers/dossier/": ("Edit this dossier", "/admin/archive/dossier/{dossier}/change/"),
}


@pytest.fixture(autouse=True)
def cache_size(settings: Any) -> None:
    settings.ANSWER_CACHE_BYTES = 1_000_000


@pytest.fixture
def editing(editor: Any) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_editors_get_a_link_that_opens(world: World, editing: Client, page: str) -> None:
    label, address = PAGES[page]
    address = address.format(**{name: getattr(world, name).pk for name in ("event", "statement", "dossier")})
    response = editing.get(page)
    assert f'<p class="editing"><a href="{address}">{label}</a></p>' in response.content.decode()
    assert response["Cache-Control"].startswith("private")
    assert editing.get(address).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "/about/api/"])
def test_no_reader_gets_a_page_that_was_made_for_an_editor(world: World, editing: Client, page: str) -> None:
    ours = editing.get(page)
    readers = [Client().get(page) for _ in range(2)]
    assert [response.status_code for response in (ours, *readers)] == [200, 200, 200]
    assert readers[0].content == readers[1].content
    for response in readers:
        assert b"/admin/" not in response.content
        assert b"editing" not in response.content
    assert b'class="editing"' in editing.get(page).content or page == "/about/api/"


def test_a_contributor_gets_the_form_of_a_published_record(world: World, contributor: Any) -> None:
    client = Client()
    client.force_login(contributor)
    assert b"Edit this event" in client.get("/events/event/").content


@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_what_is_not_published_says_so_to_those_who_see_it(world: World, editing: Client, status: str) -> None:
    type(world.event).objects.filter(slug="event").update(status=status)
    words = {"draft": "Draft", "review": "In review", "withdrawn": "Withdrawn"}[status]
    text = text_of(editing.get("/events/event/"))
    assert f"{words}: readers do not see this page." in text
    assert "BibTeX" not in text
    type(world.event).objects.filter(slug="event").update(status="published")
    assert "BibTeX" in text_of(editing.get("/events/event/"))


def test_a_published_record_of_a_hidden_one_says_so(world: World, editing: Client) -> None:
    assert "readers do not see" not in text_of(editing.get("/appointments/appointment/"))
    type(world.official).objects.filter(slug="official").update(status="draft")
    words = "Published, but a record that it belongs to is not: readers do not see this page."
    assert words in text_of(editing.get("/appointments/appointment/"))


def test_the_ledger_leads_to_the_form_of_an_outcome_of_each_act(
    world: World, editing: Client, contributor: Any
) -> None:
    type(world.speech_act).objects.filter(pk=world.speech_act.pk).update(kind="demand")
    page = "/speech-acts/?kind=demand&day=2030-01-01"
    form = f"/admin/archive/outcome/of/{world.speech_act.pk}/"
    assert f'href="{form}"' in editing.get(page).content.decode()
    assert editing.get(form).status_code == 200
    assert "Record an outcome" in text_of(editing.get(page))
    # A contributor may not change what is published, but propose it.
    client = Client()
    client.force_login(contributor)
    html = client.get(page).content.decode()
    assert f'href="{form}">Propose an outcome<' in html
    assert client.get(form).status_code == 200
    assert form not in Client().get(page).content.decode()
