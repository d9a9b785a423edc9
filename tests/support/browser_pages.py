"""Steps that browser tests share."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

#: Opens the admin's first page as the user of that name.
OpenAs = Callable[[str], Page]


def sign_in(page: Page, name: str) -> None:
    """Log in as the demo's user of that name."""
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", "chancery-demo")
    press(page, "input[type=submit]")


def press(page: Page, selector: str) -> None:
    """Click the first element of the selector, and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()
