"""A second factor: set up by a code and the password, asked for at log-in, and required of administrators."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.two_factor import new_recovery_codes
from archive.models import AuditEntry, Event, UserSession
from config import env

pytestmark = pytest.mark.django_db
PASSWORD = "a-test-password"
PAGE, PASSWORD_PAGE = "/admin/archive/second-factor/", "/admin/password_change/"


@pytest.fixture(autouse=True)
def mode(settings: Any) -> Any:
    settings.TWO_FACTOR = "optional"
    return settings


def code_of(app: TOTPDevice) -> str:
    return f"{totp(app.bin_key):06d}"


def wrong_code(app: TOTPDevice) -> str:
    """Six digits that the app shows neither now nor in the steps around."""
    near = {totp(app.bin_key, drift=drift) for drift in range(-3, 4)}
    return f"{next(number for number in range(100) if number not in near):06d}"


def app_of(user: Any) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, name="phone", confirmed=True)


def forget_wait() -> None:
    """As if the wait after a wrong code were over."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def type_password(name: str, client: Client | None = None, **params: str) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post("/admin/login/", {"username": name, "password": PASSWORD, **params})


def type_code(client: Client, code: str, **params: str) -> Any:
    return client.post("/admin/login/", {"code": code, **params})


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/admin/archive/event/").status_code == 200)


def set_up(client: Client, user: Any, **fields: str) -> Any:
    client.get(PAGE)
    app = TOTPDevice.objects.get(user=user, confirmed=False)
    sent = {"name": "my phone", "code": code_of(app), "password": PASSWORD, "set_up": "1", **fields}
    return client.post(PAGE, sent)


def codes_on(page: Any) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page.content.decode())


# Setting it up


def test_the_page_has_a_qr_code_and_the_secret_under_the_strict_policy(editing: Client, editor: Any) -> None:
    answer = editing.get(PAGE)
    page, app = answer.content.decode(), TOTPDevice.objects.get(user=editor)
    assert "<svg" in page
    assert " style=" not in page
    assert "".join(re.findall(r'class="secret">([A-Z2-7 ]+)<', page)[0].split()) in app.config_url
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert not app.confirmed
    assert editing.get(PAGE).content.decode().count("<svg") == page.count("<svg")
    assert TOTPDevice.objects.count() == 1


def test_setting_up_gives_recovery_codes_once_and_ends_other_sessions(editing: Client, editor: Any) -> None:
    other, _ = type_password("editor")
    codes = codes_on(set_up(editing, editor))
    assert len(codes) == 10
    assert codes_on(editing.get(PAGE)) == []
    assert "my phone" in editing.get(PAGE).content.decode()
    assert (is_signed_in(editing), is_signed_in(other)) == (True, False)
    entries = AuditEntry.objects.filter(action="device").order_by("pk").values_list("detail", flat=True)
    assert list(entries) == ["app added: my phone", "new recovery codes"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"code": "abc"}, "The code is wrong or was used before"),
        ({"code": ""}, "This field is required."),
        ({"password": "a guess"}, "The password is wrong"),
    ],
)
def test_a_wrong_code_or_password_sets_up_nothing(
    editing: Client, editor: Any, fields: dict[str, str], message: str
) -> None:
    page = set_up(editing, editor, **fields).content.decode()
    assert message in page
    assert 'value="my phone"' in page
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_the_right_code_within_the_wait_after_wrong_ones_is_not_called_wrong(editing: Client, editor: Any) -> None:
    editing.get(PAGE)
    wrong = wrong_code(TOTPDevice.objects.get(user=editor))
    assert "The code is wrong" in set_up(editing, editor, code=wrong).content.decode()
    page = set_up(editing, editor).content.decode()
    assert "After a wrong code there is a wait: try again in" in page
    assert "The code is wrong" not in page
    forget_wait()
    assert codes_on(set_up(editing, editor))


def test_recovery_codes_are_not_stored_as_they_are(editor: Any) -> None:
    codes = {code.replace("-", "") for code in new_recovery_codes(editor)}
    assert not codes & {*StaticToken.objects.values_list("token", flat=True)}


def test_each_session_has_a_secret_of_its_own(editing: Client, editor: Any) -> None:
    other, _ = type_password("editor")
    secrets = []
    for client in (other, editing, editing):
        client.get(PAGE)
        secrets.append(TOTPDevice.objects.get(user=editor).key)
    assert secrets[0] != secrets[1] == secrets[2]
    code = code_of(TOTPDevice.objects.get())
    stolen = other.post(PAGE, {"name": "x", "code": code, "password": PASSWORD, "set_up": "1"})
    assert "The code is wrong" in stolen.content.decode()
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert codes_on(set_up(editing, editor))
    assert TOTPDevice.objects.get().key not in secrets


# Logging in


