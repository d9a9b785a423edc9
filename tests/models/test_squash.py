"""New databases get in one step what the others got in many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.migrations import RunPython
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

SQUASH = ("archive", "0001_squashed_0018")


@pytest.fixture(scope="module")
def steps() -> MigrationLoader:
    return MigrationLoader(None, replace_migrations=False)


def test_it_leads_to_the_state_that_the_steps_lead_to(steps: MigrationLoader) -> None:
    whole = MigrationLoader(None)
    last: Any = whole.get_migration(*SQUASH).replaces[-1]
    made, expected = whole.project_state(SQUASH), steps.project_state(last)
    assert made.models.keys() == expected.models.keys()
    assert MigrationAutodetector(expected, made)._detect_changes() == {}
    assert MigrationAutodetector(made, expected)._detect_changes() == {}


def test_it_fills_the_tables_as_the_steps_do(steps: MigrationLoader) -> None:
    def filled(*names: str) -> list[Any]:
        found = [one for name in names for one in steps.get_migration("archive", name).operations]
        return [one.code for one in found if isinstance(one, RunPython)]

    # What 0015 does to rows there are none for in a new database.
    assert filled(SQUASH[1]) == filled("0008_states", "0009_groups")


def test_an_earlier_state_differs(steps: MigrationLoader) -> None:
    """The comparison sees a difference where there is one."""
    last: Any = steps.get_migration("archive", "0017_kinds_in_order_of_dates")
    before = steps.project_state((last.app_label, last.name))
    assert MigrationAutodetector(before, MigrationLoader(None).project_state(SQUASH))._detect_changes() != {}
