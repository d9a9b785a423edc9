"""A note in the panel above a record's form outlasts its saving, and a chosen file is warned of."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

NOTE = "[name=note-note]"


def _open(page: Page, kind: str) -> str:
    """Log in and open the first record of a kind; its address."""
    sign_in(page, "editor", f"/admin/archive/{kind}/")
    page.click("#result_list tbody th a")
    _ready(page)
    return page.url


def _ready(page: Page) -> None:
    expect(page.locator(".workflow-notes form[data-texts=stored]")).not_to_have_count(0)
    expect(page.locator("form[data-autosave=ready]")).to_have_count(1)


def test_a_note_that_is_typed_outlasts_the_form_and_is_gone_when_it_is_added(page: Page) -> None:
    address = _open(page, "statement")
    page.click(".workflow-notes summary")
    page.fill(NOTE, "Ask the ministry <b>again</b>")
    page.fill("#id_name", f"{page.input_value('#id_name')} (checked)")
    page.click("[name=_continue] >> nth=0")
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    _ready(page)
    expect(page.locator(NOTE)).to_have_value("Ask the ministry <b>again</b>")
    expect(page.locator(".restored-text")).to_contain_text("Restored what you typed")
    page.goto("/admin/")
    page.goto(address)
    _ready(page)
    expect(page.locator(NOTE)).to_have_value("Ask the ministry <b>again</b>")
    page.click("[name=add_note]")
    expect(page.locator(".messagelist")).to_contain_text("The note was added.")
    _ready(page)
    expect(page.locator(NOTE)).to_have_value("")
    page.goto(address)
    _ready(page)
    expect(page.locator(NOTE)).to_have_value("")


def test_a_note_of_one_record_is_not_shown_at_another_and_not_after_a_log_out(page: Page) -> None:
    address = _open(page, "statement")
    page.click(".workflow-notes summary")
    page.fill(NOTE, "Of this one")
    page.goto("/admin/archive/statement/")
    page.click("#result_list tbody tr:nth-child(2) th a")
    _ready(page)
    expect(page.locator(NOTE)).to_have_value("")
    page.click("#logout-form button")
    expect(page.locator("#id_username, .logged-out, #content h1")).not_to_have_count(0)
    _open(page, "statement")
    assert page.url == address
    expect(page.locator(NOTE)).to_have_value("")


def test_a_chosen_file_is_warned_of_before_it_is_lost(page: Page) -> None:
    address = _open(page, "source")
    page.click("#attachments summary")
    page.set_input_files(
        "#attachments [type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    warned = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    page.click("#site-name a")
    page.wait_for_url("**/admin/")
    assert warned == ["beforeunload"]
    page.goto(address)
