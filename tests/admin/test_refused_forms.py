"""Pages about forms of the admin that were refused before a view read them, and the log-in page that follows."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse

pytestmark = pytest.mark.django_db

ADD = reverse("admin:archive_event_add")


def test_a_form_without_its_token_leads_back_to_what_was_typed(editor: object) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"{ADD}?clone=1", {"name": "x"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "the session has ended, or its cookies were removed. Nothing was changed." in page
    assert "What you typed into a form is stored in this browser" in page
    assert f'href="{ADD}?clone=1"' in page
    assert "To the timeline" not in page


def test_a_form_that_is_too_large_leads_back_to_what_was_typed(editing: Client) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
        response = editing.post(ADD, {"name": "x" * 2_000}, content_type="application/x-www-form-urlencoded")
    page = response.content.decode()
    assert response.status_code == 413
    assert "What you typed into a form is stored in this browser" in page
    assert f'href="{ADD}"' in page


def test_an_address_of_a_refused_form_is_escaped() -> None:
    response = Client(enforce_csrf_checks=True).post(f'{ADD}?x="><script>alert(1)</script>', {})
    assert "<script>alert" not in response.content.decode()


def test_the_pages_of_readers_keep_their_own_error_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "ko"})
    assert "is stored in this browser" not in response.content.decode()


def test_the_log_in_page_says_why_one_is_there_and_that_the_text_waits(client: Client) -> None:
    login = reverse("admin:login")
    assert "what you typed into a form is offered there" in client.get(ADD, follow=True).content.decode()
    for address in (login, f"{login}?next={reverse('admin:index')}", f"{login}?next=https://example.org/"):
        assert "is offered there" not in client.get(address).content.decode()
