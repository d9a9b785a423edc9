"""Who else has a record's form open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from archive.models import OpenForm
from archive.models.open_form import SILENCE
from tests.support import filter_records as make
from tests.support.admin_forms import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def url() -> str:
    return address(make.event("talks", "2019", status="draft"), "open")


def _others(client: Client, url: str) -> list[str]:
    answer = client.post(url)
    assert answer.status_code == 200
    return [form["name"] for form in answer.json()["others"]]


def test_each_of_two_users_learns_of_the_other(editing: Client, contributing: Client, url: str) -> None:
    assert _others(editing, url) == []
    assert _others(editing, url) == []
    assert _others(contributing, url) == ["editor"]
    assert _others(editing, url) == ["contributor"]
    assert contributing.post(url, {"left": "1"}).json() == {"others": []}
    assert _others(editing, url) == []


def test_a_browser_that_is_silent_has_no_form_open(editing: Client, contributing: Client, url: str) -> None:
    _others(contributing, url)
    OpenForm.objects.update(seen_at=timezone.now() - SILENCE - timedelta(seconds=1))
    assert _others(editing, url) == []
    assert OpenForm.objects.count() == 1


def test_forms_of_other_records_do_not_count(editing: Client, contributing: Client, url: str) -> None:
    other = make.event("other", "2019")
    topic = make.topic("other")
    _others(editing, address(other, "open"))
    _others(editing, address(topic, "open"))
    assert _others(contributing, url) == []


def test_bad_requests_are_refused_in_words(editing: Client, contributing: Client, url: str) -> None:
    assert editing.get(url).json() == {"error": "Open form: got GET, expected POST."}
    gone = editing.post("/admin/archive/event/999999/open/")
    assert (gone.status_code, gone.json()) == (404, {"error": "Open form: there is no event with the number '999999'."})
    assert editing.post(f"/admin/archive/event/{'9' * 30}/open/").status_code == 404
    assert editing.post("/admin/archive/event/abc/open/").status_code == 404
    published = address(make.event("public", "2019"), "open")
    assert contributing.post(published).status_code == 403
    assert Client().post(url).status_code == 302
    assert not OpenForm.objects.exists()


def test_a_deleted_user_has_no_form_open(editing: Client, editor: Any, url: str) -> None:
    _others(editing, url)
    editor.delete()
    assert not OpenForm.objects.exists()
