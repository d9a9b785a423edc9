"""Texts of records have their language on pages in another one; words of vocabularies are in that of the page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from archive.choices import ANSWERABLE_KINDS
from archive.models import Outcome, Source, SpeechAct, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

LEDGER = "/ko/speech-acts/?day=2019-08-01&country=japan"
STATEMENT = "2019-07-12-kim-you-geun-international-probe"


def _page(path: str) -> str:
    return Client().get(path).content.decode()


@pytest.mark.parametrize("path", ["/ko/search/?q=japan", "/ja/?country=JP&topic=export-controls", LEDGER])
def test_names_in_lists_facets_chips_and_options_are_english(path: str) -> None:
    page = _page(path)
    unmarked = re.findall(r"<bdi>[A-Za-z][^<]*</bdi>", page.partition("<main")[2].partition("for-reuse")[0])
    assert [text for text in unmarked if "q" not in path or text != "<bdi>japan</bdi>"] == []
    for name in ("topic", "country"):
        options = re.findall(rf'<select id="filter-{name}".*?</select>', page)
        assert all(' lang="en">' in option for box in options for option in re.findall(r'<option value="[^"].*?>', box))
        assert all('<option value="" lang' not in box for box in options)


def test_words_of_vocabularies_are_not_marked() -> None:
    page = _page("/ko/?classification=summit")
    assert re.search(r"분류[^<]*: <bdi>정상", page) or re.search(r": <bdi>[가-힣 ]+</bdi>", page)
    assert not re.search(r'<bdi lang="en">[가-힣]', page)


def test_quoted_words_have_the_language_of_the_statement_and_their_translation_english() -> None:
    act = SpeechAct.objects.filter(statement__slug=STATEMENT, kind__in=ANSWERABLE_KINDS).first()
    assert act is not None
    Statement.objects.filter(slug=STATEMENT).update(language="ko")
    SpeechAct.objects.filter(pk=act.pk).update(form="translated_verbatim", text="국제기구의", translation="Let an")
    for path in (f"/statements/{STATEMENT}/", "/speech-acts/?speaker=kim-you-geun"):
        assert '<q dir="auto" lang="ko">국제기구의</q> (<q dir="auto">Let an</q>)' in _page(path)
        assert '<q dir="auto">국제기구의</q> (<q dir="auto" lang="en">Let an</q>)' in _page(f"/ko{path}")
        assert '<q dir="auto" lang="ko">국제기구의</q> (<q dir="auto" lang="en">Let an</q>)' in _page(f"/ja{path}")


def test_a_paraphrase_is_english_whatever_language_was_spoken() -> None:
    Statement.objects.filter(slug=STATEMENT).update(language="ko")
    SpeechAct.objects.filter(statement__slug=STATEMENT).update(form="paraphrase", text="A probe.", translation="")
    assert '<bdi lang="en">A probe.</bdi>' in _page(f"/ja/statements/{STATEMENT}/")
    assert "<bdi>A probe.</bdi>" in _page(f"/statements/{STATEMENT}/")


def test_a_cited_outcome_is_in_the_language_of_the_page() -> None:
    outcome = Outcome.objects.filter(citations__isnull=False, kind="fulfilled").first()
    assert outcome is not None
    source = Source.objects.filter(citations__outcome=outcome)[0]
    assert f"({outcome.get_kind_display()} ({outcome.date.display}))".lower() in (
        re.sub(r"</?bdi>", "", _page(f"/sources/{source.slug}/")).lower()
    )
    page = _page(f"/ja/sources/{source.slug}/")
    assert "fulfilled" not in page.partition("<main")[2].partition("for-reuse")[0]
    assert f"({outcome.date.text})" not in page


def test_the_answer_of_an_outcome_is_named_in_the_language_of_the_page() -> None:
    acts = SpeechAct.objects.filter(kind="proposal")[:1]
    answered = SpeechAct.objects.filter(statement__slug=STATEMENT).exclude(pk=acts[0].pk)[0]
    Outcome.objects.create(speech_act=answered, date="2020-01", kind="rejected", answer=acts[0])
    page = _page(f"/ko/statements/{STATEMENT}/")
    assert ">제안: <bdi" in page
    assert "proposal: " not in page.lower()
