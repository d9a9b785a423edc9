"""Sitemaps and robots.txt."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from lxml import etree

from archive.choices import Status
from archive.models import Event
from archive.registry import COLLECTIONS, page_names
from archive.web.sitemaps import RecordSitemap

pytestmark = pytest.mark.django_db
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def _locations(path: str) -> list[str]:
    response = Client().get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return [str(element.text) for element in etree.fromstring(response.content).iterfind(".//s:loc", NS)]


def _pages() -> list[str]:
    """The addresses of all pages that the index leads to."""
    listed = _locations("/sitemap.xml")
    return [page for sitemap in listed for page in _locations(sitemap.removeprefix("http://testserver"))]


def test_the_index_leads_to_the_page_of_every_published_record(dossier: None) -> None:
    pages = _pages()
    expected = {
        f"http://testserver{prefix}/{name}/{slug}/"
        for prefix in ("", "/ko", "/ja")
        for name in page_names().values()
        for slug in COLLECTIONS[name].model.objects.visible_to(None).values_list("slug", flat=True)
    }
    assert set(pages) == expected
    assert len(pages) == len(expected)
    assert Client().get(pages[0]).status_code == 200


def test_each_page_names_itself_in_all_languages(dossier: None) -> None:
    root = etree.fromstring(Client().get("/sitemap-topics.xml").content)
    entries = {
        str(url.findtext("s:loc", namespaces=NS)): {
            link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", NS)
        }
        for url in root.iterfind("s:url", NS)
    }
    page = "/topics/export-controls/"
    links = {code: f"http://testserver{prefix}{page}" for code, prefix in (("en", ""), ("ko", "/ko"), ("ja", "/ja"))}
    assert [entries[location] for location in links.values()] == [links] * 3


def test_long_collections_have_several_files(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordSitemap, "limit", 10)
    assert "http://testserver/sitemap-events.xml?p=2" in _locations("/sitemap.xml")
    assert len(_locations("/sitemap-events.xml?p=2")) == 3 * 10
    assert len(set(_pages())) == len(_pages())


@pytest.mark.parametrize("path", ["/sitemap-none.xml", "/sitemap-speech-acts.xml", "/sitemap-events.xml?p=99",
                                  "/sitemap-events.xml?p=x", "/sitemap-events.xml?p=%00"])  # fmt: skip
def test_other_sitemaps_do_not_exist(dossier: None, path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN])
def test_unpublished_records_are_not_listed(status: str) -> None:
    before = Client().get("/sitemap.xml").content
    Event.objects.create(slug="e", name="E", date="2019", classification="meeting", status=status)
    assert Client().get("/sitemap.xml").content == before
    assert _locations("/sitemap-events.xml") == []


def test_robots_are_shown_the_sitemap_and_kept_from_the_apis() -> None:
    text = Client().get("/robots.txt").content.decode()
    assert text.splitlines()[:3] == ["User-agent: *", "Disallow: /admin/", "Disallow: /api/"]
    assert text.endswith("\nSitemap: http://testserver/sitemap.xml\n")
    # Lists by filters and moved timelines lead to one another without an end; the plain pages are read.
    for path in ("/search/", "/ko/search/", "/?", "/ja/?", "/ko/speech-acts/?", "/timeline/?", "/timeline.png"):
        assert f"\nDisallow: {path}\n" in text
    assert "\nDisallow: /timeline/\n" not in text


def test_a_private_archive_is_not_crawled(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = False
    assert Client().get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert Client().get("/sitemap.xml").status_code == 302
