"""The drawn timeline beside vis-timeline and TimelineJS in one Chromium: ``python -m bench.browser_timelines``.

Makes and fills databases on the PostgreSQL server of ``POSTGRES_URL`` once (``bench.timeline_rows``). The archive's
page is served by granian without the response cache; the peers, which npm installs into a temporary folder, get the
same events as JSON from a server of static files. Needs npm, playwright and Chromium.

Two times are measured, each in a browser of its own, the contestants in turn: from the navigation until the centre of a
mark is on the screen with nothing before it, and from a step of the zoom until its frame is painted. A trace of ten
steps gives the longest task of the page's main thread, which is the longest that a frame had to wait.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import psycopg
from playwright.sync_api import Page, TimeoutError, sync_playwright

from bench.contestants import CONTESTANTS, OURS, PEERS, environment
from bench.served import served
from bench.timeline import database

_SIZES = (1_000, 10_000, 100_000)
_TRACED, _STEPS = 2_000, 10
_FIRST_PORT = 9_410

#: Notes in the page when the centre of a mark is on the screen, with nothing before it.
_WATCH = """(selector) => {
  const isClickable = (mark) => {
    const { left, top, width, height } = mark.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (!width || x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
    return mark.contains(document.elementFromPoint(x, y));
  };
  const look = () => {
    if ([...document.querySelectorAll(selector)].some(isClickable)) window.firstMark = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
#: Our page has no function to call: its link is clicked, and its drawing is replaced by that of the server.
_OUR_ZOOM = """window.zoom = (inwards) => new Promise((resolve) => {
  const before = document.querySelector(".timeline-drawing");
  new MutationObserver((_, observer) => {
    const drawing = document.querySelector(".timeline-drawing");
    if (!drawing || drawing === before) return;
    observer.disconnect();
    resolve();
  }).observe(document.body, { childList: true, subtree: true });
  document.querySelector(`a[data-move="${inwards ? "in" : "out"}"]`).click();
});"""
#: Begun by a timer, so that a page that is busy for minutes does not hold up the timeout.
_TIME_ZOOM = """(inwards) => {
  window.zoomed = null;
  setTimeout(async () => {
    const start = performance.now();
    await window.zoom(inwards);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    window.zoomed = performance.now() - start;
  });
}"""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page that draws a timeline: the selector of its marks, and its address, with ``{events}`` for their number."""

    name: str
    marks: str
    path: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of one browser; None for what it did not reach within the timeout."""

    first: float | None
    zoom: float | None


_OURS = Timeline("Chancery", ".timeline-drawing a.mark", "/timeline/")
_PEERS = (
    Timeline("vis-timeline", ".vis-item", "/vis.html?events={events}.json"),
    Timeline("vis-timeline with clusters", ".vis-item", "/vis.html?events={events}.json&clusters"),
    Timeline("TimelineJS", ".tl-timemarker-content-container", "/timelinejs.html?events={events}.json"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.browser_timelines", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--timeout", type=int, default=120, help="seconds for each measurement (default 120)")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium or not shutil.which("npm"):
        sys.exit("PATH: got no Chromium or no npm, expected both.")
    urls = {events: database(events) for events in (*_SIZES, _TRACED)}
    with _static(urls) as site, ExitStack() as servers, sync_playwright() as playwright:
        launch = partial(playwright.chromium.launch, executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        contestants = {
            events: [
                replace(_OURS, site=servers.enter_context(_archive(url, _FIRST_PORT + number))),
                *(replace(peer, site=site) for peer in _PEERS),
            ]
            for number, (events, url) in enumerate(urls.items())
        }  # fmt: skip
        turns = [(timeline, events) for events in _SIZES for timeline in contestants[events]]
        figures: dict[tuple[str, int], list[Figures]] = {}
        for _ in range(arguments.rounds):
            for timeline, events in turns:
                results = figures.setdefault((timeline.name, events), [])
                if results and results[-1].zoom is None:
                    continue
                results.append(_measure(launch, timeline, events, arguments.timeout * 1_000))
                print(timeline.name, events, results[-1], file=sys.stderr)
        traces = {timeline.name: _trace(launch, timeline) for timeline in contestants[_TRACED]}
        with launch() as browser:
            version = browser.version
    page = _written(figures, traces, arguments, version)
    Path(__file__).with_name("results").joinpath("browser_timelines.md").write_text(page)
    print(page)


@contextmanager
def _page(launch: Any, timeline: Timeline, events: int, timeout: int) -> Iterator[Page]:
    """A page that was opened in a browser of its own, once its first mark can be clicked. Raises TimeoutError."""
    with launch() as browser:
        # Playwright looks at the page by eval, which the archive's policy forbids.
        page = browser.new_page(viewport={"width": 1366, "height": 900}, bypass_csp=True)
        page.set_default_timeout(timeout)
        page.add_init_script(f"({_WATCH})({json.dumps(timeline.marks)})")
        page.goto(timeline.site + timeline.path.format(events=events), wait_until="commit")
        page.wait_for_function("window.firstMark", polling=200)
        if timeline.name == _OURS.name:
            page.wait_for_load_state("networkidle")
            page.evaluate(_OUR_ZOOM)
        yield page


def _measure(launch: Any, timeline: Timeline, events: int, timeout: int) -> Figures:
    first = None
    try:
        with _page(launch, timeline, events, timeout) as page:
            first = page.evaluate("window.firstMark")
            page.wait_for_timeout(1_000)  # what the page still does after its first mark
            steps = [_zoom(page, inwards) for inwards in (True, False, True, False)]
            return Figures(first, median(steps))
    except TimeoutError:
        return Figures(first, None)


def _zoom(page: Page, inwards: bool) -> float:
    """The milliseconds of one step. Raises TimeoutError."""
    page.evaluate(_TIME_ZOOM, inwards)
    return float(page.wait_for_function("window.zoomed", polling=100).json_value())


def _trace(launch: Any, timeline: Timeline) -> tuple[float, float]:
    """The longest task of the page's main thread in a trace of steps: milliseconds, and those of the processor."""
    with _page(launch, timeline, _TRACED, 60_000) as page:
        page.wait_for_timeout(1_000)
        browser = page.context.browser
        browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline"])
        for number in range(_STEPS):
            _zoom(page, number < _STEPS / 2)
        events = json.loads(browser.stop_tracing())["traceEvents"]
    threads = {
        (event["pid"], event["tid"]) for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }  # fmt: skip
    tasks = [
        (event["dur"] / 1_000, event.get("tdur", 0) / 1_000) for event in events
        if event["name"] == "RunTask" and "dur" in event and (event["pid"], event["tid"]) in threads
    ]  # fmt: skip
    return max(tasks)


@contextmanager
def _archive(url: str, port: int) -> Iterator[str]:
    """The address of an archive that is served while the context lasts."""
    server = next(contestant.server for contestant in CONTESTANTS if contestant.name == OURS)
    command = [part.format(port=port) for part in server.command]
    # With DEBUG the style sheets and scripts need no collectstatic.
    settings = {**server.environment, **environment(url), "DEBUG": "true"}
    with served(command, settings, server.folder, port, 60):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _static(urls: dict[int, str]) -> Iterator[str]:
    """The address of the peers' pages, their libraries and the events of each database."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (PEERS / "timelines").iterdir():
            shutil.copy(path, folder)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
        for events, url in urls.items():
            with psycopg.connect(url) as connection:
                rows = connection.execute("SELECT slug, name, date_earliest::text FROM archive_event ORDER BY id")
                listed = [dict(zip(("slug", "name", "day"), row, strict=True)) for row in rows]
            Path(folder, f"{events}.json").write_text(json.dumps(listed))
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=folder))
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _QuietHandler(SimpleHTTPRequestHandler):
    """Static files without a log."""

    def log_message(self, *arguments: Any) -> None:
        pass


def _written(
    figures: dict[tuple[str, int], list[Figures]], traces: dict[str, tuple[float, float]], arguments: Any, version: str
) -> str:
    packages = json.loads((PEERS / "timelines" / "package.json").read_text())["dependencies"]
    versions = ", ".join(f"{name} {number}" for name, number in packages.items())
    names = list(traces)
    head = ["| events |" + "".join(f" {name} |" for name in names), "|--:|" + "--:|" * len(names)]

    def row(events: int, values: list[float | None]) -> str:
        return f"| {events:,} |" + "".join(f" {_number(value, arguments.timeout)} |" for value in values)

    def column(name: str, events: int, attribute: str) -> float | None:
        values = [getattr(result, attribute) for result in figures[name, events]]
        return None if None in values else median(values)

    lines = [
        "# Timelines in a browser", "",
        f"Medians of {arguments.rounds} rounds in milliseconds. Chromium {version}, 1366 by 900 pixels, {versions}.",
        "",
    ]  # fmt: skip
    for title, attribute in (("Until the first mark can be clicked", "first"), ("One step of the zoom", "zoom")):
        lines += [f"## {title}", "", *head]
        lines += [row(events, [column(name, events, attribute) for name in names]) for events in _SIZES]
        lines += [""]
    lines += [
        f"## The longest task of the main thread, in {_STEPS} steps of the zoom with {_TRACED:,} events", "",
        "| | milliseconds | of the processor |", "|---|--:|--:|",
        *(f"| {name} | {wall:.1f} | {processor:.1f} |" for name, (wall, processor) in traces.items()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _number(value: float | None, timeout: int) -> str:
    return f"not in {timeout} s" if value is None else f"{value:,.0f}"


if __name__ == "__main__":
    main()
