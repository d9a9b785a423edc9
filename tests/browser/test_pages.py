"""The pages run under the content security policy, ask nobody else, and are usable by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_pages_for_readers(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()
    expect(page.locator(".skip").first).to_be_in_viewport()
    page.get_by_label("Date").fill("2019-07-04")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name="The stricter licensing of three materials takes effect", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The stricter licensing of three materials takes effect")
    for path in ("/speech-acts/", "/search/?q=kim", "/about/api/", "/officials/kim-you-geun/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()


_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  const textOf = ({ node }) => node?.outerHTML?.slice(0, 80);
  for (const { sources } of list.getEntries()) window.shifts.push(sources.map(textOf));
}).observe({ type: "layout-shift", buffered: true });"""


def test_nothing_moves_while_a_page_loads(page: Page) -> None:
    page.add_init_script(_SHIFTS)
    page.set_viewport_size({"width": 1366, "height": 900})
    shifts = {}
    for path in (
        "/", "/timeline/", "/?date=2019", "/speech-acts/", "/search/?q=japan", "/about/api/", "/topics/gsomia/",
        "/officials/moon-jae-in/", "/bodies/japan/", "/measures/japan-export-curbs-on-three-materials/",
        "/events/2019-07-04-japan-export-curbs-take-effect/", "/dossiers/japan-south-korea-export-controls/",
    ):  # fmt: skip
        page.goto(path, wait_until="networkidle")
        if moved := page.evaluate("() => window.shifts"):
            shifts[path] = moved
    assert shifts == {}


def test_the_rest_documentation_opens_offline(page: Page) -> None:
    page.goto("/api/v1/docs/")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("Chancery")
    expect(page.locator(".opblock").first).to_be_visible()


def test_the_admins_pages(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("chancery-demo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for path in ("statement/", "event/?q=2019-07", "event/add/", "dossier/add/", "measure/add/", "official/add/"):
        page.goto(f"/admin/archive/{path}")
        expect(page.locator("h1").first).to_be_visible()
