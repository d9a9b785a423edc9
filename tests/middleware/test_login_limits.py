"""Limits of failed log-ins lock out attackers, not others with the same account or address."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils.timezone import now

from archive.middleware.login_limits import ACCOUNT_LIMIT, ADDRESS_LIMIT, CEILING, seconds_to_wait
from archive.models import AuditAction, AuditEntry

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PASSWORD = "a-test-password"
ATTACKER, OWNER = "203.0.113.9", "198.51.100.7"


def post_token(name: str, password: str, address: str = ATTACKER, **headers: str) -> Any:
    basic = b64encode(f"{name}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", **headers}
    return Client(REMOTE_ADDR=address).post("/api/v1/token/", content_type="application/json", headers=headers)


def log_in(name: str, password: str, address: str = ATTACKER) -> Any:
    typed = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/", typed)


def token_status(*args: str) -> int:
    return int(post_token(*args).status_code)


def failures(account: str, addresses: list[str], count: int = 1, ago: timedelta = timedelta()) -> None:
    """Failures as they would be stored."""
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=account, ip_address=address, user_agent="", failures_since_start=count)
        for address in addresses
    )
    AccessAttempt.objects.filter(ip_address__in=addresses).update(attempt_time=now() - ago)


@pytest.fixture
def guessed(editor: Any) -> str:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert token_status(editor.get_username(), "a guess") == 401
    return str(editor.get_username())


def test_after_ten_guesses_even_the_password_is_refused_at_every_door(guessed: str) -> None:
    answer = post_token(guessed, PASSWORD)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert 800 < int(answer["Retry-After"]) <= 900
    assert answer.json()["title"] == "Too many requests"
    assert "Try again in" in answer.json()["detail"]
    page = log_in(guessed, PASSWORD)
    assert (page.status_code, page["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert 800 < int(page["Retry-After"]) <= 900
    assert "Too many failed log-ins" in page.content.decode()


def test_guesses_at_the_login_page_lock_the_token_door(editor: Any) -> None:
    assert [log_in("editor", "a guess").status_code for _ in range(10)] == [200] * 10
    assert token_status("editor", PASSWORD) == 429


def test_the_owner_elsewhere_still_logs_in(guessed: str) -> None:
    assert token_status(guessed, PASSWORD, OWNER) == 200
    assert log_in(guessed, PASSWORD, "192.0.2.20").status_code == 302


def test_others_at_the_same_address_still_log_in(guessed: str, contributor: Any) -> None:
    assert token_status(contributor.get_username(), PASSWORD) == 200


def test_a_refused_attempt_is_neither_hashed_nor_counted(guessed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(AccessAttempt.objects.values_list("failures_since_start", "attempt_time"))
    monkeypatch.setattr(MD5PasswordHasher, "encode", None)
    assert {token_status(guessed, "a guess") for _ in range(3)} == {429}
    assert list(AccessAttempt.objects.values_list("failures_since_start", "attempt_time")) == before


def test_a_lock_ends_by_itself(guessed: str) -> None:
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=15, seconds=1))
    assert token_status(guessed, PASSWORD) == 200


def test_a_made_up_address_does_not_help(guessed: str) -> None:
    assert post_token(guessed, PASSWORD, **{"X-Forwarded-For": OWNER}).status_code == 429


def test_clients_behind_a_trusted_proxy_are_distinguished(editor: Any, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        spoofed = {"X-Forwarded-For": f"192.0.2.{number}, {ATTACKER}"}
        assert post_token("editor", "a guess", "127.0.0.1", **spoofed).status_code == 401
    assert post_token("editor", PASSWORD, "127.0.0.1", **{"X-Forwarded-For": ATTACKER}).status_code == 429
    assert post_token("editor", PASSWORD, "127.0.0.1", **{"X-Forwarded-For": OWNER}).status_code == 200


def test_one_password_for_many_accounts_locks_the_address(editor: Any) -> None:
    statuses = [token_status(f"name{number}", "Password1") for number in range(ADDRESS_LIMIT + 5)]
    assert statuses == [401] * ADDRESS_LIMIT + [429] * 5
    assert token_status("editor", PASSWORD) == 429
    assert token_status("editor", PASSWORD, OWNER) == 200


def test_guesses_from_many_addresses_slow_down(editor: Any) -> None:
    addresses = [f"203.0.113.{number // 9}" for number in range(45)]
    statuses = [token_status("editor", "a guess", address) for address in addresses]
    assert statuses[:ACCOUNT_LIMIT] == [401] * ACCOUNT_LIMIT
    assert statuses.count(401) <= ACCOUNT_LIMIT + 2
    assert token_status("editor", PASSWORD, OWNER) == 200


@pytest.mark.parametrize("pattern", ["10.{0}.{1}.{2}", "10.9.{1}.{2}", "10.9.8.{2}", "2001:db8:{0:x}:{1:x}::{2:x}"])
def test_a_flood_from_many_addresses_is_bounded_and_shuts_no_owner_out(editor: Any, pattern: str) -> None:
    assert token_status("editor", PASSWORD, OWNER) == 200
    moment, tried = now(), 0
    for number in range(300):
        address = pattern.format(number % 250, number // 3 % 250, number % 251)
        if not seconds_to_wait("editor", address, moment):
            failures("editor", [address])
            tried += 1
    assert ACCOUNT_LIMIT <= tried <= CEILING
    assert seconds_to_wait("editor", "203.0.113.77", now()) <= 60
    assert token_status("editor", PASSWORD, OWNER) == 200


def test_a_flood_from_one_network_leaves_new_addresses_elsewhere_open(editor: Any) -> None:
    for number in range(250):
        if not seconds_to_wait("editor", f"203.0.113.{number}", now()):
            failures("editor", [f"203.0.113.{number}"])
    assert token_status("editor", PASSWORD, "192.0.2.99") == 200


def test_above_the_ceiling_new_addresses_have_some_tries_a_minute(editor: Any) -> None:
    failures("editor", [f"{number}.1.1.1" for number in range(1, 120)], ago=timedelta(seconds=70))
    assert token_status("editor", "a guess", "200.1.1.1") == 401
    assert token_status("editor", "a guess", "200.1.1.1") == 429
    assert [token_status("editor", "a guess", f"{201 + number}.1.1.1") for number in range(5)] == [401] * 4 + [429]
    assert 0 < seconds_to_wait("editor", "220.1.1.1", now()) <= 60


def test_an_address_of_record_is_locked_by_its_own_failures_alone(editor: Any) -> None:
    failures("editor", [f"{number}.1.1.1" for number in range(1, 120)])
    failures("others", [OWNER], ADDRESS_LIMIT)
    entry = AuditEntry.objects.create(action=AuditAction.SIGNED_IN, account="editor", address=OWNER)
    assert [token_status("editor", "a typo", OWNER) for _ in range(11)] == [401] * 10 + [429]
    AuditEntry.objects.filter(pk=entry.pk).update(created_at=now() - timedelta(days=91))
    AccessAttempt.objects.filter(username="editor", ip_address=OWNER).delete()
    assert token_status("editor", PASSWORD, OWNER) == 429


def test_a_success_forgives_the_failures_before_it(editor: Any) -> None:
    for _ in range(2):
        assert [token_status("editor", "a typo", OWNER) for _ in range(9)] == [401] * 9
        assert token_status("editor", PASSWORD, OWNER) == 200


@pytest.mark.parametrize("name", ["nobody", "x" * 300, "a\0b", "김", "", "' OR 1=1 --"])
def test_any_name_is_counted_like_an_account(db: None, name: str) -> None:
    assert [token_status(name, "a guess") for _ in range(10)] == [401] * 10
    assert token_status(name, "a guess") in ((401,) if "\0" in name else (429,))
