"""Steps on one record at once: each sees what the other stored, and none waits for ever.

The tests empty the database after them, so they belong to no group that begins earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread
from threading import Event as Signal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, transaction
from django.utils import timezone

from archive.models import Event, NoteStep, Review
from archive.workflow import schedule as scheduling
from archive.workflow import steps
from archive.workflow.records import lock_all, locked
from archive.workflow.schedule import cancel, publish_due, schedule
from archive.workflow.steps import assign

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
_HOUR = timedelta(hours=1)


def _event(slug: str = "2020-one") -> Event:
    return Event.objects.create(slug=slug, name="One", classification="meeting", date="2020")


def _thread(run: Callable[[], object], errors: list[Error]) -> Thread:
    def target() -> None:
        try:
            run()
        except Error as error:
            errors.append(error)
        finally:
            connection.close()

    return Thread(target=target)


@pytest.mark.parametrize("has_review", [False, True])
def test_a_record_that_is_assigned_while_it_is_scheduled_has_both(
    has_review: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, event = User.objects.create_superuser("chief", is_staff=True), _event()
    if has_review:
        assign([event], editor, editor)
    together, read = Barrier(2), steps.review_of

    def read_together(record: object) -> Any:
        review = read(record)
        with suppress(BrokenBarrierError):  # the other waits for the lock
            together.wait(1)
        return review

    monkeypatch.setattr(steps, "review_of", read_together)
    monkeypatch.setattr(scheduling, "review_of", read_together)
    errors: list[Error] = []
    assignee = None if has_review else editor
    threads = [
        _thread(lambda: assign([event], editor, assignee), errors),
        _thread(lambda: schedule([event], editor, timezone.now() + _HOUR), errors),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    review = Review.objects.get()
    assert review.publish_at is not None
    assert review.assignee == assignee


@pytest.mark.parametrize("step", ["take", "assign", "schedule"])
def test_two_lists_of_the_same_records_in_other_orders_do_not_deadlock(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = User.objects.create_superuser("chief", is_staff=True)
    events = [_event(), _event("2020-two")]
    together = Barrier(2)

    def lock_together(records: Any) -> Any:
        together.wait(30)
        return lock_all(records)

    for module in (steps, scheduling):
        monkeypatch.setattr(module, "lock_all", lock_together)
    run: Callable[[list[Event]], object] = {
        "take": lambda records: steps.take(NoteStep.SUBMITTED, records, editor),
        "assign": lambda records: assign(records, editor, editor),
        "schedule": lambda records: schedule(records, editor, timezone.now() + _HOUR),
    }[step]
    errors: list[Error] = []
    threads = [_thread(lambda records=records: run(records), errors) for records in (events, events[::-1])]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_a_record_that_is_due_while_an_editor_holds_it_is_left_to_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    editor, event = User.objects.create_superuser("chief", is_staff=True), _event()
    schedule([event], editor, timezone.now() + _HOUR)
    reached = Signal()

    def signal_and_lock(record: Any) -> Any:
        if connection.in_atomic_block and record.pk == event.pk:
            reached.set()
        return locked(record)

    due: list[Any] = []
    errors: list[Error] = []
    other = _thread(lambda: due.extend(publish_due(timezone.now() + 2 * _HOUR)), errors)
    with transaction.atomic():
        locked(event)
        monkeypatch.setattr(scheduling, "locked", signal_and_lock)
        other.start()
        assert reached.wait(30)
        assert cancel(event, editor)
    other.join(60)
    assert (errors, due) == ([], [])
    assert Event.objects.get().status == "draft"
