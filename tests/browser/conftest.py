"""A browser at the demo, which fails the test for a script's error, a refused script, or a request to another host.

The server is a process of its own with a database of its own: what is tried is what ``make run`` gives, and the test
database of the tests beside these is left as it is.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import servers
from tests.support.browser_pages import OpenAs, sign_in

_QUIET = ("no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update", "disable-sync")
#: Milliseconds; never waited for on a machine that has time.
_TIMEOUT = 30_000
_CONTRIBUTOR = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("carla", password="chancery-demo", is_staff=True)
user.groups.add(Group.objects.get(name="contributor"))
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; with CI=true its absence is a failure here. Not kept longer: its event loop would stay."""
    results = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    path = next((item for item in results if item), None)
    assert path, "Chromium: got none, expected chromium, chromium-browser or google-chrome. Install Debian's chromium."
    expect.set_options(timeout=_TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[f"--{name}" for name in _QUIET])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo answers."""
    with servers.demo_site("demo", tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page that knows the archive's address, and nothing went wrong on it."""
    context = chromium.new_context(base_url=address, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if _is_own(sent.url, address) else wrong.append(f"asked {sent.url}"))
    yield page
    context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo with a contributor."""
    with servers.demo_site("workflow", tmp_path_factory.mktemp("workflow"), _CONTRIBUTOR) as address:
        yield address


@pytest.fixture
def open_as(chromium: Browser, site: str) -> Iterator[OpenAs]:
    """Opens the admin's first page as a user, each in a browser session of its own."""
    contexts, wrong = [], []

    def open_page(name: str) -> Page:
        context = chromium.new_context(base_url=site, viewport={"width": 1366, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        sign_in(page, name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _is_own(url: str, own: str) -> bool:
    return url.startswith((f"{own}/", "data:", "about:", "blob:"))
