"""The pages of the review, of versions and of contradictions: axe-core finds no fault, and 320 px hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import HERE, WITHOUT_TRANSITIONS, Audit
from tests.browser.test_forms import CLIPPED
from tests.support.browser_pages import OpenAs, press, sign_in
from tests.support.npm import install_packages

pytestmark = [
    pytest.mark.browser, pytest.mark.node, pytest.mark.xdist_group("browser"), pytest.mark.slow,
]  # fmt: skip

#: What is wider than the window, and stands in no box that scrolls.
WIDE = """() => {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  const right = (item) => Math.round(item.getBoundingClientRect().right);
  return [...document.querySelectorAll('#container *')]
    .filter((item) => item.checkVisibility() && right(item) > window.innerWidth)
    .map((item) => `${item.tagName} ${item.id || item.className} to ${right(item)}`).slice(0, 5);
}"""
_Look = Callable[[Page, str], None]


@pytest.fixture
def open_as(chromium: Browser, site: str) -> Iterator[OpenAs]:
    """Opens the admin's first page as a user. Its console is not read: axe-core sets styles, which are refused."""
    contexts = []

    def open_page(name: str) -> Page:
        contexts.append(chromium.new_context(base_url=site, viewport={"width": 1366, "height": 900}))
        page = contexts[-1].new_page()
        page.add_init_script(path=HERE / "node_modules" / "axe-core" / "axe.min.js")
        page.add_init_script(WITHOUT_TRANSITIONS)
        sign_in(page, name)
        return page

    install_packages(HERE)
    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def look() -> Iterator[_Look]:
    """Audits the page that is open, and measures it at 320 px."""
    faults: dict[str, object] = {}

    def look_at(page: Page, name: str) -> None:
        audit = Audit(page)
        audit.run(name)
        page.set_viewport_size({"width": 320, "height": 700})
        if narrow := page.evaluate(WIDE) + page.evaluate(CLIPPED):
            faults[f"{name}, 320 px"] = narrow
        page.set_viewport_size({"width": 1366, "height": 900})
        if audit.violations:
            faults[name] = audit.violations

    yield look_at
    assert faults == {}


def _go(page: Page, address: str) -> None:
    page.goto(address, wait_until="load")


def _choose(page: Page, field: str, words: str) -> None:
    """Choose the first record that an autocomplete finds."""
    page.locator(f"#id_{field} + .select2 .select2-selection").click()
    page.keyboard.type(words, delay=20)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(words)
    page.keyboard.press("Enter")


def _first(page: Page, address: str, column: str) -> str:
    """Open the form of a list's first record; its address."""
    _go(page, address)
    press(page, f"#result_list tbody .field-{column} a")
    return page.url.partition("change/")[0]


def test_lists_with_filters_links_and_versions(open_as: OpenAs, look: _Look) -> None:
    editor = open_as("editor")
    _go(editor, "/admin/archive/event/?changed_by=editor&changed_from=2020-01-01")
    editor.fill("#saved_filter_name", "Changed since 2020")
    press(editor, ".list-filters-form .button")
    expect(editor.locator(".saved-filters")).to_contain_text("Changed since 2020")
    editor.locator(".list-columns > summary").click()
    look(editor, "list with filters")
    official = _first(editor, "/admin/archive/official/?q=kim-you-geun", "name")
    _go(editor, f"{official}where-used/")
    look(editor, "where used")
    topic = _first(editor, "/admin/archive/topic/", "name")
    editor.fill("#id_name", f"{editor.locator('#id_name').input_value()} and more words")
    press(editor, "[name=_continue]")
    _go(editor, f"{topic}history/compare/")
    expect(editor.locator("#comparison")).to_contain_text("and more words")
    look(editor, "comparison")
    press(editor, "#comparison thead a")
    look(editor, "version")
    _go(editor, "/admin/archive/article/")
    look(editor, "article")
    _choose(editor, "source", "probe")
    editor.fill("#id_day", "2019-07-12")
    editor.fill("#id_text", "Kim You-geun demanded an international probe on Friday, and denied the claims.")
    press(editor, "[name=_read]")
    expect(editor.locator(".article-statements .act").first).to_be_visible()
    look(editor, "article that was read")


def test_a_record_that_contradicts_and_the_page_before_its_publication(open_as: OpenAs, look: _Look) -> None:
    carla, editor = open_as("carla"), open_as("editor")
    _go(carla, "/admin/archive/source/add/")
    carla.fill("#id_title", "Minutes of a ministry")
    expect(carla.locator("#id_slug")).to_have_value("minutes-of-a-ministry")
    for summary in carla.locator("#content-main details:not([open]) > summary").all():
        summary.click()
    carla.fill("#id_published", "2020-01-01")
    carla.fill("#id_retrieved", "2019-01-01")
    carla.fill("#id_review_note", "Is this the right day?")
    press(carla, "[name=_submit]")
    _go(carla, "/admin/")
    look(carla, "home of a contributor")
    _go(carla, "/admin/archive/contradictions/")
    look(carla, "contradictions, of a contributor")

    _go(editor, "/admin/")
    look(editor, "home of an editor")
    _go(editor, "/admin/archive/contradictions/?state=all")
    expect(editor.locator("#findings")).to_contain_text("Minutes of a ministry")
    look(editor, "contradictions")
    source = _first(editor, "/admin/archive/source/?q=minutes-of-a-ministry", "title")
    for summary in editor.locator(".workflow details:not([open]) > summary").all():
        summary.click()
    look(editor, "form in review with a contradiction")
    _go(editor, f"{source}publish/")
    look(editor, "before publication")
    _go(editor, f"{source}delete/")
    look(editor, "deletion with a reason")
    _go(editor, f"{source}change/")
    editor.fill("#id_review_note", "Look at the last page.")
    press(editor, "[name=_send_back]")
    _go(carla, f"{source}change/")
    look(carla, "form of a record sent back")


