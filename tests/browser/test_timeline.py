"""The drawn timeline in a browser: no two texts overlap, keyboard and pointer, without JavaScript, narrow screens."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import servers
from tests.support.browser_pages import Fingers, box_of
from tests.support.drawings import NEEDLESSLY_CUT, OVERLAPS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ZOOMS = (
    "", "?from=1960&to=2025", "?from=2018&to=2020&lanes=participant", "?from=2019-07&to=2019-08&lanes=classification",
    "?from=2019-07-01&to=2019-07-14", "?from=2019-07-04&to=2019-07-04", "?from=0001&to=9999&lanes=none",
)  # fmt: skip
NAMES = (
    "A short name", "An export restriction of strategic materials is announced", "반도체 소재 수출 규제", "W" * 250,
    "輸出管理の見直しについての説明会", "قرار بشأن الصادرات", "<b>Markup & more</b>", "Ministers meet",
)  # fmt: skip
#: The text equivalent of a mark.
_TITLE = '(mark) => mark.querySelector("title").textContent'


def _without_overlaps(page: Page, path: str) -> None:
    page.goto(path, wait_until="load")
    expect(page.locator(".timeline-drawing")).to_be_visible()
    assert page.evaluate(OVERLAPS) == [], path
    assert page.evaluate(NEEDLESSLY_CUT) == [], path


def test_no_two_texts_overlap_at_any_zoom(page: Page) -> None:
    for zoom in ZOOMS:
        _without_overlaps(page, f"/timeline/{zoom}")
    _without_overlaps(page, "/")
    _without_overlaps(page, "/dossiers/japan-south-korea-export-controls/")


@pytest.fixture(scope="module")
def crowded(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an archive of 2,000 made-up events, most of them in three years, fifty on one day."""
    folder = tmp_path_factory.mktemp("crowded")
    chance = random.Random(18)
    with (folder / "events.jsonl").open("w") as file:
        for number in range(2000):
            day = date(2017, 1, 1) + timedelta(days=chance.randrange(1100 if number % 3 else 9000))
            text = (
                "2018-05-04" if number < 50 else chance.choice([str(day)] * 6 + [str(day)[:7], f"{day}~", str(day)[:4]])
            )
            name = f"{chance.choice(NAMES)} {number}"[-250:]
            row = {
                "slug": f"event-{number}",
                "name": name,
                "classification": "decision",
                "date": text,
                "status": "published",
            }
            file.write(json.dumps(row) + "\n")
    database = servers.Database("crowded", folder).create()
    servers.manage(database.url, "load", str(Path(folder / "events.jsonl")))
    with servers.server(database.url) as port:
        yield f"http://127.0.0.1:{port}"
    database.drop()


@pytest.mark.slow
def test_no_two_texts_overlap_among_two_thousand_events(chromium: Browser, crowded: str) -> None:
    context = chromium.new_context(base_url=crowded, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    for zoom in (
        "",
        "?from=2017&to=2019",
        "?from=2018-05&to=2018-06",
        "?from=2018-05-04&to=2018-05-04",
        "?lanes=classification",
    ):
        _without_overlaps(page, f"/timeline/{zoom}")
    context.close()


def test_marks_are_visited_in_the_order_of_time_and_have_a_card(page: Page) -> None:
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    page.locator(".timeline-drawing .mark:not([tabindex])").first.focus()
    visited = []
    for _ in range(5):
        visited.append(page.evaluate(f"({_TITLE})(document.activeElement)"))
        when, name, kind = (page.locator(f".drawn-card .{part}").inner_text() for part in ("when", "what", "chip"))
        assert visited[-1].startswith(f"{when}: {name}. {kind}")
        page.keyboard.press("Tab")
    order = page.locator(".timeline-drawing .mark:not([tabindex])").evaluate_all(
        f"marks => marks.slice(0, 5).map({_TITLE})"
    )
    assert visited == order


def test_keys_change_the_period_in_the_address(page: Page) -> None:
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    heading = page.locator(".drawn-period strong")
    page.locator(".timeline-drawing .mark").first.focus()
    page.keyboard.press("-")
    expect(heading).to_have_text("16 June to 16 August 2019")
    assert "from=2019-06-16" in page.url
    expect(page.locator("#timeline-reuse code").first).to_contain_text("from=2019-06-16&to=2019-08-16")
    page.keyboard.press("ArrowRight")
    expect(heading).not_to_have_text("16 June to 16 August 2019")
    page.keyboard.press("Home")
    expect(page.locator(".timeline-drawing")).not_to_have_attribute("data-from", "2019-07-02")
    page.go_back()
    page.go_back()
    expect(heading).to_have_text("16 June to 16 August 2019")


def test_a_drag_moves_the_period_and_opens_no_link(page: Page) -> None:
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    box = box_of(page.locator(".timeline-drawing .point").nth(3))
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] - 190, box["y"] + 3, steps=5)
    page.mouse.up()
    expect(page.locator(".drawn-period strong")).to_have_text("7 July to 6 August 2019")
    assert page.url.endswith("from=2019-07-07&to=2019-08-06")


@pytest.fixture
def touch_page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, has_touch=True, viewport={"width": 1366, "height": 900})
    yield context.new_page()
    context.close()


