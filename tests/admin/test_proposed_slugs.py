"""The slug of a new record is that of the saved date and name, unless the user typed one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Event, Official, Topic
from tests.support import filter_records as make
from tests.support.admin_forms import address, errors, opened, send

pytestmark = pytest.mark.django_db


def _sent(client: Client, model: Any, **values: str) -> dict[str, Any]:
    return {**opened(client, model), **values}


def test_an_older_proposal_is_replaced_by_the_slug_of_the_saved_name(editing: Client) -> None:
    values = {"name": "Anna Kowalska-Nowak", "slug": "anna-kowalska", "proposed_slug": "anna-kowalska"}
    assert send(editing, Official, _sent(editing, Official, **values)).status_code == 302
    assert Official.objects.get().slug == "anna-kowalska-nowak"


def test_an_empty_slug_is_made_of_date_and_name(editing: Client) -> None:
    values = {"date": "2026-11-20/2026-11-21", "name": "부산 회담", "classification": "visit"}
    assert send(editing, Event, _sent(editing, Event, **values)).status_code == 302
    assert Event.objects.get().slug == "2026-11-20-to-2026-11-21-bu-san-hoe-dam"


@pytest.mark.parametrize("proposed", ["", "new-topic"])
def test_a_typed_slug_stays(editing: Client, proposed: str) -> None:
    values = {"name": "New topic", "slug": "my-own", "proposed_slug": proposed}
    assert send(editing, Topic, _sent(editing, Topic, **values)).status_code == 302
    assert Topic.objects.get().slug == "my-own"


def test_a_proposal_with_a_number_stays(editing: Client) -> None:
    make.official("zoe-quick")
    values = {"name": "Zoe Quick", "slug": "zoe-quick-2", "proposed_slug": "zoe-quick-2"}
    assert send(editing, Official, _sent(editing, Official, **values)).status_code == 302
    assert {official.slug for official in Official.objects.all()} == {"zoe-quick", "zoe-quick-2"}


def test_a_form_sent_twice_makes_one_record_and_says_so(editing: Client) -> None:
    sent = _sent(editing, Official, name="Zoe Quick")
    assert send(editing, Official, sent).status_code == 302
    response = send(editing, Official, sent)
    assert "already exists" in errors(response)["slug"][0]
    # The form has the slug that is taken, as a proposal: the next name makes another.
    form = response.context["adminform"].form
    assert (form["slug"].value(), form["proposed_slug"].value()) == ("zoe-quick", "zoe-quick")
    assert Official.objects.count() == 1


def test_without_a_name_only_the_name_is_missing(editing: Client) -> None:
    assert [*errors(send(editing, Official, _sent(editing, Official)))] == ["name"]


def test_a_name_without_letters_needs_a_typed_slug(editing: Client) -> None:
    assert errors(send(editing, Topic, _sent(editing, Topic, name="?!")))["slug"] == ["This field is required."]


def test_a_stored_record_has_no_proposal(editing: Client) -> None:
    official = make.official("kept", name="Other name")
    assert "proposed_slug" not in editing.get(address(official)).content.decode()
    sent = {**opened(editing, official), "name": "New name", "proposed_slug": "kept", "slug": ""}
    assert send(editing, official, sent).status_code == 302
    official.refresh_from_db()
    assert official.slug == "kept"
