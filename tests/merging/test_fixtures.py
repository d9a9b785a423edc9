"""A fixture from before a merge: what refers to the merged record refers to the other one, its own row is left out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.models import Event, MergedRecord, Participation, Statement
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixture(world: World, tmp_path: Path) -> Path:
    """A dump of the archive, in which a statement was made at the event that is merged later."""
    Statement.objects.filter(pk=world.statement.pk).update(occasion=world.later)
    path = tmp_path / "before.json"
    options: dict[str, Any] = {"natural_foreign": True, "natural_primary": True}
    call_command("dumpdata", "archive", output=str(path), verbosity=0, **options)
    return path


def _load(path: Path) -> str:
    errors = io.StringIO()
    call_command("loaddata", str(path), verbosity=1, stdout=io.StringIO(), stderr=errors)
    return errors.getvalue()


def test_references_to_a_merged_record_become_those_to_the_other(world: World, editor: Any, fixture: Path) -> None:
    merge(world.later, world.event, editor)
    message = _load(fixture)
    assert "(archive.event later): left out, as the record was merged into 'event'." in message
    assert Statement.objects.get(pk=world.statement.pk).occasion == world.event
    assert not Event.objects.filter(slug="later").exists()
    assert Event.objects.get(slug="event").name == "Event"
    assert MergedRecord.objects.get().undone_at is None


def test_parts_of_a_merged_record_are_those_of_the_other(world: World, editor: Any, fixture: Path) -> None:
    key = world.participation.natural_key()
    merge(world.event, world.later, editor)
    moved = Participation.objects.get_by_natural_key(*key)
    assert moved.event == world.later
    before = Participation.objects.count()
    _load(fixture)
    assert Participation.objects.count() == before


def test_after_an_undone_merge_the_fixture_loads_as_before(world: World, editor: Any, fixture: Path) -> None:
    undo(merge(world.later, world.event, editor), editor)
    assert _load(fixture) == ""
    assert Statement.objects.get(pk=world.statement.pk).occasion == world.later
