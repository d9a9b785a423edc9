"""Tokens: given for a password, good for ten hours, ended by their holder."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from knox.models import AuthToken

from tests.rest.asking import Asker, first, refused

pytestmark = pytest.mark.django_db


def basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


@pytest.fixture
def token(public: Asker, editor: Any) -> str:
    answer = public.send("POST", "token/", b"", authorization=basic("editor", "a-test-password"))
    assert answer.status_code == 200
    return str(answer.json()["token"])


def test_a_token_writes_without_a_session(public: Asker, token: str) -> None:
    answer = public.send("POST", "topics/", {"slug": "t", "name": "T"}, authorization=f"Token {token}")
    assert answer.status_code == 201
    assert public.get("topics/t/", authorization=f"token {token}").json()["name"] == "T"


def test_a_token_is_kept_hashed_and_lasts_ten_hours(token: str) -> None:
    stored = AuthToken.objects.get()
    assert token not in (stored.digest, stored.token_key)
    left = stored.expiry - timezone.now()
    assert timedelta(hours=9, minutes=50) < left <= timedelta(hours=10)


def test_an_expired_token_is_refused_and_goes(public: Asker, token: str) -> None:
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    answer = public.get("topics/", authorization=f"Token {token}")
    assert "expired" in refused(answer, 401)["detail"]
    assert answer["WWW-Authenticate"] == "Token"
    assert not AuthToken.objects.exists()


def test_a_token_that_is_ended_is_refused(public: Asker, token: str) -> None:
    given = f"Token {token}"
    assert public.send("POST", "token/revoke/", b"", authorization=given).status_code == 204
    refused(public.send("POST", "token/revoke/", b"", authorization=given), 401)
    refused(public.get("topics/", authorization=given), 401)


def test_a_token_of_somebody_who_left_is_refused(public: Asker, token: str, editor: Any) -> None:
    editor.is_active = False
    editor.save()
    refused(public.get("topics/", authorization=f"Token {token}"), 401)


@pytest.mark.parametrize("given", ["Token junk", "Token", "Token a b", "Token \xff\xfe", "Bearer junk", "bearer"])
def test_a_bad_token_is_refused_even_for_what_all_may_read(public: Asker, given: str) -> None:
    found = first(public.get("topics/", authorization=given), 401)
    assert found["field"] == "Authorization"
    assert "junk" not in found["got"]
    assert found["expected"].startswith("Token")


def test_a_password_for_a_proxy_in_front_is_not_ours(public: Asker) -> None:
    assert public.get("topics/", authorization=basic("a", "b")).status_code == 200


@pytest.mark.parametrize("given", ["", basic("editor", "wrong"), "Basic !!", basic("nobody", "x"), "Token junk"])
def test_without_a_password_there_is_no_token(public: Asker, editor: Any, given: str) -> None:
    answer = public.send("POST", "token/", b"", **({"authorization": given} if given else {}))
    assert first(answer, 401)["expected"].startswith("Basic")
    assert not AuthToken.objects.exists()
