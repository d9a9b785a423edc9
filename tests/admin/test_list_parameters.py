"""Change lists with parameters that name nothing any more: the others hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from archive.admin.base import ArchiveAdmin
from archive.merging.merge import merge
from archive.models import Event, Statement
from tests.support import filter_records as make
from tests.support.admin_forms import address, messages_of

pytestmark = pytest.mark.django_db
LIST = "/admin/archive/statement/"


@pytest.fixture
def world() -> None:
    kim, lee, topic = make.official("kim"), make.official("lee"), make.topic("chips")
    make.statement("kim-on-chips", "2019", speaker=kim, topics=[topic])
    make.statement("kim-on-ships", "2019", speaker=kim)
    make.statement("lee-on-chips", "2018", speaker=lee, topics=[topic])


def _opened(client: Client, query: str, path: str = LIST) -> tuple[list[str], list[str], str]:
    """The slugs of the list, its messages, and the query of the address that it has now."""
    page = client.get(f"{path}?{query}", follow=True)
    assert page.status_code == 200
    slugs = sorted(record.slug for record in page.context["cl"].result_list)
    return slugs, messages_of(page), page.wsgi_request.META["QUERY_STRING"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("query", "left", "named"),
    [
        ("speaker=gone&topic=chips", "topic=chips", ["Speaker: got 'gone'"]),
        ("speaker=gone&speaker=kim&topic=chips", "speaker=kim&topic=chips", ["Speaker: got 'gone'"]),
        ("speaker=gone&speaker=%20away%20&q=chips", "q=chips", ["Speaker: got 'gone'", "Speaker: got 'away'"]),
        ("speaker=gone&dossier=away&topic=chips", "topic=chips", ["Dossier: got 'away'", "Speaker: got 'gone'"]),
        ("changed_by=former&topic=chips&o=1", "topic=chips&o=1", ["Changed by: got 'former'"]),
        (
            "changed_by=former&speaker=gone&period=x&topic=chips",
            "topic=chips",
            ["Date: got 'x'", "Speaker: got 'gone'", "Changed by: got 'former'"],
        ),
        ("speaker=gone&status__exact=draft", "status__exact=draft", ["Speaker: got 'gone'"]),
        ("no_such_filter=1&topic=chips", "topic=chips", ["The list has no such page or filter: got no_such_filter=1"]),
        ("after=987654321&topic=chips", "topic=chips", ["The list has no such page or filter: got after=987654321"]),
    ],
)
def test_a_value_that_names_nothing_is_named_and_the_other_filters_hold(
    editing: Client, query: str, left: str, named: list[str]
) -> None:
    slugs, messages, query_now = _opened(editing, query)
    assert query_now == left
    assert slugs == ([] if "draft" in left else ["kim-on-chips"] if "kim" in left else ["kim-on-chips", "lee-on-chips"])
    assert len(messages) == len(named)
    for message, start in zip(messages, named, strict=True):
        assert message.startswith(start)
        assert message.endswith("It is left out; the other filters hold.")


@pytest.mark.usefixtures("world")
def test_a_page_past_the_end_leaves_the_filters(editing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ArchiveAdmin, "list_per_page", 1)
    _, (message,), left = _opened(editing, "p=99&topic=chips")
    assert left == "topic=chips"
    assert message.startswith("The list has no such page or filter: got p=99")


@pytest.mark.usefixtures("world")
def test_more_values_than_a_filter_takes_leave_the_other_filters(editing: Client) -> None:
    many = "&".join(f"speaker=kim{number}" for number in range(101))
    slugs, (message,), left = _opened(editing, f"{many}&topic=chips")
    assert (slugs, left) == (["kim-on-chips", "lee-on-chips"], "topic=chips")
    assert message.startswith("Speaker: got ")


@pytest.mark.usefixtures("world")
def test_the_slug_of_a_merged_record_stands_for_the_one_it_was_merged_into(editing: Client, editor: Any) -> None:
    old, kim = make.official("kim-yu-geun"), Statement.objects.get(slug="kim-on-chips").speaker
    merge(old, kim, editor)
    slugs, messages, left = _opened(editing, query := "speaker=kim-yu-geun&speaker=lee&topic=chips")
    assert (slugs, messages, left) == (["kim-on-chips", "lee-on-chips"], [], query)
    form = editing.get(address(Statement, "changelist") + "?speaker=kim-yu-geun").content.decode()
    assert '<option value="kim" selected' in form


def test_the_slug_of_a_merged_body_stands_for_another_where_officials_may_stand_too(
    editing: Client, editor: Any
) -> None:
    ministry, bureau = make.body("ministry"), make.body("bureau")
    make.took_part(make.event("met", "2019-07-04"), ministry)
    make.event("apart", "2019-07-05")
    merge(bureau, ministry, editor)
    assert _opened(editing, "participant=bureau&period=2019", address(Event, "changelist"))[0] == ["met"]


@pytest.mark.usefixtures("world")
def test_a_merged_draft_is_nothing_to_who_sees_no_drafts(editor: Any) -> None:
    draft, kim = make.official("kim-draft", status="draft"), Statement.objects.get(slug="kim-on-chips").speaker
    merge(draft, kim, editor)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_statement"))
    client = Client()
    client.force_login(reader)
    merged = _opened(client, "speaker=kim-draft&topic=chips")[1]
    never = _opened(client, "speaker=kim-tfard&topic=chips")[1]
    assert merged == [never[0].replace("kim-tfard", "kim-draft")]


@pytest.mark.usefixtures("world")
def test_an_action_on_a_list_whose_filter_died_meanwhile_does_nothing(editing: Client) -> None:
    pk = Statement.objects.get(slug="kim-on-chips").pk
    sent = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    page = editing.post(f"{LIST}?speaker=gone&topic=chips", sent, follow=True)
    assert messages_of(page)[-1] == "Nothing was done with the selected records: select them again."
    assert Statement.objects.filter(pk=pk).exists()


@pytest.mark.usefixtures("world")
def test_a_filter_is_named_by_its_label_in_the_language_of_the_page(editing: Client) -> None:
    editing.cookies["django_language"] = "ko"
    _, named, _ = _opened(editing, "changed_from=x&speaker=gone&topic=chips")
    assert [message.partition(":")[0] for message in named] == ["발언자", "변경 시작일"]
