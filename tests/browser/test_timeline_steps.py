"""Steps of the drawn timeline in a browser: quick ones add up, the drawing follows at once, the network may fail.

And its cards, touches and focus.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browser_pages import Fingers, box_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

JULY = "/timeline/?from=2019-07-01&to=2019-07-31"
#: 256 days.
LONG = "/timeline/?from=2019-01-01&to=2019-09-13"
FIRST_MARK = "#timeline .timeline-drawing .mark:not([tabindex])"
#: The left edge of the point of an event in its lane.
_X = "(point) => Math.round(point.getBoundingClientRect().left)"


@pytest.fixture
def held(page: Page) -> Iterator[list[Route]]:
    """The requests for another period, which get no response until a test continues them."""
    held: list[Route] = []
    page.route("**/*section=timeline*", lambda route: held.append(route))
    yield held
    page.unroute_all(behavior="ignoreErrors")


def _wait_for(page: Page, held: list[Route], count: int) -> None:
    while len(held) < count:
        page.wait_for_timeout(10)


def test_quick_keys_add_up(page: Page, held: list[Route]) -> None:
    page.goto(LONG, wait_until="load")
    page.locator(FIRST_MARK).first.focus()
    for number in range(5):
        page.keyboard.press("+")
        _wait_for(page, held, number + 1)
    held[-1].continue_()
    expect(page.locator(".drawn-period strong")).to_have_text("5 to 12 May 2019")
    assert page.url.endswith("?from=2019-05-05&to=2019-05-12")
    page.go_back()
    _wait_for(page, held, 6)
    held[-1].continue_()
    expect(page.locator(".timeline-drawing")).to_have_attribute("data-from", "2019-01-01")


def test_quick_clicks_on_the_links_add_up(page: Page, held: list[Route]) -> None:
    page.goto(LONG, wait_until="load")
    for number, name in enumerate(("Later", "Later", "Zoom in", "Zoom in")):
        page.get_by_role("link", name=name, exact=True).click()
        _wait_for(page, held, number + 1)
    page.get_by_role("link", name="kind", exact=True).click()
    _wait_for(page, held, 5)
    page.get_by_role("link", name="Earlier", exact=True).click()
    _wait_for(page, held, 6)
    held[-1].continue_()
    expect(page.locator(".timeline-drawing")).to_have_attribute("data-from", "2019-11-17")
    assert page.url.endswith("?from=2019-11-17&to=2020-01-19&lanes=classification")


def test_a_step_after_one_whose_period_the_server_chooses_goes_on_from_it(page: Page, held: list[Route]) -> None:
    page.goto("/timeline/", wait_until="load")
    drawing = page.locator(".timeline-drawing")
    busiest = drawing.get_attribute("data-from")
    page.goto(JULY, wait_until="load")
    page.locator(FIRST_MARK).first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    _wait_for(page, held, 1)
    held[0].continue_()
    _wait_for(page, held, 2)
    assert drawing.get_attribute("data-from") == busiest
    held[1].continue_()
    expect(drawing).not_to_have_attribute("data-from", str(busiest))
    assert str(drawing.get_attribute("data-from")) > str(busiest)


def test_the_drawing_follows_at_once_and_lane_titles_stay(page: Page, held: list[Route]) -> None:
    page.goto("/timeline/?from=2019-06-01&to=2019-08-31", wait_until="load")
    point = page.locator('#timeline a[href="/events/2019-07-12-working-level-meeting/"] .point').first
    title = page.locator("#timeline .lane-title").first
    title_x = title.evaluate(_X)
    page.locator(FIRST_MARK).first.focus()
    for number, key in enumerate(("+", "ArrowLeft")):
        before = point.evaluate(_X)
        page.keyboard.press(key)
        assert abs(point.evaluate(_X) - before) > 40
        _wait_for(page, held, number + 1)
    followed = point.evaluate(_X)
    assert title.evaluate(_X) == title_x
    held[-1].continue_()
    expect(page.locator(".timeline-drawing")).to_have_attribute("data-from", "2019-06-12")
    assert abs(point.evaluate(_X) - followed) <= 4
    assert title.evaluate(_X) == title_x


def test_turns_of_the_wheel_add_up_and_the_day_under_the_pointer_stays(page: Page, held: list[Route]) -> None:
    page.goto(LONG, wait_until="load")
    box = box_of(page.locator("#timeline .timeline-drawing"))
    left, right = (
        float(str(page.locator(".timeline-drawing").get_attribute(f"data-{end}"))) for end in ("left", "right")
    )
    page.mouse.move(box["x"] + left + (right - left) / 4, box["y"] + 60)
    page.keyboard.down("Control")
    for number in range(3):
        page.mouse.wheel(0, -240)
        _wait_for(page, held, number + 1)
    page.keyboard.up("Control")
    held[-1].continue_()
    # A quarter of 256, 128 and 64 days is before the pointer.
    expect(page.locator(".timeline-drawing")).to_have_attribute("data-from", "2019-02-26")
    assert page.url.endswith("?from=2019-02-26&to=2019-03-29")


def test_a_drag_goes_on_from_one_that_is_not_drawn_yet(page: Page, held: list[Route]) -> None:
    page.goto(JULY, wait_until="load")
    point = page.locator("#timeline .event .point").nth(3)
    x = point.evaluate(_X)
    box = box_of(page.locator("#timeline .timeline-drawing"))
    for number in range(2):
        page.mouse.move(box["x"] + 700, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 510, box["y"] + 60, steps=5)
        page.mouse.up()
        _wait_for(page, held, number + 1)
        assert abs(point.evaluate(_X) - (x - 190 * (number + 1))) <= 16
    held[-1].continue_()
    expect(page.locator(".drawn-period strong")).to_have_text("13 July to 12 August 2019")


@pytest.fixture
def lost_page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page whose network a test takes away, which the browser reports on its console."""
    context = chromium.new_context(base_url=address, viewport={"width": 1366, "height": 900})
    yield context.new_page()
    context.close()