def test_a_proposal(open_as: OpenAs, look: _Look) -> None:
    carla, editor = open_as("carla"), open_as("editor")
    topic = _first(carla, "/admin/archive/topic/?status__exact=published", "name")
    _go(carla, f"{topic}propose/")
    look(carla, "form of a proposal")
    name = carla.locator("#id_name").input_value()
    carla.fill("#id_name", f"{name}, as proposed")
    carla.fill("#id_review_note", "This is how it is called.")
    press(carla, "[name=_submit]")
    look(carla, "proposal, of its author")
    _go(editor, carla.url)
    look(editor, "proposal, of an editor")
    _go(editor, f"{topic}change/")
    look(editor, "form of a record with a proposal")
    editor.fill("#id_name", f"{name}, as changed meanwhile")
    press(editor, "[name=_continue]")
    _go(editor, carla.url)
    expect(editor.locator("#conflicts")).to_be_visible()
    look(editor, "proposal with a conflict")
    press(editor, "[name=decline]")
    look(editor, "declined")


def test_the_dialog_and_the_page_of_an_outcome(open_as: OpenAs, look: _Look) -> None:
    editor = open_as("editor")
    _go(editor, "/admin/archive/statement/?q=kim-you-geun-international")
    press(editor, "#result_list .field-name a")
    editor.get_by_role("button", name="Unfold all").click()
    identifier = editor.locator(".act-outcomes").first.get_attribute("id") or ""
    editor.locator(f"#{identifier} button").click()
    editor.locator("dialog [type=submit]").click()
    expect(editor.locator("dialog .errorlist").first).to_be_visible()
    look(editor, "dialog of an outcome")
    _go(editor, f"/admin/archive/outcome/of/{identifier.rpartition('-')[2]}/")
    look(editor, "page of an outcome")


def test_the_dialog_in_which_a_contributor_proposes_an_outcome(open_as: OpenAs, look: _Look) -> None:
    contributor = open_as("carla")
    _go(contributor, "/admin/archive/statement/?q=kim-you-geun-international")
    press(contributor, "#result_list .field-name a")
    look(contributor, "form of a statement that a contributor reads")
    contributor.get_by_role("button", name="Unfold all").click()
    identifier = contributor.locator(".act-outcomes:has(button)").last.get_attribute("id") or ""
    contributor.locator(f"#{identifier} button").click()
    contributor.locator("dialog [name=_propose]").click()
    expect(contributor.locator("dialog .errorlist").first).to_be_visible()
    look(contributor, "dialog of a proposed outcome")
    contributor.fill("#id_outcome-date", "2021")
    contributor.select_option("#id_outcome-kind", "lapsed")
    contributor.locator("dialog [name=_store]").click()
    expect(contributor.locator(f"#{identifier} a", has_text="you propose")).to_be_visible()
    look(contributor, "form of a statement with a proposed outcome")
    _go(contributor, f"/admin/archive/outcome/of/{identifier.rpartition('-')[2]}/")
    look(contributor, "page of a proposed outcome")


def _edit_field(page: Page, field: str) -> None:
    """Open the page for the value of a field of three events."""
    _go(page, "/admin/archive/event/")
    for row in range(3):
        page.locator("#result_list tbody .action-select").nth(row).check()
    page.locator("[name=action]").first.select_option("edit_field")
    press(page, "button[name=index]")
    page.locator("#id_field").select_option(field)


def test_batch_edits_dossiers_the_time_zone_and_saved_filters(open_as: OpenAs, look: _Look) -> None:
    editor = open_as("editor")
    _edit_field(editor, "topics")
    look(editor, "field of a batch edit")
    press(editor, "#content-main [type=submit]")
    look(editor, "links of a batch edit")
    press(editor, "#content-main [name=preview]")
    look(editor, "batch edit with errors")
    _edit_field(editor, "place")
    press(editor, "#content-main [type=submit]")
    editor.fill("#id_value", "Geneva")
    press(editor, "#content-main [name=preview]")
    expect(editor.locator("#batch-preview")).to_be_visible()
    look(editor, "preview of a batch edit")
    _first(editor, "/admin/archive/dossier/", "name")
    look(editor, "form of a dossier")
    _go(editor, "/admin/archive/dossier/add/")
    editor.locator("#entries-group .add-row a").click()
    editor.fill("#id_entries-0-note", "A note without a record")
    press(editor, "[name=_save]")
    look(editor, "form of a dossier with errors")
    _go(editor, "/admin/archive/time-zone/")
    look(editor, "time zone")
    _go(editor, "/admin/archive/event/saved/")
    look(editor, "saved filters")
