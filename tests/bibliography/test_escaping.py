"""Characters with a meaning in BibTeX and in HTML stand for themselves in exports."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.bibliography.timelinejs import title_slide
from archive.models import Event


@pytest.mark.django_db
def test_bibtex_reads_no_comment_in_a_title() -> None:
    name = "5 % of $ 7 & #1 a_b"
    Event.objects.create(slug="e", name=name, date="2019", classification="meeting", status="published")
    answer = Client().get("/api/v1/events/e/", {"format": "bibtex"}).content.decode()
    assert r"title = {{5 \% of \$ 7 \& \#1 a\_b}}" in answer


def test_the_first_slide_of_a_timeline_has_no_markup_of_a_dossier() -> None:
    slide = title_slide({"name": "<b>A & B", "introduction": "<script>alert(1)</script>\n\nMore"})
    assert slide["text"]["headline"] == "&lt;b&gt;A &amp; B"
    assert slide["text"]["text"].startswith("&lt;script&gt;alert(1)&lt;/script&gt;")