def test_without_a_network_the_drawing_stays_and_can_be_tried_again(lost_page: Page) -> None:
    page = lost_page
    page.goto(JULY, wait_until="load")
    point = page.locator("#timeline .event .point").nth(3)
    x = point.evaluate(_X)
    page.context.set_offline(True)
    page.get_by_role("link", name="Zoom in", exact=True).click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("There is no connection to the archive")
    assert page.url.endswith(JULY)
    assert point.evaluate(_X) == x
    page.context.set_offline(False)
    notice.get_by_role("button", name="Try again").click()
    expect(page.locator(".drawn-period strong")).to_have_text("8 to 24 July 2019")
    expect(notice).to_have_count(0)
    assert page.url.endswith("?from=2019-07-08&to=2019-07-24")


@pytest.mark.parametrize("path", ["/", "/search/?q=gsomia&kind=events", "/speech-acts/"])
def test_without_a_network_a_list_stays_and_can_be_tried_again(lost_page: Page, path: str) -> None:
    page = lost_page
    page.goto(path, wait_until="load")
    before = page.locator(".found-total").inner_text()
    address = page.url
    page.context.set_offline(True)
    facet = page.locator(".facets a").first
    target = str(facet.get_attribute("href"))
    facet.click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("There is no connection to the archive")
    assert (page.url, page.locator(".found-total").inner_text()) == (address, before)
    expect(page.locator("#found")).not_to_have_attribute("aria-busy", "true")
    page.context.set_offline(False)
    notice.get_by_role("button", name="Try again").click()
    page.wait_for_url(f"**{target}")
    expect(notice).to_have_count(0)


def test_a_card_can_be_entered_and_escape_closes_it(page: Page) -> None:
    page.goto(JULY, wait_until="load")
    card = page.locator(".drawn-card")
    page.locator("#timeline .event:not([tabindex]) .point").nth(2).hover()
    expect(card).to_be_visible()
    box = box_of(card)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.wait_for_timeout(500)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.locator("#timeline .event:not([tabindex]) .point").nth(2).hover()
    expect(card).to_be_visible()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_the_first_touch_shows_the_card_and_the_second_opens_the_record(chromium: Browser, address: str) -> None:
    context = chromium.new_context(
        base_url=address, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(JULY, wait_until="load")
    expect(page.locator(".timeline-drawing")).not_to_have_attribute("width", "990")
    page.locator("#timeline .timeline-drawing").scroll_into_view_if_needed()
    area = page.locator("#timeline .event:not([tabindex]) .area").first
    box = box_of(area)
    assert min(box["width"], box["height"]) >= 24
    fingers = Fingers(page)

    def touch() -> None:
        fingers.draw((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
        fingers.lift()

    touch()
    expect(page.locator(".drawn-card").get_by_text("Open", exact=True)).to_be_visible()
    assert page.url.endswith(JULY)
    touch()
    expect(page.locator(".eyebrow")).to_have_text("Event")
    context.close()


def test_a_keyboard_passes_over_the_marks(page: Page) -> None:
    page.goto("/", wait_until="load")
    skip = page.get_by_role("link", name="Skip the timeline")
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate('document.activeElement.closest("#timeline")') is None
    assert page.evaluate(
        "document.getElementById('timeline').compareDocumentPosition(document.activeElement)"
        " & Node.DOCUMENT_POSITION_FOLLOWING"
    )


def test_a_mark_that_leaves_the_period_gives_the_focus_to_the_next(page: Page) -> None:
    page.goto(JULY, wait_until="load")
    page.locator(FIRST_MARK).first.focus()
    drawing = page.locator(".timeline-drawing")
    for _ in range(4):
        first = str(drawing.get_attribute("data-from"))
        page.keyboard.press("ArrowRight")
        expect(drawing).not_to_have_attribute("data-from", first)
        assert page.evaluate("document.activeElement.matches('.mark')")
