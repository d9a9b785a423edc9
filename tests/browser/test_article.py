"""The page that reads an article: what was typed and corrected there survives a crash and another reading."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import sign_in, wait_for_autosave

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

ARTICLE = "/admin/archive/article/"
TEXT = "Kim You-geun demanded an international probe on Friday, and denied the claims."


def _read(page: Page) -> None:
    page.click("#id_source + .select2 .select2-selection")
    page.fill(".select2-search__field", "probe")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("probe")
    page.keyboard.press("Enter")
    page.fill("#id_day", "2019-07-12")
    page.fill("#id_text", TEXT)
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.click("[name=_read]")
    wait_for_autosave(page)


def test_corrections_of_an_article_are_restored_after_a_crash_and_gone_when_the_drafts_are_made(page: Page) -> None:
    sign_in(page, "editor", ARTICLE)
    wait_for_autosave(page)
    _read(page)
    page.fill("#id_statement0-act0-condition", "if it is cleared")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.wait_for_timeout(700)  # milliseconds: longer than typing is waited for
    page.goto("about:blank")

    page.goto(ARTICLE)
    wait_for_autosave(page)
    page.click("#draft-offer button:has-text('Restore')")
    expect(page.locator("#id_statement0-act0-condition")).to_have_value("if it is cleared")
    wait_for_autosave(page)
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Draft made")
    page.goto(ARTICLE)
    wait_for_autosave(page)
    assert page.locator("#draft-offer").count() == 0


def test_a_pasted_text_is_restored_before_it_is_read(page: Page) -> None:
    sign_in(page, "editor", ARTICLE)
    wait_for_autosave(page)
    page.fill("#id_text", TEXT)
    page.wait_for_timeout(700)
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.goto("about:blank")
    page.goto(ARTICLE)
    wait_for_autosave(page)
    page.click("#draft-offer button:has-text('Restore')")
    expect(page.locator("#id_text")).to_have_value(TEXT)
    assert page.locator(".article-statements").count() == 0
