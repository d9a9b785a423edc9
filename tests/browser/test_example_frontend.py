"""The example of a front end, served by another origin than the archive's, draws what the archive has."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.test_accessibility import RUN
from tests.support.docs_blocks import ROOT
from tests.support.npm import install_packages

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = ROOT / "tests" / "browser" / "axe"


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def frontend(chromium: Browser) -> Iterator[tuple[Page, str]]:
    """A page, and the address of the example on an origin of its own."""
    handler = partial(_QuietHandler, directory=ROOT / "examples" / "frontend")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_context(viewport={"width": 1000, "height": 800}).new_page()
        page.set_default_timeout(30_000)
        yield page, f"http://127.0.0.1:{server.server_port}"
        page.context.close()
        server.shutdown()


def test_it_draws_the_events_of_the_archive(frontend: tuple[Page, str], address: str) -> None:
    page, origin = frontend
    page.goto(f"{origin}/?archive={address}/&from=2019-07&to=2019-08")
    marks = page.locator("svg a")
    expect(page.get_by_role("status")).to_contain_text("events from 2019-07 to 2019-08")
    assert marks.count() > 10
    assert marks.count() == page.locator("#list li").count()
    assert page.locator("svg circle.mark").count() > 5
    curbs = page.get_by_role("link", name="4 July 2019: The stricter licensing of three materials takes effect")
    assert curbs.get_attribute("href") == f"{address}/events/2019-07-04-japan-export-curbs-take-effect/"
    expect(curbs).to_be_visible()


def test_a_date_that_is_no_day_is_a_bar_over_its_days(frontend: tuple[Page, str], address: str) -> None:
    page, origin = frontend
    page.goto(f"{origin}/?archive={address}&from=1996&to=1996")
    expect(page.get_by_role("status")).to_contain_text("events from 1996 to 1996")
    widths = page.locator("svg rect.vague").evaluate_all("(bars) => bars.map((bar) => bar.getBBox().width)")
    assert max(widths) > 900  # of the year


def test_the_line_is_the_period_that_was_asked_for(frontend: tuple[Page, str], address: str) -> None:
    vague = {
        "ages": ("0001-01-01", "9999-12-31"), "since": ("1900-01-01", None), "until": (None, "2019-07-01"),
        "last": ("2019-08-31", "2019-08-31"), "month-after": ("2019-08-31", "2019-09-30"),
    }  # fmt: skip
    page, origin = frontend

    def add_events(route: Route) -> None:
        response = route.fetch()
        content = response.json()
        if route.request.method == "POST":
            content["data"]["events"]["nodes"] += [
                {"slug": name, "name": name, "date": {"display": name, "earliest": first, "latest": last}}
                for name, (first, last) in vague.items()
            ]
        route.fulfill(response=response, json=content)

    page.route("**/graphql/", add_events)
    page.goto(f"{origin}/?archive={address}&from=2019-07&to=2019-08")
    expect(page.locator("#list").get_by_text("ages: ages")).to_be_attached()
    months = page.locator("svg text").all_text_contents()
    assert months == ["Jul 2019", "Aug 2019"]
    width = page.locator("svg").evaluate("(svg) => svg.viewBox.baseVal.width")
    boxes = page.locator("svg .mark").evaluate_all(
        "(marks) => marks.map((mark) => mark.getBBox()).map((box) => [box.x, box.x + box.width])"
    )
    assert all(left >= 5 and right <= width - 5 for left, right in boxes)
    assert sum(left == 12 and right == width - 12 for left, right in boxes) >= 2  # ages, since


def test_the_period_is_chosen_in_the_form(frontend: tuple[Page, str], address: str) -> None:
    page, origin = frontend
    page.goto(f"{origin}/?archive={address}")
    page.get_by_role("textbox", name="From").fill("1801")
    page.get_by_role("textbox", name="To").fill("1802")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("No events from 1801 to 1802.")


def test_errors_are_said(frontend: tuple[Page, str], address: str) -> None:
    page, origin = frontend
    page.goto(f"{origin}/?archive={address}&from=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("nonsense")
    page.goto(f"{origin}/?archive={origin}")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{origin}/?archive=http://127.0.0.1:9")
    expect(page.get_by_role("alert")).to_have_text(
        "The archive at http://127.0.0.1:9 does not answer pages of this site."
    )
    page.goto(f"{origin}/?archive=javascript:alert(1)")
    expect(page.get_by_role("alert")).to_contain_text("expected an address such as")


@pytest.mark.node
def test_it_is_accessible_and_fits_narrow_screens(frontend: tuple[Page, str], address: str) -> None:
    install_packages(AXE)
    page, origin = frontend
    page.context.add_init_script(path=AXE / "node_modules" / "axe-core" / "axe.min.js")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{origin}/?archive={address}")
        expect(page.locator("svg a").first).to_be_attached()
        assert page.evaluate(RUN, ["html", None]) == [], scheme
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
