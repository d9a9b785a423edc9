"""The audit log has sign-ins, publications and changes of rights, and only administrators read it."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from archive.choices import Status
from archive.models import AuditAction, AuditEntry, Event, NoteStep
from archive.workflow.proposals import accept, plan_of, save_proposal, state_of
from archive.workflow.schedule import cancel, publish_due, schedule
from archive.workflow.steps import take
from tests.support.admin_forms import address, opened, send

pytestmark = pytest.mark.django_db
PASSWORD = "a-test-password"
CLIENT = "198.51.100.7"


def entries(*actions: AuditAction) -> list[AuditEntry]:
    """The entries of these actions, the oldest first."""
    return list(AuditEntry.objects.filter(action__in=actions).order_by("pk"))


def sign_in(name: str, password: str) -> Any:
    client = Client(REMOTE_ADDR=CLIENT)
    client.post("/admin/login/", {"username": name, "password": password})
    return client


def draft(status: Status = Status.DRAFT) -> Event:
    return Event.objects.create(slug="2020-a-draft", name="A", classification="meeting", date="2020", status=status)


def test_a_sign_in_and_a_sign_out_are_recorded_with_the_address(editor: Any) -> None:
    client = sign_in("editor", PASSWORD)
    client.post("/admin/logout/")
    signed_in, signed_out = entries(AuditAction.SIGNED_IN, AuditAction.SIGNED_OUT)
    assert (signed_in.user, signed_in.account, signed_in.address) == (editor, "editor", CLIENT)
    assert (signed_in.detail, signed_out.user, signed_out.address) == ("log-in page", editor, CLIENT)


def test_a_token_is_recorded_as_a_sign_in_for_the_api(editor: Any) -> None:
    basic = b64encode(f"editor:{PASSWORD}".encode()).decode()
    Client(REMOTE_ADDR=CLIENT).post("/api/v1/token/", headers={"Authorization": f"Basic {basic}"})
    [entry] = entries(AuditAction.SIGNED_IN)
    assert (entry.user, entry.address, entry.detail) == (editor, CLIENT, "token for the API")


def test_a_failure_names_the_account_only_if_there_is_one(editor: Any) -> None:
    sign_in("editor", "a guess")
    sign_in("my password by mistake", "a guess")
    known, unknown = entries(AuditAction.SIGN_IN_FAILED)
    assert (known.account, known.record, known.user, known.address) == ("editor", "editor", None, CLIENT)
    assert (unknown.account, unknown.record, unknown.detail) == ("", "", "log-in page; no such account")


def test_attempts_that_are_refused_without_a_look_are_not_recorded(editor: Any) -> None:
    for _ in range(13):
        sign_in("editor", "a guess")
    assert len(entries(AuditAction.SIGN_IN_FAILED)) == 10


def test_an_address_is_known_by_the_audit_log(editor: Any) -> None:
    sign_in("editor", PASSWORD)
    assert AuditEntry.objects.filter(action="signed_in", account="editor", address=CLIENT).exists()


def test_the_admin_records_a_publication_and_a_withdrawal(editing: Client, editor: Any) -> None:
    record = draft()
    for status in ("published", "withdrawn"):
        assert send(editing, record, {**opened(editing, record), "status": status}).status_code == 302
    published, withdrawn = entries(AuditAction.PUBLISHED, AuditAction.WITHDRAWN)
    assert (published.user, published.kind, published.record) == (editor, "event", "2020-a-draft")
    assert (published.record_id, published.address, withdrawn.action) == (record.pk, "127.0.0.1", "withdrawn")
    assert withdrawn.detail == ""


def test_rest_records_a_publication(editor: Any) -> None:
    client = Client(REMOTE_ADDR=CLIENT)
    client.force_login(editor)
    sent = {"slug": "2020-new", "name": "N", "classification": "meeting", "date": "2020", "status": "published"}
    assert client.post("/api/v1/events/", sent, content_type="application/json").status_code == 201
    [entry] = entries(AuditAction.PUBLISHED)
    assert (entry.user, entry.address, entry.record) == (editor, CLIENT, "2020-new")


def test_a_scheduled_publication_is_recorded_without_an_address(editor: Any) -> None:
    record = draft()
    moment = timezone.now() + timedelta(minutes=1)
    schedule([record], editor, moment)
    assert [due.errors for due in publish_due(moment)] == [()]
    [entry] = entries(AuditAction.PUBLISHED)
    assert (entry.user, entry.address) == (editor, None)


def test_a_publication_that_is_rolled_back_leaves_no_entry(editor: Any) -> None:
    with transaction.atomic():
        take(NoteStep.PUBLISHED, [draft()], editor)
        assert entries(AuditAction.PUBLISHED)
        transaction.set_rollback(True)
    assert not entries(AuditAction.PUBLISHED)


def test_a_publication_that_is_refused_leaves_no_entry(contributor: Any) -> None:
    with pytest.raises(ValidationError):
        take(NoteStep.PUBLISHED, [draft()], contributor)
    assert not entries(AuditAction.PUBLISHED)


def test_a_preview_leaves_no_entry(editing: Client) -> None:
    assert editing.get(address(draft(), "preview")).status_code == 200
    assert not entries(AuditAction.PUBLISHED)


def test_saves_that_leave_the_status_are_no_entries() -> None:
    record = draft(Status.PUBLISHED)
    record.name = "B"
    record.save()
    stored = Event.objects.get(pk=record.pk)
    stored.refresh_from_db()
    stored.name = "C"
    stored.save()
    stored.save(update_fields=["name"])
    assert len(entries(AuditAction.PUBLISHED, AuditAction.WITHDRAWN)) == 1


def test_the_deletion_of_a_published_record_is_recorded(editing: Client, editor: Any) -> None:
    record = draft(Status.PUBLISHED)
    editing.post(address(record, "delete"), {"post": "yes"})
    [entry] = entries(AuditAction.DELETED)
    assert (entry.user, entry.record, entry.record_id) == (editor, "2020-a-draft", record.pk)


def test_a_load_is_one_entry(editor: Any, tmp_path: Any) -> None:
    file = tmp_path / "topics.csv"
    file.write_text("slug,name,status\na,A,published\nb,B,published\n", encoding="utf-8")
    call_command("load", str(file), verbosity=0, stdout=StringIO())
    [entry] = entries(AuditAction.LOADED)
    assert entry.detail == "topics.csv: 2 records and parts added, 0 changed, 0 removed"
    assert not entries(AuditAction.PUBLISHED)


def test_rights_are_recorded_on_whom_they_are_given_to(reading: Client, administrator: Any, contributor: Any) -> None:
    AuditEntry.objects.all().delete()
    editors = Group.objects.get(name="editor")
    form = {
        "username": "contributor", "is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": [editors.pk],
    }  # fmt: skip
    assert reading.post(f"/admin/auth/user/{contributor.pk}/change/", form).status_code == 302
    written = entries(AuditAction.RIGHTS)
    assert [entry.detail for entry in written] == ["+ superuser status", "- group contributor", "+ group editor"]
    assert {(entry.user, entry.record, entry.kind) for entry in written} == {(administrator, "contributor", "user")}


def test_rights_given_from_the_other_end_or_cleared_are_recorded(contributor: Any) -> None:
    AuditEntry.objects.all().delete()
    editors, permission = Group.objects.get(name="editor"), Permission.objects.get(codename="change_user")
    editors.user_set.add(contributor)
    contributor.groups.clear()
    editors.permissions.add(permission)
    details = [(entry.record, entry.detail) for entry in entries(AuditAction.RIGHTS)]
    assert details[0] == ("contributor", "+ group editor")
    assert details[1][0] == "contributor"
    assert {*details[1][1].split(", ")} == {"- group editor", "- group contributor"}
    assert details[2] == ("editor", "+ change_user")


def test_accounts_and_passwords_are_recorded(administrator: Any) -> None:
    AuditEntry.objects.all().delete()
    user = User.objects.create_user("new", password="one password", is_staff=True)
    user.set_password("another password")
    user.save()
    user.last_login = timezone.now()
    user.save()
    user.username, user.email = "newer", "newer@example.org"
    user.save()
    user.delete()
    written = entries(AuditAction.ACCOUNT, AuditAction.PASSWORD)
    assert [(entry.action, entry.detail) for entry in written] == [
        ("account", "added, staff status"), ("password", ""),
        ("account", "name was 'new', address was ''"), ("account", "removed"),
    ]  # fmt: skip


def test_a_right_password_without_a_code_is_recorded(editor: Any, settings: Any) -> None:
    settings.TWO_FACTOR = "optional"
    TOTPDevice.objects.create(user=editor, name="phone", confirmed=True)
    sign_in("editor", PASSWORD)
    [entry] = entries(AuditAction.PASSWORD_RIGHT)
    assert (entry.record, entry.user, entry.address) == ("editor", None, CLIENT)


def test_tokens_and_sessions_that_a_new_password_ends_are_recorded(editing: Client, editor: Any) -> None:
    AuthToken.objects.create(editor)
    AuthToken.objects.create(editor, expiry=timedelta(seconds=-1))
    editor.set_password("another few words")
    editor.save()
    ended = entries(AuditAction.TOKEN_ENDED, AuditAction.SESSION_ENDED)
    assert sorted((entry.action, entry.record) for entry in ended) == [
        ("session_ended", "editor"), ("token_ended", "editor"),
    ]  # fmt: skip
    assert "all others: new password" in [entry.detail for entry in ended]


def test_schedules_and_accepted_proposals_are_recorded(editor: Any, contributor: Any) -> None:
    event = draft()
    schedule([event], editor, timezone.now() + timedelta(hours=1))
    cancel(event, editor)
    scheduled, lifted = entries(AuditAction.SCHEDULED)
    assert (scheduled.record, scheduled.detail[:3], lifted.detail) == (event.slug, "for", "lifted")
    (event,) = take(NoteStep.PUBLISHED, [event], editor)
    base = state_of(event)
    proposed = deepcopy(base)
    proposed[Event, event.pk].values["name"] = "B"
    change = save_proposal(event, contributor, (base, proposed), "", True)
    assert change is not None
    accept(change, event, editor, plan_of(change, event).token)
    assert entries(AuditAction.PUBLISHED)[-1].detail == "proposed change of contributor, version 3"


def test_an_administrator_who_removes_the_own_account_is_recorded(reading: Client, administrator: Any) -> None:
    reading.post(f"/admin/auth/user/{administrator.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(username="administrator").exists()
    [entry] = [entry for entry in entries(AuditAction.ACCOUNT) if entry.detail == "removed"]
    assert (entry.user, entry.account, entry.record) == (None, "administrator", "administrator")


def test_the_entries_of_a_removed_account_keep_its_name(editor: Any) -> None:
    sign_in("editor", PASSWORD)
    editor.delete()
    [entry] = entries(AuditAction.SIGNED_IN)
    assert (entry.user, entry.account) == (None, "editor")


def test_only_administrators_read_it(reading: Client, editing: Client, client: Client) -> None:
    page = reading.get("/admin/archive/audit/")
    assert page.status_code == 200
    assert "signed in" in page.content.decode()
    assert 'href="/admin/archive/audit/"' in reading.get("/admin/").content.decode()
    assert editing.get("/admin/archive/audit/").status_code == 403
    assert "/admin/archive/audit/" not in editing.get("/admin/").content.decode()
    assert Client().get("/admin/archive/audit/").status_code == 302


def test_it_is_filtered_by_who_what_and_when(reading: Client, editor: Any) -> None:
    AuditEntry.objects.all().delete()
    old = timezone.now() - timedelta(days=40)
    AuditEntry.objects.create(action="signed_in", account="editor", address="192.0.2.1", created_at=old)
    AuditEntry.objects.create(action="published", account="editor", record="2020-meeting", kind="event", record_id=9)
    AuditEntry.objects.create(action="published", account="other", record="2021-visit", kind="event", record_id=8)

    def listed(**params: str) -> set[tuple[str, str]]:
        rows = reading.get("/admin/archive/audit/", params).context["rows"]
        return {(entry.account, entry.action) for entry, *_ in rows}

    assert listed(who="editor") == {("editor", "signed_in"), ("editor", "published")}
    assert listed(what="published") == {("editor", "published"), ("other", "published")}
    assert listed(since=f"{timezone.now():%Y-%m-%d}") == listed(what="published")
    assert listed(until=f"{old:%Y-%m-%d}") == {("editor", "signed_in")}
    assert listed(record="VISIT") == {("other", "published")}
    assert listed(address="192.0.2") == {("editor", "signed_in")}
    assert listed(who="nobody") == set()


@pytest.mark.parametrize("params", [{"since": "12/07/2019"}, {"until": "9999-12-31"}, {"who": "a\x00b"}, {"p": "x"},
                                    {"what": "nonsense"}, {"address": "%"}])  # fmt: skip
def test_bad_filters_are_no_errors(reading: Client, params: dict[str, str]) -> None:
    assert reading.get("/admin/archive/audit/", params).status_code == 200


def test_a_wrong_day_is_named(reading: Client) -> None:
    page = reading.get("/admin/archive/audit/", {"since": "12/07/2019"}).content.decode()
    assert "Since: got &#x27;12/07/2019&#x27;, expected a day such as 2026-11-28." in page


def test_clean_up_removes_old_entries(db: None, settings: Any) -> None:
    settings.AUDIT_DAYS = 100
    AuditEntry.objects.all().delete()
    for days in (99, 101):
        AuditEntry.objects.create(action="signed_in", created_at=timezone.now() - timedelta(days=days))
    out = StringIO()
    call_command("clean_up", stdout=out)
    assert AuditEntry.objects.count() == 1
    assert out.getvalue() == "Removed ended sessions, 0 tokens and 1 audit entries.\n"
