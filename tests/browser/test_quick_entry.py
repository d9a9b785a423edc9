"""What makes entry quick, by the keyboard alone: clones, the next statement, dossiers and edits of a selection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_pages import Fingers, box_of, press, sign_in

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


NUMBERS = """() => [...document.querySelectorAll('#entries-group tr.form-row:not(.empty-form)')]
  .map((row) => [row.querySelector('[name$=-id]').value, row.querySelector('[name$=-position]').value])"""


def _new_dossier(page: Page) -> None:
    """A dossier of three events, numbered 10, 20 and 30."""
    page.goto("/admin/archive/dossier/add/")
    page.fill("#id_name", "An order")
    page.fill("#id_slug", "an-order")
    for row, words in enumerate(("export curbs take effect", "treaty on basic relations", "GSOMIA")):
        page.locator("#entries-group .add-row a").click()
        page.fill(f"#id_entries-{row}-position", str(10 * row + 10))
        page.focus(f"#id_entries-{row}-event + .select2 .select2-selection")
        page.keyboard.type(words, delay=20)
        expect(page.locator(".select2-results__option--highlighted")).not_to_contain_text("Searching")
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Control+s")


def test_a_dossier_is_ordered_by_keys_and_by_dragging(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _new_dossier(page)
    expect(page.locator("#entries-group tr.has_original")).to_have_count(3)
    first, second, third = (key for key, _ in page.evaluate(NUMBERS))
    assert page.evaluate(NUMBERS) == [[first, "10"], [second, "20"], [third, "30"]]
    # By keys, from a picker, which Alt+Down would open otherwise.
    page.focus("#id_entries-0-event + .select2 .select2-selection")
    keys.press("Alt+ArrowDown")
    expect(page.locator(".order-status")).to_contain_text(": 2 of 3.")
    expect(page.locator("#id_entries-0-event + .select2 .select2-selection")).to_be_focused()
    assert page.evaluate(NUMBERS) == [[second, "10"], [first, "20"], [third, "30"]]
    keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowUp")
    expect(page.locator(".order-status")).to_contain_text("it is the first already")
    page.focus("#id_entries-2-note")
    keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowUp")
    with page.expect_navigation():
        keys.press("Control+s")
    assert page.evaluate(NUMBERS) == [[third, "10"], [first, "20"], [second, "30"]]
    # By dragging, with a new row that is removed again: the stored rows stay the first of the form.
    page.locator("#entries-group .add-row a").click()
    page.fill("#id_entries-3-note", "New")
    handle = box_of(page.locator("#entries-3 .order-handle"))
    target = box_of(page.locator("#entries-group tr.form-row").first)
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, target["y"] + 2, steps=5)
    page.mouse.up()
    assert page.evaluate(NUMBERS) == [["", "10"], [third, "20"], [first, "30"], [second, "31"]]
    page.locator("#entries-3 .inline-deletelink").click()
    assert page.evaluate(NUMBERS) == [[third, "20"], [first, "30"], [second, "31"]]
    with page.expect_navigation():
        keys.press("Control+s")
    assert page.evaluate(NUMBERS) == [[third, "20"], [first, "30"], [second, "31"]]
    assert page.locator(".errorlist").count() == 0


@pytest.mark.parametrize("width", [768, 320])
def test_a_dossier_is_ordered_by_touch(chromium: Browser, address: str, width: int) -> None:
    context = chromium.new_context(base_url=address, has_touch=True, viewport={"width": width, "height": 2000})
    page = context.new_page()
    sign_in(page, "editor")
    page.goto("/admin/archive/dossier/")
    press(page, "#result_list .field-name a")
    before = page.evaluate(NUMBERS)
    handles = page.locator("#entries-group tr.form-row:not(.empty-form) .order-handle")
    box = box_of(handles.first)
    assert min(box["width"], box["height"]) >= 24
    fingers = Fingers(page)
    scrolled: list[int] = []
    dragged = page.locator("#entries-group tr.is-dragged")

    def drag_to_the_end_of(row: int) -> None:
        """Drag the first row below the middle of another, whose place is taken after each of the rows moves."""
        # Away from the edges of the window, where dragging scrolls.
        handles.first.evaluate("(handle) => scrollBy(0, handle.getBoundingClientRect().top - 200)")
        start = box_of(handles.first)
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        scrolled[:] = [page.evaluate("scrollY")]
        end = box_of(page.locator("#entries-group tr.form-row:not(.empty-form)").nth(row))
        low = end["y"] + end["height"] * 0.75
        fingers.draw((x, y), *((x, y + (low - y) * part / 8) for part in range(1, 9)))
        expect(dragged).to_have_count(1)

    def assert_order(*numbers: list[str]) -> None:
        """The rows and their numbers after the drag has ended."""
        expect(dragged).to_have_count(0)
        assert page.evaluate(NUMBERS) == [*numbers]

    drag_to_the_end_of(1)
    # The page does not scroll under the row that follows the finger.
    assert page.evaluate("scrollY") == scrolled[0]
    fingers.lift()
    (first, low), (second, high) = before[:2]
    assert_order([second, low], [first, high], *before[2:])
    expect(page.locator(".order-status")).to_contain_text(f": 2 of {len(before)}.")
    # A touch that the system takes away changes nothing.
    drag_to_the_end_of(1)
    fingers.cancel()
    assert_order([second, low], [first, high], *before[2:])
    press(page, "[name=_continue]")
    assert_order([second, low], [first, high], *before[2:])
    drag_to_the_end_of(1)
    fingers.lift()
    assert_order(*before)
    press(page, "[name=_continue]")
    assert_order(*before)
    context.close()


def _start_action(page: Page, name: str, rows: int) -> None:
    """Select the first rows of a list and start an action, without the mouse."""
    for row in range(rows):
        page.locator("#result_list tbody .action-select").nth(row).focus()
        page.keyboard.press("Space")
    page.focus("[name=action]")
    page.keyboard.type(name)
    page.focus("button[name=index]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_selection_is_added_to_a_dossier(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    page.goto("/admin/archive/dossier/add/")
    page.fill("#id_name", "Picked by keys")
    page.fill("#id_slug", "picked-by-keys")
    with page.expect_navigation():
        keys.press("Control+Enter")
    page.goto("/admin/archive/event/")
    _start_action(page, "Add to a dossier", 2)
    page.focus("#id_dossier + .select2 .select2-selection")
    keys.press("Enter")
    keys.type("Picked", delay=20)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Picked by keys")
    keys.press("Enter")
    page.focus(".submit-row input[type=submit]")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("2 added to “Picked by keys”.")


def test_a_field_of_a_selection_is_edited(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    page.goto("/admin/archive/event/?o=2")
    _start_action(page, "Edit one field", 2)
    page.focus("#id_field")
    keys.type("Place")
    page.focus(".submit-row input[type=submit]")
    with page.expect_navigation():
        keys.press("Enter")
    page.focus("#id_value")
    keys.type("Seoul, by keys")
    page.focus("[name=preview]")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator("#batch-preview tbody tr")).to_have_count(2)
    expect(page.locator("p[role=status]").first).to_contain_text("2 of 2 would change")
    page.focus("[name=apply]")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Place of 2 changed.")
    expect(page.locator("#result_list")).to_contain_text("Seoul, by keys")


def test_a_suggested_date_is_taken_by_the_keyboard(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    page.goto("/admin/archive/statement/add/")
    expect(page.locator("#id_date")).to_be_focused()
    keys.type("12 July 2019")
    expect(page.locator("#id_date + output.wrong")).to_contain_text("Did you mean 2019-07-12, 12 July 2019?")
    keys.press("Tab")
    expect(page.locator("#id_date + output button")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#id_date")).to_be_focused()
    expect(page.locator("#id_date")).to_have_value("2019-07-12")
    expect(page.locator("#id_date + output")).to_have_text("12 July 2019, a Friday")
    # The same after the server has refused it.
    page.fill("#id_date", "July 2019")
    with page.expect_navigation():
        keys.press("Control+s")
    expect(page.locator("#id_date + output")).to_have_text("Did you mean 2019-07, July 2019?", use_inner_text=True)
    page.focus("#id_date + output button")
    keys.press("Enter")
    expect(page.locator("#id_date")).to_have_value("2019-07")


def test_the_room_left_in_a_field_is_counted_near_its_limit(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    page.goto("/admin/archive/statement/add/")
    page.fill("#id_name", "x" * 200)
    expect(page.locator(".counter")).to_have_count(0)
    page.fill("#id_name", "x" * 228)
    live = page.locator("#id_name ~ .counter [aria-live=polite]")
    expect(live).to_have_text("22 characters left")
    page.focus("#id_name")
    keys.type("y")
    expect(page.locator("#id_name ~ .counter [aria-hidden]")).to_have_text("21 characters left of 250")
    expect(live).to_have_text("22 characters left")
    keys.type("y")
    expect(live).to_have_text("20 characters left")
    keys.type("y" * 25)
    expect(live).to_have_text("No character left of 250")


def test_speech_acts_of_a_long_statement_fold_behind_a_list_of_contents(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _open(page, "statement", SLUG)
    contents = page.get_by_role("navigation", name="Speech acts of this statement")
    count = page.locator("#speech_acts-group .has_original").count()
    assert count >= 5
    expect(contents.get_by_role("link")).to_have_count(count)
    expect(page.locator("#id_speech_acts-2-text")).to_be_hidden()
    contents.get_by_role("link").nth(2).focus()
    keys.press("Enter")
    expect(page.locator("#id_speech_acts-2-kind")).to_be_focused()
    keys.press("Alt+j")
    expect(page.locator("#speech_acts-3-fields")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#id_speech_acts-3-text")).to_be_visible()
    page.focus("#id_speech_acts-3-text")
    with page.expect_navigation():
        keys.press("Control+s")
    expect(page.locator("#id_speech_acts-3-text")).to_be_focused()
    expect(page.locator("#id_speech_acts-2-text")).to_be_hidden()
    contents.get_by_role("button", name="Unfold all").focus()
    keys.press("Enter")
    expect(page.locator("#id_speech_acts-0-text")).to_be_visible()
    expect(contents.get_by_role("button", name="Fold all")).to_be_focused()
    # What is wrong is not hidden.
    page.fill("#id_speech_acts-1-text", "")
    contents.get_by_role("button", name="Fold all").click()
    with page.expect_navigation():
        keys.press("Control+s")
    expect(page.locator("#id_speech_acts-1-text")).to_be_visible()
    expect(page.locator("#id_speech_acts-0-text")).to_be_hidden()
