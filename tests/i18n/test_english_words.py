"""Pages in Korean and Japanese have no English sentence but those of records and other stored texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from archive.filters import FILTERSETS
from archive.models import Event
from tests.support import admin_pages
from tests.support.page_texts import english_sentences, stored_texts, texts_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

PUBLIC = (
    "/", "/?date=nonsense&topik=x&participant=nobody&classification=x&order_by=x", "/?cursor=x&q=a&q=b",
    "/?date=2019-13&updated_after=x&responds_within=x&certain=perhaps", "/timeline/?from=nonsense&to=x&width=1",
    "/timeline/?from=2020&to=2019&kind=x", "/timeline/embed/?from=x", "/speech-acts/?day=nonsense",
    "/speech-acts/?at=x", "/speech-acts/?show=x", "/speech-acts/?day=2019-08-01&show=open&country=KR",
    "/search/", "/search/?q=japan", "/search/?q=kim&kind=x&speaker=x&cursor=x", "/search/?q=zzzzzz", "/about/api/",
    "/nothing/", "/officials/kim-you-gen/", "/events/withdrawn/",
)  # fmt: skip


@pytest.fixture(params=["ko", "ja"])
def language(request: Any) -> str:
    return str(request.param)


def _signed_in(user: Any, language: str) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def editing(editor: Any, language: str) -> Client:
    return _signed_in(editor, language)


@pytest.fixture
def contributing(contributor: Any, language: str) -> Client:
    return _signed_in(contributor, language)


def english(responses: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The English sentences that come from the program, each with the first page that has it."""
    pages = [(name, texts_of(response)) for name, response in responses]
    stored = stored_texts()
    found: dict[str, str] = {}
    for name, texts in pages:
        for sentence in english_sentences(texts, stored):
            found.setdefault(sentence, name)
    return found


def test_public_pages(client: Client, language: str) -> None:
    event = Event.objects.create(
        slug="withdrawn", name="A talk", classification="meeting", date="2019", status="published"
    )
    event.delete()
    addresses = [*PUBLIC]
    for kind, filterset in FILTERSETS.items():
        if kind != "speech-acts":
            addresses.append(f"/{kind}/{filterset._meta.model.objects.visible_to(None).order_by('pk')[0].slug}/")
    assert english((address, client.get(f"/{language}{address}")) for address in addresses) == {}


def test_pages_of_a_day(editing: Client, editor: Any) -> None:
    assert english(admin_pages.pages(editing, editor).items()) == {}


def test_pages_of_each_record(editing: Client) -> None:
    assert english(admin_pages.record_pages(editing)) == {}


def test_other_pages(editing: Client) -> None:
    assert english(admin_pages.other_pages(editing)) == {}


def test_steps_that_are_refused(contributing: Client, editing: Client) -> None:
    assert english(admin_pages.refused_steps(contributing, editing)) == {}


def test_pages_of_decisions(contributing: Client, editing: Client, administrator: Any, language: str) -> None:
    administering = _signed_in(administrator, language)
    assert english(admin_pages.decision_pages(contributing, editing, administering)) == {}


def test_sentences_of_the_program_are_recognized() -> None:
    texts = ["제목: Kim proposes a probe", "got a contributor, expected one", "2019-07-12, JSON", "Save and add"]
    assert [*english_sentences(texts, "Kim proposes a probe")] == ["got a contributor, expected one", "Save and add"]
