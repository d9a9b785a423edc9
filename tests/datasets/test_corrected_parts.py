"""Loading a dataset again after links, parts and records were added, changed or deleted in the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.models import Citation, Event, Official, Participation, Topic
from tests.support.corrections import (
    PARTS,
    TALKS,
    VISIT,
    correct,
    event_files,
    linked_files,
    numbered_path,
    stored_place,
    today,
)
from tests.support.datasets import load_files, plan_lines

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    return [topic.slug for topic in Event.objects.get(slug="visit").topics.order_by("slug")]


def test_links_are_merged_one_by_one(tmp_path: Path) -> None:
    load_files(tmp_path, linked_files("a;b"))
    event = Event.objects.get()
    event.topics.remove(Topic.objects.get(slug="a"))
    event.topics.add(Topic.objects.create(slug="d", name="D"))
    files = linked_files("a;b;c")
    who = f"here by somebody without a name on {today()}"
    assert plan_lines(tmp_path, files)[:4] == [
        "events: 1 changed, 1 corrected here",
        "  ~ visit, topics: 'c' comes",
        f"  = visit, topics: 'a' stays removed, removed {who}",
        f"  = visit, topics: 'd' stays, added {who}",
    ]
    load_files(tmp_path, files)
    assert topics() == ["b", "c", "d"]
    for _ in range(2):
        assert str(load_files(tmp_path, files).counts["events"]) == "1 unchanged, 1 corrected here"
    assert str(load_files(tmp_path, linked_files("c")).counts["events"]) == "1 changed, 1 corrected here"
    assert topics() == ["c", "d"]
    assert load_files(tmp_path, linked_files("c"), overwrite_corrections=True).written
    assert topics() == ["c"]


def test_links_of_an_absent_column_keep_their_base(tmp_path: Path) -> None:
    load_files(tmp_path, linked_files("a;b"))
    Event.objects.get().topics.set([Topic.objects.get(slug="b")])
    load_files(numbered_path(tmp_path), event_files(VISIT))
    assert load_files(tmp_path, linked_files("a;b")).counts["events"].corrected == 1
    assert topics() == ["b"]


def test_a_new_record_in_a_conflict_is_stored_by_its_id(tmp_path: Path) -> None:
    head = "slug,name,classification,date,place,part_of\n"
    row = "visit,Visit,visit,2019,Seoul,{}\n"
    own = "one,One,meeting,2019,,\ntwo,Two,meeting,2019,,\n"
    load_files(tmp_path, event_files(row.format("one"), own, head=head))
    correct("visit", part_of=Event.objects.get(slug="two"))
    files = event_files(row.format("three"), own, "three,Three,meeting,2019,,\n", head=head)
    assert "'two' stays, corrected here" in plan_lines(tmp_path, files)[2]
    load_files(tmp_path, files)
    assert str(load_files(tmp_path, files).counts["events"]) == "4 unchanged, 1 corrected here"
    assert Event.objects.get(slug="visit").part_of.slug == "two"


# Parts


def test_a_deleted_part_is_not_added_again(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, PARTS)
    part = Participation.objects.get(official__slug="kim")
    part._history_user, part._change_reason = editor, "he was ill"
    part.delete()
    message = plan_lines(tmp_path, PARTS)
    assert "participations: 1 unchanged, 1 deleted here" in message
    assert f"  = visit|kim|actor, deleted here by editor on {today()} (he was ill): stays deleted" in [
        line.replace("||", "|") for line in message
    ]
    assert not load_files(tmp_path, PARTS).written
    assert Participation.objects.count() == 1
    assert load_files(tmp_path, PARTS, overwrite_corrections=True).counts["participations"].added == 1
    assert Participation.objects.count() == 2
    assert str(load_files(tmp_path, PARTS).counts["participations"]) == "2 unchanged"


def test_a_part_with_a_corrected_key_is_not_added_again(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    part = Participation.objects.get(official__slug="kim")
    part.role = "host"
    part.save()
    message = plan_lines(tmp_path, PARTS)
    assert "participations: 2 unchanged, 1 corrected here" in message
    assert any("role: 'host' stays, corrected here" in line and "'actor'" in line for line in message)
    for _ in range(2):
        assert not load_files(tmp_path, PARTS).written
    more = {**PARTS, "citations.csv": str(PARTS["citations.csv"]).replace("Words", "Other words")}
    assert load_files(tmp_path, more).written
    assert sorted(Participation.objects.values_list("official__slug", "role")) == [("abe", "target"), ("kim", "host")]
    load_files(tmp_path, PARTS, overwrite_corrections=True)
    assert sorted(Participation.objects.values_list("official__slug", "role")) == [("abe", "target"), ("kim", "actor")]


def test_a_corrected_key_is_kept_when_other_fields_are_updated(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    citation = Citation.objects.get()
    citation.locator = "p. 2"
    citation.save()
    files = PARTS
    for words in ("More words", "Most words", "Words"):
        files = {**PARTS, "citations.csv": str(PARTS["citations.csv"]).replace("Words", words)}
        assert str(load_files(tmp_path, files).counts["citations"]) == "1 changed, 1 corrected here"
        assert Citation.objects.values_list("locator", "quotation").get() == ("p. 2", words)
        assert str(load_files(tmp_path, files).counts["citations"]) == "1 unchanged, 1 corrected here"
    load_files(tmp_path, files, overwrite_corrections=True)
    assert Citation.objects.get().locator == "p. 1"


def test_a_part_added_in_the_archive_stays(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    kim = Official.objects.get(slug="kim")
    Participation.objects.create(event=Event.objects.get(), official=kim, role="host")
    assert not load_files(tmp_path, PARTS).written
    assert Participation.objects.count() == 3


# Deleted records


def test_a_deleted_record_stays_deleted_with_referring_rows(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, PARTS)
    event = Event.objects.get()
    event._history_user = editor
    event.delete()
    later = {**PARTS, "participations.csv": f"{PARTS['participations.csv']}visit,kim,host\n"}
    message = plan_lines(tmp_path, later)
    assert "events: 1 deleted here" in message
    assert f"  = visit, deleted here by editor on {today()}: stays deleted" in message
    assert "participations: 3 left out" in message
    assert "citations: 1 left out" in message
    assert not load_files(tmp_path, later).written
    assert not Event.objects.exists()
    back = load_files(tmp_path, later, overwrite_corrections=True)
    assert (back.counts["events"].added, back.counts["participations"].added) == (1, 3)
    assert str(load_files(tmp_path, later).counts["events"]) == "1 unchanged"


def test_links_to_a_deleted_record_are_left_out(tmp_path: Path) -> None:
    files = linked_files("a;b")
    load_files(tmp_path, files)
    Topic.objects.get(slug="a").delete()
    assert str(load_files(tmp_path, files).counts["topics"]) == "2 unchanged, 1 deleted here"
    assert topics() == ["b"]
    assert str(load_files(tmp_path, linked_files("a;b;c")).counts["events"]) == "1 changed"
    assert topics() == ["b", "c"]


def test_a_pruned_record_comes_back_with_a_later_release(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT, TALKS))
    assert load_files(tmp_path, event_files(TALKS), prune=True).counts["events"].removed == 1
    assert plan_lines(tmp_path, event_files(VISIT, TALKS))[0] == "events: 1 added, 1 unchanged"


def test_a_record_deleted_and_added_again_is_the_same_record(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    Event.objects.get().delete()
    Event.objects.create(slug="visit", name="Visit", classification="visit", date="1874-12-12", place="Washington")
    assert str(load_files(tmp_path, event_files(VISIT)).counts["events"]) == "1 unchanged"


def test_a_renamed_record_is_found_by_its_former_slug(tmp_path: Path) -> None:
    load_files(tmp_path, PARTS)
    Event.objects.update(slug="state-visit")
    for overwrite in (False, True):
        result = load_files(tmp_path, PARTS, overwrite_corrections=overwrite)
        assert not result.written
        assert str(result.counts["events"]) == "1 unchanged, 1 corrected here"
    assert [event.slug for event in Event.objects.all()] == ["state-visit"]
    assert Participation.objects.count() == 2


def test_a_changed_slug_in_the_dataset_is_another_record(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    result = load_files(tmp_path, event_files(VISIT.replace("visit,", "state-visit,", 1)))
    assert str(result.counts["events"]) == "1 added"
    assert stored_place() == "Boston"
