"""Rows that bulk steps, batch edits, publications and merges lock: all of a kind in one statement, in one order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.choices import Status
from archive.merging.merge import merge
from archive.models import Event, NoteStep, Official, Statement, Topic
from archive.workflow import batch_edit, publication, records, schedule, steps
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db


def test_a_publication_locks_the_records_with_those_that_it_publishes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """``take`` locks officials before statements: a lock of the statement before it could deadlock."""
    editor = User.objects.create_superuser("chief", is_staff=True)
    official = Official.objects.create(slug="o", name="O", sort_name="O")
    statement = Statement.objects.create(
        slug="s", name="S", classification="note", date="2020", attribution="named", speaker=official
    )
    locks: list[list[str]] = []
    lock_all = records.lock_all

    def record_and_lock(chosen: Any) -> Any:
        rows = list(chosen)
        locks.append(sorted(row.slug for row in rows))
        return lock_all(rows)

    monkeypatch.setattr(records, "lock_all", record_and_lock)
    monkeypatch.setattr(steps, "lock_all", record_and_lock)
    token = publication.review_publication([statement]).token
    published = publication.publish_if_unchanged(
        [statement], lambda links: [link.target for link in links], editor, token
    )
    assert {row.slug for row in published} == {"o", "s"}
    assert locks == [["o", "s"], ["o", "s"]]


def _reads(run: Callable[[], object], kind: str) -> list[str]:
    """The statements that read rows of the kind by their keys, whole or locked."""
    with CaptureQueriesContext(connection) as ran:
        run()
    by_key = re.compile(rf'SELECT "archive_{kind}"\."id", .* WHERE "archive_{kind}"\."id" (= \d|IN \(\d)')
    return [query["sql"] for query in ran if by_key.match(query["sql"])]


@pytest.mark.parametrize("step", ["submit", "publish", "assign", "schedule", "edit"])
def test_a_step_locks_all_records_by_one_statement_in_the_order_of_their_keys(step: str) -> None:
    editor = User.objects.create_superuser("chief", is_staff=True)
    events = [make.event(f"e-{number}", "2019") for number in range(9)]
    Event.objects.update(status=Status.DRAFT)
    events = list(Event.objects.order_by("-pk"))
    topic = make.topic("t")
    edit = batch_edit.FieldEdit(Event._meta.get_field("topics"), [topic])
    run: dict[str, Callable[[], object]] = {
        "submit": lambda: steps.take(NoteStep.SUBMITTED, events, editor),
        "publish": lambda: steps.take(NoteStep.PUBLISHED, events, editor),
        "assign": lambda: steps.assign(events, editor, editor),
        "schedule": lambda: schedule.schedule(events, editor, timezone.now() + timedelta(hours=1)),
        "edit": lambda: batch_edit._run(events, edit, editor, ""),
    }
    (sql,) = _reads(run[step], "event")
    assert 'ORDER BY "archive_event"."id" ASC' in sql
    assert connection.vendor == "sqlite" or sql.endswith("FOR UPDATE")


def test_a_merge_locks_all_rows_of_a_kind_by_one_statement_in_the_order_of_their_keys() -> None:
    editor = User.objects.create_superuser("chief", is_staff=True)
    source, target = make.topic("source"), make.topic("target")
    below = [make.topic(f"below-{number}", source) for number in range(3)]
    events = [make.event(f"e-{number}", "2019") for number in range(5)]
    for number, event in enumerate(events):
        event.topics.add(source)
        # Of two rows some have the target too: other changes than the rest.
        if number < 2:
            event.topics.add(target)
    order = 'ORDER BY "archive_event"."id" ASC'
    # They are locked before the plan that counts is made, and read again to be changed.
    (sql,) = {sql for sql in _reads(lambda: merge(source, target, editor), "event") if order in sql}
    assert all(str(event.pk) in sql for event in events)
    assert connection.vendor == "sqlite" or sql.endswith('FOR UPDATE OF "archive_event"')
    assert {event.topics.get() for event in events} == {target}
    assert {Topic.objects.get(pk=topic.pk).parent for topic in below} == {target}
