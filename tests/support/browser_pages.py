"""Steps that browser tests share."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

#: Opens the admin's first page as the user of that name.
OpenAs = Callable[[str], Page]


def sign_in(page: Page, name: str, following: str = "/admin/") -> None:
    """Log in as the demo's user of that name, and wait for the page that follows."""
    page.goto(f"/admin/login/?next={following}")
    page.fill("#id_username", name)
    page.fill("#id_password", "chancery-demo")
    press(page, "input[type=submit]")


def press(page: Page, selector: str) -> None:
    """Click the first element of the selector, and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()


def wait_for_autosave(page: Page) -> None:
    """Wait until the script of the page's form stores what is typed."""
    expect(page.locator("form[data-autosave=ready]")).to_have_count(1)
