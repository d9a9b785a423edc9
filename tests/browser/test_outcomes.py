"""An outcome is recorded by keyboard alone in a dialog on the statement's form, which keeps what is typed in it.

A contributor proposes one in the same dialog.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_forms import NAMELESS
from tests.support.browser_pages import OpenAs, press

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]
_STATEMENT = "/admin/archive/statement/?q=kim-you-geun-international"


@pytest.fixture
def editor(open_as: OpenAs) -> Page:
    """The form of a statement with many speech acts, unfolded."""
    return _statement_form(open_as("editor"))


def _statement_form(page: Page) -> Page:
    page.goto(_STATEMENT)
    press(page, "#result_list .field-name a")
    page.get_by_role("button", name="Unfold all").click()
    return page


def _choose_event(page: Page, dialog: Locator) -> None:
    """Type into the picker of the event, which has the focus, and take its first choice."""
    page.keyboard.type("export", delay=20)
    expect(dialog.locator(".select2-results__option--highlighted")).to_be_visible()
    expect(dialog.locator(".select2-results__option--highlighted")).not_to_contain_text("Searching")
    page.keyboard.press("Enter")
    expect(dialog.locator("#id_outcome-event")).not_to_have_value("")


def _opened(page: Page, name: str = "Record an outcome") -> tuple[Locator, Locator]:
    """The outcomes of an act that is still open, and the dialog that Enter opens from their button."""
    identifier = page.locator(".act-outcomes", has_text="still open").first.get_attribute("id")
    row = page.locator(f"#{identifier}")
    button = row.get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    expect(dialog.locator("#id_outcome-date")).to_be_focused()
    return row, dialog


def test_an_outcome_is_recorded_by_keyboard_where_the_act_stands(editor: Page) -> None:
    summary = "Typed before, and not saved."
    editor.fill("#id_summary", summary)
    row, dialog = _opened(editor)
    button = row.get_by_role("button")
    assert (button.get_attribute("aria-label") or "").startswith("Record an outcome of “")
    assert editor.evaluate(NAMELESS.replace("#content-main form", "dialog form")) == []
    editor.keyboard.type("1 Aug 2019")
    editor.keyboard.press("Control+Enter")
    expect(dialog.locator("#id_outcome-date_error")).to_contain_text("got '1 Aug 2019'")
    expect(dialog.locator("#id_outcome-date")).to_be_focused()
    expect(dialog.locator("#id_outcome-date")).to_have_value("1 Aug 2019")
    editor.keyboard.press("Control+a")
    editor.keyboard.type("2019-08")
    expect(dialog.locator(".date-reading")).to_contain_text("August 2019: 2019-08-01 to")
    editor.keyboard.press("Tab")
    editor.keyboard.type("rej")
    editor.keyboard.press("Tab")
    _choose_event(editor, dialog)
    editor.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(row).to_contain_text("rejected, August 2019")
    expect(row.get_by_role("status")).to_contain_text("was added successfully")
    expect(button).to_be_focused()
    expect(editor.locator("#id_summary")).to_have_value(summary)


def test_escape_closes_and_keeps_what_is_typed_and_cancel_discards_it(editor: Page) -> None:
    row, dialog = _opened(editor)
    button = row.get_by_role("button")
    editor.keyboard.type("2019-09-01")
    editor.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    editor.keyboard.press("Enter")
    expect(dialog.locator("#id_outcome-date")).to_have_value("2019-09-01")
    # Tab stays in the dialog.
    for _ in range(30):
        editor.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert editor.evaluate(inside)
    dialog.get_by_role("button", name="Cancel").press("Enter")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    editor.keyboard.press("Enter")
    expect(dialog.locator("#id_outcome-date")).to_have_value("")


def test_after_the_session_has_ended_the_dialog_keeps_what_is_typed(editor: Page) -> None:
    _row, dialog = _opened(editor)
    editor.keyboard.type("2019-10-01")
    cookies = editor.context.cookies()
    editor.context.clear_cookies(name="sessionid")
    dialog.locator("#id_outcome-kind").select_option("rejected")
    editor.keyboard.press("Control+Enter")
    expect(dialog.locator(".errornote:visible")).to_contain_text("your session has ended")
    expect(dialog.locator("#id_outcome-date")).to_have_value("2019-10-01")
    editor.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])  # type: ignore[misc]
    editor.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(editor.locator(".act-outcomes", has_text="rejected, 1 October 2019")).to_have_count(1)


def test_a_contributor_proposes_an_outcome_that_an_editor_publishes(open_as: OpenAs) -> None:
    contributor = _statement_form(open_as("carla"))
    row, dialog = _opened(contributor, "Propose an outcome")
    assert contributor.evaluate(NAMELESS.replace("#content-main form", "dialog form")) == []
    contributor.keyboard.type("2019-11")
    contributor.keyboard.press("Tab")
    contributor.keyboard.type("lap")
    contributor.keyboard.press("Tab")
    _choose_event(contributor, dialog)
    contributor.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(row).to_contain_text("still open; you propose: lapsed, November 2019")
    expect(row.get_by_role("status")).to_contain_text("an editor reviews it")
    expect(row.get_by_role("button")).to_be_focused()

    editor = open_as("editor")
    with editor.expect_navigation():
        editor.get_by_role("link", name="Kim You-geun proposes an international probe").first.click()
    contents = editor.locator("#proposal-changes .contents")
    expect(contents).to_contain_text("2019-11")
    expect(contents).to_contain_text("lapsed")
    press(editor, "[name=accept]")
    expect(editor.get_by_text("lapsed, November 2019")).to_have_count(1)
    contributor.reload()
    expect(contributor.locator(".act-outcomes", has_text="lapsed, November 2019")).to_have_count(1)
    expect(contributor.get_by_text("you propose")).to_have_count(0)
