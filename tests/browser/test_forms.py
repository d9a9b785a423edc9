"""What only a browser sees of the record forms: names of fields and pickers, narrow windows, fragments, slugs."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

#: Every form in which a record is entered.
FORMS = (
    "appointment", "body", "citation", "dossier", "dossierentry", "event", "identifier", "measure", "measuregood",
    "measurestep", "name", "office", "official", "outcome", "participation", "relation", "source", "speechact",
    "statement", "topic",
)  # fmt: skip

#: Of each visible field and picker: whether it has a name, as browsers compute it from labels.
NAMELESS = """() => {
  const named = (element) => {
    const ids = (element.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    const texts = ids.map((id) => document.getElementById(id)?.textContent.trim() || '');
    return texts.join('') || [...(element.labels || [])].map((label) => label.textContent.trim()).join('')
      || element.getAttribute('aria-label');
  };
  const fields = '#content-main form :is(input:not([type=hidden], [type=submit]), textarea,'
    + ' select:not(.admin-autocomplete), .select2-selection, .select2-search__field)';
  return [...document.querySelectorAll(fields)].filter((field) => field.checkVisibility() && !named(field))
    .map((field) => field.id || field.closest('.select2-container')?.previousElementSibling?.id || field.outerHTML);
}"""

#: What reaches beyond the window, and can't be scrolled to.
CLIPPED = """() => {
  const fields = '#content-main form :is(input:not([type=hidden]), textarea, select, .select2-container,'
    + ' .related-widget-wrapper-link, output, .add-row a)';
  return [...document.querySelectorAll(fields)].filter((field) => field.checkVisibility()
      && !field.classList.contains('select2-hidden-accessible') && field.getBoundingClientRect().width > 1
      && (field.getBoundingClientRect().right > window.innerWidth || field.getBoundingClientRect().left < 0))
    .map((field) => `${field.id || field.className} to ${Math.round(field.getBoundingClientRect().right)}`);
}"""


@pytest.fixture
def editing(page: Page) -> Page:
    sign_in(page, "editor")
    return page


def test_every_field_has_an_accessible_name_and_none_is_clipped(editing: Page) -> None:
    nameless, clipped = {}, {}
    for form in FORMS:
        editing.set_viewport_size({"width": 1366, "height": 900})
        editing.goto(f"/admin/archive/{form}/add/", wait_until="load")
        for link in editing.locator(".inline-group .add-row a").all():
            link.click()
        editing.wait_for_timeout(50)  # milliseconds: rows are made into pickers after the click
        if result := editing.evaluate(NAMELESS):
            nameless[form] = result
        for width in (1366, 400, 320):
            editing.set_viewport_size({"width": width, "height": 900})
            if result := editing.evaluate(CLIPPED):
                clipped[form, width] = result
    assert nameless == {}
    assert clipped == {}


def test_an_autocomplete_is_labelled_and_shows_its_focus(editing: Page) -> None:
    editing.goto("/admin/archive/statement/add/", wait_until="load")
    expect(editing.get_by_role("combobox", name="Speaker")).to_have_count(1)
    for field in ("speaker", "topics"):
        editing.focus(f"#id_{field} + .select2 :is(.select2-selection--single, .select2-search__field)")
        box = editing.locator(f"#id_{field} + .select2 .select2-selection")
        expect(box).to_have_css("outline-style", "solid")


def test_a_link_with_a_fragment_arrives_and_saving_returns(editing: Page) -> None:
    editing.goto("/admin/archive/statement/?q=kim-you-geun-international")
    editing.click("#result_list .field-name a")
    statement = editing.url
    act = editing.locator(".inlinechangelink").first.get_attribute("href")
    # The form of the page, which nobody typed in, is left.
    editing.goto(f"{act}?next={urlsplit(statement).path}#outcomes-group", wait_until="load")
    group = editing.locator("#outcomes-group")
    expect(group).to_be_in_viewport()
    expect(group.locator(":focus")).to_have_count(1)
    editing.keyboard.press("Control+Enter")
    editing.wait_for_url(f"{statement.partition('?')[0]}**")
    expect(editing.locator("[role=status] > .messagelist")).to_be_visible()


#: Stores the texts that the live region of the messages gets after the page came.
ANNOUNCED = """addEventListener('DOMContentLoaded', () => {
  const region = document.getElementById('messages');
  window.announced = [];
  if (!region) return;
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.matches('ul')) window.announced.push(node.textContent.trim());
  }))).observe(region, { childList: true });
});"""


@pytest.mark.parametrize("width", [1366, 320])
def test_the_message_of_a_save_is_seen_and_announced_where_the_page_scrolls_to(editing: Page, width: int) -> None:
    editing.add_init_script(ANNOUNCED)
    editing.set_viewport_size({"width": width, "height": 600})
    editing.goto("/admin/archive/statement/?q=kim-you-geun-international")
    editing.goto(editing.locator("#result_list .field-name a").get_attribute("href") or "", wait_until="load")
    editing.focus("#id_change_reason")
    with editing.expect_navigation(wait_until="load"):
        editing.keyboard.press("Control+s")
    expect(editing.locator("#id_change_reason")).to_be_focused()
    message = editing.get_by_role("status").filter(has_text="Nothing was changed")
    expect(message).to_be_in_viewport(ratio=1)
    expect(editing.locator("#id_change_reason")).to_be_in_viewport()
    editing.wait_for_function("() => announced.length > 0")
    assert editing.evaluate("announced") == ["Nothing was changed, so there is no new version."]
    editing.get_by_role("button", name="Close the messages").click()
    expect(message).not_to_be_in_viewport()


#: Counts how far the form has moved down or up since the page was drawn.
MOVES = """addEventListener('DOMContentLoaded', () => {
  window.places = [];
  const form = document.querySelector('#content form');
  const look = () => {
    const place = Math.round(form.getBoundingClientRect().top + scrollY);
    if (places.at(-1) !== place) places.push(place);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});"""


def test_a_form_does_not_move_while_the_message_above_it_is_announced(editing: Page) -> None:
    editing.goto("/admin/archive/dossier/")
    press(editing, "#result_list .field-name a")
    editing.add_init_script(MOVES + ANNOUNCED)
    press(editing, "[name=_continue]")
    editing.wait_for_function("() => announced.length > 0 && !document.querySelector('#messages').style.minHeight")
    assert len(editing.evaluate("places")) == 1


def test_an_error_of_a_group_of_parts_is_seen_and_its_group_has_the_focus(editing: Page) -> None:
    editing.goto("/admin/archive/official/?q=kim-you-geun")
    editing.goto(editing.locator("#result_list .field-name a").get_attribute("href") or "", wait_until="load")
    for _ in range(2):
        editing.locator("#names-group .add-row a").click()
        row = editing.locator("#names-group .form-row:not(.empty-form):has(td.original)").last
        row.locator("[name$=-text]").fill("Twice the same")
        row.locator("[name$=-language]").fill("en")
        row.locator("[name$=-scheme]").select_option("press")
    editing.locator("[name$=-text]:visible").last.focus()
    with editing.expect_navigation(wait_until="load"):
        editing.keyboard.press("Control+s")
    expect(editing.locator("#names-group .errorlist").first).to_be_in_viewport()
    expect(editing.locator("#names-group :focus")).to_have_count(1)


def test_a_slug_is_proposed_in_letters_and_words(editing: Page) -> None:
    editing.goto("/admin/archive/event/add/", wait_until="load")
    editing.fill("#id_date", "2026-11-20/2026-11-21")
    editing.fill("#id_name", "부산 회담")
    expect(editing.locator("#id_slug")).to_have_value("2026-11-20-to-2026-11-21-bu-san-hoe-dam")
    editing.fill("#id_slug", "my-own")
    editing.fill("#id_name", "Busan summit")
    editing.wait_for_timeout(300)  # milliseconds: longer than a proposal waits
    expect(editing.locator("#id_slug")).to_have_value("my-own")


def test_the_new_state_of_an_upload_is_shown_in_the_same_page(editing: Page) -> None:
    editing.goto("/admin/archive/datasetimport/add/")
    data = b"slug,name\nnew-topic,New topic\n"
    editing.set_input_files("#id_file", {"name": "topics.csv", "mimeType": "text/csv", "buffer": data})
    editing.click("input[name=_save]")
    editing.wait_for_url("**/change/")
    editing.evaluate("document.body.dataset.mark = 'same page'")
    expect(editing.get_by_role("button", name="Load it")).to_be_visible()
    expect(editing.get_by_role("status")).to_contain_text("is checked")
    assert editing.evaluate("document.body.dataset.mark") == "same page"


#: Stores by how many pixels parts of the content have moved after they were drawn, with their first letters. Rows of a
#: list are left out: while the page is still coming, each new row may widen a column, and no script has a part in that.
JUMPS = """window.jumps = [];
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) for (const { node, previousRect, currentRect } of sources) {
    const distance = Math.max(Math.abs(currentRect.x - previousRect.x), Math.abs(currentRect.y - previousRect.y));
    const wasSeen = previousRect.height && currentRect.height;
    if (!wasSeen || distance <= 8 || !node?.closest?.('.content') || node.closest('#result_list')) continue;
    window.jumps.push([Math.round(distance), node.outerHTML.slice(0, 80)]);
  }
}).observe({ type: 'layout-shift', buffered: true });"""


@pytest.mark.parametrize("width", [1366, 834])
def test_no_field_moves_by_a_line_once_a_page_is_drawn(editing: Page, width: int) -> None:
    editing.add_init_script(JUMPS)
    editing.set_viewport_size({"width": width, "height": 1000})
    jumps = {}
    for kind in ("statement", "event", "official", "measure", "source"):
        for page in ("list", "form", "add"):
            if page == "form":
                press(editing, "#result_list tbody th a")
            else:
                editing.goto(f"/admin/archive/{kind}/{'add/' if page == 'add' else ''}")
            editing.wait_for_load_state("networkidle")
            if moved := editing.evaluate("() => window.jumps"):
                jumps[kind, page] = moved
    assert jumps == {}