def test_a_log_in_asks_for_the_code(editor: Any) -> None:
    app = app_of(editor)
    client, page = type_password("editor", next="/admin/archive/event/")
    assert (page.status_code, "Now the code" in page.content.decode()) == (200, True)
    assert not is_signed_in(client)
    answer = type_code(client, f"{code_of(app)[:3]} {code_of(app)[3:]}", next="/admin/archive/event/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/archive/event/")
    assert is_signed_in(client)
    assert AuditEntry.objects.filter(action="signed_in").count() == 1


def test_a_code_is_good_once(editor: Any) -> None:
    app = app_of(editor)
    code = code_of(app)
    for client, status in ((type_password("editor")[0], 302), (type_password("editor")[0], 200)):
        assert type_code(client, code).status_code == status


def test_a_recovery_code_logs_in_once(editor: Any) -> None:
    app_of(editor)
    code = new_recovery_codes(editor)[0]
    first, second = type_password("editor")[0], type_password("editor")[0]
    assert type_code(first, code.upper().replace("-", " ")).status_code == 302
    assert type_code(second, code).status_code == 200
    assert AuditEntry.objects.filter(detail="recovery code used, 9 left").exists()


def test_a_code_without_the_password_is_nothing(editor: Any) -> None:
    client = Client()
    page = type_code(client, code_of(app_of(editor)))
    assert "enter name and password again" in page.content.decode()
    assert not is_signed_in(client)


def test_the_code_must_come_within_ten_minutes(editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(editor)
    client, _ = type_password("editor")
    session = client.session
    session["waits_for_code"] = {**session["waits_for_code"], "since": session["waits_for_code"]["since"] - 601}
    session.save()
    assert "That took too long" in type_code(client, code_of(app)).content.decode()


def test_a_password_that_was_changed_meanwhile_is_asked_for_again(editor: Any) -> None:
    app = app_of(editor)
    client, _ = type_password("editor")
    editor.set_password("tulip kettle orbit")
    editor.save()
    assert "password was changed" in type_code(client, code_of(app)).content.decode()
    assert not is_signed_in(client)


def test_a_wrong_code_is_said_and_recorded_and_makes_wait(editor: Any) -> None:
    app = app_of(editor)
    client, _ = type_password("editor")
    assert "The code is wrong or was used before" in type_code(client, wrong_code(app)).content.decode()
    assert "try again in" in type_code(client, code_of(app)).content.decode()
    client.cookies["django_language"] = "ko"
    assert "초 뒤에 다시 시도하세요." in type_code(client, code_of(app)).content.decode()
    forget_wait()
    assert type_code(client, code_of(app)).status_code == 302
    [entry] = AuditEntry.objects.filter(action="sign_in_failed")
    assert (entry.account, entry.detail) == ("editor", "log-in page; wrong code")


def test_ten_wrong_codes_lock_like_ten_wrong_passwords(editor: Any) -> None:
    app = app_of(editor)
    client, _ = type_password("editor")
    for _ in range(10):
        forget_wait()
        assert type_code(client, wrong_code(app)).status_code == 200
    forget_wait()
    answer = type_code(client, code_of(app))
    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    assert type_password("editor")[1].status_code == 429


def test_who_has_no_app_logs_in_by_the_password(editor: Any) -> None:
    client, answer = type_password("editor")
    assert answer.status_code == 302
    assert is_signed_in(client)


def test_switched_off_nobody_is_asked_and_there_is_no_page(mode: Any, editor: Any) -> None:
    app_of(editor)
    mode.TWO_FACTOR = "off"
    client, answer = type_password("editor")
    assert answer.status_code == 302
    assert client.get(PAGE).status_code == 404


# Required of administrators


def test_administrators_are_led_to_the_set_up_before_anything_else(
    mode: Any, reading: Client, administrator: Any, editing: Client
) -> None:
    mode.TWO_FACTOR = "administrators"
    for page in ("/admin/", "/admin/archive/event/", "/admin/auth/user/", "/admin/archive/audit/", PASSWORD_PAGE):
        answer = reading.get(page)
        assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?next={page.replace('/', '%2F')}")
    assert "Set it up to go on." in reading.get(PAGE).content.decode()
    assert is_signed_in(editing)
    set_up(reading, administrator)
    assert reading.get(PASSWORD_PAGE).status_code == 200
    assert reading.get("/admin/auth/user/").status_code == 200


def test_a_session_without_a_code_is_anonymous_outside_the_admin(
    mode: Any, reading: Client, administrator: Any
) -> None:
    mode.TWO_FACTOR = "administrators"
    draft = Event.objects.create(slug="a-draft", name="A draft", classification="meeting", date="2020")
    query = {"query": '{event(slug: "a-draft") {slug}}'}
    pages = ("/api/v1/events/a-draft/", "/events/a-draft/")
    assert [reading.get(page).status_code for page in pages] == [404, 404]
    assert reading.post("/graphql/", query, "application/json").json()["data"] == {"event": None}
    answer = reading.post("/api/v1/topics/", {"slug": "t", "name": "T"}, "application/json")
    assert answer.status_code in (401, 403)
    set_up(reading, administrator)
    assert [reading.get(page).status_code for page in pages] == [200, 200]
    assert reading.post("/graphql/", query, "application/json").json()["data"] == {"event": {"slug": draft.slug}}


def test_a_session_from_before_gives_a_code_first(mode: Any, reading: Client, administrator: Any) -> None:
    app = app_of(administrator)
    mode.TWO_FACTOR = "administrators"
    page = reading.get(PAGE).content.decode()
    assert "has not given a code yet" in page
    assert "<svg" not in page.split('id="content-main"')[1].split("</div>")[0]
    assert reading.post(PAGE, {"remove": app.pk, "password": PASSWORD}).status_code == 200
    assert TOTPDevice.objects.filter(pk=app.pk).exists()
    answer = reading.post(f"{PAGE}?next=/admin/auth/user/", {"code": code_of(app)})
    assert answer["Location"] == "/admin/auth/user/"
    assert reading.get("/admin/auth/user/").status_code == 200


def test_the_page_leads_to_no_other_host(mode: Any, reading: Client, administrator: Any) -> None:
    app = app_of(administrator)
    answer = reading.post(f"{PAGE}?next=https://other.example/", {"code": code_of(app)})
    assert answer["Location"] == "/admin/"


# Changing and losing it


def test_an_app_is_removed_by_the_password_with_its_codes(editing: Client, editor: Any) -> None:
    set_up(editing, editor)
    app = TOTPDevice.objects.get(user=editor, confirmed=True)
    editing.post(PAGE, {"remove": app.pk, "password": "a guess"})
    assert TOTPDevice.objects.filter(pk=app.pk).exists()
    editing.post(PAGE, {"remove": app.pk, "password": PASSWORD})
    assert not TOTPDevice.objects.filter(pk=app.pk).exists()
    assert not StaticDevice.objects.filter(user=editor).exists()
    assert AuditEntry.objects.filter(detail="app removed: my phone").exists()


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "12345678"])
def test_an_app_that_is_not_there_is_removed_already(editing: Client, editor: Any, number: str) -> None:
    answer = editing.post(PAGE, {"remove": number, "password": PASSWORD})
    assert answer.status_code == 302


