"""The search replaces its results without a new page, and says so; without JavaScript it is links and a form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_pages import box_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def open_search(page: Page, query: str) -> None:
    """Open the search, and leave a mark in the window that a new page would not have."""
    page.goto(f"/search/{query}", wait_until="load")
    page.evaluate("window.isSamePage = true")


def expect_found(page: Page, text: str, address: str) -> None:
    expect(page.locator(".found-total")).to_have_text(text)
    expect(page.locator("#announcement")).to_have_text(text)
    assert page.url.endswith(address), page.url
    assert page.evaluate("window.isSamePage")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_facets_bars_and_chips_keep_page_and_focus(page: Page) -> None:
    open_search(page, "?q=japan")
    page.locator("#facet-topic-export-controls").press("Enter")
    expect_found(page, "20 results", "/search/?q=japan&topic=export-controls")
    assert focused(page) == "facet-topic-export-controls"
    expect(page.get_by_label("Topic", exact=True)).to_have_value("export-controls")
    page.locator("#bar-2019").press("Enter")
    expect_found(page, "17 results", "/search/?q=japan&topic=export-controls&date=2019")
    assert focused(page) == "bar-2019"
    page.locator(".chips a").first.press("Enter")
    expect(page.locator("#announcement")).not_to_have_text("17 results")
    assert focused(page) == "found-total"
    page.go_back()
    expect(page.locator(".found-total")).to_have_text("17 results")
    expect(page.locator(".chips li")).to_have_count(2)


def test_the_form_keeps_the_page_and_leaves_out_blank_fields(page: Page) -> None:
    open_search(page, "?q=japan&kind=events")
    page.get_by_label("Words").fill("kim")
    page.get_by_label("Words").press("Enter")
    expect(page.locator("#announcement")).not_to_be_empty()
    assert page.url.endswith("/search/?kind=events&q=kim")
    assert focused(page) == "filter-q"
    assert page.evaluate("window.isSamePage")


def test_a_drag_over_the_bars_chooses_a_period(page: Page) -> None:
    open_search(page, "?q=japan")
    first, last = (box_of(page.locator(f"#bar-{year}")) for year in (2020, 2022))
    page.mouse.move(first["x"] + 5, first["y"] + 30)
    page.mouse.down()
    page.mouse.move(last["x"] + 5, last["y"] + 30, steps=5)
    expect(page.locator(".brushed")).to_have_count(3)
    page.mouse.up()
    expect(page.locator("#announcement")).not_to_be_empty()
    assert page.url.endswith("/search/?q=japan&date=2020%2F2022")
    expect(page.locator(".histogram .chosen")).to_have_count(3)
    assert page.evaluate("window.isSamePage")


def test_it_works_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto("/search/?q=japan")
    page.locator("#facet-topic-export-controls").click()
    page.locator("#bar-2020").click()
    page.locator("#bar-2022").click()
    assert page.url.endswith("/search/?q=japan&topic=export-controls&date=2020%2F2022")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".chips li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_a_further_page_is_read_from_its_beginning(page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 800})
    open_search(page, "?q=a*")
    page.get_by_text("More matches").click()
    expect(page.get_by_text("Better matches")).to_have_count(1)
    expect(page.locator("#announcement")).not_to_be_empty()
    assert focused(page) == "found-total"
    expect(page.locator(".found-total")).to_be_in_viewport()
    expect(page.locator(".results li").first).to_be_in_viewport()
