"""Lists longer than a window are read on, window by window, without skipping or repeating a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from archive.admin import base, changelist
from archive.models import DossierEntry, Event, Name, Official
from tests.support.admin_forms import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (changelist, base):
        monkeypatch.setattr(module, "WINDOW_SIZE", 4)
    monkeypatch.setattr(admin.site._registry[Event], "list_per_page", 3)


@pytest.fixture
def events() -> list[str]:
    """The newest first, as the list has them; several on one day."""
    for number in range(11):
        Event.objects.create(
            slug=f"e{number:02}", name=f"E {number}", classification="meeting", date=f"2020-0{1 + number // 3}"
        )
    return [f"e{number:02}" for number in reversed(range(11))]


def _window(client: Client, query: str) -> tuple[list[str], str]:
    """The slugs of a window, all its pages, and the address of the next."""
    first = client.get(address(Event, "changelist") + query)
    changes = first.context["cl"]
    slugs = [row.slug for row in changes.result_list]
    for number in range(2, changes.paginator.num_pages + 1):
        page = client.get(address(Event, "changelist") + changes.get_query_string({"p": number}))
        slugs += [row.slug for row in page.context["cl"].result_list]
    return slugs, changes.next_window


def _month(slug: str) -> int:
    return int(slug[1:]) // 3


@pytest.mark.parametrize(("order", "by"), [("", 0), ("?o=1", _month), ("?o=-2", None)])
def test_every_row_comes_once_in_any_order(editing: Client, events: list[str], order: str, by: Any) -> None:
    seen, query, windows = [], order, 0
    while query or not windows:
        slugs, query = _window(editing, query)
        seen += slugs
        windows += 1
    assert windows == 3
    assert sorted(seen) == sorted(events)
    if by is not None:
        assert seen == (sorted(events, key=by) if by else events)


def test_no_row_is_skipped_when_one_is_deleted_in_between(editing: Client, events: list[str]) -> None:
    first, following = _window(editing, "")
    Event.objects.get(slug=events[0]).delete()
    second, _ = _window(editing, following)
    assert first + second == events[:8]


def test_the_page_links_to_the_next_window(editing: Client, events: list[str]) -> None:
    page = editing.get(address(Event, "changelist"))
    text = " ".join(page.content.decode().split())
    assert "4 events, and there are more:" in text
    assert f'<a href="{page.context["cl"].next_window}" rel="next">go on after these</a>' in text
    last = editing.get(address(Event, "changelist") + f"?after={Event.objects.get(slug=events[7]).pk}")
    assert "From the beginning" in last.content.decode()
    assert "3 events, the last of them" in " ".join(last.content.decode().split())


def test_a_search_or_filter_begins_with_the_first_window(editing: Client, events: list[str]) -> None:
    _, following = _window(editing, "")
    page = editing.get(address(Event, "changelist") + following)
    assert "after" not in page.context["cl"].params
    links = [
        choice[key]
        for spec in page.context["cl"].filter_specs
        for choice in spec.choices(page.context["cl"])
        for key in ("query_string", "all_url", "clear_url")
        if key in choice
    ]
    assert links
    assert not any("after" in link for link in links)


@pytest.mark.parametrize("after", ["x", "0", "99999999999999999999", "-1", "²"])
def test_an_invalid_after_parameter_redirects_to_the_whole_list(editing: Client, events: list[str], after: str) -> None:
    response = editing.get(address(Event, "changelist"), {"after": after}, follow=True)
    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]] == [
        f"The list has no such page or filter: got after={after}, expected a link of this page. This is the whole list."
    ]


def test_an_order_by_a_column_that_may_be_empty_offers_no_next_window(editing: Client) -> None:
    for number in range(6):
        Official.objects.create(slug=f"o{number}", name=f"O {number}")
    page = editing.get(address(Official, "changelist") + "?o=4")
    assert page.context["cl"].next_window == ""
    assert "search or filter to find the others" in page.content.decode()


def test_windows_follow_orders_through_relations_and_by_key(editing: Client, dossier: None) -> None:
    for model in (DossierEntry, Name):
        seen: list[int] = []
        query = ""
        for _ in range(5):
            changes = editing.get(address(model, "changelist") + query).context["cl"]
            seen += [row.pk for row in changes.result_list]
            query = changes.next_window
            assert query, model
        assert len(seen) == len(set(seen)) == 20


@pytest.mark.parametrize(
    "params",
    [
        {"id__in": "99999999999999999999"},
        {"id__in": "x"},
        {"name__regex": "["},
        {"version__exact": "99999999999999999999"},
        {"part_of__id__exact": "99999999999999999999"},
        {"part_of__id__exact": ["1", "x"]},
        {"participations__body__name__startswith": "A"},
        {"name": "a"},
        {"created_at__year": "99999999999"},
    ],
)
def test_a_lookup_that_is_no_filter_of_the_list_redirects_to_the_whole_list(
    editing: Client, events: list[str], params: dict[str, Any]
) -> None:
    response = editing.get(address(Event, "changelist"), params, follow=True)
    assert response.status_code == 200
    (message,) = [str(message) for message in response.context["messages"]]
    assert message.startswith("The list has no such page or filter: got ")
    assert message.endswith("This is the whole list.")


def test_the_list_of_imports_takes_no_lookups(editing: Client) -> None:
    response = editing.get("/admin/archive/datasetimport/", {"id__in": "99999999999999999999"}, follow=True)
    assert (response.status_code, response.redirect_chain) == (200, [("/admin/archive/datasetimport/?e=1", 302)])


def test_the_records_that_link_a_record_are_listed(editing: Client, events: list[str]) -> None:
    event = Event.objects.order_by("pk").first()
    page = editing.get(address(Event, "changelist"), {"part_of__id__exact": str(event.pk)})
    assert (page.status_code, page.context["cl"].result_count) == (200, 0)
