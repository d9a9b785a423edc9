"""New databases get in one step what the others got in many."""

from __future__ import annotations

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

SQUASH = ("archive", "0001_squashed_0018")


def test_it_makes_the_tables_that_the_steps_make() -> None:
    whole, steps = MigrationLoader(None), MigrationLoader(None, load=False)
    steps.replace_migrations = False
    steps.build_graph()
    last: Any = whole.get_migration(*SQUASH).replaces[-1]
    made, expected = whole.project_state(SQUASH), steps.project_state(last)
    assert made.models.keys() == expected.models.keys()
    assert MigrationAutodetector(expected, made)._detect_changes() == {}
    assert MigrationAutodetector(made, expected)._detect_changes() == {}


def test_a_later_state_differs() -> None:
    """The comparison sees a difference where there is one."""
    steps = MigrationLoader(None, load=False)
    steps.replace_migrations = False
    steps.build_graph()
    last: Any = steps.get_migration("archive", "0017_kinds_in_order_of_dates")
    before = steps.project_state((last.app_label, last.name))
    assert MigrationAutodetector(before, MigrationLoader(None).project_state(SQUASH))._detect_changes() != {}
