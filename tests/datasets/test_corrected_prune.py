"""Pruning keeps corrected records; new unpublished records are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.models import Citation, Event, Official, Participation, Statement
from tests.support.corrections import HEAD, PARTS, TALKS, TITLE, VISIT, correct, event_files, run_load, today
from tests.support.datasets import load_files, plan_lines, write_files

pytestmark = pytest.mark.django_db


def test_pruning_keeps_corrected_records(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, event_files(VISIT, TALKS))
    correct("visit", editor, place="Boston")
    correct("talks", editor, status="published")
    files = event_files("next,Next,visit,2020,\n")
    load_files(tmp_path, files)
    assert plan_lines(tmp_path, files, prune=True) == [
        "events: 1 unchanged, 1 removed, 1 corrected here",
        f"  = visit, corrected here by editor on {today()}: stays, though the dataset no longer has it",
        "  - talks",
    ]
    assert load_files(tmp_path, files, prune=True).written
    assert sorted(Event.objects.values_list("slug", flat=True)) == ["next", "visit"]
    assert load_files(tmp_path, files, prune=True, overwrite_corrections=True).written
    assert [event.slug for event in Event.objects.all()] == ["next"]


def test_pruning_keeps_parts_and_references_of_corrected_records(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    correct("visit", place="Boston")
    files = {**TITLE, "topics.csv": "slug,name\nt,T\n"}
    result = load_files(tmp_path, files, prune=True)
    assert result.written, list(result.problems.lines())
    assert (Event.objects.count(), Participation.objects.count(), Citation.objects.count()) == (1, 2, 1)
    assert Official.objects.count() == 2
    assert not Statement.objects.exists()


def test_pruning_keeps_records_with_parts_added_in_the_archive(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    kim = Official.objects.get(slug="kim")
    Participation.objects.create(event=Event.objects.get(), official=kim, role="host")
    files = {**PARTS, "events.csv": HEAD, "participations.csv": "event,official,role\n",
             "citations.csv": "source,event,locator,quotation\n"}  # fmt: skip
    assert plan_lines(tmp_path, files, prune=True)[:2] == [
        "events: 1 corrected here",
        "  = visit, what was corrected or added here needs it: stays, though the dataset no longer has it",
    ]
    load_files(tmp_path, files, prune=True)
    assert Participation.objects.count() == 3


def test_new_drafts_are_counted(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"topics.csv": "slug,status,name\na,,A\nb,review,B\nc,published,C\nd,,D\n"})
    line = "New and not public until they are published: 2 drafts, 1 in review."
    assert run_load(path, "--plan") == [
        "topics: 4 added", "  + a", "  + b", "  + c", "  + d", line, "This is a plan: nothing was written.",
    ]  # fmt: skip
    assert run_load(path) == ["topics: 4 added", line, "Loaded."]
    assert run_load(path) == ["topics: 4 unchanged", "Nothing to do: the archive has all of it."]
