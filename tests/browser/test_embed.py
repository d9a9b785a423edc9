"""The timeline in a frame of a page of another origin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def article(chromium: Browser, address: str, tmp_path: Path) -> Iterator[Page]:
    """An article of another site with the frame that the timeline's page offers, and one that may not be."""
    page = chromium.new_context(base_url=address).new_page()
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31")
    page.get_by_text("Embed in another page").click()
    code = page.get_by_label("HTML for the other page").input_value()
    page.context.close()
    other = f'<iframe id="refused" src="{address}/timeline/"></iframe>'
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Article</title><h1>Article</h1>{code}{other}'
    (tmp_path / "index.html").write_text(text)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_context(viewport={"width": 700, "height": 900}).new_page()
        page.set_default_timeout(30_000)
        page.goto(f"http://localhost:{server.server_port}/index.html")
        yield page
        page.context.close()
        server.shutdown()


def test_the_period_changes_inside_the_frame_and_links_lead_out_of_it(article: Page, address: str) -> None:
    frame = article.frame_locator("iframe[title=Timeline]")
    period = frame.locator(".drawn-period strong")
    expect(period).to_have_text("1 to 31 July 2019")
    expect(frame.locator(".timeline-drawing")).not_to_have_attribute("width", "990")
    entries = article.evaluate("history.length")
    frame.get_by_role("link", name="Zoom out").click()
    expect(period).to_have_text("16 June to 15 August 2019")
    assert article.evaluate("history.length") == entries
    assert article.url.startswith("http://localhost")
    assert article.context.cookies() == []
    frame.locator("details summary", has_text="These records as a list").click()
    frame.locator(".drawn-list a[href^='/events/']").first.click()
    article.wait_for_url(f"{address}/events/**")


def test_no_other_page_is_shown_in_a_frame(article: Page) -> None:
    refused = article.frame_locator("#refused")
    expect(refused.locator("#timeline")).to_have_count(0)


def test_the_code_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31")
    page.get_by_text("Embed in another page").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".copied")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("HTML for the other page").input_value()
    page.get_by_role("link", name="Later", exact=True).click()
    expect(page.locator(".drawn-period strong")).not_to_have_text("1 to 31 July 2019")
    assert "from=2019-07-16" in page.get_by_label("HTML for the other page").input_value()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
