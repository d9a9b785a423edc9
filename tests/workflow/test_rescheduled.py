"""A time of publication that an editor changes while due records are published, and who may lift one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import Event, Review
from archive.workflow import schedule as schedule_module
from archive.workflow.schedule import cancel, publish_due, schedule

pytestmark = pytest.mark.django_db
_HOUR = timedelta(hours=1)


@pytest.fixture
def event(db: None) -> Event:
    return Event.objects.create(slug="2020-one", name="One", classification="meeting", date="2020")


@pytest.mark.parametrize("later", [timedelta(hours=5), None])
def test_a_time_changed_after_the_list_was_read_is_respected(
    event: Event, editor: Any, monkeypatch: pytest.MonkeyPatch, later: timedelta | None
) -> None:
    moment = timezone.now() + _HOUR
    schedule([event], editor, moment)
    load, new = schedule_module.load_records, moment + later if later else None

    def change_meanwhile(references: Any) -> Any:
        records = load(references)
        Review.objects.update(publish_at=new)
        return records

    monkeypatch.setattr(schedule_module, "load_records", change_meanwhile)
    assert publish_due(moment) == []
    event.refresh_from_db()
    assert event.status == "draft"
    assert Review.objects.get().publish_at == new


@pytest.mark.postgresql
def test_a_due_review_is_locked(event: Event, editor: Any) -> None:
    moment = timezone.now() + _HOUR
    schedule([event], editor, moment)
    with CaptureQueriesContext(connection) as queries:
        publish_due(moment)
    sql = [query["sql"] for query in queries.captured_queries if query["sql"].endswith("FOR UPDATE")]
    assert any('FROM "archive_review"' in statement for statement in sql)


def test_a_contributor_lifts_no_schedule(event: Event, editor: Any, contributor: Any) -> None:
    moment = timezone.now() + _HOUR
    schedule([event], editor, moment)
    with pytest.raises(ValidationError, match="Got a contributor, expected an editor"):
        cancel(event, contributor)
    assert Review.objects.get().publish_at == moment
    assert cancel(event, editor)
    assert not cancel(event, editor)
