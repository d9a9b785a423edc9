"""The admin in Korean and Japanese: no text of its pages that has a translation stays English."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive.models import Event, Source, Statement
from archive.workflow import findings
from scripts import messages
from tests.support.admin_forms import address, filled_in, messages_of, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

STATEMENT = "2019-07-12-kim-you-geun-international-probe"
ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
#: Messages that a page may have as data: names of formats and records, and choices that are their own codes.
SAME_IN_ALL = frozenset({"Chancery", "English", "ID", "URL"})
_LETTERS = re.compile(r"[A-Za-z]{3}")


class _Texts(HTMLParser):
    """The texts that a reader sees or hears: text nodes, values of buttons, and naming attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "style"):
            self._hidden += 1
        names = [*ATTRIBUTES, *(["value"] if (tag, values.get("type")) == ("input", "submit") else [])]
        self.texts += [text for name in names if (text := values.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def texts_of(response: Any) -> list[str]:
    assert response.status_code == 200, response.status_code
    parser = _Texts()
    parser.feed(response.content.decode())
    return [text for text in (" ".join(text.split()) for text in parser.texts) if text]


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


def pages(client: Client, user: Any) -> dict[str, Any]:
    """Responses of the pages of a day: home, list, form, page before a publication, report, comparison, and others."""
    statement = Statement.objects.get(slug=STATEMENT)
    send(client, statement, opened(client, statement) | {"summary": "Kim proposes a probe.", "change_reason": ""})
    draft = Event.objects.create(slug="waiting", name="A meeting to come", classification="meeting", date="2019-07")
    Statement.objects.filter(pk=statement.pk).update(status="draft", occasion=draft)
    statement.refresh_from_db()
    findings.store(Source.objects.first(), user)
    return {
        "home": client.get("/admin/"),
        "list": client.get("/admin/archive/statement/"),
        "list of events": client.get("/admin/archive/event/?q=curbs"),
        "form": client.get(address(statement)),
        "empty form": client.get("/admin/archive/event/add/"),
        "publish": client.get(reverse("admin:archive_statement_publish", args=[statement.pk])),
        "report": client.get(reverse("contradictions")),
        "compare": client.get(reverse("admin:archive_statement_compare", args=[statement.pk])),
        "history": client.get(address(statement, "history")),
        "where used": client.get(reverse("admin:archive_statement_where_used", args=[statement.pk])),
        "merge": client.get(reverse("admin:archive_statement_merge", args=[statement.pk])),
        "deleted records": client.get(reverse("deleted_records")),
        "search": client.get(reverse("search_all")),
    }


def test_no_text_with_a_translation_stays_english(editor_reading: Client, editor: Any, language: str) -> None:
    known = english(language) - SAME_IN_ALL
    left = {
        name: sorted({text for text in texts_of(response) if text.rstrip(":.").strip() in known or text in known})
        for name, response in pages(editor_reading, editor).items()
    }
    assert {name: texts for name, texts in left.items() if texts} == {}


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
