"""Steps that browser tests share."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FloatRect, Locator, Page, expect

#: Opens the admin's first page as the user of that name.
OpenAs = Callable[[str], Page]
#: How often a box is asked for; a drawing is replaced once or twice after the window changes.
_ATTEMPTS = 10


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


def box_of(locator: Locator) -> FloatRect:
    """Where the element is drawn, in pixels of the window: x, y, width, height.

    Waits while a script replaces the element, when Playwright's own ``bounding_box`` answers that it has no box.
    """
    for _ in range(_ATTEMPTS):
        locator.wait_for()
        if box := locator.bounding_box():
            return box
    raise AssertionError(f"{locator}: no box in {_ATTEMPTS} attempts, expected a drawn element.")


class Fingers:
    """Touches on a page, by Chromium's own events: sent, not yet handled by its scripts, when a method returns."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def drag(self, *paths: tuple[float, ...], y: float) -> None:
        """Put a finger at the start of each path, move them along at one height, and lift them."""
        for number, xs in enumerate(zip(*paths, strict=True)):
            self.send("touchMove" if number else "touchStart", [(x, y) for x in xs])
        self.lift()

    def draw(self, *points: tuple[float, float]) -> None:
        """Put one finger at the first point, and move it along the others; ``lift`` ends it."""
        for number, point in enumerate(points):
            self.send("touchMove" if number else "touchStart", [point])

    def lift(self) -> None:
        self.send("touchEnd", [])

    def cancel(self) -> None:
        """Take the touch away, as a system does that needs the screen for something else."""
        self.send("touchCancel", [])

    def send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
