"""A contributor and an editor: a record is submitted, sent back and published, and a change proposed and published."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser_pages import OpenAs, press

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

_PUBLISHED = "2019-07-04-japan-export-curbs-take-effect"


def test_a_record_is_submitted_sent_back_submitted_again_and_published(open_as: OpenAs, site: str) -> None:
    contributor, editor = open_as("carla"), open_as("editor")
    contributor.goto("/admin/archive/source/add/")
    contributor.fill("#id_title", "Paper of the ministry")
    expect(contributor.locator("#id_slug")).to_have_value("paper-of-the-ministry")
    press(contributor, "[name=_continue]")
    form = contributor.url
    contributor.goto("/admin/archive/event/add/")
    contributor.fill("#id_date", "2019-07-12")
    contributor.fill("#id_name", "A meeting in Tokyo")
    contributor.locator("#id_classification").select_option("meeting")
    expect(contributor.locator("#id_slug")).to_have_value("2019-07-12-a-meeting-in-tokyo")
    contributor.fill("#id_review_note", "Is the day right?")
    press(contributor, "[name=_submit]")

    editor.goto("/admin/archive/event/?status__exact=review")
    press(editor, "#result_list tbody .field-name a")
    event = editor.url
    expect(editor.locator(".workflow-submission")).to_contain_text("submitted by carla")
    expect(editor.locator(".workflow-submission")).to_contain_text("Is the day right?")
    press(editor, "[name=_send_back]")
    expect(editor.locator(".field-review_note .errorlist")).to_contain_text("Got no remark")
    editor.fill("#id_review_note", "It has no source.")
    press(editor, "[name=_send_back]")

    contributor.goto("/admin/")
    expect(contributor.locator("body")).to_contain_text("It has no source.")
    contributor.goto(event)
    expect(contributor.locator(".workflow-remark")).to_contain_text("It has no source.")
    contributor.locator("#citations-group .add-row a").click()
    picker = contributor.locator("#id_citations-0-source + .select2 .select2-selection")
    picker.click()
    contributor.keyboard.type("Paper of", delay=20)
    expect(contributor.locator(".select2-results__option--highlighted")).to_contain_text("Paper of the ministry")
    contributor.keyboard.press("Enter")
    press(contributor, "[name=_submit]")

    editor.goto(event)
    with editor.expect_popup() as popup:
        editor.locator("[name=_preview]").first.click()
    expect(popup.value.locator("body")).to_contain_text("Preview: not published")
    expect(popup.value.locator("h1")).to_have_text("A meeting in Tokyo")
    popup.value.close()
    press(editor, "[name=_publish]")
    expect(editor.locator("#hidden-links")).to_contain_text("Paper of the ministry")
    press(editor, "[name=publish_all]")
    expect(editor.locator(".messagelist")).to_contain_text("2 now published.")
    assert event.startswith(editor.url)
    editor.goto("/events/2019-07-12-a-meeting-in-tokyo/")
    expect(editor.locator("body")).to_contain_text("Paper of the ministry")
    contributor.goto(form)
    expect(contributor.locator(".workflow")).to_contain_text("Propose a change")


def test_a_contributors_change_of_a_published_record_is_reviewed_and_published(open_as: OpenAs) -> None:
    contributor, editor = open_as("carla"), open_as("editor")
    contributor.goto("/admin/archive/event/?q=curbs+take+effect")
    press(contributor, "#result_list tbody .field-name a")
    form = contributor.url
    press(contributor, "text=Propose a change")
    contributor.fill("#id_name", "Export curbs take effect, as proposed")
    contributor.fill("#id_review_note", "The heading of the ministry.")
    press(contributor, "[name=_submit]")
    expect(contributor.locator("#proposal-changes")).to_contain_text("as proposed")
    editor.goto(f"/events/{_PUBLISHED}/")
    expect(editor.locator("h1")).not_to_contain_text("as proposed")

    editor.goto(form)
    press(editor, "text=Proposed change by carla")
    expect(editor.locator("#content-main")).to_contain_text("The heading of the ministry.")
    press(editor, "[name=accept]")
    expect(editor.locator(".messagelist")).to_contain_text("Published as version")
    editor.goto(f"/events/{_PUBLISHED}/")
    expect(editor.locator("h1")).to_contain_text("as proposed")


def test_a_contradiction_stands_beside_its_field(open_as: OpenAs) -> None:
    editor = open_as("editor")
    editor.goto("/admin/archive/official/add/")
    editor.fill("#id_name", "Somebody Late")
    press(editor, "[name=_continue]")
    editor.goto("/admin/archive/source/?q=probe")
    press(editor, "#result_list tbody .field-title a")
    if not editor.locator("#id_retrieved").is_visible():
        editor.locator("summary").last.click()
    published = editor.locator("#id_published").input_value()
    assert published > "2019"
    editor.fill("#id_retrieved", "1999-01-01")
    press(editor, "[name=_continue]")
    expect(editor.locator(".messagelist")).to_contain_text("Saved, with 1 contradiction")
    expect(editor.locator("#id_retrieved_helptext .finding, .field-retrieved .finding").first).to_be_visible()
    press(editor, "text=All contradictions")
    rule = "A source is not cited as it was before it was published."
    row = editor.locator("#findings tr", has_text=rule).first
    expect(row.locator("[title='accessed-before-published']")).to_have_text(rule)
    row.locator("[name=reason]").fill("The clock of the machine was wrong.")
    with editor.expect_navigation():
        row.locator("[name=accept]").click()
    expect(editor.locator(".messagelist")).to_contain_text("Accepted as a fact.")