def test_two_fingers_zoom_and_the_days_stay_under_them(touch_page: Page) -> None:
    page = touch_page
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    box = box_of(page.locator("#timeline .timeline-drawing"))
    middle, y, fingers = box["x"] + box["width"] / 2, box["y"] + 30, Fingers(page)
    out = (60, 80, 100, 120)
    fingers.drag(tuple(middle - x for x in out), tuple(middle + x for x in out), y=y)
    expect(page.locator(".drawn-period strong")).to_have_text("9 to 24 July 2019")
    fingers.drag(tuple(middle - x for x in out[::-1]), tuple(middle + x for x in out[::-1]), y=y)
    expect(page.locator(".drawn-period strong")).to_have_text("1 July to 1 August 2019")


def test_one_finger_moves_the_period_and_the_next_click_opens_a_record(touch_page: Page) -> None:
    page = touch_page
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    box = box_of(page.locator("#timeline .timeline-drawing"))
    x = box["x"] + 600
    Fingers(page).drag((x, x - 40, x - 120, x - 190), y=box["y"] + 30)
    expect(page.locator("#timeline .timeline-drawing")).to_have_attribute("data-from", "2019-07-07")
    page.locator("#timeline .mark.event:not([tabindex]) .point").first.dispatch_event("click")
    expect(page.locator(".eyebrow")).to_have_text("Event")


def test_a_cluster_opens(page: Page) -> None:
    page.goto("/timeline/?from=1960&to=2025", wait_until="load")
    count = page.locator(".timeline-drawing .mark").count()
    page.locator(".timeline-drawing .cluster").first.click()
    expect(page.locator(".timeline-drawing")).not_to_have_attribute("data-from", "1960-01-01")
    assert page.locator(".timeline-drawing .mark").count() != count


def test_a_list_and_its_timeline_have_the_same_filters(page: Page) -> None:
    """Filters, periods and the way back change both, on a screen for which the server draws again."""
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto("/")
    drawing, listed = page.locator(".timeline-drawing"), page.locator(".found-total")
    expect(drawing).not_to_have_attribute("width", "990")
    page.get_by_role("link", name="Zoom in", exact=True).click()
    page.wait_for_url("**/?from=*")
    page.locator("#facet-country-japan").click()
    page.wait_for_url("**/?country=japan")
    expect(page.locator(".drawn-period")).to_contain_text("results")
    expect(drawing).not_to_have_attribute("width", "990")
    total = listed.inner_text()
    page.get_by_role("link", name="Zoom out", exact=True).click()
    page.wait_for_url("**/?country=japan&from=*")
    expect(listed).to_have_text(total)
    for address in ("**/?country=japan", "**/?from=*"):
        with page.expect_event("load"):
            page.evaluate("setTimeout(() => history.back())")
        page.wait_for_url(address)
    expect(page.locator(".drawn-period")).to_contain_text("events and statements")
    expect(listed).not_to_have_text(total)
    page.goto("/search/?kind=statements&date=2019")
    page.get_by_role("link", name="Zoom in", exact=True).click()
    page.wait_for_url("**/search/?kind=statements&date=2019&from=*")
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("path", ["/?country=japan", "/search/?kind=statements&date=2019", "/topics/gsomia/"])
def test_another_period_is_fetched_without_the_rest_of_the_page(page: Page, path: str) -> None:
    page.goto(path, wait_until="load")
    fetched: list[str] = []
    page.on("response", lambda response: fetched.append(response.url))
    drawn = page.locator(".timeline-drawing").get_attribute("data-from")
    with page.expect_response(lambda response: "section=timeline" in response.url) as answer:
        page.get_by_role("link", name="Zoom in", exact=True).click()
    expect(page.locator(".timeline-drawing")).not_to_have_attribute("data-from", drawn or "")
    assert answer.value.text().strip().startswith('<section class="drawn" id="timeline"')
    assert [url for url in fetched if "section=timeline" not in url and not re.search("/(api|static)/", url)] == []
    assert "section" not in page.url
    address = page.url
    period = page.locator(".drawn-period strong").inner_text()
    page.goto(address)
    expect(page.locator(".drawn-period strong")).to_have_text(period)


def test_it_works_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Zoom in", exact=True).click()
    page.get_by_role("link", name="Later", exact=True).click()
    page.get_by_role("link", name="participant", exact=True).click()
    assert "lanes=participant" in page.url
    page.locator(".timeline-drawing .event:not([tabindex])").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/events/" in page.url
    context.close()


def test_a_narrow_screen_has_a_narrow_drawing(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto("/timeline/?from=2019-07-01&to=2019-07-31", wait_until="load")
    expect(page.locator(".timeline-drawing")).to_have_attribute("width", "280")
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_the_title_names_the_period_that_is_shown(page: Page) -> None:
    page.goto("/timeline/", wait_until="load")
    before = page.title()
    period = page.locator(".drawn-period strong")
    first_period = period.text_content()
    assert before == f"Timeline, {first_period} · Chancery"
    page.locator('a[data-move="in"]').click()
    expect(period).not_to_have_text(str(first_period))
    expect(page).to_have_title(f"Timeline, {period.text_content()} · Chancery")
    page.go_back()
    expect(page).to_have_title(before)
