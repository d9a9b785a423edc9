"""Likely duplicates in the admin: the JSON that forms request while one types, and the page of a merge."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from archive.models import Event, Name, Official, Source
from tests.support.admin_forms import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]
URL = "/admin/archive/{}/duplicates/"


@pytest.fixture
def kim() -> Official:
    return Official.objects.get(slug="kim-you-geun")


def _duplicates(client: Client, kind: str, **params: Any) -> list[dict[str, str]]:
    response = client.get(URL.format(kind), params)
    assert response.status_code == 200, response.content
    return response.json()["duplicates"]  # type: ignore[no-any-return]


def test_a_new_official_has_a_duplicate_by_name_in_any_script(editing: Client, kim: Official) -> None:
    for text in ("Kim You Geun", "김유근"):
        [duplicate] = _duplicates(editing, "official", name=text)
        assert (duplicate["label"], duplicate["url"]) == ("Kim You-geun (South Korea)", address(kim))
        assert duplicate["reason"].startswith("the same name: ")
        assert duplicate["merge_url"] == ""


def test_of_a_stored_record_the_duplicate_leads_to_the_merge(editing: Client, kim: Official) -> None:
    twin = Official.objects.create(slug="twin", name="Kim You-geun")
    [duplicate] = _duplicates(editing, "official", name="Kim You-geun", record=twin.pk)
    assert duplicate["merge_url"] == f"{address(twin, 'merge')}?into={kim.pk}"
    assert editing.get(duplicate["merge_url"]).status_code == 200


def test_a_source_has_a_duplicate_by_address_and_an_event_by_date_and_heading(editing: Client) -> None:
    source = Source.objects.exclude(url="").order_by("pk").first()
    assert source is not None
    [duplicate] = _duplicates(editing, "source", url=f"{source.url}#top")
    assert (duplicate["url"], duplicate["reason"]) == (address(source), "the same address")
    event = Event.objects.get(slug="2019-07-04-japan-export-curbs-take-effect")
    [duplicate] = _duplicates(editing, "event", name=event.name.lower(), date="2019-07-04")
    assert (duplicate["url"], duplicate["reason"]) == (address(event), "the same date and the same heading")


@pytest.mark.parametrize(
    "params",
    [
        {}, {"name": ""}, {"name": "\x00"}, {"name": "x" * 100_000}, {"name": "\u202e<b>'%_"}, {"url": "http://["},
        {"date": "nonsense", "name": "Kim"}, {"date": "2019" * 1_000, "name": "Kim"}, {"record": "x", "name": "Kimmm"},
        {"record": "9" * 40, "name": "Kimmm"}, {"record": "0", "name": "Kimmm"}, {"unknown": "x"},
    ],
)  # fmt: skip
def test_odd_values_have_no_duplicates(editing: Client, params: dict[str, str]) -> None:
    for kind in ("official", "source", "event", "appointment"):
        assert _duplicates(editing, kind, **params) == []


def test_it_takes_a_login_and_a_permission_and_shows_no_drafts_to_others(client: Client, kim: Official) -> None:
    assert client.get(URL.format("official"), {"name": "Kim You-geun"}).status_code == 302
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    response = client.get(URL.format("official"), {"name": "Kim You-geun"})
    assert (response.status_code, response.json()) == (403, {"error": "You may not view officials."})
    reader.user_permissions.add(Permission.objects.get(codename="view_official"))
    client.force_login(User.objects.get(pk=reader.pk))
    Official.objects.create(slug="twin", name="Kim You-geun")
    assert [duplicate["url"] for duplicate in _duplicates(client, "official", name="Kim You-geun")] == [address(kim)]


def test_the_page_of_a_merge_lists_likely_duplicates(editing: Client, kim: Official) -> None:
    twin = Official.objects.create(slug="twin", name="Yugun K.")
    Name.objects.create(official=twin, text="김유근", scheme="native")
    content = editing.get(address(twin, "merge")).content.decode()
    assert f'href="{address(twin, "merge")}?into={kim.pk}"' in content
    assert "the same name: 김유근" in content


def test_forms_of_records_have_the_address_and_those_of_parts_do_not(editing: Client, kim: Official) -> None:
    name = reverse("admin:archive_official_duplicates")
    assert f'data-duplicates-url="{name}"' in editing.get(address(Official, "add")).content.decode()
    assert f'data-duplicates-url="{name}?record={kim.pk}"' in editing.get(address(kim)).content.decode()
    part = Name.objects.order_by("pk").first()
    content = editing.get(address(part)).content.decode()
    assert "data-duplicates-url" not in content
    assert "Merge into" not in content
