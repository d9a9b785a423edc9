"""What is typed survives an expired session, a refused token and a crash, and not a log-out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import press, sign_in, wait_for_autosave

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

ADD = "/admin/archive/statement/add/"
DRAFTS = "Object.keys(localStorage).filter((name) => name.startsWith('draft ')).map((name) => localStorage[name])"


def _log_in(page: Page, following: str) -> None:
    sign_in(page, "editor", following)
    wait_for_autosave(page)


def _type_statement(page: Page) -> None:
    """Heading, speaker, and the text of a second act, by the keyboard alone."""
    page.focus("#id_name")
    page.keyboard.type("A heading that was typed")
    page.focus("#id_speaker + .select2 .select2-selection")
    page.keyboard.type("Kim Yoo-geun", delay=20)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Kim You-geun")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+a")
    # A new row takes the focus when its autocompletes are ready.
    expect(page.locator("#speech_acts-1 :focus")).to_have_count(1)
    page.focus("#id_speech_acts-1-text")
    page.keyboard.type("The text of the second act")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.wait_for_timeout(700)  # milliseconds: longer than typing is waited for


def _expect_statement(page: Page) -> None:
    expect(page.locator("#id_name")).to_have_value("A heading that was typed")
    expect(page.get_by_role("combobox", name="Speaker")).to_contain_text("Kim You-geun")
    expect(page.locator("#id_speech_acts-1-text")).to_have_value("The text of the second act")


@pytest.mark.parametrize("form", ["statement/add/", "official/add/", "outcome/add/", "outcome/of/"])
def test_nothing_is_stored_before_something_is_typed(page: Page, form: str) -> None:
    _log_in(page, ADD)
    [address, *_] = re.findall(f'/admin/archive/{form}[^"]*', page.request.get("/speech-acts/").text()) or [
        f"/admin/archive/{form}"
    ]
    page.goto(address)
    wait_for_autosave(page)
    state = page.locator("#draft-state")
    page.wait_for_timeout(700)
    expect(state).to_have_text("What you type is stored in this browser until it is saved.")
    assert page.evaluate(DRAFTS) == []
    page.locator("#content-main").locator("textarea:visible, input[type=text]:visible").first.fill("1964")
    expect(state).to_contain_text("Stored in this browser at")
    assert len(page.evaluate(DRAFTS)) == 1


def test_after_an_expired_session_the_draft_is_restored_by_the_keyboard(page: Page) -> None:
    _log_in(page, ADD)
    _type_statement(page)
    stored = page.evaluate(DRAFTS)
    assert len(stored) == 1
    assert "heading" not in stored[0]
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+s")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "chancery-demo")
    page.keyboard.press("Enter")
    expect(page.locator("#draft-offer")).to_contain_text("that was not saved")
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    page.keyboard.press("Alt+r")
    expect(page.locator("#draft-offer")).to_contain_text("Restored what you typed on")
    _expect_statement(page)


def test_typing_at_once_into_a_new_form_neither_restores_nor_moves_the_page(page: Page) -> None:
    _log_in(page, "/admin/archive/event/add/")
    page.fill("#id_name", "old unsaved")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.goto("about:blank")
    page.goto("/admin/archive/event/add/")
    wait_for_autosave(page)
    expect(page.locator("#draft-offer")).to_contain_text("that was not saved")
    assert page.evaluate("scrollY") == 0
    focused = page.evaluate("document.activeElement.id")
    assert focused.startswith("id_")
    page.keyboard.type("2019 in Osaka")
    assert page.evaluate("document.activeElement.id") == focused
    expect(page.locator(f"#{focused}")).to_have_value("2019 in Osaka")
    expect(page.locator("#id_name")).not_to_have_value("old unsaved")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#id_name")).to_have_value("old unsaved")
    assert page.evaluate("document.activeElement.matches('#event_form input')")


def test_the_draft_of_a_clone_is_offered_for_that_clone_and_on_the_empty_form_by_its_name(page: Page) -> None:
    sign_in(page, "editor", "/admin/archive/topic/")
    first, second, *_ = re.findall(r"/admin/archive/topic/(\d+)/change/", page.content())
    clone = f"/admin/archive/topic/add/?clone={first}"
    page.goto(clone)
    wait_for_autosave(page)
    page.fill("#id_name", "An abandoned clone")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.goto("about:blank")
    page.goto(f"/admin/archive/topic/add/?clone={second}")
    wait_for_autosave(page)
    expect(page.locator("#draft-offer")).to_have_count(0)
    expect(page.locator("#id_slug")).not_to_have_value("")  # proposed, and no reason for a draft of this clone
    page.goto("/admin/archive/topic/add/")
    expect(page.locator("#draft-offer")).to_contain_text("in a clone of another record")
    page.goto(clone)
    expect(page.locator("#draft-offer")).to_contain_text("You typed something in this clone of")
    expect(page.locator("#id_slug")).not_to_have_value("")
    page.goto("/admin/archive/topic/add/")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#id_name")).to_have_value("An abandoned clone")
    page.wait_for_timeout(700)
    stored = "Object.keys(localStorage).filter((name) => name.startsWith('draft '))"
    assert ["?clone" in name for name in page.evaluate(stored)] == [False]


def test_times_of_drafts_are_in_the_zone_that_the_user_chose(page: Page) -> None:
    sign_in(page, "editor", "/admin/archive/time-zone/?next=/admin/archive/topic/add/")
    page.select_option("#id_zone", "Pacific/Kiritimati")
    press(page, "#time-zone-form input[type=submit]")
    wait_for_autosave(page)
    page.clock.set_fixed_time("2026-01-01T10:30:00Z")
    page.fill("#id_name", "Far east")
    expect(page.locator("#draft-state")).to_contain_text("00:30:00")


def test_after_a_crash_a_draft_is_discarded_and_a_log_out_removes_drafts(page: Page) -> None:
    _log_in(page, ADD)
    _type_statement(page)
    page.goto("about:blank")
    page.goto(ADD)
    page.get_by_role("button", name="Restore").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#draft-offer")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('#statement_form input')")
    assert page.evaluate(DRAFTS) == []
    page.locator("#id_name").fill("Typed before the log-out")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.click("#logout-form button")
    page.wait_for_load_state()
    assert page.evaluate(DRAFTS) == []


def test_after_a_log_out_in_another_tab_what_is_sent_is_stored_again(page: Page) -> None:
    _log_in(page, ADD)
    _type_statement(page)
    tab = page.context.new_page()
    tab.goto("/admin/")
    tab.click("#logout-form button")
    tab.wait_for_load_state()
    assert tab.evaluate(DRAFTS) == []
    tab.close()
    expect(page.locator("#draft-state")).to_contain_text("no longer stored in this browser")
    page.focus("#id_name")
    page.keyboard.press("Control+s")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "chancery-demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    page.keyboard.press("Alt+r")
    _expect_statement(page)


def test_who_stays_on_the_form_instead_of_logging_out_reads_that_nothing_is_stored(page: Page) -> None:
    _log_in(page, ADD)
    _type_statement(page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#logout-form button", no_wait_after=True)
    expect(page.locator("#draft-state")).to_contain_text("no longer stored in this browser")
    page.locator("#id_name").press_sequentially(", and more")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    assert len(page.evaluate(DRAFTS)) == 1


def test_a_saved_record_is_not_offered_again_and_others_do_not_see_drafts(page: Page) -> None:
    _log_in(page, "/admin/archive/topic/add/")
    page.fill("#id_name", "Autosaved topic")
    page.fill("#id_slug", "autosaved-topic")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.evaluate(DRAFTS) == []
    page.goto("/admin/archive/topic/add/")
    wait_for_autosave(page)
    expect(page.locator("#draft-offer")).to_have_count(0)
    page.fill("#id_name", "Another topic")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    # A second tab: what the first one has open is no lost work.
    tab = page.context.new_page()
    tab.goto("/admin/archive/topic/add/")
    wait_for_autosave(tab)
    expect(tab.locator("#draft-offer")).to_have_count(0)
    tab.close()


def test_a_restored_draft_is_merged_with_what_is_saved_meanwhile(page: Page) -> None:
    _log_in(page, "/admin/archive/topic/add/")
    page.fill("#id_name", "Merged topic")
    page.fill("#id_slug", "merged-topic")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    wait_for_autosave(page)
    url = page.url.partition("?")[0]
    name = page.input_value("#id_name")
    page.fill("#id_name", f"{name} (mine)")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.goto("about:blank")
    tab = page.context.new_page()
    tab.goto(url)
    expect(tab.locator("#draft-offer")).to_have_count(1)
    tab.fill("#id_name", f"{name} (theirs)")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    tab.close()
    page.goto(url)
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#id_name")).to_have_value(f"{name} (mine)")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".errornote").first).to_be_visible()
    expect(page.locator(".field-name .errorlist")).to_contain_text(f"{name} (theirs)")


def test_in_korean_the_notes_of_the_scripts_and_their_times_are_korean(page: Page) -> None:
    _log_in(page, "/admin/archive/topic/add/")
    page.get_by_role("button", name="한국어").click()
    wait_for_autosave(page)
    page.fill("#id_name", "가" * 195)
    counter = page.locator(".field-name .counter")
    expect(counter).to_contain_text("200자 중 5자 남음")
    expect(counter.locator("[aria-live]")).to_have_text("5자 남음")
    expect(page.locator("#draft-state")).to_contain_text(re.compile(r"^오[전후] [\d:]+에 이 브라우저에 보관했습니다\."))
    page.goto("about:blank")
    page.goto("/admin/archive/topic/add/")
    expect(page.locator("#draft-offer")).to_contain_text(
        re.compile(r"^\d+년 \d+월 \d+일 오[전후] [\d:]+에 여기에 입력하고")
    )
    page.get_by_role("button", name="되살리기").click()
    expect(page.locator("#draft-offer")).to_contain_text("입력한 내용을 되살렸습니다.")
