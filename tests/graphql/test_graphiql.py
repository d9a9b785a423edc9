"""The GraphiQL page: served from this host only, under the archive's content security policy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from archive.graphql.view import EXAMPLE_QUERY
from tests.support.graphql_client import ADDRESS

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
"""


def test_browsers_get_graphiql_and_other_clients_do_not(db: None) -> None:
    page = Client().get(ADDRESS, headers=BROWSER)
    assert page["Content-Type"].startswith("text/html")
    assert b"2019-07-12-kim-you-geun-international-probe" in page.content
    assert Client().get(ADDRESS).status_code == 400
    assert Client().get(ADDRESS, {"query": "{ __typename }"}, headers=BROWSER).json() == {
        "data": {"__typename": "Query"}
    }


def test_content_security_policy_also_allows_embedded_fonts(db: None) -> None:
    policy = Client().get(ADDRESS, headers=BROWSER)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "font-src 'self' data:" in policy
    assert "unsafe" not in policy


def test_no_graphiql_if_documents_are_listed(db: None, settings: Any) -> None:
    settings.PERSISTED_DOCUMENTS = {}
    assert Client().get(ADDRESS, headers=BROWSER).status_code == 400


@pytest.mark.browser
def test_example_runs_in_a_browser_without_requests_to_other_hosts(served: str, dossier: None, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        requests: list[Any] = []
        errors: list[str] = []
        page.on("request", lambda request: requests.append(request))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(VIOLATIONS)
        page.goto(f"{served}{ADDRESS}")
        page.get_by_text("kim-you-geun-international-probe").first.wait_for()
        with page.expect_response(
            lambda response: response.request.method == "POST" and "Introspection" not in response.request.post_data
        ) as response_info:
            page.get_by_role("button", name="Execute query").click()
        page.locator(".result-window").get_by_text("Kim You-geun").first.wait_for()
        page.get_by_label("Show Documentation Explorer").first.click()
        page.locator(".graphiql-doc-explorer").get_by_text("Query", exact=True).first.wait_for()
        page.screenshot(path=tmp_path / "graphiql.png")
        content, payload = json.loads(response_info.value.text()), response_info.value.request.post_data_json
        page.get_by_role("button", name="Headers").wait_for()
        # A link with a query opens on it, and an edited query is in the address.
        shared = '{ topic(slug: "gsomia") { name } }'
        page.goto("about:blank")
        page.goto(f"{served}{ADDRESS}#{urlencode({'query': shared})}")
        page.get_by_role("button", name="Execute query").click()
        page.locator(".result-window").get_by_text("GSOMIA").first.wait_for()
        page.locator(".graphiql-query-editor .CodeMirror").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" # edited")
        page.wait_for_url("**edited**")
        violations = page.evaluate("window.violations")
        browser.close()
    assert violations == []
    assert errors == []
    assert {urlsplit(request.url).netloc for request in requests if not request.url.startswith("data:")} == {
        urlsplit(served).netloc
    }
    data = content["data"]["statement"]
    assert data["speaker"]["name"] == "Kim You-geun"
    assert len(data["capacities"]) == 2
    assert payload["query"].split() == EXAMPLE_QUERY.split()


def test_every_script_and_style_sheet_is_served_from_this_host(db: None) -> None:
    import re

    page = Client().get(ADDRESS, headers=BROWSER).content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) >= 7
    assert all(address.startswith(f"/{settings.STATIC_URL.strip('/')}/") for address in addresses)
    assert "<script>" not in page
    assert "style=" not in page
