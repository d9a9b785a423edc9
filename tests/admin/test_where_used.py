"""The page that lists what links to a record."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from archive.admin.where_used import MAX_ROWS
from archive.models import Event, Source, Statement, Topic
from tests.support.admin_forms import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def _usages(client: Client, record: Any) -> dict[str, Any]:
    response = client.get(address(record, "where_used"))
    assert response.status_code == 200
    return {usage.name: usage for usage in response.context["usages"]}


def test_links_are_counted_and_lead_to_the_records_that_have_them(editing: Client) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    listed = _usages(editing, statement)
    assert set(listed) == {"Dossier entries: statement", "Outcomes: answer (to a speech act of it)"}
    [entry] = listed["Dossier entries: statement"].rows
    assert (entry["kind"], entry["label"]) == ("Dossier", "The dispute over Japan's export controls, 2018 to 2023")
    assert (
        f'href="{address(statement, "where_used")}">Where used</a>' in editing.get(address(statement)).content.decode()
    )


def test_a_citation_leads_to_what_cites(editing: Client) -> None:
    source = Source.objects.get(slug="korea-herald-2019-07-12-international-probe")
    usage = _usages(editing, source)["Citations: source"]
    assert usage.count == source.citations.count()
    assert {"Statement", "Official"} < {row["kind"] for row in usage.rows}


def test_the_newest_are_listed_with_the_number_of_all_and_a_link_to_them(editing: Client) -> None:
    topic = Topic.objects.create(slug="many", name="Many", status="published")
    for number in range(MAX_ROWS + 3):
        Event.objects.create(
            slug=f"of-many-{number}", name="Of many", date="2019", classification="meeting"
        ).topics.add(topic)
    usage = _usages(editing, topic)["Events: topics"]
    assert (usage.count, len(usage.rows)) == (MAX_ROWS + 3, MAX_ROWS)
    assert usage.rows[0]["label"] == "2019 · Of many [draft]"
    response = editing.get(usage.list_url)
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == MAX_ROWS + 3


def test_drafts_are_neither_listed_nor_counted_for_who_does_not_see_them(client: Client) -> None:
    topic = Topic.objects.create(slug="many", name="Many", status="published")
    Event.objects.create(slug="hidden", name="Hidden", date="2019", classification="meeting").topics.add(topic)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_topic"))
    client.force_login(reader)
    assert _usages(client, topic) == {}


@pytest.mark.parametrize("key", ["0", "x", "99999999999999999999999"])
def test_a_record_that_is_not_there_is_a_404(editing: Client, key: str) -> None:
    assert editing.get(f"/admin/archive/topic/{key}/where-used/").status_code == 404
