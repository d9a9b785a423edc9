"""Drawings on the pages of records in a browser: no two texts overlap, narrow screens, without JavaScript, print."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_pages import box_of
from tests.support.drawings import OVERLAPS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROBE = "/statements/2019-07-12-kim-you-geun-international-probe/"
PAGES = (
    "/officials/kim-you-geun/", "/officials/suga-yoshihide/", "/bodies/national-security-office/",
    "/bodies/south-korea/", "/offices/first-deputy-director-national-security-office/",
    "/measures/japan-export-curbs-on-three-materials/", PROBE, "/events/2019-07-04-japan-export-curbs-take-effect/",
)  # fmt: skip


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_texts_overlap_and_no_page_scrolls_sideways(chromium: Browser, address: str, width: int) -> None:
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in PAGES:
        page.goto(path, wait_until="networkidle")
        drawing = page.locator("[data-redraw] .timeline-drawing")
        expect(drawing).to_be_visible()
        if width == 320:
            expect(drawing).to_have_attribute("width", "280")
        assert page.evaluate(OVERLAPS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_a_term_leads_to_its_page_and_a_lane_to_its_office(page: Page) -> None:
    page.goto("/bodies/national-security-office/", wait_until="load")
    page.locator("#periods .term").first.click()
    expect(page.locator(".eyebrow")).to_have_text("Appointment")
    page.go_back()
    page.locator("#periods .lane-head a").first.click()
    expect(page.locator(".eyebrow")).to_have_text("Office")


def test_without_javascript_a_drawing_scrolls_in_its_box(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto("/officials/kim-you-geun/")
    page.locator("#periods .term").first.click()
    expect(page.locator(".eyebrow")).to_have_text("Appointment")
    context.close()


def test_a_printed_drawing_is_as_wide_as_the_paper(page: Page) -> None:
    page.goto("/officials/kim-you-geun/", wait_until="load")
    page.set_viewport_size({"width": 700, "height": 900})
    drawing = page.locator("#periods .timeline-drawing")
    expect(drawing).not_to_have_attribute("width", "990")
    page.emulate_media(media="print")
    assert box_of(drawing)["width"] <= 700


def test_a_record_of_a_chain_leads_to_its_page(page: Page) -> None:
    page.goto(PROBE, wait_until="load")
    page.locator("#chain .mark.event").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".eyebrow")).to_have_text("Event")
