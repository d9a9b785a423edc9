"""No rule of axe-core, of any grade, finds fault with a page of the admin or of the readers, light or dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_forms import FORMS
from tests.support.browser_pages import press, sign_in
from tests.support.npm import install_packages

pytestmark = [
    pytest.mark.browser, pytest.mark.node, pytest.mark.xdist_group("browser"), pytest.mark.slow,
]  # fmt: skip

HERE = Path(__file__).parent / "axe"
#: The scheme of colours -> the rules that are tried in it; None: all. Colours are all that the schemes differ in.
SCHEMES = {"light": None, "dark": ["color-contrast", "link-in-text-block"]}
#: A colour that is still on its way to another is none that anybody reads by.
WITHOUT_TRANSITIONS = """addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets.push(sheet);
});"""
RUN = """async ([root, rules]) => {
  const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
  const found = await axe.run(root === "html" ? document : root, options);
  const examples = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" ");
  return found.violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes.length}: ${examples(nodes)}`);
}"""
STATEMENT = "2019-07-12-kim-you-geun-international-probe"
PUBLIC = (
    "/", "/timeline/?from=2019-07&to=2019-08", "/timeline/?from=nonsense", "/timeline/embed/",
    "/?date=nonsense", "/speech-acts/", "/speech-acts/?day=2019-07-20&country=KR&show=open",
    "/speech-acts/?day=nonsense", "/search/?q=kim", "/search/?q=japan&date=2019",
    "/about/api/", "/nothing/", f"/statements/{STATEMENT}/",
    "/events/2019-07-04-japan-export-curbs-take-effect/", "/officials/kim-you-geun/", "/bodies/cheong-wa-dae/",
    "/dossiers/japan-south-korea-export-controls/", "/measures/japan-export-curbs-on-three-materials/",
    "/topics/gsomia/", "/timeline/?from=2019-13", "/ko/", "/ko/search/?q=japan", "/ko/officials/kim-you-geun/",
    "/ko/timeline/", "/ja/speech-acts/", "/ja/search/?q=japan", f"/ja/statements/{STATEMENT}/", "/ja/bodies/japan/",
)  # fmt: skip


class Audit:
    """What axe-core finds on the pages that were shown to it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(60_000)
        self.violations: dict[tuple[str, str], list[str]] = {}

    def open(self, address: str, root: str = "html") -> None:
        """Go to a page and audit what is below that element of it."""
        self.page.goto(address, wait_until="load")
        self.run(address, root)

    def run(self, name: str, root: str = "html") -> None:
        for scheme, rules in SCHEMES.items():
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if result := self.page.evaluate(RUN, [root, rules]):
                self.violations[name, scheme] = result
        self.page.emulate_media(color_scheme="light")


@pytest.fixture
def audit(chromium: Browser, address: str) -> Iterator[Audit]:
    install_packages(HERE)
    context = chromium.new_context(base_url=address, viewport={"width": 1366, "height": 900})
    context.add_init_script(path=HERE / "node_modules" / "axe-core" / "axe.min.js")
    context.add_init_script(WITHOUT_TRANSITIONS)
    audit = Audit(context.new_page())
    yield audit
    context.close()
    assert audit.violations == {}


def test_lists_and_forms_of_the_admin(audit: Audit) -> None:
    """What surrounds the list or form is the same on all of these pages: it is audited with one list and one form."""
    page = audit.page
    sign_in(page, "editor")
    audit.open("/admin/archive/event/")
    audit.open("/admin/archive/event/add/")
    for form in FORMS:
        audit.open(f"/admin/archive/{form}/", "#content-start")
        first = page.locator("#result_list tbody a[href*='/change/']").first
        change = first.get_attribute("href") if first.count() else None
        audit.open(f"/admin/archive/{form}/add/", "#content-start")
        if change:
            audit.open(change.partition("?")[0], "#content-start")


def test_other_pages_of_the_admin(audit: Audit, tmp_path: Path) -> None:
    page = audit.page
    audit.open("/admin/login/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "a mistake")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.click("input[type=submit]")
    page.wait_for_load_state("load")
    audit.run("refused log-in")
    sign_in(page, "editor")
    for address in (
        "",
        "archive/",
        "archive/search/?q=kim",
        "password_change/",
        "archive/datasetimport/",
        "archive/datasetimport/add/",
        "archive/official/1/merge/",
        "archive/official/1/merge/?into=2",
        "archive/merged/",
    ):
        audit.open(f"/admin/{address}")
    audit.open("/admin/archive/event/add/?_popup=1")
    _form_with_errors(audit)
    _open_picker(audit)
    _conflict_history_and_deletion(audit)
    _import(audit, tmp_path)


def _form_with_errors(audit: Audit) -> None:
    audit.page.goto("/admin/archive/statement/add/", wait_until="load")
    audit.page.fill("#id_date", "2019-02-30")
    press(audit.page, "input[name=_continue]")
    audit.run("form with errors")


def _open_picker(audit: Audit) -> None:
    audit.page.goto("/admin/archive/appointment/add/", wait_until="load")
    audit.page.click("#id_official + .select2 .select2-selection")
    expect(audit.page.locator(".select2-results__option--highlighted")).to_be_visible()
    audit.run("open picker")


def _conflict_history_and_deletion(audit: Audit) -> None:
    page = audit.page
    page.goto("/admin/archive/topic/add/", wait_until="load")
    page.fill("#id_name", "Contested")
    page.fill("#id_slug", "contested")
    press(page, "input[name=_continue]")
    address = page.url
    other = page.context.new_page()
    other.goto(address, wait_until="load")
    other.fill("#id_name", "Contested by another")
    press(other, "input[name=_continue]")
    page.fill("#id_name", "Contested by me")
    press(page, "input[name=_continue]")
    expect(page.locator(".field-name .errorlist")).to_contain_text("Stored now")
    audit.run("conflict")
    audit.open(address.replace("/change/", "/history/"))
    audit.open(page.locator("#change-history th a").last.evaluate("(link) => link.href"))
    page.goto(address, wait_until="load")
    other.goto(address.replace("/change/", "/delete/"), wait_until="load")
    audit.page = other
    audit.run("deletion")
    press(other, "#content form input[type=submit]")
    audit.page = page
    page.fill("#id_name", "Contested for good")
    with page.expect_navigation(wait_until="load"):
        page.click("input[name=_continue]")
    expect(page.locator(".errornote")).to_contain_text("Somebody deleted this")
    audit.run("deleted meanwhile")
    audit.open(address.replace("/change/", "/history/"))
    audit.open("/admin/archive/deleted/")
    other.close()


def _import(audit: Audit, folder: Path) -> None:
    page = audit.page
    dataset = folder / "topics.jsonl"
    dataset.write_text(json.dumps({"slug": "imported", "name": "Imported"}))
    page.goto("/admin/archive/datasetimport/add/", wait_until="load")
    page.set_input_files("#id_file", dataset)
    press(page, "input[name=_save]")
    expect(page.locator("input[name=_load]")).to_be_visible()
    audit.run("import")


def test_pages_for_readers(audit: Audit) -> None:
    for address in PUBLIC:
        audit.open(address)
