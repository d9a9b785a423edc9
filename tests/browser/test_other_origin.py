"""A page of another origin reads REST and GraphQL, its header fields and errors, and revalidates what it has."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support import docs_blocks as docs

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVENT = "events/2019-07-04-japan-export-curbs-take-effect/"
JSON = {"Content-Type": "application/json"}
#: In the page: a request's status, body and the header fields that the page can read; or why there was no answer.
ASK = """async ([address, options]) => {
  try {
    const answer = await fetch(address, options);
    const fields = Object.fromEntries(["ETag", "Link", "Retry-After"].map((name) => [name, answer.headers.get(name)]));
    return {status: answer.status, text: await answer.text(), ...fields};
  } catch (error) {
    return {refused: error.name};
  }
}"""


@pytest.fixture
def elsewhere(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of another origin: another port is enough."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Another site</title>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_context().new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        yield page
        page.context.close()
        server.shutdown()


def test_a_page_of_another_origin_reads_what_is_public(elsewhere: Page, address: str) -> None:
    def send(path: str, method: str = "GET", body: str | None = None, **options: Any) -> Any:
        return elsewhere.evaluate(ASK, [f"{address}{path}", {"method": method, "body": body, **options}])

    # Twice, for the second answer comes from the fast path or the cache of answers.
    for _ in range(2):
        record = send(f"/api/v1/{EVENT}")
        assert record["status"] == 200
        assert record["ETag"].strip('W/"').startswith(f"{json.loads(record['text'])['version']}.")
        changed = send(f"/api/v1/{EVENT}", headers={"If-None-Match": record["ETag"]}, cache="no-store")
        assert (changed["status"], changed["text"]) == (304, "")
        posted = send("/graphql/", "POST", '{"query": "{ events(first: 1) { totalCount } }"}', headers=JSON)
        assert '"totalCount":' in posted["text"]
    assert 'rel="next"' in send("/api/v1/events/?format=atom&limit=1")["Link"]
    queried = send("/graphql/?query={events(first:1){totalCount}}")
    assert (queried["status"], bool(queried["ETag"])) == (200, True)
    assert '"openapi"' in send("/api/v1/openapi.json")["text"]
    for path, headers, status in (
        ("events/?limit=0", {}, 400),
        ("nothing/", {}, 404),
        ("events/", {"Accept": "a/b"}, 406),
    ):
        refused = send(f"/api/v1/{path}", headers=headers)
        assert (refused["status"], '"detail"' in refused["text"]) == (status, True)
    # Without leave: pages, writes, credentials.
    assert send("/") == {"refused": "TypeError"}
    assert send("/api/v1/topics/", "POST", "{}", headers=JSON) == {"refused": "TypeError"}
    assert send(f"/api/v1/{EVENT}", headers={"Authorization": "Token nonsense"}) == {"refused": "TypeError"}
    assert send(f"/api/v1/{EVENT}", credentials="include") == {"refused": "TypeError"}


def test_the_guides_scripts_run_in_a_page_of_another_origin(elsewhere: Page, address: str) -> None:
    fetched, read = [
        block.text.replace("https://archive.example", address)
        for block in docs.blocks("docs/guide/front-ends.md")
        if block.language == "js"
    ]
    assert len(elsewhere.evaluate(f"async () => {{ {fetched} return results; }}")) == 9
    twice = (
        f"const body = await read('{address}/api/v1/{EVENT}'); return body === await read('{address}/api/v1/{EVENT}');"
    )
    assert elsewhere.evaluate(f"async () => {{ {read} {twice} }}") is True
