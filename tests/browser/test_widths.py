"""Pages of the admin at the widths of a phone, a tablet and a desktop: nothing is wider, no column a letter wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support.browser_pages import box_of, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

_WIDTHS = (320, 768, 1366)
#: Cells with words of which less than about four letters fit on a line.
_NARROW = """() => [...document.querySelectorAll('#content td, #content th')]
  .filter((cell) => cell.checkVisibility() && cell.textContent.trim().length > 4 && cell.clientWidth < 48)
  .map((cell) => `${cell.textContent.trim().slice(0, 20)}: ${cell.clientWidth}`)"""


@pytest.fixture
def editing(page: Page) -> Page:
    sign_in(page, "editor")
    return page


def _faults(page: Page, address: str) -> dict[int, object]:
    """Width of the window -> how wide the page is, and the cells that are too narrow."""
    faults: dict[int, object] = {}
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address, wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width or page.evaluate(_NARROW):
            faults[width] = (wide, page.evaluate(_NARROW))
    return faults


def _stored(page: Page, record_type: str, values: dict[str, str]) -> str:
    """Enter a draft; the path of its pages."""
    page.goto(f"/admin/archive/{record_type}/add/", wait_until="load")
    for name, value in values.items():
        page.fill(f"#id_{name}", value)
    press(page, "[name=_continue]")
    assert "/change/" in page.url, page.locator(".errorlist").all_text_contents()
    return page.url.partition("change/")[0]


def test_contradictions_are_read_at_every_width(editing: Page) -> None:
    _stored(editing, "source", {
        "title": "Papers of the commission of inquiry", "slug": "papers-of-the-commission",
        "published": "2020-01-01", "retrieved": "2019-01-01",
    })  # fmt: skip
    assert _faults(editing, "/admin/archive/contradictions/?state=all") == {}
    assert "Papers of the commission" in (editing.locator("#findings").text_content() or "")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_versions_are_read_at_every_width(editing: Page, language: str) -> None:
    record = _stored(editing, "topic", {"name": f"Fisheries in {language}", "slug": f"fisheries-{language}"})
    for number in range(2):
        editing.fill("#id_name", f"Agreements on the fisheries of both countries, {number}, {language}")
        press(editing, "[name=_continue]")
    press(editing, f".interface-language button[lang^={language}]")
    assert _faults(editing, f"{record}history/") == {}


def test_a_name_without_a_break_widens_no_page(editing: Page) -> None:
    record = _stored(editing, "official", {"name": "W" * 250, "slug": "w" * 116})
    for part in ("change/", "history/", "where-used/", "delete/"):
        assert _faults(editing, record + part) == {}, part


def test_a_list_has_the_width_of_a_tablet_and_its_filters_below(editing: Page) -> None:
    editing.set_viewport_size({"width": 768, "height": 900})
    editing.goto("/admin/archive/event/", wait_until="load")
    results = box_of(editing.locator("#changelist .results"))
    assert results["width"] > 640
    assert editing.evaluate("(() => { const box = document.querySelector('#changelist .results');"
                            " return box.scrollWidth - box.clientWidth; })()") <= 1  # fmt: skip
    assert box_of(editing.locator("#changelist-filter"))["y"] > results["y"] + results["height"]
    editing.click(".to-filters")
    assert -1 <= box_of(editing.locator("#changelist-filter"))["y"] < 900
    editing.set_viewport_size({"width": 1366, "height": 900})
    assert box_of(editing.locator("#changelist-filter"))["x"] > 1000
    assert not editing.locator(".to-filters").is_visible()


def test_a_box_of_an_article_stands_beside_its_label(editing: Page) -> None:
    editing.goto("/admin/archive/article/", wait_until="load")
    editing.locator("#id_source + .select2 .select2-selection").click()
    editing.keyboard.type("probe", delay=20)
    editing.locator(".select2-results__option--highlighted", has_text="probe").wait_for()
    editing.keyboard.press("Enter")
    editing.fill("#id_day", "2019-07-12")
    editing.fill("#id_text", "Kim You-geun demanded an international probe on Friday.")
    press(editing, "[name=_read]")
    for width in _WIDTHS:
        editing.set_viewport_size({"width": width, "height": 900})
        row = editing.locator(".article-statements .field-accept").first
        box, label = box_of(row.locator("input")), box_of(row.locator("label"))
        assert box["y"] < label["y"] + label["height"]
        assert label["y"] < box["y"] + box["height"]
        dated = editing.locator(".article-statements .statement > .help").first
        text = dated.evaluate(
            "(item) => item.getBoundingClientRect().x + parseFloat(getComputedStyle(item).paddingLeft)"
        )
        assert abs(text - box_of(editing.locator(".article-statements .field-date label").first)["x"]) <= 2
