"""An editor merges an official entered twice, by keyboard, and undoes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support import servers
from tests.support.browser_pages import OpenAs

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]
_DUPLICATE = """
from archive.models import Official, Statement
kim = Official.objects.get(slug="kim-you-geun")
duplicate = Official.objects.create(
    slug="kim-yoogun", name="Kim Yoogun", born="1957", state=kim.state, status="published"
)
Statement.objects.create(
    slug="2019-by-kim", name="Kim speaks", date="2019", classification="note", attribution="named", speaker=duplicate,
    status="published",
)
"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo with an official entered twice."""
    with servers.demo_site("merge", tmp_path_factory.mktemp("merge"), _DUPLICATE) as address:
        yield address


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    return open_as("editor")


def _press(page: Page, selector: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.press("Enter")


def test_two_officials_are_merged_and_the_merge_is_undone(page: Page) -> None:
    page.goto("/admin/archive/official/?q=yoogun")
    _press(page, "#result_list tbody .field-name a, #result_list tbody th a")
    form = page.url.partition("?")[0]
    _press(page, ".object-tools a:has-text('Merge into')")
    page.locator(".select2-selection").press("Enter")
    page.locator(".select2-search__field").type("you-geun")
    page.locator(".select2-results__option--highlighted:has-text('Kim You-geun')").wait_for()
    page.keyboard.press("Enter")
    _press(page, "input[value=Compare]")
    expect(page.locator("input[name=value_born][value=source]")).to_be_checked()
    expect(page.locator("#content-main")).to_contain_text("Kim speaks")
    page.locator("input[name=value_name][value=target]").press(" ")
    page.fill("#id_change_reason", "The same person.")
    _press(page, "input[value=Merge]")
    expect(page.locator(".messagelist")).to_contain_text("“Kim Yoogun” was merged into “Kim You-geun”")
    expect(page.locator("#id_born")).to_have_value("1957")
    page.goto("/officials/kim-yoogun/")
    assert page.url.endswith("/officials/kim-you-geun/")

    page.goto("/admin/archive/merged/")
    _press(page, ".merges a:has-text('Undo')")
    expect(page.locator(".merge-page")).to_contain_text("1 statement")
    _press(page, "input[value='Undo the merge']")
    assert page.url == form
    expect(page.locator(".messagelist")).to_contain_text("“Kim Yoogun” is back")
    page.goto("/officials/kim-yoogun/")
    assert page.url.endswith("/officials/kim-yoogun/")
    expect(page.locator("main")).to_contain_text("Kim speaks")


def test_likely_duplicates_appear_while_names_and_addresses_are_typed(page: Page) -> None:
    page.goto("/admin/archive/official/add/")
    page.locator("#id_name").press_sequentially("Kim Yoo-geun")
    region = page.locator("#id_name + .duplicates")
    expect(region.locator("a").first).to_have_text("Kim You-geun (South Korea)")
    expect(region).to_contain_text("name: Kim Yo")
    assert region.get_attribute("aria-live") == "polite"
    expect(page.locator("#id_name")).to_be_focused()
    page.fill("#id_name", "Somebody else entirely")
    expect(region).to_be_empty()
    page.locator("#names-group .add-row a").click()
    page.locator("[name=names-0-text]").fill("김유근")
    expect(page.locator("[name=names-0-text] + .duplicates a").first).to_have_text("Kim You-geun (South Korea)")

    page.goto("/admin/archive/event/add/")
    page.fill("#id_name", "Stricter licensing of three materials takes effect")
    page.fill("#id_date", "2019-07-04")
    expect(page.locator("#id_name + .duplicates")).to_contain_text("the same date and a similar heading")

    page.goto("/admin/archive/official/?q=yoogun")
    _press(page, "#result_list tbody .field-name a, #result_list tbody th a")
    page.fill("#id_name", "Kim You-geun")
    page.locator("#id_name + .duplicates a:has-text('Compare and merge')").first.wait_for()