def test_others_apps_are_not_removed_by_number(editing: Client, editor: Any, contributor: Any) -> None:
    app = app_of(contributor)
    editing.post(PAGE, {"remove": app.pk, "password": PASSWORD})
    assert TOTPDevice.objects.filter(pk=app.pk).exists()


def test_new_recovery_codes_replace_the_old_ones(editing: Client, editor: Any) -> None:
    old = codes_on(set_up(editing, editor))
    new = codes_on(editing.post(PAGE, {"codes": "new", "password": PASSWORD}))
    assert (len(new), {*old} & {*new}) == (10, set())
    client, _ = type_password("editor")
    assert type_code(client, old[0]).status_code == 200
    forget_wait()
    assert type_code(client, new[0]).status_code == 302


def test_an_administrator_resets_who_lost_it(reading: Client, editing: Client, editor: Any) -> None:
    set_up(editing, editor)
    assert editing.get(f"{PAGE}?who=administrator").status_code == 403
    assert reading.get(f"{PAGE}?who=nobody").status_code == 404
    assert "1 app, or one of 10 recovery codes" in reading.get(f"{PAGE}?who=editor").content.decode()
    reading.post(f"{PAGE}?who=editor", {"password": "a guess"})
    assert TOTPDevice.objects.filter(user=editor).exists()
    reading.post(f"{PAGE}?who=editor", {"password": PASSWORD})
    assert not TOTPDevice.objects.filter(user=editor).exists()
    assert not is_signed_in(editing)
    entry = AuditEntry.objects.get(detail="all apps and recovery codes removed")
    assert (entry.account, entry.record) == ("administrator", "editor")
    assert type_password("editor")[1].status_code == 302


def test_the_command_resets_it_too(editor: Any) -> None:
    app_of(editor)
    out = StringIO()
    call_command("reset_second_factor", "editor", stdout=out)
    call_command("reset_second_factor", "editor", stdout=out)
    assert out.getvalue().splitlines() == ["The second factor of editor is removed.", "editor has no second factor."]
    with pytest.raises(CommandError, match="got 'nobody', expected the name of an account"):
        call_command("reset_second_factor", "nobody")


def test_the_admin_lists_no_secrets(reading: Client) -> None:
    User.objects.create_superuser("root", password=PASSWORD)
    client, _ = type_password("root")
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert "otp" not in client.get("/admin/").content.decode()


def test_the_setting_names_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_FACTOR", "yes")
    with pytest.raises(ImproperlyConfigured, match="got 'yes', expected one of off, optional, administrators"):
        env.choice("TWO_FACTOR", ("off", "optional", "administrators"))


def test_what_waits_for_a_code_is_no_session_of_a_user(editor: Any) -> None:
    app_of(editor)
    type_password("editor")
    assert not UserSession.objects.filter(user=editor, expire_date__gt=timezone.now() + timedelta(days=1)).exists()
