"""Take a picture of each kind of page, light and dark, at three widths: ``make screenshots``.

The pages are those of a demo archive in a temporary SQLite file. ``--readme`` takes those of the README instead, as
small WebP files in ``docs/pictures``: ``make pictures``. Needs Chromium on the PATH.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCHEMES = ("light", "dark")
#: Width -> height in pixels: a desktop, the narrowest laptop, a phone or a zoom of 400 %.
SIZES = {1440: 900, 1366: 768, 320: 640}
USERNAME, PASSWORD = "editor", "chancery-demo"
PROBE = "2019-07-12-kim-you-geun-international-probe"
PUBLIC = {
    "timeline": "/",
    "embed": "/timeline/embed/?from=2019-07&to=2019-08",
    "ledger": "/speech-acts/",
    "search": "/search/?q=export+controls",
    "events": "/?topic=export-controls&date=2019",
    "statement": f"/statements/{PROBE}/",
    "event": "/events/2019-07-04-japan-export-curbs-take-effect/",
    "official": "/officials/kim-you-geun/",
    "body": "/bodies/south-korea/",
    "measure": "/measures/japan-export-curbs-on-three-materials/",
    "office": "/offices/first-deputy-director-national-security-office/",
    "topic": "/topics/export-controls/",
    "source": "/sources/korea-herald-2019-07-12-international-probe/",
    "dossier": "/dossiers/japan-south-korea-export-controls/",
    "api": "/about/api/",
    "not-found": "/officials/kim-you-gen/",
    "wrong-filter": "/?date=nonsense",
    "login": "/admin/login/",
}
ADMIN = {
    "admin-home": "/admin/",
    "admin-list": "/admin/archive/statement/",
    "admin-lists": "/admin/archive/",
    "admin-add": "/admin/archive/event/add/",
    "admin-form": "/admin/archive/statement/?q=probe",
    "admin-article": "/admin/archive/article/",
    "admin-deleted": "/admin/archive/deleted/",
    "admin-import": "/admin/archive/datasetimport/add/",
    "admin-password": "/admin/password_change/",
    "admin-sessions": "/admin/archive/sessions/",
    "admin-second-factor": "/admin/archive/second-factor/",
}
PAGES = PUBLIC | ADMIN
#: The pictures of the README: the page, its scheme.
README = {
    "timeline": "light", "search": "light", "statement": "light", "ledger": "light", "admin-home": "light",
    "event": "dark",
}  # fmt: skip
README_FOLDER, README_SIZE = ROOT / "docs" / "pictures", (1180, 720)


def main() -> None:
    parser = argparse.ArgumentParser(prog="screenshots", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--readme", action="store_true", help="take the pictures of the README")
    arguments = parser.parse_args()
    chromium = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not chromium:
        sys.exit("Chromium: got none on the PATH, expected chromium, chromium-browser or google-chrome.")
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        if arguments.readme:
            _take_readme(browser, address)
        else:
            arguments.folder.mkdir(parents=True, exist_ok=True)
            _take_all(browser, address, arguments.folder)
        browser.close()


def _take_all(browser: Browser, address: str, folder: Path) -> None:
    """Write the picture of each page, size and scheme to the folder, as ``<page>-<width>-<scheme>.png``."""
    for size in SIZES.items():
        for scheme in SCHEMES:
            for name, page in _pages(browser, address, size, scheme, list(PAGES)):
                page.screenshot(path=folder / f"{name}-{size[0]}-{scheme}.png")
            sys.stdout.write(f"{folder}: {len(PAGES)} pages at {size[0]} px, {scheme}\n")


def _take_readme(browser: Browser, address: str) -> None:
    for scheme in SCHEMES:
        names = [name for name, own in README.items() if own == scheme]
        for name, page in _pages(browser, address, README_SIZE, scheme, names):
            # Playwright writes PNG and JPEG only; Chromium's WebP has a quarter of their bytes.
            session = page.context.new_cdp_session(page)
            picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": 75})
            path = README_FOLDER / f"{name}.webp"
            path.write_bytes(base64.b64decode(picture["data"]))
            sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")


def _pages(
    browser: Browser, address: str, size: tuple[int, int], scheme: str, names: list[str]
) -> Iterator[tuple[str, Page]]:
    """Each page by its name, loaded; pages of the admin are those of the demo's editor."""
    width, height = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    is_logged_in = False
    for name in names:
        if name in ADMIN and not is_logged_in:
            page.goto("/admin/login/?next=/about/api/")
            page.fill("#id_username", USERNAME)
            page.fill("#id_password", PASSWORD)
            page.click("#login-form [type=submit]")
            page.wait_for_load_state("load")
            is_logged_in = True
        page.goto(PAGES[name], wait_until="networkidle")
        if name == "admin-form":
            page.click("#result_list a[href*='/change/']")
            page.wait_for_load_state("networkidle")
        yield name, page
    context.close()


@contextmanager
def _demo() -> Iterator[str]:
    """The address of a demo archive, served while the context lasts."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DEBUG": "true", "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3"}
        environment["LOG_LEVEL"] = "ERROR"
        for words in (["migrate", "--verbosity", "0"], ["demo"]):
            _manage(words, environment).wait()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = _manage(["runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"], environment)
        try:
            _wait(f"http://127.0.0.1:{port}/livez")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _manage(words: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", *words]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)  # noqa: S603 (our own)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            with urlopen(url, timeout=5):  # noqa: S310 (its own server)
                return
        except URLError:
            time.sleep(0.1)
    raise RuntimeError(f"The demo's server did not answer at {url}.")


if __name__ == "__main__":
    main()
