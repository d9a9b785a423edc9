"""The article's statement is entered in a browser with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

SLUG = "2019-07-12-kim-you-geun-asks-for-a-probe"


@pytest.fixture
def typing(page: Page) -> Page:
    """The form of a new statement, in front of an editor who has logged in by typing."""
    page.goto("/admin/login/?next=/admin/archive/statement/add/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type("editor")
    page.keyboard.press("Tab")
    expect(page.locator("#id_password")).to_be_focused()
    page.keyboard.type("chancery-demo")
    page.keyboard.press("Enter")
    expect(page.locator("#id_date")).to_be_focused()
    return page


def _tab(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press("Tab")


def _choose(page: Page, text: str, offered: str) -> None:
    """Type into the relation in focus, and take the first that is offered."""
    page.keyboard.type(text, delay=20)  # milliseconds: as fast as anybody types
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(offered)
    page.keyboard.press("Enter")


def test_a_statement_with_speech_acts_and_citation_is_typed_in(typing: Page) -> None:
    page, keys = typing, typing.keyboard
    keys.type("2019-07")
    expect(page.locator("#id_date + output")).to_have_text("July 2019: 2019-07-01 to 2019-07-31")
    keys.type("-12")
    expect(page.locator("#id_date + output")).to_have_text("12 July 2019, a Friday")
    _tab(page)
    keys.type("press s")
    _tab(page)
    keys.type("Kim You-geun asks for a probe")
    expect(page.locator("#id_slug")).to_have_value(SLUG)
    _tab(page, 2)
    keys.type("named")
    _tab(page)
    keys.type("deputy chief of Cheong Wa Dae's national security office")
    _tab(page)
    _choose(page, "Kim Yoo-geun", "Kim You-geun (South Korea)")
    _tab(page)
    _choose(page, "Cheong Wa Dae", "Cheong Wa Dae")
    _tab(page, 2)
    _choose(page, "three materials", "licensing of exports of three materials")

    keys.press("Alt+a")
    expect(page.locator("#id_speech_acts-1-kind")).to_be_focused()
    keys.press("Alt+k")
    expect(page.locator("#id_speech_acts-0-kind")).to_be_focused()
    _act(page, "proposal", "An international panel looks into the issue.")
    keys.press("Alt+j")
    expect(page.locator("#id_speech_acts-1-kind")).to_be_focused()
    _act(page, "demand", "Japan apologizes.", "an investigation proves South Korea innocent")

    keys.press("Alt+j")
    keys.press("Alt+j")
    keys.press("Alt+a")
    expect(page.locator("#id_citations-0-source + .select2 .select2-selection")).to_be_focused()
    _choose(page, "international probe", "Cheong Wa Dae proposes an international probe")
    _tab(page, 2)
    keys.type("paragraph 4")
    with page.expect_navigation():
        keys.press("Control+s")
    expect(page.locator(".messagelist")).to_contain_text("Capacities filled in from the date: ")
    expect(page.locator("#id_citations-0-locator")).to_be_focused()

    stored = page.request.get(f"/api/v1/statements/{SLUG}/?include=speech_acts,citations").json()
    assert (stored["date"]["text"], stored["classification"]) == ("2019-07-12", "press_statement")
    assert (stored["speaker"]["slug"], stored["body"]["slug"]) == ("kim-you-geun", "cheong-wa-dae")
    assert len(stored["capacities"]) == 2
    acts = [
        (speech_act["ordinal"], speech_act["kind"], speech_act["condition"]) for speech_act in stored["speech_acts"]
    ]
    assert acts == [(1, "proposal", ""), (2, "demand", "an investigation proves South Korea innocent")]
    assert [citation["locator"] for citation in stored["citations"]] == ["paragraph 4"]
    page.goto(f"/statements/{SLUG}/")
    expect(page.locator("#act-2")).to_contain_text("To Japan.")


def _act(page: Page, kind: str, text: str, condition: str = "") -> None:
    page.keyboard.type(kind)
    _tab(page, 3)
    page.keyboard.type(text)
    _tab(page)
    page.keyboard.type(condition)
    _tab(page)
    _choose(page, "jp", "Japan (JP)")


def test_errors_are_previewed_and_get_the_focus(typing: Page) -> None:
    page, keys = typing, typing.keyboard
    keys.type("2019-02-30")
    expect(page.locator("#id_date + output.wrong")).to_contain_text("2019-02 has 28 days")
    _tab(page, 2)
    keys.type("A heading")
    with page.expect_navigation():
        keys.press("Control+Enter")
    expect(page.locator("#id_date")).to_be_focused()
    expect(page.locator(".fieldBox.field-date .errorlist, .field-date .errorlist").first).to_contain_text("2019-02-30")
    expect(page.locator(".errornote")).to_be_visible()
    with page.expect_navigation():
        page.locator("#id_date").fill("2019-02-28")
        keys.press("Control+s")
    expect(page.locator("#id_classification")).to_be_focused()


def test_a_shortcut_focuses_the_search_box(typing: Page) -> None:
    typing.goto("/admin/archive/official/")
    typing.keyboard.press("Alt+/")
    typing.keyboard.type("安倍晋三")
    with typing.expect_navigation():
        typing.keyboard.press("Enter")
    expect(typing.locator("#result_list tbody tr")).to_have_count(1)
    expect(typing.locator("#result_list")).to_contain_text("Abe Shinzo")
