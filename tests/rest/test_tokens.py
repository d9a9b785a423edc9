"""Tokens: given for a password, good for ten hours, ended by their holder."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from tests.support.rest_client import RestClient, error_of, problem

pytestmark = pytest.mark.django_db


def basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


@pytest.fixture
def token(public: RestClient, editor: Any) -> str:
    answer = public.send("POST", "token/", b"", authorization=basic("editor", "a-test-password"))
    assert answer.status_code == 200
    return str(answer.json()["token"])


def test_a_token_writes_without_a_session(public: RestClient, token: str) -> None:
    answer = public.send("POST", "topics/", {"slug": "t", "name": "T"}, authorization=f"Token {token}")
    assert answer.status_code == 201
    assert public.get("topics/t/", authorization=f"token {token}").json()["name"] == "T"


def test_a_token_is_stored_hashed_and_expires_after_ten_hours(token: str) -> None:
    stored = AuthToken.objects.get()
    assert token not in (stored.digest, stored.token_key)
    left = stored.expiry - timezone.now()
    assert timedelta(hours=9, minutes=50) < left <= timedelta(hours=10)


def test_an_expired_token_is_refused_and_goes(public: RestClient, token: str) -> None:
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    answer = public.get("topics/", authorization=f"Token {token}")
    assert "expired" in problem(answer, 401)["detail"]
    assert answer["WWW-Authenticate"] == "Token"
    assert not AuthToken.objects.exists()


def test_a_token_that_is_ended_is_refused(public: RestClient, token: str) -> None:
    text = f"Token {token}"
    assert public.send("POST", "token/revoke/", b"", authorization=text).status_code == 204
    problem(public.send("POST", "token/revoke/", b"", authorization=text), 401)
    problem(public.get("topics/", authorization=text), 401)


def test_a_token_of_an_inactive_user_is_refused(public: RestClient, token: str, editor: Any) -> None:
    editor.is_active = False
    editor.save()
    problem(public.get("topics/", authorization=f"Token {token}"), 401)


@pytest.mark.parametrize("text", ["Token junk", "Token", "Token a b", "Token \xff\xfe", "Bearer junk", "bearer"])
def test_a_bad_token_is_refused_even_for_what_all_may_read(public: RestClient, text: str) -> None:
    error = error_of(public.get("topics/", authorization=text), 401)
    assert error["field"] == "Authorization"
    assert "junk" not in error["got"]
    assert error["expected"].startswith("Token")


def test_a_password_for_a_proxy_in_front_is_not_ours(public: RestClient) -> None:
    assert public.get("topics/", authorization=basic("a", "b")).status_code == 200


@pytest.mark.parametrize("text", ["", basic("editor", "wrong"), "Basic !!", basic("nobody", "x"), "Token junk"])
def test_without_a_password_there_is_no_token(public: RestClient, editor: Any, text: str) -> None:
    answer = public.send("POST", "token/", b"", **({"authorization": text} if text else {}))
    assert error_of(answer, 401)["expected"].startswith("Basic")
    assert not AuthToken.objects.exists()


def test_a_token_makes_no_session(public: RestClient, token: str, editor: Any) -> None:
    answer = public.send("POST", "token/", b"", authorization=basic("editor", "a-test-password"))
    assert (answer.cookies, answer["Cache-Control"]) == ({}, "no-store")
    assert "Cookie" not in answer.get("Vary", "")
    public.send("POST", "token/revoke/", b"", authorization=f"Token {token}")
    assert not Session.objects.exists()
    editor.refresh_from_db()
    assert editor.last_login is not None


@pytest.mark.parametrize("change", ["set_password", "update_fields", "admin form", "set unusable"])
def test_a_new_password_ends_all_tokens_of_its_user(
    public: RestClient, token: str, editor: Any, contributor: Any, administrator: Any, change: str
) -> None:
    other = AuthToken.objects.create(contributor)[1]
    if change == "admin form":
        form = AdminPasswordChangeForm(editor, {"password1": "another few words", "password2": "another few words"})
        assert form.is_valid(), form.errors
        form.save()
    elif change == "set unusable":
        editor.set_unusable_password()
        editor.save()
    else:
        editor.set_password("another few words")
        editor.save(**({"update_fields": ["password"]} if change == "update_fields" else {}))
    problem(public.get("topics/", authorization=f"Token {token}"), 401)
    assert public.get("topics/", authorization=f"Token {other}").status_code == 200


@pytest.mark.parametrize("fields", [None, ["last_name"], ["last_login"]])
def test_another_change_of_a_user_ends_no_token(public: RestClient, token: str, editor: Any, fields: Any) -> None:
    editor.last_name = "Kim"
    editor.save(update_fields=fields)
    assert public.get("topics/", authorization=f"Token {token}").status_code == 200


def test_an_owner_lists_and_ends_tokens(public: RestClient, token: str, editor: Any, contributor: Any) -> None:
    text = f"Token {token}"
    second, other = AuthToken.objects.create(editor)[1], AuthToken.objects.create(contributor)[1]
    AuthToken.objects.create(editor, expiry=timedelta(seconds=-1))
    answer = public.get("tokens/", authorization=text)
    rows = answer.json()["results"]
    assert [row["current"] for row in rows] == [False, True]
    assert token not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert public.send("DELETE", f"tokens/{rows[0]['id']}/", b"", authorization=text).status_code == 204
    problem(public.get("topics/", authorization=f"Token {second}"), 401)
    error_of(public.send("DELETE", f"tokens/{rows[0]['id']}/", b"", authorization=text), 404)
    assert public.send("DELETE", "tokens/", b"", authorization=text).status_code == 204
    problem(public.get("tokens/", authorization=text), 401)
    assert public.get("tokens/", authorization=f"Token {other}").status_code == 200


def test_a_password_or_a_session_ends_all_tokens(public: RestClient, token: str, editor: Any) -> None:
    password = basic("editor", "a-test-password")
    assert len(public.get("tokens/", authorization=password).json()["results"]) == 1
    assert public.send("DELETE", "tokens/", b"", authorization=password).status_code == 204
    AuthToken.objects.create(editor)
    assert RestClient(editor).send("DELETE", "tokens/", b"").status_code == 204
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("path", ["tokens/", "tokens/0123456789abcdef/"])
def test_nobody_ends_tokens_without_a_login(public: RestClient, path: str) -> None:
    problem(public.send("DELETE", path, b""), 401)


@pytest.mark.parametrize("text", ["0", "%25" * 16, "_" * 16, "f" * 128, "김"])
def test_an_id_that_is_none_ends_nothing(public: RestClient, token: str, text: str) -> None:
    problem(public.send("DELETE", f"tokens/{text}/", b"", authorization=f"Token {token}"), 404)
    assert AuthToken.objects.count() == 1


def test_the_tokens_of_others_are_out_of_reach(public: RestClient, token: str, contributor: Any) -> None:
    other = AuthToken.objects.create(contributor)[0]
    problem(public.send("DELETE", f"tokens/{other.digest[:16]}/", b"", authorization=f"Token {token}"), 404)
    assert AuthToken.objects.filter(pk=other.pk).exists()


def test_a_user_has_a_limited_number_of_tokens(public: RestClient, editor: Any) -> None:
    password = basic("editor", "a-test-password")
    AuthToken.objects.create(editor, expiry=timedelta(seconds=-1))
    for _ in range(19):
        AuthToken.objects.create(editor)
    assert public.send("POST", "token/", b"", authorization=password).status_code == 200
    error = error_of(public.send("POST", "token/", b"", authorization=password), 403)
    assert (error["field"], error["got"]) == ("tokens", "20")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"x", "text/plain"),
        (b"{", "application/json"),
        (b"\xff", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"&".join(b"f%d=" % number for number in range(10_100)), "application/x-www-form-urlencoded"),
    ],
    ids=["no form", "no boundary", "text", "no JSON", "no charset", "many fields"],
)
def test_wrong_passwords_are_counted_whatever_the_body_is(body: bytes, kind: str, editor: Any) -> None:
    statuses = [
        Client()
        .generic("POST", "/api/v1/token/", body, kind, headers={"Authorization": basic("editor", f"wrong-{number}")})
        .status_code
        for number in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2
