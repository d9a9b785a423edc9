"""Rows that a publication locks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from archive.models import Official, Statement
from archive.workflow import publication, records, steps

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
