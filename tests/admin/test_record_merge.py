"""Merging two records in the admin: the page with both side by side, stale forms, the list of merges, undoing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from archive.merging.merge import merge
from archive.models import Event, MergedRecord, Name, Official, Statement
from archive.registry import COLLECTIONS
from tests.support.admin_forms import address, messages_of, opened, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


@pytest.fixture
def kim() -> Official:
    return Official.objects.get(slug="kim-you-geun")


@pytest.fixture
def duplicate(kim: Official) -> Official:
    """Kim again, spelt otherwise, as a draft with a native name and a statement."""
    duplicate = Official.objects.create(slug="kim-yoo-geun", name="Kim Yoo-geun", state=kim.state, born="1957")
    Name.objects.create(official=duplicate, text="김유근", scheme="native", language="ko", script="Hang")
    Statement.objects.create(
        slug="2019-by-kim",
        name="Kim speaks",
        date="2019",
        classification="note",
        attribution="named",
        speaker=duplicate,
    )
    return duplicate


def _page(client: Client, source: Any, target: Any) -> Any:
    return client.get(address(source, "merge"), {"into": target.pk})


def _confirm(client: Client, source: Any, target: Any, token: str, **values: str) -> Any:
    return client.post(f"{address(source, 'merge')}?into={target.pk}", {"token": token, **values}, follow=True)


def test_both_are_shown_side_by_side_with_what_moves(editing: Client, kim: Official, duplicate: Official) -> None:
    content = editing.get(address(duplicate)).content.decode()
    assert f'href="{address(duplicate, "merge")}">Merge into…</a>' in content
    response = _page(editing, duplicate, kim)
    plan = response.context["plan"]
    assert [choice.name for choice in plan.choices] == ["name", "sort_name", "born"]
    assert {group["name"]: group["count"] for group in response.context["moved"]} == {"statements: speaker": 1}
    assert [row.part for row in plan.dropped()] == ["name 김유근"]
    content = response.content.decode()
    assert 'name="value_born" value="source" checked' in content
    assert f'href="{address(Statement.objects.get(slug="2019-by-kim"))}"' in content
    assert f'href="{address(kim, "where_used")}"' in content


def test_the_merge_takes_the_chosen_values_and_leads_to_the_one_that_stays(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    token = _page(editing, duplicate, kim).context["plan"].token
    response = _confirm(
        editing, duplicate, kim, token, value_name="source", value_born="target", change_reason="The same birthday."
    )
    assert response.redirect_chain == [(address(kim), 302)]
    [message] = messages_of(response)
    assert "“Kim Yoo-geun (kim-yoo-geun)” was merged into “Kim Yoo-geun (kim-you-geun)”" in message
    kim.refresh_from_db()
    assert (kim.name, kim.born) == ("Kim Yoo-geun", None)
    merged = MergedRecord.objects.get()
    assert merged.author == editor
    assert kim.history.first().history_change_reason.endswith("The same birthday.")
    assert reverse("undo_merge", args=[merged.pk]) in message


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_page_opens_for_every_kind(editing: Client, collection: str) -> None:
    model: Any = COLLECTIONS[collection].model
    first = model.objects.order_by("pk").first()
    assert editing.get(address(first, "merge")).status_code == 200
    assert "expected another one" in _page(editing, first, first).content.decode()
    for other in model.objects.exclude(pk=first.pk)[:3]:
        assert _page(editing, first, other).status_code in (200, 409)


def test_a_public_record_is_not_merged_into_a_draft(editing: Client, kim: Official, duplicate: Official) -> None:
    response = _page(editing, kim, duplicate)
    assert response.status_code == 409
    assert "readers would lose it" in response.content.decode()
    assert 'value="Merge"' not in response.content.decode()
    _confirm(editing, kim, duplicate, response.context["plan"].token)
    assert Official.objects.filter(pk=kim.pk).exists()


def test_a_stale_page_is_shown_again_with_what_was_typed(editing: Client, kim: Official, duplicate: Official) -> None:
    token = _page(editing, duplicate, kim).context["plan"].token
    duplicate.died = "2020"  # type: ignore[assignment]
    duplicate.save()
    response = _confirm(editing, duplicate, kim, token, value_name="source", change_reason="My reason")
    content = response.content.decode()
    assert "since you opened the page" in content
    assert 'value="My reason"' in content
    assert 'name="value_name" value="source" checked' in content
    assert Official.objects.filter(pk=duplicate.pk).exists()
    response = _confirm(editing, duplicate, kim, response.context["plan"].token)
    assert not Official.objects.filter(pk=duplicate.pk).exists()


@pytest.mark.parametrize("token", ["", "x", "\u202e", "<script>", "\x00"])
def test_a_form_without_the_token_of_the_page_changes_nothing(
    editing: Client, kim: Official, duplicate: Official, token: str
) -> None:
    assert _confirm(editing, duplicate, kim, token).status_code == 200
    assert not MergedRecord.objects.exists()


def test_a_page_of_a_record_that_was_merged_meanwhile_says_into_which(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    token = _page(editing, duplicate, kim).context["plan"].token
    page = address(duplicate, "merge")
    merge(duplicate, kim, editor)
    response = editing.post(f"{page}?into={kim.pk}", {"token": token, "change_reason": "My <b>reason</b>"})
    content = response.content.decode()
    assert response.status_code == 410
    assert "was merged into &#x27;Kim You-geun&#x27; at " in content
    assert "My &lt;b&gt;reason&lt;/b&gt;" in content


def test_the_name_of_a_deleted_draft_is_said_to_who_sees_drafts_only(client: Client, duplicate: Official) -> None:
    user = User.objects.create_user("clerk", is_staff=True)
    names = ("view_official", "change_official", "delete_official")
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    page = address(duplicate, "merge")
    Statement.objects.filter(speaker=duplicate).delete()
    duplicate.delete()
    client.force_login(user)
    assert client.get(page).status_code == 404
    user.user_permissions.add(Permission.objects.get(codename="view_drafts"))
    assert client.get(page).status_code == 410


def test_the_other_way_round_is_refused_after_a_merge(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    Official.objects.filter(pk=duplicate.pk).update(status="published")
    pk = duplicate.pk
    merge(duplicate, kim, editor)
    response = editing.post(f"{address(kim, 'merge')}?into={pk}", {"token": "x"})
    assert response.status_code == 200
    assert Official.objects.filter(pk=kim.pk).exists()


def test_an_old_address_of_the_form_leads_to_the_other_record(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    page = address(duplicate)
    merge(duplicate, kim, editor)
    response = editing.get(page, follow=True)
    assert response.redirect_chain == [(address(kim), 302)]
    assert "“Kim Yoo-geun” was merged into this record by editor" in messages_of(response)[0]


def test_a_form_of_a_merged_record_keeps_what_was_typed(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    sent = {**opened(editing, duplicate), "name": "Kim Yoogeun", "change_reason": "A better name"}
    page = address(duplicate)
    merge(duplicate, kim, editor)
    response = editing.post(page, sent)
    content = response.content.decode()
    assert response.status_code == 410
    assert "This official was merged while you were editing it" in content
    assert f'href="{address(kim)}"' in content
    assert "Kim Yoogeun" in content


def test_a_form_with_a_merged_record_chosen_is_saved_with_the_other(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    statement = Statement.objects.get(slug="2019-by-kim")
    sent = {**opened(editing, statement), "summary": "New."}
    assert sent["speaker"] == str(duplicate.pk)
    merge(duplicate, kim, editor)
    assert send(editing, statement, sent).status_code == 302
    statement.refresh_from_db()
    assert (statement.speaker, statement.summary) == (kim, "New.")


def test_several_chosen_records_are_saved_with_the_other(editing: Client, editor: Any) -> None:
    statement = Statement.objects.get(slug="2019-07-12-kim-you-geun-international-probe")
    first, second = Event.objects.order_by("pk")[:2]
    statement.about_events.set([first])
    sent = opened(editing, statement)
    merge(first, second, editor)
    assert send(editing, statement, {**sent, "summary": "New."}).status_code == 302
    assert list(statement.about_events.all()) == [second]


def test_it_takes_the_permission_to_change_and_to_delete(
    client: Client, contributing: Client, kim: Official, duplicate: Official
) -> None:
    assert contributing.get(address(duplicate, "merge")).status_code in (200, 403)
    assert "Merge into…" not in contributing.get(address(kim)).content.decode()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_official"))
    client.force_login(reader)
    assert client.get(address(kim, "merge")).status_code == 403
    assert client.get(address(duplicate, "merge")).status_code == 404
    assert client.get(reverse("merged_records")).status_code == 403
    assert Client().get(address(kim, "merge")).status_code == 302


def test_merges_are_listed_and_undone(editing: Client, kim: Official, duplicate: Official, editor: Any) -> None:
    merged = merge(duplicate, kim, editor, "Twice.")
    undo_url = reverse("undo_merge", args=[merged.pk])
    assert undo_url in editing.get(reverse("merged_records")).content.decode()
    assert undo_url in editing.get(address(kim, "history")).content.decode()
    history = editing.get(reverse("admin:archive_official_history", args=[merged.record_id])).content.decode()
    assert "It was merged into" in history
    page = editing.get(undo_url)
    assert page.context["counts"] == [("name", 1), ("statement", 1)]
    response = editing.post(undo_url, {"change_reason": "Another Kim."}, follow=True)
    undone, contradiction = messages_of(response)
    assert undone == "The merge is undone: “Kim Yoo-geun” is back, with all that it had."
    assert "expected one record of a person: merge them" in contradiction
    back = Official.objects.get(slug="kim-yoo-geun")
    assert back.history.first().history_change_reason.endswith("Another Kim.")
    assert "undone" in editing.get(reverse("merged_records")).content.decode()


def test_a_merged_record_is_not_offered_to_be_brought_back_but_its_merge_to_be_undone(
    editing: Client, contributing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    merged = merge(duplicate, kim, editor)
    undo_url = reverse("undo_merge", args=[merged.pk])
    page = editing.get(reverse("deleted_records")).content.decode()
    assert "Bring back Kim Yoo-geun" not in page
    assert "It was merged into" in page
    assert f'href="{undo_url}"' in page
    assert undo_url not in contributing.get(reverse("deleted_records")).content.decode()
    revision = Official.history.filter(id=merged.record_id).first()
    version = reverse("admin:archive_official_simple_history", args=[merged.record_id, revision.history_id])
    assert f'href="{undo_url}"' in editing.get(version).content.decode()


def test_of_a_chain_of_merges_only_the_last_is_offered_to_be_undone(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    third = Official.objects.create(slug="kim-third", name="Kim the third", status="published")
    first = merge(duplicate, kim, editor)
    second = merge(kim, third, editor)
    first_url, second_url = (reverse("undo_merge", args=[merged.pk]) for merged in (first, second))
    page = editing.get(reverse("merged_records")).content.decode()
    assert first_url not in page
    assert "first into <bdi>Kim You-geun</bdi>, which was merged later" in page
    assert page.count(f'href="{second_url}"') == 2
    refused = editing.get(first_url)
    assert refused.status_code == 409
    assert f'href="{second_url}"' in refused.content.decode()
    assert first_url not in editing.get(reverse("deleted_records")).content.decode()
    assert editing.post(second_url, {"change_reason": "Another Kim."}).status_code == 302
    assert first_url in editing.get(reverse("merged_records")).content.decode()


def test_what_was_changed_since_is_named_and_nothing_is_undone(
    editing: Client, kim: Official, duplicate: Official, editor: Any
) -> None:
    merged = merge(duplicate, kim, editor)
    Statement.objects.filter(slug="2019-by-kim").update(speaker=None, attribution="institutional", body=kim.state)
    undo_url = reverse("undo_merge", args=[merged.pk])
    response = editing.get(undo_url)
    assert response.status_code == 409
    assert "statement &#x27;Kim speaks&#x27;: speaker is &#x27;&#x27; now" in response.content.decode()
    response = editing.post(undo_url, {"change_reason": "x"})
    assert "Nothing was changed." in response.content.decode()
    assert not Official.objects.filter(slug="kim-yoo-geun").exists()


def test_a_merge_that_is_not_there_is_a_404(editing: Client) -> None:
    assert editing.get("/admin/archive/merged/12345/undo/").status_code == 404
    assert editing.get("/admin/archive/merged/99999999999999999999/undo/").status_code == 404
    assert editing.get("/admin/archive/official/99999999999999999999999/merge/").status_code == 404
    assert editing.get("/admin/archive/official/x/merge/").status_code == 404


@pytest.mark.parametrize("into", ["", "x", "0", "99999999999999999999", "-1", "1\x00"])
def test_a_target_that_is_none_is_an_error_of_its_field(editing: Client, kim: Official, into: str) -> None:
    response = editing.get(address(kim, "merge"), {"into": into})
    assert response.status_code == 200
    assert response.context["form"].errors["into"]


def test_markup_and_direction_marks_do_not_leave_their_place(editing: Client, kim: Official, editor: Any) -> None:
    odd = Official.objects.create(slug="odd", name="<b>Kim</b> \u202e gpj.exe")
    content = _page(editing, odd, kim).content.decode()
    assert "<b>Kim</b>" not in content
    refused = _page(editing, kim, odd).content.decode()
    assert "\u202e" not in refused.partition('class="errornote"')[2].partition("</div>")[0]
    token = _page(editing, odd, kim).context["plan"].token
    response = _confirm(editing, odd, kim, token, change_reason="<i>why</i>")
    [message] = messages_of(response)
    assert "&lt;b&gt;Kim&lt;/b&gt;" in message
    assert "\u202e" not in message
    for url in (reverse("merged_records"), reverse("undo_merge", args=[MergedRecord.objects.get().pk])):
        assert "<b>Kim</b>" not in editing.get(url).content.decode()


def test_namesakes_are_told_apart_and_the_record_is_not_offered_to_itself(editing: Client, kim: Official) -> None:
    others = [Official.objects.create(slug=f"kim-{n}", name=kim.name, state=kim.state) for n in (1, 2)]
    page = editing.get(address(kim, "merge"))
    assert {duplicate["label"].rpartition(" · ")[2] for duplicate in page.context["duplicates"]} >= {"kim-1", "kim-2"}
    url = page.context["form"].fields["into"].widget.get_url()
    query = {"app_label": "archive", "model_name": "statement", "field_name": "speaker", "term": kim.name}
    found = editing.get(f"{url}&{urlencode(query)}").json()["results"]
    assert str(kim.pk) not in {result["id"] for result in found}
    assert {result["text"].rpartition(" · ")[2] for result in found} >= {"kim-1", "kim-2"}
    compared = editing.get(address(kim, "merge"), {"into": others[0].pk})
    assert compared.context["title"] == f"Merge {kim.name} (kim-you-geun) into {kim.name} (kim-1)"
