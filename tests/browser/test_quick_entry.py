"""What makes entry quick, by the keyboard alone: clones, the next statement, and the order of a dossier."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

SLUG = "2019-07-12-kim-you-geun-international-probe"


@pytest.fixture
def editing(page: Page) -> Page:
    sign_in(page, "editor")
    return page


def _open(page: Page, kind: str, words: str) -> None:
    page.goto(f"/admin/archive/{kind}/?q={words}")
    page.goto(
        page.locator("#result_list tbody th a, #result_list tbody .field-name a").first.get_attribute("href") or ""
    )


def _type_over(page: Page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_a_statement_is_cloned_and_the_next_one_added(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _open(page, "statement", SLUG)
    acts = page.locator("#id_speech_acts-TOTAL_FORMS").input_value()
    page.get_by_role("link", name="Clone").focus()
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("#prefilled")).to_contain_text("A clone of")
    expect(page.locator("#id_date")).to_be_focused()
    expect(page.locator("#id_speech_acts-TOTAL_FORMS")).to_have_value(acts)
    expect(page.get_by_role("combobox", name="Speaker")).to_contain_text("Kim You-geun")
    page.focus("#id_name")
    _type_over(page, "Kim You-geun says it again")
    expect(page.locator("#id_slug")).to_have_value("2019-07-12-kim-you-geun-says-it-again")
    with page.expect_navigation():
        keys.press("Control+Shift+Enter")
    expect(page.locator("#prefilled")).to_contain_text("Filled in from Kim You-geun says it again")
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_date")).to_have_value("2019-07-12")
    expect(page.locator("#id_citations-TOTAL_FORMS")).not_to_have_value("0")
    keys.type("Kim You-geun says another thing")
    expect(page.locator("#id_slug")).to_have_value("2019-07-12-kim-you-geun-says-another-thing")
    with page.expect_navigation():
        keys.press("Control+Enter")
    page.goto("/admin/archive/statement/?q=kim-you-geun-says")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
