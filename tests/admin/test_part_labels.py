"""Names of parts and reasons of revisions are in the language of the page; what is stored stays English."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import translation

from archive.choices import SpeechActKind
from archive.labels import named_relations, part_label
from archive.models import Citation, MeasureStep, Outcome, Participation, Statement
from archive.models.event import Relation
from archive.models.review import NoteStep
from archive.revisions.reason_texts import Reason, reason_text
from archive.revisions.state import foreign_keys, tracked_models
from tests.admin.test_outcomes import SLUG
from tests.support.admin_forms import address, opened, send
from tests.support.page_texts import texts_of
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

OWN = "Because the paper says so: it was published."


@pytest.fixture
def statement() -> Statement:
    return Statement.objects.get(slug=SLUG)


@pytest.mark.parametrize(
    ("reason", "korean"),
    [
        ("published", "공개됨"),
        ("published from the list", "목록에서: 공개됨"),
        ("proposed by contributor", "contributor 제안"),
        ("proposed by contributor: As the paper: it says", "contributor 제안: As the paper: it says"),
        ("Drafted from an article: a-paper", "기사에서 만든 초안: a-paper"),
        ("Merged official 'a' into 'b'. The same.", "공직자 'a'을(를) 'b'에 병합함. The same."),
        ("Merged official 'a' into 'b'.", "공직자 'a'을(를) 'b'에 병합함."),
        ("2 differences restored from version 3", "버전 3에서 차이 2건을 되돌림"),
        ("summary edited", "요약 수정"),
        (OWN, OWN),
        ("I edited", "I edited"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_reason_of_the_archive_is_translated(reason: str | None, korean: str) -> None:
    assert reason_text(reason) == (reason or "")
    with translation.override("ko"):
        assert reason_text(reason) == korean


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_every_reason_is_translated(language: str) -> None:
    values = {"kind": "official", "field": "summary", "step": "published", "number": "1", "count": "2"}
    others = dict.fromkeys(("person", "source", "target"), "x")
    reasons = [reason.format(**values, **others) for reason in Reason] + [str(step.label) for step in NoteStep]
    with translation.override(language):
        assert [reason for reason in reasons if reason_text(reason) == reason] == []


@pytest.mark.parametrize("model", [Citation, MeasureStep, Outcome, Participation, Relation])
def test_a_part_is_named_in_the_language(model: Any) -> None:
    for part in model.objects.all()[:3]:
        assert part_label(part) == str(part)
        with translation.override("ko"):
            assert part_label(part) != str(part)


@pytest.mark.parametrize("model", tracked_models())
def test_the_relations_that_a_name_reads_are_listed(model: Any, django_assert_num_queries: Any) -> None:
    World()
    named = [key for key in foreign_keys(model) if key.name in named_relations(model)]
    assert len(named) == len(named_relations(model))
    rows = list(model.objects.select_related(*named_relations(model))[:3]) if named else list(model.objects.all()[:3])
    with django_assert_num_queries(0):
        assert all(part_label(row) for row in rows)


def test_the_headings_of_parts_are_in_the_language(editing: Client, statement: Statement) -> None:
    editing.cookies["django_language"] = "ko"
    texts = texts_of(editing.get(address(statement)))
    english = {f"{label}: " for label in SpeechActKind.labels} | {"(supports)"}
    assert [text for text in texts if any(word in text for word in english)] == []
    assert [text for text in texts if "요구: " in text]


def test_a_reason_is_stored_in_english_and_shown_in_the_language(editing: Client, statement: Statement) -> None:
    editing.cookies["django_language"] = "ko"
    sent = {"action": "withdraw", "_selected_action": [statement.pk]}
    editing.post(address(Statement, "changelist"), sent)
    assert statement.history.first().history_change_reason == "withdrawn from the list"
    for page in (address(statement, "history"), reverse("admin:index")):
        html = editing.get(page).content.decode()
        assert "withdrawn from the list" not in html
        assert "목록에서: " in html


def test_the_admins_log_keeps_the_name_of_a_part_in_english(editing: Client, statement: Statement) -> None:
    editing.cookies["django_language"] = "ko"
    act = statement.speech_acts.all()[0]
    send(editing, act, {**opened(editing, act), "text": "Other words."})
    assert LogEntry.objects.latest("pk").object_repr == f"{act.get_kind_display()}: Other words."
