"""The ledger in a browser: the slider, the form without JavaScript, and narrow screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_slider_shows_another_day_without_leaving_the_page(page: Page) -> None:
    page.goto("/speech-acts/?show=open")
    slider = page.get_by_label("Move through the days")
    slider.focus()
    slider.press("Home")
    expect(page.get_by_role("heading", name="One by one on 1 July 2019")).to_be_visible()
    expect(page.get_by_label("State on the day")).to_have_value("2019-07-01")
    expect(slider).to_be_focused()
    assert slider.get_attribute("aria-valuetext") == "1 July 2019"
    assert page.url.endswith("/speech-acts/?show=open&day=2019-07-01")
    slider.press("ArrowRight")
    expect(page.get_by_role("heading", name="One by one on 2 July 2019")).to_be_visible()
    page.get_by_role("link", name=re.compile("Without +show: +open")).click()
    expect(page).to_have_url(f"{page.url.partition('/speech-acts/')[0]}/speech-acts/?day=2019-07-02")


def test_it_works_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/speech-acts/?kind=demand")
    page.get_by_label("State on the day").fill("2019-07-20")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="The sides on 20 July 2019")).to_be_visible()
    page.get_by_role("link", name=re.compile("open *: South Korea from Japan")).click()
    expect(page.locator(".ledger .state")).to_have_text(["open"] * page.locator(".ledger tbody tr").count())
    page.get_by_label("Move through the days").focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Show this day").click()
    expect(page.get_by_role("heading", name="The sides on 23 March 2023")).to_be_visible()
    context.close()


def test_nothing_scrolls_sideways_on_a_narrow_screen(page: Page) -> None:
    for width in (320, 760, 900, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/speech-acts/?day=2019-08-01")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
