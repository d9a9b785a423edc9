"""The admin in Korean and Japanese: no text of its pages that has a translation stays English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from archive.models import Source, Statement
from scripts import messages
from tests.support.admin_forms import address, filled_in, messages_of, opened, send
from tests.support.admin_pages import STATEMENT, decision_pages, pages
from tests.support.page_texts import texts_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

#: Messages that a page may have as data: names of formats and records, and choices that are their own codes.
SAME_IN_ALL = frozenset({"Chancery", "English", "ID", "URL"})


def english(language: str) -> set[str]:
    """The English messages of the catalogue whose translation is another text, as a page may print them."""
    found = set()
    for message in messages.read_catalog(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        found |= {text for text in ids if text and text not in strings and not re.search(r"[{%]", text)}
    return {text[:1].upper() + text[1:] for text in found} | found


@pytest.fixture(scope="module", params=["ko", "ja"])
def language(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def editor_reading(editing: Client, language: str) -> Client:
    editing.cookies["django_language"] = language
    return editing


def test_no_text_with_a_translation_stays_english(editor_reading: Client, editor: Any, language: str) -> None:
    known = english(language) - SAME_IN_ALL
    assert _left(pages(editor_reading, editor).items(), known) == {}


def _left(responses: Iterable[tuple[str, Any]], known: set[str]) -> dict[str, list[str]]:
    """The texts of pages that the catalogue has in English, by page."""
    left = {
        name: sorted({text for text in texts_of(response) if text.rstrip(":.").strip() in known or text in known})
        for name, response in responses
    }
    return {name: texts for name, texts in left.items() if texts}


def test_no_text_of_a_decision_stays_english(
    editor_reading: Client, contributing: Client, administrator: Any, language: str
) -> None:
    administering = Client()
    administering.force_login(administrator)
    for client in (contributing, administering):
        client.cookies["django_language"] = language
    responses = decision_pages(contributing, editor_reading, administering)
    assert _left(responses, english(language) - SAME_IN_ALL) == {}


def test_what_is_read_in_an_article_is_named_in_the_language(editor_reading: Client, language: str) -> None:
    text = "Kim You-geun, deputy chief of the National Security Office, demanded that “Japan withdraw its curbs.”"
    sent = {"source": Source.objects.values_list("pk", flat=True)[0], "day": "2019-07-12", "text": text, "_read": "1"}
    page = editor_reading.post("/admin/archive/article/", sent)
    messages = english(language) - SAME_IN_ALL
    texts = texts_of(page)
    assert {"ko": "이 발언의 초안 만들기", "ja": "この発言の下書きを作る"}[language] in texts
    assert {"ko": "요구", "ja": "要求"}[language] in texts
    assert [text for text in texts if text.rstrip(":.").strip() in messages] == []


def test_messages_and_lists_are_translated(editing: Client) -> None:
    editing.cookies["django_language"] = "ko"
    statement = Statement.objects.get(slug=STATEMENT)
    send(editing, statement, opened(editing, statement))
    assert "바뀐 것이 없어 새 버전을 만들지 않았습니다." in messages_of(editing.get("/admin/"))
    form = editing.get(address(statement))
    assert "출처 표시" in {field.label for field in form.context["adminform"].form if field.label}
    assert ("anonymous", "익명") in list(form.context["adminform"].form.fields["attribution"].choices)
    rows = " ".join(texts_of(editing.get("/admin/archive/event/")))
    assert "변경할 사건" in rows


def test_english_pages_and_stored_reasons_stay_as_they_are(editing: Client) -> None:
    statement = Statement.objects.get(slug=STATEMENT)
    english_values = filled_in(editing.get(address(statement)))
    editing.cookies["django_language"] = "ko"
    assert filled_in(editing.get(address(statement))) == english_values


def test_what_would_be_deleted_with_a_record_is_named_in_the_language(editing: Client) -> None:
    statement = Statement.objects.get(slug=STATEMENT)
    english = editing.get(address(statement, "delete")).content.decode()
    assert "Statement → topics: " in english
    editing.cookies["django_language"] = "ko"
    page = editing.get(address(statement, "delete")).content.decode()
    assert "발언 → 주제: " in page
    assert f'<a href="{address(statement.speech_acts.all()[0])}">' in page
    assert re.findall(r"[A-Z][a-z -]+: \d+", english)
    assert re.findall(r"[A-Z][a-z -]+: \d+", page) == []


def test_what_protects_a_record_is_named_in_the_language(editing: Client) -> None:
    editing.cookies["django_language"] = "ja"
    speaker = Statement.objects.get(slug=STATEMENT).speaker
    page = editing.get(address(speaker, "delete")).content.decode()
    assert "発言: " in page
    assert "Statement: " not in page


def test_the_buttons_beside_a_relation_name_its_kind_in_the_language(editing: Client) -> None:
    editing.cookies["django_language"] = "ko"
    page = editing.get("/admin/archive/outcome/add/").content.decode()
    assert "화행 추가" in page
    assert "speech act 추가" not in page


def test_permissions_and_imports_are_named_in_the_language(client: Client, administrator: Any) -> None:
    client.force_login(administrator)
    client.cookies["django_language"] = "ko"
    page = client.get("/admin/auth/group/add/").content.decode()
    assert "화행 | 화행 변경" in page
    assert "공개되지 않은 기록 보기" in page
    assert "Can change " not in page.replace("Can change TOTP", "")
    imports = " ".join(texts_of(client.get("/admin/archive/datasetimport/")))
    assert "ataset import" not in imports
    client.cookies["django_language"] = "en-gb"
    assert "speech act | Can change speech act" in client.get("/admin/auth/group/add/").content.decode()
