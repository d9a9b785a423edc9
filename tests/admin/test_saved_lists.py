"""Saved filters and chosen columns of the admin's lists."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from archive.admin.saved_lists import MAX_FILTERS, SavedFilterForm
from archive.models import ListColumns, SavedFilter
from tests.support import filter_records as make
from tests.support.admin_forms import messages_of

pytestmark = pytest.mark.django_db
LIST = "/admin/archive/statement/"
SAVED = f"{LIST}saved/"


def test_a_filter_is_saved_opened_and_deleted(editing: Client) -> None:
    kim = make.official("kim")
    make.statement("by-kim", "2019", speaker=kim), make.statement("by-another", "2019", speaker=make.official("lee"))
    page = editing.get(f"{LIST}?speaker=kim&status__exact=draft&p=1&o=1")
    assert b"Save these filters as" in page.content
    sent = {"name": "Kim, drafts", "query": "status__exact=draft&speaker=kim&p=1&o=1", "is_shared": "on"}
    answer = editing.post(SAVED, sent, follow=True)
    assert messages_of(answer) == ["Filter 'Kim, drafts' saved. All colleagues see it."]
    row = SavedFilter.objects.get()
    assert (row.kind, row.query, row.user.username) == ("statement", "speaker=kim&status__exact=draft", "editor")
    opened = editing.get(f"{LIST}?{row.query}")
    assert b'aria-current="true"><bdi>Kim, drafts</bdi>' in opened.content
    assert [statement.slug for statement in opened.context["cl"].result_list] == []
    editing.post(SAVED, {"name": "Kim, drafts", "query": "speaker=kim"})
    row.refresh_from_db()
    assert (row.query, row.is_shared) == ("speaker=kim", False)
    listed = editing.get(f"{LIST}?{row.query}").context["cl"].result_list
    assert [statement.slug for statement in listed] == ["by-kim"]
    assert messages_of(editing.post(SAVED, {"delete": str(row.pk)}, follow=True)) == ["Filter 'Kim, drafts' deleted."]
    assert not SavedFilter.objects.exists()


def test_colleagues_see_shared_filters_and_delete_only_their_own(editing: Client, contributing: Client) -> None:
    for name, shared in (("Mine", {}), ("Ours", {"is_shared": "on"})):
        editing.post(SAVED, {"name": name, "query": "q=curbs", **shared})
    page = contributing.get(LIST).content.decode()
    assert "<bdi>Ours</bdi>" in page
    assert "by <bdi>editor</bdi>" in page
    assert "<bdi>Mine</bdi>" not in page
    ours = SavedFilter.objects.get(name="Ours")
    answer = contributing.post(SAVED, {"delete": str(ours.pk)}, follow=True)
    assert messages_of(answer) == ["Not deleted: got a filter that is gone or somebody else's, expected one of yours."]
    assert SavedFilter.objects.count() == 2


def test_shared_filters_outlive_the_account_and_can_be_deleted_by_colleagues(
    editing: Client, editor: Any, contributing: Client
) -> None:
    for user in (editor, None):
        owner = user or User.objects.create_user("former", is_staff=True)
        for name, is_shared in (("mine", False), ("ours", True)):
            SavedFilter.objects.create(kind="statement", user=owner, name=name, query="q=a", is_shared=is_shared)
    User.objects.filter(username="former").delete()
    assert list(SavedFilter.objects.order_by("pk").values_list("name", "user")) == [
        ("mine", editor.pk), ("ours", editor.pk), ("ours", None),
    ]  # fmt: skip
    page = contributing.get(LIST)
    assert page.content.decode().count("<bdi>ours</bdi>") == 2
    orphan = SavedFilter.objects.get(user=None)
    assert messages_of(contributing.post(f"{LIST}saved/", {"delete": str(orphan.pk)}, follow=True)) == [
        "Filter 'ours' deleted."
    ]
    editor.delete()
    assert list(SavedFilter.objects.values_list("name", "user")) == [("ours", None)]


def test_who_sees_no_drafts_gets_no_filters_of_others(editing: Client, client: Client) -> None:
    editing.post(SAVED, {"name": "Ours", "query": "topic=a-draft", "is_shared": "on"})
    reader = User.objects.create_user("reader", password="a-test-password", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_statement"))
    other = Client()
    other.force_login(reader)
    page = other.get(LIST)
    assert page.status_code == 200
    assert b"a-draft" not in page.content


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"name": "", "query": "q=a"}, "Not saved as ''. Name: This field is required."),
        ({"name": "All", "query": ""}, "Not saved: got a list without a filter or search"),
        ({"name": "All", "query": "p=3&o=-1"}, "Not saved: got a list without a filter or search"),
        ({"name": "n" * 81, "query": "q=a"}, "Ensure this value has at most 80 characters"),
        ({"name": "a\u2060b", "query": "q=a"}, "Not saved as"),
        ({"name": "\x00", "query": "q=a"}, "Not saved as"),
        ({"name": "Long", "query": f"q={'a' * 5_000}"}, "Not saved: got filters of 5,002 characters"),
        ({"delete": "9" * 40}, "Not deleted"),
        ({"delete": "none"}, "Not deleted"),
    ],
)
def test_bad_input_is_refused_by_name(editing: Client, sent: dict[str, str], message: str) -> None:
    answer = editing.post(SAVED, sent, follow=True)
    assert message in messages_of(answer)[0]
    assert not SavedFilter.objects.exists()


def test_a_filter_that_was_stored_by_the_same_form_a_moment_ago_is_no_error_of_the_server(
    editing: Client, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_valid = SavedFilterForm.is_valid

    def with_another_request(form: SavedFilterForm) -> bool:
        SavedFilter.objects.create(kind="statement", user=editor, name="Ours", query="q=a")
        return is_valid(form)

    monkeypatch.setattr(SavedFilterForm, "is_valid", with_another_request)
    answer = editing.post(SAVED, {"name": "Ours", "query": "q=a"}, follow=True)
    assert messages_of(answer)[0].startswith("Not stored: you sent the same form twice.")
    assert SavedFilter.objects.count() == 1


def test_nobody_has_filters_without_end(editing: Client, editor: Any) -> None:
    SavedFilter.objects.bulk_create(
        SavedFilter(kind="statement", user=editor, name=str(number), query="q=a") for number in range(MAX_FILTERS)
    )
    assert "the most" in messages_of(editing.post(SAVED, {"name": "more", "query": "q=a"}, follow=True))[0]
    assert "replaced" in messages_of(editing.post(SAVED, {"name": "7", "query": "q=b"}, follow=True))[0]


def test_columns_are_chosen_and_reset(editing: Client, contributing: Client) -> None:
    make.statement("words", "2019", speaker=make.official("kim"))
    sent = {"columns": "save", "column": ["date", "slug", "updated_at", "no_such_column"], "query": "q=words"}
    answer = editing.post(SAVED, sent, follow=True)
    assert answer.redirect_chain[0][0] == f"{LIST}?q=words"
    assert messages_of(answer) == ["The list has 4 columns."]
    changelist = editing.get(LIST).context["cl"]
    # The linked column stays.
    assert changelist.list_display[1:] == ["date", "name", "updated_at", "slug"]
    assert contributing.get(LIST).context["cl"].list_display[1:] == ["date", "name", "by", "badge"]
    editing.post(SAVED, {"columns": "reset"})
    assert editing.get(LIST).context["cl"].list_display[1:] == ["date", "name", "by", "badge"]


def test_each_column_is_offered_once_and_times_are_written_as_elsewhere(editing: Client) -> None:
    statement = make.statement("words", "2019", speaker=make.official("kim"))
    page = editing.get(LIST).content.decode()
    offered = re.findall(r'name="column"[^>]*>\s*([^<]+?)\s*<', page)
    assert offered
    assert len(set(offered)) == len(offered)
    editing.post(SAVED, {"columns": "save", "column": ["date", "created_at"], "query": ""})
    statement.refresh_from_db()
    assert f"{statement.created_at:%Y-%m-%d %H:%M}</td>" in editing.get(LIST).content.decode()


def test_a_column_that_the_archive_no_longer_has_is_left_out(editing: Client, editor: Any) -> None:
    ListColumns.objects.create(kind="statement", user=editor, columns=["gone", "slug"])
    assert editing.get(LIST).context["cl"].list_display[1:] == ["name", "slug"]


def test_pickers_and_strangers_have_no_saved_lists(editing: Client, client: Client) -> None:
    assert b"Saved filters and columns" not in editing.get(f"{LIST}?_popup=1").content
    assert Client().post(SAVED, {"name": "a", "query": "q=a"}).status_code == 302
    assert not SavedFilter.objects.exists()
