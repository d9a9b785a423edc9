"""Who guesses passwords is locked out; who only shares an address with them is not."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

PASSWORD = "a-test-password"


def _token(name: str, password: str) -> int:
    basic = b64encode(f"{name}:{password}".encode()).decode()
    return (
        Client()
        .post("/api/v1/token/", content_type="application/json", headers={"Authorization": f"Basic {basic}"})
        .status_code
    )


@pytest.fixture
def guessed(editor: Any) -> str:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert _token(editor.get_username(), "a guess") == 401
    return str(editor.get_username())


def test_after_ten_guesses_even_the_password_is_refused(guessed: str) -> None:
    assert _token(guessed, PASSWORD) == 401


def test_others_at_the_same_address_still_log_in(guessed: str, contributor: Any) -> None:
    assert _token(contributor.get_username(), PASSWORD) == 200
