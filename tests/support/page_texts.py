"""The texts of a page that a reader sees or hears, and those of them that are English sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db.models import CharField, TextField

from archive.models import AuditEntry, StoredFinding
from archive.models.base import Tracked

_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
#: Elements whose content is no text of the page: code, and what was typed.
_LEFT_OUT = ("script", "style", "code", "pre", "textarea")
#: Columns with English sentences that pages translate.
_TRANSLATED = {(StoredFinding, "got"), (StoredFinding, "expected"), (AuditEntry, "detail")}
#: At least three words in a row, the first of which may be capitalized.
_SENTENCE = re.compile(r"\b[A-Za-z]+(?:[’'][a-z]+)?(?: [a-z]+(?:[’'][a-z]+)?\b){2,}")


class _Texts(HTMLParser):
    """Text nodes, values of buttons, and naming attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._hidden += tag in _LEFT_OUT
        names = [*_ATTRIBUTES, *(["value"] if (tag, values.get("type")) == ("input", "submit") else [])]
        self.texts += [text for name in names if (text := values.get(name))]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _LEFT_OUT

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def texts_of(response: Any) -> list[str]:
    """The texts of the page, with single spaces."""
    parser = _Texts()
    parser.feed(response.content.decode())
    return [text for text in (" ".join(text.split()) for text in parser.texts) if text]


def stored_texts() -> str:
    """All texts of the archive's tables in one that pages show as they are: names and words of records, reasons, notes.

    With the names of parts, which are those of their records and stored in the admin's log: "a responds to b".
    """
    texts: list[str] = []
    for model in apps.get_app_config("archive").get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, CharField | TextField)]
        columns = [field.attname for field in fields if (model, field.attname) not in _TRANSLATED]
        for row in model._base_manager.values_list(*columns) if columns else ():
            texts += [" ".join(str(value).split()) for value in row if value]
        if issubclass(model, Tracked):
            texts += map(str, model._base_manager.all())
    return "\n".join(texts)


def english_sentences(texts: Iterable[str], stored: str) -> Iterator[str]:
    """The texts that have an English sentence which is not among the stored texts."""
    for text in texts:
        if any(match[0] not in stored for match in _SENTENCE.finditer(text)):
            yield text
