"""The key of the browser's drafts, and the cookie that names those that are saved."""

from __future__ import annotations

from typing import Any

from django.test import Client

from archive.admin.autosave import DRAFT_FIELD, SAVED_COOKIE, draft_key
from archive.models import Topic
from tests.support.admin_forms import address, opened, send

DRAFT = "0b0d7a52-6c2e-4a1e-9a57-3a0f5f7f1c11"


def test_the_key_is_the_users_own_and_changes_with_the_password(editor: Any, contributor: Any) -> None:
    key = draft_key(editor)
    assert key == draft_key(editor)
    assert key != draft_key(contributor)
    editor.set_password("another-test-password")
    assert key != draft_key(editor)


def test_the_form_has_the_key_and_may_not_be_cached(editing: Client, editor: Any) -> None:
    response = editing.get(address(Topic, "add"))
    assert f'data-draft-key="{draft_key(editor)}"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_form_that_may_only_be_read_has_no_key(contributing: Client, contributor: Any, db: None) -> None:
    topic = Topic.objects.create(name="Fisheries", slug="fisheries", status="published")
    assert draft_key(contributor) not in contributing.get(address(topic)).content.decode()


def test_a_save_names_the_draft_that_is_saved(editing: Client) -> None:
    form = {**opened(editing, Topic), "name": "Fisheries", "slug": "fisheries", DRAFT_FIELD: DRAFT}
    cookie = send(editing, Topic, form).cookies[SAVED_COOKIE]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == (DRAFT, "/admin/", "Lax")


def test_a_refused_form_and_a_wrong_identifier_name_no_draft(editing: Client) -> None:
    form = {**opened(editing, Topic), "name": "", DRAFT_FIELD: DRAFT}
    refused = send(editing, Topic, form)
    assert SAVED_COOKIE not in refused.cookies
    assert f'data-draft="{DRAFT}"' in refused.content.decode()
    form |= {"name": "Fisheries", "slug": "fisheries", DRAFT_FIELD: "x; path=/\r\nSet-Cookie: a=b"}
    response = send(editing, Topic, form)
    assert response.status_code == 302
    assert SAVED_COOKIE not in response.cookies
