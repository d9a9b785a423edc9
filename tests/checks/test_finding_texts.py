"""Pages in another language translate the sentences of all rules, and the database is not read for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from archive import models as m
from archive.checks.finding import Finding
from archive.checks.publication import record_links
from archive.checks.rules import RULES
from archive.checks.sentences import UNKNOWN_DAY, Expected, Got, Offices, PartName, Term
from archive.models.base import Record
from archive.permissions import PARENT_PATHS
from archive.stored_texts import StoredTexts
from archive.terms import field_label
from archive.workflow import finding_texts
from archive.workflow.finding_texts import expected_text, got_text, record_text
from archive.workflow.records import reviewed_models
from tests.checks.test_rules import CONTRADICTIONS
from tests.support import check_records as r

LANGUAGES = ("ko", "ja")
#: Texts of findings that are no slugs: a good, a name and an address.
_NAMES = {"resist", "https://a.org/x"}


def _hidden_about() -> None:
    draft = r.event(status="draft")
    m.SpeechAct.objects.create(statement=r.make_statement(), ordinal=1, kind="demand", text="x", about_event=draft)


def _in_body(existed: str, end: str | None, **values: Any) -> Any:
    return r.appointment(None, end, office=r.office(body=r.body("gdr", existed=existed)), **values)


def _office_of_dead(spoken: str) -> None:
    _in_body("1949/1990", None, official=r.official(died="1980"))
    r.statement(spoken, attribution="reported")


def _anonymous_in_office() -> None:
    spoken = m.Statement.objects.create(
        slug="words", name="words", date="2019-07-12", attribution="anonymous", classification="speech", body=r.body(),
    )  # fmt: skip
    m.Statement.capacities.through.objects.create(statement=spoken, appointment=r.appointment())


#: Contradictions whose sentences those of the rules' tests do not have.
_MORE: list[Callable[[], Any]] = [
    _hidden_about,
    lambda: r.make_statement(occasion=r.event(status="draft")),
    lambda: _office_of_dead("1995"),
    lambda: _in_body("1949/1990", None, end_state="ongoing"),
    _anonymous_in_office,
]


def _findings() -> Iterator[tuple[list[Finding], set[str]]]:
    """The findings of each contradiction by itself, and the slugs of its records."""
    for make in [*(make for _rule, _record, make in CONTRADICTIONS), *_MORE]:
        with transaction.atomic():
            make()
            slugs = {
                slug for model in reviewed_models().values() for slug in model.objects.values_list("slug", flat=True)
            }
            slugs |= set(m.SpeechAct.objects.values_list("slug", flat=True))
            yield [finding for rule in RULES for finding in rule.findings()], slugs
            transaction.set_rollback(True)


def _on_page(finding: Finding) -> list[str]:
    return [record_text(finding), got_text(finding), expected_text(finding)]


@pytest.mark.django_db
def test_each_sentence_of_the_rules_is_translated() -> None:
    used: set[str] = set()
    for findings, slugs in _findings():
        assert findings, sorted(slugs)[-8:]
        for finding in findings:
            for texts, text in ((finding_texts.GOT, finding.got), (finding_texts.EXPECTED, finding.expected)):
                match = texts.match(text)
                assert match is not None, f"{finding.rule}: no template matches '{text}'"
                used.add(match[0])
            for language in LANGUAGES:
                with translation.override(language):
                    words = {
                        word for text in _on_page(finding) for word in re.findall(r"[A-Za-z][\w./:-]+", text, re.ASCII)
                    }
                assert words <= slugs | _NAMES, f"{finding.rule}: in English on pages in {language}"
    unused = {*Got, *Expected} - used
    assert unused == set(), "rules that no test breaks, or templates that no rule uses"


@pytest.mark.django_db
def test_sentences_are_stored_in_english_in_any_language() -> None:
    r.source(published="2020-07", retrieved="2019")
    with translation.override("ko"):
        [finding] = [finding for rule in RULES for finding in rule.findings()]
        assert (finding.got, finding.expected) == ("retrieved 2019, published 2020-07", "retrieved not before 2020-07")
        assert _on_page(finding) == ["report", "확인일 2019년, 발행일 2020년 7월", "2020년 7월보다 앞서지 않는 확인일"]
    with translation.override(settings.LANGUAGE_CODE):
        assert _on_page(finding) == ["report", finding.got, finding.expected]


def finding(got: str = "", kind: str = "statement", record: str = "words") -> Finding:
    return Finding("rule", kind, record, got, "")


@pytest.mark.parametrize(
    ("got", "text"),
    [
        (
            "kim on 2020-01-01, who held minister from 2018~ to an unknown day (died 2019); vice from 2010-01 to 2011",
            "2020년 1월 1일의 kim, 재임한 직책: minister 2018년경부터 알 수 없는 날까지 (사망 2019년); "
            "vice 2010년 1월부터 2011년까지",
        ),
        ("the capacity kim-x, from 2018 to an unknown day (in a body that existed 1949/1990)",
         "직책 kim-x, 2018년부터 알 수 없는 날까지 (기관의 존속 기간 1949년~1990년)"),
        ("an outcome of the kind assertion", "종류가 주장인 화행의 결과"),
        ("speech act, about_event: ruling, which is review", "화행, 대상 사건: ruling(검토 중)"),
        # Of another version, or by nobody's template.
        ("2019-13, before 2019", "2019-13, 2019년보다 앞"), ("words of another kind", "words of another kind"),
        ("an outcome of the kind novelty", "종류가 novelty인 화행의 결과"),
    ],
)  # fmt: skip
def test_values_in_sentences_are_in_the_language_of_the_page(got: str, text: str) -> None:
    with translation.override("ko"):
        assert got_text(finding(got)) == text


@pytest.mark.parametrize(
    ("kind", "record", "text"),
    [
        ("relation", "one responds_to two", "one 대응 two"),
        ("measure step", "curbs announced step", "curbs 발표됨 step"),
        ("outcome", "words-1 (2019-08-01)", "words-1 (2019년 8월 1일)"),
        ("citation", "words by report", "report에서 인용한 words"),
        ("measure good", "curbs 8541.10 resist by hand", "curbs 8541.10 resist by hand"),
        ("record", "speech act words", "화행 words"),
        ("event", "one by two", "one by two"),
    ],
)
def test_parts_are_named_in_the_language_of_the_page(kind: str, record: str, text: str) -> None:
    with translation.override("ko"):
        assert record_text(finding(kind=kind, record=record)) == text


_SAMPLES = {
    "field": "retrieved", "other_field": "published", "name": "김 유근", "circle": "a > b > a", "good": "a b",
    "kind": "denial", "kinds": "demand, offer", "phase": "announced", "relation": "follows", "status": "draft",
    "part": "speech act", "record_type": "measure", "term": "from 2018 to 2019", "offices": "x from 2018 to 2019",
    "url": "https://a.org/?x=a,b", "date": "[2019-07-04,2019-07-05]", "start": UNKNOWN_DAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "templates"),
    [
        (finding_texts.GOT, Got), (finding_texts.EXPECTED, Expected),
        (StoredTexts(Term, finding_texts.PLACEHOLDERS), Term),
        (StoredTexts(Offices, finding_texts.PLACEHOLDERS), Offices),
    ],
)  # fmt: skip
def test_a_sentence_is_recognized_by_the_template_that_wrote_it(texts: StoredTexts, templates: type[StrEnum]) -> None:
    for template in templates:
        values = {name: _SAMPLES.get(name, "2019") for name in re.findall(r"\{(\w+)\}", template)}
        assert texts.match(template.format(**values)) == (template.value, values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_of_hidden_links_have_names_in_each_language(language: str) -> None:
    models = [model for model in (getattr(m, name) for name in m.__all__) if isinstance(model, type)]
    models = [model for model in models if issubclass(model, Record) or model in PARENT_PATHS]
    names = {field.name.replace("_", " ") for model in models for field in record_links(model)}
    with translation.override(language):
        assert [name for name in names if field_label(name) == name] == []


def test_the_names_of_parts_are_those_of_the_rules() -> None:
    kinds = {rule.kind for rule in RULES} - set(
        map(str, (model._meta.verbose_name for model in reviewed_models().values()))
    )
    assert kinds == set(finding_texts.PART_NAMES)
    assert len(finding_texts.PART_NAMES) == len(PartName)
