"""The texts of the admin's scripts: in the user's language, and loaded before the scripts that write them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from archive.models import Event, ProposedChange, SpeechAct
from scripts import messages
from tests.admin.test_languages import pages
from tests.support.admin_forms import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

TEXTS = "/admin/jsi18n/"
USES_TEXTS = re.compile(r"\bn?gettext\(")
SCRIPTS = [path.name for path in messages.SCRIPTS.glob("*.js") if USES_TEXTS.search(path.read_text(encoding="utf-8"))]


def texts_in(client: Client, language: str) -> dict[str, Any]:
    """The catalogue that a page's scripts get: English text -> translation, of plurals the list of its forms."""
    client.cookies["django_language"] = language
    answer = client.get(TEXTS).content.decode()
    found = re.search(r"const newcatalog = (\{.*?\n  \});", answer, re.DOTALL)
    texts: dict[str, Any] = json.loads(found[1]) if found else {}
    return texts


def first_id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_scripts_get_their_texts_in_the_language_of_the_page(editing: Client, language: str) -> None:
    texts = texts_in(editing, language)
    expected = {
        first_id(message): message.string if isinstance(message.string, str) else list(message.string)
        for message in messages.read_catalog(language, "djangojs")
        if message.id
    }
    assert {text: texts.get(text) for text in expected} == expected
    assert texts["Today"] != "Today", "Django's own scripts keep their translations"


def test_in_english_the_scripts_texts_are_those_in_the_scripts(editing: Client) -> None:
    own = {first_id(message) for message in messages.source_catalog("djangojs") if message.id}
    assert own & set(texts_in(editing, "en-gb")) == set()


def test_unchanged_texts_are_not_sent_again_and_another_language_is(editing: Client) -> None:
    editing.cookies["django_language"] = "ko"
    korean = editing.get(TEXTS)
    again = editing.get(TEXTS, headers={"if-none-match": korean["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in korean["Cache-Control"]
    editing.cookies["django_language"] = "ja"
    assert editing.get(TEXTS, headers={"if-none-match": korean["ETag"]}).status_code == 200


def assert_texts_come_first(name: str, page: str) -> None:
    """The texts are loaded once, before each script that uses them, and not at all without such a script."""
    sources = re.findall(r'<script src="([^"?]+)', page)
    using = [index for index, source in enumerate(sources) if Path(source).name in SCRIPTS]
    places = [index for index, source in enumerate(sources) if source == TEXTS]
    assert len(places) <= 1, f"{name}: {sources}"
    assert not using or (places and places[0] < using[0]), f"{name}: {sources}"


def test_pages_load_the_texts_once_and_before_the_scripts(editing: Client, editor: Any) -> None:
    answers = pages(editing, editor)
    event = Event.objects.filter(status="published").first()
    assert event is not None
    answers["delete"] = editing.get(reverse("admin:archive_event_delete", args=[event.pk]))
    propose = reverse("admin:archive_event_propose", args=[event.pk])
    answers["form of a proposal"] = editing.get(propose)
    editing.post(propose, {**filled_in(answers["form of a proposal"]), "name": "A better heading", "_submit": "1"})
    change = ProposedChange.objects.get()
    answers["proposal"] = editing.get(reverse("admin:archive_event_proposal", args=[event.pk, change.pk]))
    act = SpeechAct.objects.filter(kind__in=["demand", "request"], statement__status="published").first()
    assert act is not None
    answers["outcome"] = editing.get(reverse("admin:archive_outcome_of_act", args=[act.pk]))
    answers["article"] = editing.get(reverse("read_article"))
    answers["dossiers"] = editing.get("/admin/archive/dossier/add/")
    for name, response in answers.items():
        assert response.status_code == 200, name
        assert_texts_come_first(name, response.content.decode())
    assert TEXTS in answers["article"].content.decode()


def test_a_list_without_actions_loads_the_texts_too(client: Client) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(reader)
    page = client.get("/admin/archive/topic/").content.decode()
    assert TEXTS in page
    assert_texts_come_first("list", page)


def test_the_preview_of_a_date_is_in_the_language_of_the_page(editing: Client) -> None:
    address = "/admin/archive/event/reading/"
    assert editing.get(address, {"text": "2019-07"}).json()["display"] == "July 2019"
    editing.cookies["django_language"] = "ko"
    assert editing.get(address, {"text": "2019-07"}).json()["display"] == "2019년 7월"
