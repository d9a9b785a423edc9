"""Users see and end their sessions, administrators everybody's; a new password ends the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from archive.accounts.browsers import browser_name
from archive.models import AuditEntry, UserSession
from tests.support.hashers import FastPBKDF2

pytestmark = pytest.mark.django_db
PASSWORD = "a-test-password"
PAGE = "/admin/archive/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)


def browser(name: str, address: str = "192.0.2.1", user_agent: str = FIREFOX) -> Client:
    """A browser in which somebody signed in."""
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": user_agent})
    answer = client.post("/admin/login/", {"username": name, "password": PASSWORD, "next": "/admin/"})
    assert answer.status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/admin/").status_code == 200)


def rows(client: Client, **params: str) -> list[dict[str, Any]]:
    return list(client.get(PAGE, params).context["rows"])


def texts(client: Client) -> list[str]:
    return [str(message) for message in client.get(PAGE).context["messages"]]


def test_a_session_is_listed_with_browser_and_address(editor: Any) -> None:
    laptop, phone = browser("editor"), browser("editor", "198.51.100.7", SAFARI)
    listed = {(row["browser"], row["session"].address, row["is_current"]) for row in rows(laptop)}
    assert listed == {("Firefox on Linux", "192.0.2.1", True), ("Safari on an iPhone", "198.51.100.7", False)}
    assert is_signed_in(phone)


def test_no_page_has_the_key_of_a_session(editor: Any) -> None:
    laptop, phone = browser("editor"), browser("editor", user_agent=SAFARI)
    page = laptop.get(PAGE).content.decode()
    assert phone.cookies["sessionid"].value not in page
    assert laptop.cookies["sessionid"].value not in page


def test_one_session_is_ended(editor: Any) -> None:
    laptop, phone = browser("editor"), browser("editor", user_agent=SAFARI)
    [other] = [row for row in rows(laptop) if not row["is_current"]]
    laptop.post(PAGE, {"session": other["id"]})
    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)
    entry = AuditEntry.objects.get(action="session_ended")
    assert (entry.user, entry.record, entry.detail, entry.address) == (
        editor, "editor", "Safari on an iPhone", "192.0.2.1",
    )  # fmt: skip


def test_all_others_are_ended(editor: Any) -> None:
    laptop, phone, tablet = (browser("editor") for _ in range(3))
    laptop.post(PAGE, {"all": "End all others"})
    assert texts(laptop) == ["2 sessions ended."]
    assert [is_signed_in(client) for client in (laptop, phone, tablet)] == [True, False, False]


def test_tokens_are_listed_and_ended_one_by_one_or_with_all(editor: Any, administrator: Any) -> None:
    laptop = browser("editor")
    tokens = [AuthToken.objects.create(editor)[0] for _ in range(3)]
    AuthToken.objects.create(editor, expiry=timedelta(seconds=-1))
    other = AuthToken.objects.create(administrator)[0]
    listed = [name for name, _token in laptop.get(PAGE).context["tokens"]]
    assert sorted(listed) == sorted(token.digest[:16] for token in tokens)
    assert tokens[0].digest not in laptop.get(PAGE).content.decode()
    laptop.post(PAGE, {"token": listed[0]})
    assert texts(laptop) == ["1 token of the API ended."]
    laptop.post(PAGE, {"token": other.digest[:16]})
    assert texts(laptop) == ["That token has ended already."]
    laptop.post(PAGE, {"all": "1"})
    assert texts(laptop) == ["0 sessions ended. 2 tokens of the API ended."]
    assert list(AuthToken.objects.all()) == [other]


def test_the_session_in_use_is_not_ended_here(editor: Any) -> None:
    laptop = browser("editor")
    laptop.post(PAGE, {"session": rows(laptop)[0]["id"]})
    assert "Log out instead." in texts(laptop)[0]
    assert is_signed_in(laptop)


@pytest.mark.parametrize("name", ["", "x", "1-abc", "1" * 40, "-", "²-a"])
def test_a_session_that_is_not_there_has_ended_already(editor: Any, name: str) -> None:
    laptop = browser("editor")
    laptop.post(PAGE, {"session": name})
    assert texts(laptop) == ["That session has ended already."]


def test_others_sessions_are_for_administrators(editor: Any, contributor: Any, administrator: Any) -> None:
    mine, theirs, above = browser("contributor"), browser("editor"), browser("administrator")
    assert mine.get(PAGE, {"who": "editor"}).status_code == 403
    assert mine.get(PAGE, {"who": "*"}).status_code == 403
    assert mine.post(f"{PAGE}?who=editor", {"all": "1"}).status_code == 403
    [session] = rows(above, who="editor")
    mine.post(PAGE, {"session": session["id"]})
    assert is_signed_in(theirs)
    assert len(rows(above, who="*")) == 3
    above.post(f"{PAGE}?who=editor", {"session": session["id"]})
    assert not is_signed_in(theirs)
    above.post(f"{PAGE}?who=contributor", {"all": "1"})
    assert not is_signed_in(mine)
    assert is_signed_in(above)
    assert above.get(PAGE, {"who": "nobody\x00"}).status_code == 200


def test_a_new_password_ends_the_other_sessions_and_not_this_one(editor: Any) -> None:
    laptop, phone = browser("editor"), browser("editor", user_agent=SAFARI)
    new = "correct horse battery staple"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert laptop.post("/admin/password_change/", form).status_code == 302
    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)
    assert UserSession.objects.filter(user=editor).count() == 1


def change_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.support.hashers.FastPBKDF2", *settings.PASSWORD_HASHERS]


def test_another_hasher_ends_nothing(editor: Any, settings: Any) -> None:
    laptop, phone = browser("editor"), browser("editor", user_agent=SAFARI)
    token = AuthToken.objects.create(editor)[0]
    change_hasher(settings)
    tablet = browser("editor")
    editor.refresh_from_db()
    assert editor.password.startswith("pbkdf2_sha256$")
    assert [is_signed_in(client) for client in (laptop, phone, tablet)] == [True, True, True]
    assert list(AuthToken.objects.all()) == [token]
    assert not AuditEntry.objects.filter(action__in=("password", "session_ended", "token_ended")).exists()


def test_more_iterations_end_nothing(editor: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change_hasher(settings)
    laptop = browser("editor")
    token = AuthToken.objects.create(editor)[0]
    monkeypatch.setattr(FastPBKDF2, "iterations", 3)
    assert is_signed_in(browser("editor"))
    editor.refresh_from_db()
    assert editor.password.startswith("pbkdf2_sha256$3$")
    assert is_signed_in(laptop)
    assert list(AuthToken.objects.all()) == [token]


def test_another_hasher_does_not_end_the_session_that_checks_the_password(editor: Any, settings: Any) -> None:
    settings.TWO_FACTOR = "optional"
    laptop, phone = browser("editor"), browser("editor")
    laptop.get("/admin/archive/second-factor/")
    change_hasher(settings)
    laptop.post("/admin/archive/second-factor/", {"codes": "new", "password": PASSWORD})
    editor.refresh_from_db()
    assert editor.password.startswith("pbkdf2_sha256$")
    assert [is_signed_in(client) for client in (laptop, phone)] == [True, True]


def test_a_session_of_an_earlier_password_is_not_revived_by_another_hasher(editor: Any, settings: Any) -> None:
    laptop = browser("editor")
    User.objects.filter(pk=editor.pk).update(password=make_password(PASSWORD))  # without signals: the session stays
    change_hasher(settings)
    assert is_signed_in(browser("editor"))
    assert not is_signed_in(laptop)


@pytest.mark.parametrize("is_new_hasher", [True, False])
def test_the_hash_of_a_new_password_ends_the_sessions(editor: Any, settings: Any, is_new_hasher: bool) -> None:
    """Also if only the hash is set, or the hasher is changed at the same time."""
    laptop = browser("editor")
    AuthToken.objects.create(editor)
    if is_new_hasher:
        change_hasher(settings)
        editor.set_password("another few words")
    else:
        editor.password = make_password("another few words")
    editor.save(update_fields=["password"])
    assert not is_signed_in(laptop)
    assert not UserSession.objects.filter(user=editor).exists()
    assert not AuthToken.objects.exists()


def test_who_is_deactivated_has_no_token_after_reactivation(editor: Any, contributor: Any) -> None:
    tokens = [AuthToken.objects.create(user)[0] for user in (editor, contributor)]
    for is_active in (False, True):
        editor.is_active = is_active
        editor.save()
    assert list(AuthToken.objects.all()) == tokens[1:]
    assert AuditEntry.objects.filter(action="token_ended", record="editor").count() == 1


def test_who_is_deactivated_has_no_session(editor: Any) -> None:
    laptop = browser("editor")
    editor.is_active = False
    editor.save()
    assert not UserSession.objects.filter(user=editor).exists()
    assert not is_signed_in(laptop)


def test_the_last_use_is_written_after_five_minutes_and_for_a_new_address(editor: Any) -> None:
    laptop = browser("editor")
    recent, old = timezone.now() - timedelta(minutes=4), timezone.now() - timedelta(minutes=6)
    UserSession.objects.update(last_used_at=recent)
    laptop.get("/admin/")
    assert UserSession.objects.get().last_used_at == recent
    UserSession.objects.update(last_used_at=old)
    laptop.get("/admin/")
    assert UserSession.objects.get().last_used_at > recent
    UserSession.objects.update(last_used_at=recent)
    laptop.get("/admin/", REMOTE_ADDR="203.0.113.5")
    assert UserSession.objects.get().address == "203.0.113.5"


def test_a_database_that_can_not_write_is_read_all_the_same(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = browser("editor")
    UserSession.objects.update(last_used_at=timezone.now() - timedelta(hours=1))

    def refuse(*args: Any, **values: Any) -> int:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(QuerySet, "update", refuse)
    assert is_signed_in(laptop)


def test_clean_up_removes_expired_sessions(editor: Any) -> None:
    browser("editor")
    UserSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    call_command("clean_up", verbosity=0)
    assert not UserSession.objects.exists()


def test_a_removed_account_takes_its_sessions_along(editor: Any) -> None:
    laptop = browser("editor")
    editor.delete()
    assert not is_signed_in(laptop)
    assert not UserSession.objects.filter(user__isnull=False).exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/537.36 Chrome/140.0", "Chrome on a Mac"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("Harvester/2.1 (+https://library.example)", "Harvester"),
        ("", "an unknown browser"),
    ],
)  # fmt: skip
def test_browsers_in_plain_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
