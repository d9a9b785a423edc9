"""Texts of records have their language on pages in another one; words of vocabularies are in that of the page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from archive.choices import ANSWERABLE_KINDS
from archive.models import Body, Citation, Name, Official, Outcome, Source, SpeechAct, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]

LEDGER = "/ko/speech-acts/?day=2019-08-01&country=japan"
STATEMENT = "2019-07-12-kim-you-geun-international-probe"


def _page(path: str) -> str:
    return Client().get(path).content.decode()


@pytest.mark.parametrize("path", ["/ko/search/?q=japan", "/ja/?country=JP&topic=export-controls", LEDGER])
def test_names_in_lists_facets_chips_and_options_are_english(path: str) -> None:
    page = _page(path)
    outside = re.sub(r'<ul lang="en">.*?</ul>', "", page.partition("<main")[2].partition("for-reuse")[0])
    unmarked = re.findall(r"<bdi>[A-Za-z][^<]*</bdi>", outside)
    assert [text for text in unmarked if "q" not in path or text != "<bdi>japan</bdi>"] == []
    for name in ("topic", "country"):
        [box] = re.findall(rf'<select id="filter-{name}".*?</select>', page)
        assert f' name="{name}" lang="en"' in box
        assert re.search(r'<option value=""[^>]* lang="(ko|ja)">', box)
        assert '<option value="japan"' in box or name == "topic"


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


def _fragment(path: str) -> str:
    """The element with the first fragment of a search."""
    return re.findall(r'<p dir="auto"[^>]* class="fragment">.*?</p>', _page(path))[0]


@pytest.mark.parametrize(("form", "translation", "language"), [
    ("verbatim", "", "ko"), ("translated_verbatim", "A probe", "ko"), ("paraphrase", "", "en"),
])  # fmt: skip
def test_a_fragment_has_the_language_of_the_text_that_it_is_of(form: str, translation: str, language: str) -> None:
    Statement.objects.filter(slug=STATEMENT).update(language="ko", summary="")
    act = SpeechAct.objects.filter(statement__slug=STATEMENT)[0]
    SpeechAct.objects.filter(pk=act.pk).update(form=form, text="Zq 국제기구의", translation=translation)
    for prefix, page_language in (("", "en"), ("/ko", "ko"), ("/ja", "ja")):
        expected = "" if page_language == language else f' lang="{language}"'
        assert f'<p dir="auto"{expected} class="fragment">' in _fragment(f"{prefix}/search/?q=zq"), prefix


def test_a_fragment_of_the_whole_words_is_in_the_language_spoken_and_of_a_summary_in_english() -> None:
    Statement.objects.filter(slug=STATEMENT).update(language="ko", text="Zq 국제기구의", summary="Zx", form="verbatim")
    assert ' lang="ko" ' in _fragment("/search/?q=zq")
    assert " lang=" not in _fragment("/search/?q=zx")
    assert ' lang="en" ' in _fragment("/ko/search/?q=zx")


def test_a_fragment_of_a_name_has_the_language_and_script_of_the_name() -> None:
    official = Official.objects.get(slug="kim-you-geun")
    Name.objects.filter(official=official).delete()
    Name.objects.create(official=official, text="Zquname", language="ko", script="Latn", scheme="former")
    assert ' lang="ko-Latn" ' in _fragment("/search/?q=zquname")


def test_a_quotation_has_the_language_of_its_source() -> None:
    citation = Citation.objects.filter(event__isnull=False, event__status="published").select_related("event")[0]
    citation.source.language, citation.quotation = "ko", "국제기구의"
    citation.source.save()
    citation.save()
    for path in (f"/events/{citation.event.slug}/", f"/sources/{citation.source.slug}/"):
        assert '<q dir="auto" lang="ko">국제기구의</q>' in _page(path)
        assert '<q dir="auto">국제기구의</q>' in _page(f"/ko{path}")


def test_the_title_of_a_frame_has_the_language_of_the_name() -> None:
    assert '<h1>연표: <bdi lang="en">Japan</bdi></h1>' in _page("/ko/timeline/embed/?country=JP")
    assert "<h1>Timeline: <bdi>Japan</bdi></h1>" in _page("/timeline/embed/?country=JP")


@pytest.mark.parametrize(
    ("path", "names"), [("/ko/timeline/", ("대한민국", "일본")), ("/ja/timeline/", ("韓国", "日本"))]
)
def test_lanes_of_states_have_their_names_in_the_language_of_the_page(path: str, names: tuple[str, str]) -> None:
    lanes = re.findall(r'<text class="lane-title"([^>]*)>([^<·]*) · \d+</text>', _page(path))
    assert set(names) <= {name for _, name in lanes}
    assert not [name for attributes, name in lanes if name in names and "lang=" in attributes]
    assert f"{names[0]} → {names[1]}" in _page(path)


def test_a_state_that_the_archive_calls_otherwise_keeps_that_name_in_its_lane() -> None:
    Body.objects.filter(slug="japan").update(name="Empire of Japan")
    lanes = re.findall(r'<text class="lane-title"([^>]*)>([^<·]*) · \d+</text>', _page("/ko/timeline/"))
    assert [attributes for attributes, name in lanes if name == "Empire of Japan" and 'lang="en"' in attributes]
