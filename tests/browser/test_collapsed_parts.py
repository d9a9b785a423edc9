"""A form with many parts: their headings are opened by keys or a click, and what is typed then is kept and saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_forms import CLIPPED, NAMELESS
from tests.support import servers
from tests.support.browser_pages import press, sign_in, wait_for_autosave

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

ACTS = 30
_LONG_RECORDS = f"""
from archive.models import Dossier, DossierEntry, Event, Official, SpeechAct, Statement
speaker = Official.objects.first()
statement = Statement.objects.create(
    slug="long", name="Long", date="2019", classification="note", attribution="named", speaker=speaker
)
dossier = Dossier.objects.create(slug="long", name="Long")
for number in range(1, {ACTS} + 1):
    SpeechAct.objects.create(statement=statement, ordinal=number, kind="demand", text=f"Act {{number}}")
    event = Event.objects.create(slug=f"long-{{number}}", name=f"Event {{number}}", date="2019", classification="visit")
    DossierEntry.objects.create(dossier=dossier, position=number, event=event)
"""
#: The headings and numbers of a dossier's rows, from the top.
_ORDER = """() => [...document.querySelectorAll('#entries-group tr.has_original')].slice(0, 4).map((row) =>
  [row.querySelector('p').textContent.match(/Event \\d+/)[0], row.querySelector('[data-position]').value])"""


@pytest.fixture(scope="module")
def long_site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.demo_site("collapsed", tmp_path_factory.mktemp("collapsed"), _LONG_RECORDS) as address:
        yield address


@pytest.fixture
def editing(chromium: Browser, long_site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=long_site, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    sign_in(page, "editor")
    yield page
    context.close()
    assert [text for text in wrong if "ERR_FAILED" not in text] == []


def _open(page: Page, kind: str) -> None:
    page.goto(f"/admin/archive/{kind}/?q=long")
    press(page, "#result_list a >> text=Long")
    wait_for_autosave(page)


def _heading(page: Page, number: int) -> str:
    return f"#speech_acts-{number - 1}.collapsed-part h3 a"


def test_a_collapsed_part_is_opened_changed_and_saved_by_keys(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _open(page, "statement")
    expect(page.locator(".collapsed-part")).to_have_count(ACTS)
    assert page.evaluate(NAMELESS) == []
    page.focus(_heading(page, 20))
    expect(page.get_by_role("button", name="demand: Act 20", expanded=False)).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#id_speech_acts-19-kind")).to_be_focused()
    assert page.evaluate(NAMELESS) == []
    # Its pickers and counters work, and Alt+J goes on to the next heading.
    page.focus("#id_speech_acts-19-addressee_bodies + .select2 .select2-search__field")
    keys.type("Japan", delay=20)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Japan")
    keys.press("Enter")
    page.fill("#id_speech_acts-19-text", "Act 20 in other words")
    keys.press("Alt+j")
    expect(page.locator(_heading(page, 21))).to_be_focused()
    keys.press("Space")
    expect(page.locator("#id_speech_acts-20-kind")).to_be_focused()
    page.focus("#id_speech_acts-19-text")
    with page.expect_navigation():
        keys.press("Control+s")
    # The field has the focus again, in a part that is collapsed on the new page.
    expect(page.locator("#id_speech_acts-19-text")).to_be_focused()
    expect(page.locator("#id_speech_acts-19-text")).to_have_value("Act 20 in other words")
    expect(page.locator("#speech_acts-19 .select2-selection__choice")).to_contain_text(["Japan"])
    expect(page.locator(".collapsed-part")).to_have_count(ACTS - 1)
    for width in (1366, 400, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CLIPPED) == []


def test_what_was_typed_in_an_opened_part_is_restored(editing: Page) -> None:
    page = editing
    _open(page, "statement")
    page.click(_heading(page, 7))
    page.fill("#id_speech_acts-6-text", "Typed and not saved")
    expect(page.locator("#draft-state")).to_contain_text("Stored in this browser at")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/*fragment=1", lambda route: route.abort())
    page.reload()
    wait_for_autosave(page)
    expect(page.locator(_heading(page, 7))).to_be_visible()
    page.keyboard.press("Alt+r")
    expect(page.locator("#draft-text")).to_contain_text("Not restored yet")
    page.unroute("**/*fragment=1")
    page.keyboard.press("Alt+r")
    expect(page.locator("#id_speech_acts-6-text")).to_have_value("Typed and not saved")
    expect(page.locator(".collapsed-part")).to_have_count(ACTS - 1)
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".collapsed-part h3 a", has_text="Typed and not saved")).to_have_count(1)


def test_a_part_that_is_not_sent_stays_collapsed_and_says_so(editing: Page) -> None:
    page = editing
    _open(page, "statement")
    page.route("**/*fragment=1", lambda route: route.abort())
    page.click(_heading(page, 3))
    expect(page.get_by_role("alert")).to_contain_text("Not opened: the server did not send its fields.")
    page.unroute("**/*fragment=1")
    page.click(_heading(page, 3))
    expect(page.locator("#id_speech_acts-2-text")).to_have_value("Act 3")


def test_an_outcome_is_recorded_from_an_opened_act(editing: Page) -> None:
    page = editing
    _open(page, "statement")
    page.click(_heading(page, 4))
    page.locator("#speech_acts-3").get_by_role("button", name="Record an outcome").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_long_statement_has_contents_numbers_and_a_button_that_opens_all(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _open(page, "statement")
    expect(page.locator(".contents li a")).to_have_count(ACTS)
    expect(page.locator("#speech_acts-8 h3")).to_have_text("9. demand: Act 9")
    page.locator(".contents a", has_text="Act 12").click()
    expect(page.locator("#id_speech_acts-11-kind")).to_be_focused()
    # The headings before an opened part are one stop, and those after it another.
    page.focus(_heading(page, 1))
    keys.press("Alt+j")
    expect(page.locator("#id_speech_acts-11-kind")).to_be_focused()
    keys.press("Alt+j")
    expect(page.locator(_heading(page, 13))).to_be_focused()
    keys.press("Alt+j")
    assert page.evaluate("document.activeElement.closest('#speech_acts-group .collapsed-part')") is None
    page.get_by_role("button", name="Unfold all").click()
    expect(page.locator(".collapsed-part")).to_have_count(0)
    expect(page.locator(".contents button")).to_have_text("Fold all")
    expect(page.locator(".contents button")).to_be_focused()
    page.get_by_role("button", name="Fold all").click()
    expect(page.locator("#id_speech_acts-29-text")).not_to_be_visible()


def test_parts_have_names_of_their_own(editing: Page) -> None:
    page = editing
    _open(page, "statement")
    for number in (8, 9):
        page.click(_heading(page, number))
        group = page.get_by_role("group", name=f"{number}. demand: Act {number}")
        expect(group.get_by_role("textbox", name="Text:", exact=True)).to_have_value(f"Act {number}")
    expect(page.get_by_role("link", name="Change: demand: Act 8")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Delete 9. demand: Act 9")).to_have_count(1)
    page.locator("#citations-group .add-row a").click()
    expect(page.get_by_role("group", name="Citation: #1").get_by_role("textbox", name="Locator:")).to_have_count(1)


def test_collapsed_entries_of_a_dossier_are_ordered_by_keys(editing: Page) -> None:
    page, keys = editing, editing.keyboard
    _open(page, "dossier")
    assert page.evaluate(_ORDER) == [[f"Event {number}", str(number)] for number in range(1, 5)]
    page.focus("[name=entries-2-position]")
    keys.press("Alt+ArrowUp")
    keys.press("Alt+ArrowUp")
    headings = [text.strip() for text in page.locator("#entries-group tr.has_original p").all_text_contents()[:3]]
    assert [text.partition(".")[0] for text in headings] == ["1", "2", "3"]
    # A row that was moved and is opened then keeps its new place.
    page.click("#entries-2 p a")
    expect(page.locator("#entries-2 textarea")).to_be_visible()
    page.fill("#entries-2 textarea", "Why it is the first")
    assert page.evaluate(_ORDER) == [["Event 3", "1"], ["Event 1", "2"], ["Event 2", "3"], ["Event 4", "4"]]
    for width in (1366, 400, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CLIPPED) == []
    with page.expect_navigation():
        keys.press("Control+s")
    assert page.evaluate(_ORDER) == [["Event 3", "1"], ["Event 1", "2"], ["Event 2", "3"], ["Event 4", "4"]]
    assert page.locator(".errorlist").count() == 0
