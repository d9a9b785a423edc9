"""The title of a list and its text in print say what is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import strip_tags

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("dossier")]


@pytest.mark.parametrize(
    ("path", "title", "printed"),
    [
        ("/search/", "Search · Chancery", ""),
        ("/search/?q=japan", "Search: japan · Chancery", "Words: japan"),
        (
            "/search/?kind=officials&country=JP",
            "Search: officials, Japan · Chancery",
            "Kind: officials; Country: Japan",
        ),
        ("/", "Timeline · Chancery", ""),
        (
            "/?country=JP&classification=summit",
            "Timeline: Japan, summit · Chancery",
            "Country: Japan; Classification: summit",
        ),
        ("/?q=%3Cb%3E", "Timeline: &lt;b&gt; · Chancery", "Words: &lt;b&gt;"),
        ("/ko/?country=JP&classification=summit", "연표: Japan, 정상회담 · Chancery", "국가: Japan; 분류: 정상회담"),
    ],
)
def test_title_and_print_name_words_kinds_and_filters(path: str, title: str, printed: str) -> None:
    page = Client().get(path).content.decode()
    assert f"<title>{title}</title>" in page.partition("<body>")[0]
    texts = re.findall('<p class="selection">(.*?)</p>', page)
    assert [strip_tags(text) for text in texts] == ([printed] if printed else [])


def test_the_ledger_names_its_filters_and_its_day() -> None:
    page = Client().get("/speech-acts/?country=japan&kind=accusation&day=2019-08-01").content.decode()
    assert "<title>Who wants what from whom: Japan, accusation, 1 August 2019 · Chancery</title>" in page
    assert '<p class="selection">Who: <bdi>Japan</bdi>; Kind: <bdi>accusation</bdi></p>' in page


def test_the_ledger_names_yes_and_no_by_what_they_are_about() -> None:
    query = "conditional=true&certain=false&day=2023-03-23"
    page = Client().get(f"/speech-acts/?{query}").content.decode()
    assert "<title>Who wants what from whom: conditional, certain: false, 23 March 2023 · Chancery</title>" in page
    page = Client().get("/search/?q=true").content.decode()
    assert "<title>Search: true · Chancery</title>" in page


def test_the_text_is_shown_in_print_alone() -> None:
    css = Path(str(finders.find("archive/lists.css"))).read_text(encoding="utf-8")
    screen, _, printed = css.partition("@media print")
    assert ".selection { display: none; }" in screen
    assert ".selection { display: block;" in printed
