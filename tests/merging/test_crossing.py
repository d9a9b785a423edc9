"""Merges, their undoing and saves across each other at the same moment: none waits for the other for ever.

The tests empty the database after them, so they belong to no group that begins earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread, local
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from archive.merging import merge as merging
from archive.merging import undo as undoing
from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.models import MergedRecord, Statement
from tests.support import filter_records as make

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", is_staff=True)


def _statements() -> list[Statement]:
    """Four statements, of which the second answers the third, and the fourth the first."""
    ministry = make.body("the-ministry")
    first, second, third, fourth = (make.statement(f"said-{number}", body=ministry) for number in range(4))
    second.in_reply_to.add(third)
    fourth.in_reply_to.add(first)
    return [first, second, third, fourth]


def _run_together(*runs: Callable[[], object]) -> list[Exception]:
    errors: list[Exception] = []

    def target(run: Callable[[], object]) -> None:
        try:
            run()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=target, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def _meet_at(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Have each thread wait for the other before its first call of the function."""
    together, seen, function = Barrier(2), local(), getattr(module, name)

    def called(*args: Any, **kwargs: Any) -> Any:
        if not getattr(seen, "is_past", False):
            seen.is_past = True
            with suppress(BrokenBarrierError):
                together.wait(2)
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, called)


def test_two_merges_whose_records_answer_each_other_both_go_through(
    chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, fourth = _statements()
    _meet_at(monkeypatch, merging, "make_plan")
    errors = _run_together(lambda: merge(first, second, chief), lambda: merge(third, fourth, chief))
    assert errors == []
    assert {*Statement.objects.values_list("slug", flat=True)} == {second.slug, fourth.slug}
    assert [*second.in_reply_to.all()] == [fourth]
    assert [*fourth.in_reply_to.all()] == [second]


def test_two_merges_whose_records_answer_each_other_are_both_undone(
    chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, fourth = _statements()
    merge(first, second, chief)
    merge(third, fourth, chief)
    merged = list(MergedRecord.objects.order_by("pk"))
    _meet_at(monkeypatch, undoing, "undo_plan")
    assert _run_together(*(lambda row=row: undo(row, chief) for row in merged)) == []
    assert Statement.objects.count() == 4
    assert [*second.in_reply_to.all()] == [third]
    assert [*fourth.in_reply_to.all()] == [first]
