"""A user of the admin chooses the time zone in which its times are shown and read; all other doors stay in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import AuditEntry, Event, Review
from archive.moments import COOKIE, moment_of, moment_text, start_of, time_text, zone_names, zone_of_cookies
from archive.workflow.steps import add_note
from tests.support import filter_records as make
from tests.support.admin_forms import address, messages_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/archive/time-zone/"
WINTER = datetime(2026, 1, 15, 16, 30, tzinfo=UTC)


@pytest.fixture
def event() -> Event:
    """An event in draft."""
    return make.event("talks", "2026-01-01", status="draft")


@pytest.fixture
def in_seoul(editing: Client) -> Client:
    editing.cookies[COOKIE] = "Asia/Seoul"
    return editing


@pytest.fixture
def in_berlin(editing: Client) -> Client:
    editing.cookies[COOKIE] = "Europe/Berlin"
    return editing


def _schedule(client: Client, event: Event, time: str) -> list[str]:
    data = {"schedule-publish_at": time, "schedule": "1"}
    return messages_of(client.post(reverse("admin:archive_event_workflow", args=[event.pk]), data, follow=True))


def test_the_zone_is_chosen_and_named_on_each_page(editing: Client) -> None:
    home = editing.get("/admin/").content.decode()
    assert f'<a href="{PAGE}?next=/admin/"><span class="visually-hidden">Time zone: </span>UTC</a>' in home
    response = editing.post(PAGE, {"zone": "Asia/Seoul", "next": "/admin/archive/event/"})
    assert response["Location"] == "/admin/archive/event/"
    cookie = response.cookies[COOKIE]
    assert (cookie.value, cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "Asia/Seoul", "/admin/", True, "Lax",
    )  # fmt: skip
    page = editing.get("/admin/archive/event/")
    assert messages_of(page) == ["Times are shown and read in Asia/Seoul."]
    assert "</span>Asia/Seoul</a>" in page.content.decode()
    assert '<option value="Asia/Seoul" selected>' in editing.get(PAGE).content.decode()
    assert "(Asia/Seoul, UTC+09:00)" in editing.get(PAGE).content.decode()


@pytest.mark.parametrize("zone", ["", "Asia/Atlantis", "../../etc/passwd", "\x00", "<b>", "Asia/Seoul\n", "localtime"])
def test_what_is_no_zone_is_refused_and_changes_nothing(editing: Client, zone: str) -> None:
    response = editing.post(PAGE, {"zone": zone})
    assert response.status_code == 200
    assert response.context["form"].errors["zone"]
    assert COOKIE not in response.cookies
    assert "<b>'" not in response.content.decode()
    editing.cookies[COOKIE] = zone.strip() or "x"
    assert "(UTC)" in editing.get(PAGE).content.decode() or zone == "Asia/Seoul\n"


def test_no_other_site_is_returned_to(editing: Client) -> None:
    assert editing.post(PAGE, {"zone": "UTC", "next": "https://example.org/"})["Location"] == "/admin/"


def test_whoever_is_logged_out_is_led_to_the_log_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_history_notes_and_schedule_are_shown_in_the_zone(in_seoul: Client, event: Event, editor: User) -> None:
    add_note(event, editor, "Look at this.")
    moment = datetime(2040, 1, 15, 16, 30, tzinfo=UTC)
    Review.objects.create(kind="event", record_id=event.pk, publish_at=moment, scheduled_by=editor)
    panel = in_seoul.get(address(event)).content.decode()
    assert "2040-01-16 01:30 (Asia/Seoul, UTC+09:00)" in panel
    assert "Publish at (Asia/Seoul)" in panel
    type(event).history.update(history_date=WINTER)
    history = in_seoul.get(address(event, "history")).content.decode()
    assert "When (Asia/Seoul)" in history
    assert "2026-01-16 01:30 +09:00" in history
    in_seoul.cookies.pop(COOKIE)
    history = in_seoul.get(address(event, "history")).content.decode()
    assert "When (UTC)" in history
    assert 'data-label="When (UTC)">2026-01-15 16:30</td>' in history


def test_the_schedule_is_read_in_the_zone(in_seoul: Client, event: Event) -> None:
    assert _schedule(in_seoul, event, "2040-01-16T01:30") == [
        "To be published at 2040-01-16 01:30 (Asia/Seoul, UTC+09:00)."
    ]
    assert Review.objects.get().publish_at == datetime(2040, 1, 15, 16, 30, tzinfo=UTC)
    # Readers of the API, and those who have not chosen a zone, see the same moment in UTC.
    in_seoul.cookies.pop(COOKIE)
    assert "2040-01-15 16:30 (UTC)" in in_seoul.get(address(event)).content.decode()


def test_a_time_with_an_offset_is_that_moment(in_seoul: Client, event: Event) -> None:
    _schedule(in_seoul, event, "2040-01-16T01:30:00Z")
    assert Review.objects.get().publish_at == datetime(2040, 1, 16, 1, 30, tzinfo=UTC)


def test_a_past_time_is_refused_in_the_zone(in_seoul: Client, event: Event) -> None:
    (text,) = _schedule(in_seoul, event, "2020-01-16T01:30")
    assert text.startswith("Got 2020-01-16 01:30 (Asia/Seoul, UTC+09:00), which is past (it is ")


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (
            "2040-03-25T02:30",
            "Publish at (Europe/Berlin): Got 2040-03-25 02:30, which no clock shows in Europe/Berlin: it goes from "
            "UTC+01:00 to UTC+02:00 there. Expected a time before or after that.",
        ),
        (
            "2040-10-28T02:30",
            "Publish at (Europe/Berlin): Got 2040-10-28 02:30, which clocks show twice in Europe/Berlin: at UTC+02:00 "
            "and at UTC+01:00. Expected a time before or after that, or UTC as your time zone.",
        ),
        ("0001-01-01T00:00", "Publish at (Europe/Berlin): Got 0001-01-01 00:00, expected a time between"),
        ("soon", "Publish at (Europe/Berlin): Got no time, expected one such as 2026-12-24 09:00."),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_refused(in_berlin: Client, event: Event, time: str, text: str) -> None:
    (message,) = _schedule(in_berlin, event, time)
    assert message.startswith(text)
    assert not Review.objects.exists()


@pytest.mark.parametrize(("time", "hour"), [("2040-03-25T01:59", 0), ("2040-03-25T03:00", 1), ("2040-10-28T03:00", 2)])
def test_the_times_beside_are_taken(in_berlin: Client, event: Event, time: str, hour: int) -> None:
    _schedule(in_berlin, event, time)
    assert Review.objects.get().publish_at.hour == hour


def test_the_days_of_filters_are_those_of_the_zone(in_seoul: Client, event: Event, administrator: User) -> None:
    type(event).objects.filter(pk=event.pk).update(updated_at=WINTER)
    rows = "/admin/archive/event/?changed_from={0}&changed_to={0}"
    assert "talks" in in_seoul.get(rows.format("2026-01-16")).content.decode()
    assert "/change/" not in _results(in_seoul.get(rows.format("2026-01-15")))
    for day in ("0001-01-01", "9999-12-30"):
        assert in_seoul.get(rows.format(day)).status_code == 200
    AuditEntry.objects.all().delete()
    entry = AuditEntry.objects.create(action="signed_in", account="editor")
    AuditEntry.objects.filter(pk=entry.pk).update(created_at=WINTER)
    in_seoul.force_login(administrator)
    AuditEntry.objects.exclude(pk=entry.pk).delete()
    log = in_seoul.get("/admin/archive/audit/?since=2026-01-16&until=2026-01-16").content.decode()
    assert "When (Asia/Seoul)" in log
    assert "2026-01-16 01:30:00 +09:00" in log
    for query in ("since=2026-01-15&until=2026-01-15", "until=0001-01-01", "since=9999-12-31", "until=9999-12-31"):
        assert in_seoul.get(f"/admin/archive/audit/?{query}").status_code == 200


def _results(response: Any) -> str:
    return str(response.content.decode().partition('id="changelist-form"')[2])


def test_other_doors_stay_in_utc(in_seoul: Client, event: Event) -> None:
    type(event).objects.filter(pk=event.pk).update(status="published", updated_at=WINTER)
    event.refresh_from_db()
    in_seoul.cookies[COOKIE] = "Asia/Seoul"
    assert in_seoul.get("/api/v1/events/talks/").json()["updated_at"].endswith("Z")
    query = {"query": '{ event(slug: "talks") { updatedAt } }'}
    assert "+09" not in in_seoul.post("/graphql/", query, content_type="application/json").content.decode()
    for page in ("/events/talks/", "/oai?verb=Identify", "/"):
        assert "+09:00" not in in_seoul.get(page).content.decode()
    assert timezone.get_current_timezone_name() == "UTC"
    # Neither what the admin exports nor the preview of a public page is in the editor's zone.
    sent = {"action": "export_csv", "_selected_action": [str(event.pk)]}
    exported = in_seoul.post("/admin/archive/event/", sent)
    assert exported["Content-Type"].startswith("text/csv")
    in_seoul.cookies.pop(COOKIE)
    assert in_seoul.post("/admin/archive/event/", sent).content == exported.content


@pytest.mark.parametrize(
    ("zone", "text", "short"),
    [
        ("UTC", "2026-01-15 16:30 (UTC)", "2026-01-15 16:30"),
        ("Asia/Kathmandu", "2026-01-15 22:15 (Asia/Kathmandu, UTC+05:45)", "2026-01-15 22:15 +05:45"),
        ("America/New_York", "2026-01-15 11:30 (America/New_York, UTC-05:00)", "2026-01-15 11:30 -05:00"),
    ],
)
def test_moments_have_the_name_and_the_offset(zone: str, text: str, short: str) -> None:
    with timezone.override(zone):
        assert (moment_text(WINTER), time_text(WINTER)) == (text, short)


def test_a_day_begins_with_its_first_moment() -> None:
    with timezone.override("Africa/Cairo"):
        # The clocks skip the first hour.
        assert start_of(date(2026, 4, 24)) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    with timezone.override("Asia/Seoul"):
        assert start_of(date(1, 1, 1)) == datetime(1, 1, 1, tzinfo=UTC)
        assert moment_of(datetime.fromisoformat("2026-01-16T01:30")) == WINTER


def test_the_zones_are_those_of_places() -> None:
    assert zone_names()[0] == "UTC"
    assert {"Asia/Seoul", "Asia/Tokyo", "Europe/Berlin"} < {*zone_names()}
    assert not {"localtime", "Factory", "Etc/GMT+9"} & {*zone_names()}
    assert str(zone_of_cookies({COOKIE: "Asia/Tokyo"})) == "Asia/Tokyo"


def test_a_time_is_not_read_in_another_zone_than_its_label_named(in_seoul: Client, event: Event) -> None:
    """The zone was changed in another tab after the form was shown."""
    url = reverse("admin:archive_event_workflow", args=[event.pk])
    form = {"schedule-publish_at": "2050-12-24T09:00", "schedule-zone": "UTC", "schedule": "1"}
    texts = messages_of(in_seoul.post(url, form, follow=True))
    assert "expected one in Asia/Seoul" in " ".join(texts)
    assert not Review.objects.filter(publish_at__isnull=False).exists()
    in_seoul.post(url, {**form, "schedule-zone": "Asia/Seoul"})
    assert Review.objects.get().publish_at == datetime(2050, 12, 24, tzinfo=UTC)
    assert 'name="schedule-zone" value="Asia/Seoul"' in in_seoul.get(address(event)).content.decode()


@pytest.mark.parametrize("time", ["9999-12-31T23:59Z", "0001-01-01T00:00+14:00"])
def test_a_moment_outside_the_calendar_is_refused(in_seoul: Client, event: Event, time: str) -> None:
    assert _schedule(in_seoul, event, time) != []
    assert not Review.objects.filter(publish_at__isnull=False).exists()
