"""Two people at one form: each sees that the other has it open, until the other leaves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import OpenAs, press

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]


def test_who_opens_a_form_learns_who_has_it_open(open_as: OpenAs) -> None:
    carla, editor = open_as("carla"), open_as("editor")
    carla.goto("/admin/archive/source/add/")
    carla.fill("#id_title", "A source for two")
    expect(carla.locator("#id_slug")).to_have_value("a-source-for-two")
    press(carla, "[name=_continue]")
    note = "#open-elsewhere"
    expect(carla.locator(note)).to_be_hidden()
    editor.goto(carla.url)
    expect(editor.locator(note)).to_contain_text("Also open with carla (since ")
    expect(editor.locator(note)).to_contain_text("What you both save is merged.")
    carla.reload()
    expect(carla.locator(note)).to_contain_text("Also open with editor")
    carla.goto("/admin/")
    assert any(_others(editor) == [] for _ in range(20)), (
        "carla left the form, and the editor's page does not learn of it"
    )
    expect(editor.locator(note)).to_be_hidden()


def _others(page: Page) -> list[dict[str, str]]:
    """Who else has the form open, after it is loaded again. A browser sends its last word in its own time."""
    with page.expect_response(lambda response: response.url.endswith("/open/")) as answer:
        page.reload()
    others: list[dict[str, str]] = answer.value.json()["others"]
    return others
