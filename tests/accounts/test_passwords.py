"""Passwords by NIST SP 800-63B: long ones of any sort are accepted, and what is guessed first is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from archive.models import AuditEntry

USER = User(username="kim.you-geun", first_name="You-geun", last_name="Kim", email="geun@ministry.example")


def refused(password: str, user: User | None = USER) -> list[str]:
    """What is wrong with the password; nothing if it is accepted."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "fifteen letters",
        "слова на другом языке",
        "輸出管理を見直すための十五文字以上",
        "839201748562910",
        "xK7#pQ2!vB9$mW4&",
        "words " * 3 + "and others",
        "a quite long sentence that goes on and on, and ends only after sixty-four characters or more",
        "tulip" + "kettle orbit " * 100,
    ],
)
def test_long_passwords_of_any_sort_are_accepted(password: str) -> None:
    assert refused(password) == []


@pytest.mark.parametrize(
    "password",
    ["passwordpassword", "Password 12345678", "!!password12345!", "football football", "1q2w3e4r5t6y7u8i",
     "iloveyou1234567"],
)  # fmt: skip
def test_common_passwords_are_refused_also_with_little_added(password: str) -> None:
    [message] = refused(password)
    assert message.startswith("It is a common password ('")
    assert "or close to one. Take several words" in message


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "123456789012345", "qwertyuiopasdfgh", "zyxwvutsrqponmlk",
     "111222333444555"],
)  # fmt: skip
def test_repetitions_and_sequences_are_refused(password: str) -> None:
    assert refused(password) == [
        "It repeats or continues the same few characters, which is easy to guess. Take several words that have nothing "
        "to do with each other."
    ]


@pytest.mark.parametrize(
    ("password", "like"),
    [
        ("kim.you-geun.kim", "your username"),
        ("geun@ministry.example", "your email address"),
        ("ministry ministry geun 1", "'ministry'"),
        ("Chancery Chancery 26", "'chancery'"),
    ],
)
def test_the_names_of_user_and_archive_are_refused(password: str, like: str) -> None:
    assert f"It is too similar to {like}." in refused(password)[0]


def test_a_name_within_a_long_password_is_accepted() -> None:
    assert refused("chancery tulip kettle orbit") == []


def test_a_short_password_says_how_short() -> None:
    assert refused("tulip kettle") == [
        "It is too short: got 12 characters, expected 15 or more. Several words in a row are long and easy to remember."
    ]


def test_the_archives_own_name_counts(settings: Any) -> None:
    settings.ARCHIVE_NAME = "Archive of the Six-Party Talks"
    assert "too similar to 'archive'" in refused("archive talks party")[0]


@pytest.mark.django_db
def test_wrong_old_passwords_count_as_failed_log_ins(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    new = "tulip kettle orbit"

    def send(old: str) -> Any:
        return client.post("/admin/password_change/", {"old_password": old, "new_password1": new, "new_password2": new})

    for number in range(10):
        page = send(f"guess {number}")
        assert (page.status_code, "Your old password was entered incorrectly" in page.content.decode()) == (200, True)
    assert AuditEntry.objects.filter(action="sign_in_failed", account="editor").count() == 10
    refused = send("a-test-password")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    editor.refresh_from_db()
    assert editor.check_password("a-test-password")


@pytest.mark.django_db
def test_the_right_old_password_changes_it(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    new = "tulip kettle orbit"
    form = {"old_password": "a-test-password", "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form)["Location"] == "/admin/password_change/done/"
    editor.refresh_from_db()
    assert editor.check_password("tulip kettle orbit")


def test_the_page_for_a_new_password_says_the_rules_and_what_is_wrong(editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    page = client.get("/admin/password_change/").content.decode()
    assert all(text in page for text in password_validators_help_texts())
    form = {"old_password": "a-test-password", "new_password1": "short", "new_password2": "short"}
    assert "got 5 characters, expected 15 or more" in client.post("/admin/password_change/", form).content.decode()
