"""Files are attached to a source, refused, downloaded and removed by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.attached_files import PDF, PNG
from tests.support.browser_pages import OpenAs, press

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(20):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by {key}")


def test_a_file_is_attached_and_removed_by_the_keyboard(open_as: OpenAs, tmp_path: Path) -> None:
    (tmp_path / "minutes.pdf").write_bytes(PDF)
    (tmp_path / "lies.pdf").write_bytes(PNG)
    page = open_as("editor")
    page.goto("/admin/archive/source/add/")
    page.fill("#id_title", "Minutes of the meeting")
    expect(page.locator("#id_slug")).to_have_value("minutes-of-the-meeting")
    press(page, "[name=_continue]")
    # The first field of the record has the focus, once the page's scripts are ready; the files are above it.
    expect(page.locator("#id_title")).to_be_focused()
    tab_to(page, ".attachments summary", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "#attachment_file")
    page.set_input_files("#attachment_file", tmp_path / "lies.pdf")
    tab_to(page, "#attachment_description")
    page.keyboard.type("Pages 3 to 7")
    page.keyboard.press("Enter")
    expect(page.locator(".attachments .errorlist")).to_contain_text("got a file whose content is PNG")
    expect(page.locator("#attachment_description")).to_have_value("Pages 3 to 7")
    page.set_input_files("#attachment_file", tmp_path / "minutes.pdf")
    page.focus("#attachment_description")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("“minutes.pdf” is attached.")
    link = page.locator(".attachments li a")
    with page.expect_download() as download:
        link.press("Enter")
    assert Path(download.value.path()).read_bytes() == PDF
    assert download.value.suggested_filename == "minutes.pdf"
    tab_to(page, ".attachments [name=remove]")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("“minutes.pdf” is removed.")
    expect(page.locator("#attachments-title")).to_have_text("Files (0)")
