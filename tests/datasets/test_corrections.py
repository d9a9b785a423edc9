"""Loading a dataset again keeps and reports corrections; ``overwrite_corrections`` overwrites them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from archive.datasets.load import Options, load
from archive.models import Body, Event, LoadedRecord, Topic
from tests.support.corrections import (
    HEAD,
    TALKS,
    TITLE,
    VISIT,
    correct,
    event_files,
    numbered_path,
    run_load,
    stored_place,
    today,
)
from tests.support.datasets import RecordingListener, load_files, plan_lines, write_files

pytestmark = pytest.mark.django_db


def test_a_correction_by_rest_is_kept_and_reported_with_user_day_and_reason(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, event_files(VISIT, TALKS))
    client = APIClient()
    client.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    tag = client.get("/api/v1/events/visit/")["ETag"]
    answer = client.patch(
        "/api/v1/events/visit/", {"date": "1874-12-30"}, format="json",
        headers={"X-Change-Reason": "corrected from the Evening Star", "If-Match": tag},
    )  # fmt: skip
    assert answer.status_code == 200, answer.json()
    line = (
        f"  = visit, date: '1874-12-30' stays, corrected here by editor on {today()} "
        "(corrected from the Evening Star); the dataset has '1874-12-12'"
    )
    assert plan_lines(tmp_path, event_files(VISIT, TALKS)) == ["events: 2 unchanged, 1 corrected here", line]
    assert run_load(tmp_path) == [
        "events, changed here since the last load:",
        line,
        "events: 2 unchanged, 1 corrected here",
        "Nothing was changed: the archive has all of it but for what was corrected here, which stays.",
    ]
    event = Event.objects.get(slug="visit")
    assert (str(event.date), str(event.date_latest), event.version) == ("1874-12-30", "1874-12-30", 2)
    assert event.history.count() == 2


def test_overwriting_writes_the_datasets_value_and_reports_the_author(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", editor, place="Boston")
    assert plan_lines(tmp_path, event_files(VISIT), overwrite_corrections=True) == [
        "events: 1 changed, 1 corrected here",
        "  ~ visit, place: 'Boston' becomes 'Washington'",
        f"  ! visit, place: 'Boston' becomes 'Washington', corrected here by editor on {today()}; "
        "the dataset has 'Washington'",
    ]
    assert run_load(tmp_path, "--overwrite-corrections")[-1] == "Loaded."
    assert stored_place() == "Washington"
    assert str(load_files(tmp_path, event_files(VISIT)).counts["events"]) == "1 unchanged"


def test_a_conflict_is_reported_with_three_values_and_keeps_the_archives(tmp_path: Path, editor: Any) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", editor, "by the diary", place="Boston")
    files = event_files(VISIT.replace("Washington", "New York"))
    line = (
        f"  ! visit, place: 'Boston' stays, corrected here by editor on {today()} (by the diary); "
        "the dataset had 'Washington' and has 'New York' now"
    )
    assert plan_lines(tmp_path, files) == ["events: 1 unchanged, 1 corrected here, 1 in conflict", line]
    assert line in run_load(tmp_path)
    assert stored_place() == "Boston"
    # The dataset has been loaded: what it had is 'New York' from now on.
    assert plan_lines(tmp_path, files) == [
        "events: 1 unchanged, 1 corrected here",
        f"  = visit, place: 'Boston' stays, corrected here by editor on {today()} (by the diary); "
        "the dataset has 'New York'",
    ]
    assert load_files(tmp_path, files, overwrite_corrections=True).written
    assert stored_place() == "New York"


def test_other_fields_of_a_corrected_record_are_updated(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    later = event_files(VISIT.replace("1874-12-12", "1874-12-13"))
    assert str(load_files(tmp_path, later).counts["events"]) == "1 changed, 1 corrected here"
    event = Event.objects.get()
    assert (event.place, str(event.date), event.date_display) == ("Boston", "1874-12-13", "13 December 1874")
    for _ in range(2):
        assert str(load_files(tmp_path, later).counts["events"]) == "1 unchanged, 1 corrected here"
    last = event_files(VISIT.replace("1874-12-12", "1874-12-14"))
    assert str(load_files(tmp_path, last).counts["events"]) == "1 changed, 1 corrected here"
    assert stored_place() == "Boston"


def test_fields_without_correction_are_updated(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT, TALKS))
    correct("talks", place="Busan")
    assert plan_lines(tmp_path, event_files(VISIT.replace("Washington", "Boston"), TALKS.replace("2019", "2020")))[
        :3
    ] == [
        "events: 2 changed, 1 corrected here",
        "  ~ visit, place: 'Washington' becomes 'Boston'",
        "  ~ talks, date: '2019' becomes '2020'",
    ]


def test_a_correction_in_the_next_release_is_no_longer_one(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    both = event_files(VISIT.replace("Washington", "Boston"))
    assert plan_lines(tmp_path, both) == ["events: 1 unchanged"]
    assert not load_files(tmp_path, both).written
    # From now on it is the dataset's value, and follows the dataset.
    assert plan_lines(tmp_path, event_files(VISIT)) == [
        "events: 1 changed",
        "  ~ visit, place: 'Boston' becomes 'Washington'",
    ]


def test_a_field_emptied_in_the_archive_stays_empty(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="")
    assert plan_lines(tmp_path, event_files(VISIT)) == [
        "events: 1 unchanged, 1 corrected here",
        f"  = visit, place: nothing stays, corrected here by somebody without a name on {today()}; "
        "the dataset has 'Washington'",
    ]
    load_files(tmp_path, event_files(VISIT))
    assert stored_place() == ""


def test_a_field_that_the_dataset_empties_is_a_conflict_with_a_correction(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    empty = event_files(VISIT.replace("Washington", ""))
    assert "the dataset had 'Washington' and has nothing now" in plan_lines(tmp_path, empty)[1]
    load_files(tmp_path, empty)
    assert stored_place() == "Boston"
    load_files(tmp_path, empty, overwrite_corrections=True)
    assert stored_place() == ""


def test_an_absent_column_keeps_its_base_values(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    load_files(numbered_path(tmp_path), event_files("visit,1874-12-13\n", head="slug,date\n"))
    assert (
        str(load_files(numbered_path(tmp_path, 3), event_files(VISIT)).counts["events"])
        == "1 changed, 1 corrected here"
    )
    assert (stored_place(), str(Event.objects.get().date)) == ("Boston", "1874-12-12")


def test_a_load_of_other_records_keeps_the_base_states_of_the_rest(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT, TALKS))
    correct("visit", place="Boston")
    load_files(numbered_path(tmp_path), event_files(TALKS.replace("2019", "2020")))
    assert str(load_files(tmp_path, event_files(VISIT)).counts["events"]) == "1 unchanged, 1 corrected here"
    assert stored_place() == "Boston"


def test_a_change_by_another_dataset_is_reported_with_its_title(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    other = {"dataset.yaml": "title: Travels\nversion: 3\n", "events.csv": HEAD + VISIT.replace("Washington", "Boston")}
    message = plan_lines(numbered_path(tmp_path), other)
    assert message == [
        "events: 1 changed",
        "  ~ visit, place: 'Washington' becomes 'Boston'",
        "1 of the records that change is not known from an earlier load of this dataset: "
        "whether they were corrected here can't be told.",
    ]
    assert load_files(numbered_path(tmp_path), other).written
    assert plan_lines(tmp_path, event_files(VISIT))[1] == (
        f"  = visit, place: 'Boston' stays, corrected here by the dataset \"Travels\" on {today()}; "
        "the dataset has 'Washington'"
    )
    assert not load_files(numbered_path(tmp_path), other).written


def test_unchanged_records_of_another_dataset_have_a_base_state(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    other = {"dataset.yaml": "title: Travels\n", "events.csv": HEAD + VISIT}
    assert not load_files(numbered_path(tmp_path), other).written
    correct("visit", place="Boston")
    assert str(load_files(numbered_path(tmp_path), other).counts["events"]) == "1 unchanged, 1 corrected here"
    assert stored_place() == "Boston"


def test_a_record_without_a_revision_has_a_base_state(tmp_path: Path) -> None:
    Event(slug="visit", name="Visit", classification="visit", date="1874-12-12", place="Washington").save_base(raw=True)
    Event.history.all().delete()
    assert not load_files(tmp_path, event_files(VISIT)).written
    assert LoadedRecord.objects.get().revision == 0
    correct("visit", place="Boston")
    assert str(load_files(tmp_path, event_files(VISIT)).counts["events"]) == "1 unchanged, 1 corrected here"
    assert stored_place() == "Boston"


def test_a_change_by_sql_is_a_correction_without_an_author(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    Event.objects.update(place="Boston")
    assert plan_lines(tmp_path, event_files(VISIT))[1] == (
        "  = visit, place: 'Boston' stays, corrected here by a change without a revision; the dataset has 'Washington'"
    )
    load_files(tmp_path, event_files(VISIT))
    assert stored_place() == "Boston"


def test_a_reverted_correction_is_none(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    correct("visit", place="Washington")
    assert plan_lines(tmp_path, event_files(VISIT.replace("Washington", "New York"))) == [
        "events: 1 changed",
        "  ~ visit, place: 'Washington' becomes 'New York'",
    ]


def test_line_endings_of_a_form_are_no_correction(tmp_path: Path) -> None:
    head = "slug,name,classification,date,summary\n"
    load_files(tmp_path, event_files('visit,Visit,visit,2019,"One\ntwo"\n', head=head))
    correct("visit", summary="One\r\ntwo")
    result = load_files(tmp_path, event_files('visit,Visit,visit,2019,"One\nthree"\n', head=head))
    assert str(result.counts["events"]) == "1 changed"
    assert Event.objects.get().summary == "One\nthree"


def test_a_status_set_in_the_archive_stays(tmp_path: Path) -> None:
    head, row = "slug,status,name\n", "t,draft,T\n"
    load_files(tmp_path, {**TITLE, "topics.csv": head + row})
    correct("t", model=Topic, status="published")
    assert not load_files(tmp_path, {**TITLE, "topics.csv": head + row}).written
    assert Topic.objects.get().status == "published"


def test_folded_names_follow_corrected_and_updated_fields(tmp_path: Path) -> None:
    head = "slug,name,abbreviation,kind\n"
    load_files(tmp_path, {**TITLE, "bodies.csv": head + "wto,World Trade,WTO,other\n"})
    correct("wto", model=Body, name="Global Trade")
    load_files(tmp_path, {**TITLE, "bodies.csv": head + "wto,World Trade,WT,other\n"})
    body = Body.objects.get(slug="wto")
    assert (body.name, body.abbreviation, body.folded) == ("Global Trade", "WT", "globaltrade\nwt")


def test_a_dry_run_leaves_the_base_states(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    load_files(tmp_path, event_files(VISIT))
    before = list(LoadedRecord.objects.values())
    assert before[0]["overrides"] == {"place": "Washington"}
    load_files(tmp_path, event_files(VISIT.replace("Washington", "New York")), dry_run=True)
    assert list(LoadedRecord.objects.values()) == before


def test_all_conflicts_and_twenty_other_corrections_are_listed(tmp_path: Path) -> None:
    rows = [f"e{number},E,visit,2019,Seoul\n" for number in range(25)]
    load_files(tmp_path, event_files(*rows))
    for event in Event.objects.all():
        event.place = "Busan"
        event.save()
    listener = RecordingListener()
    lines = listener.corrections
    load(write_files(tmp_path, event_files(*rows)), Options(), listener)
    assert (len(lines), lines[-1]) == (22, "    and more: load --plan names them all")
    lines.clear()
    load(write_files(tmp_path, event_files(*(row.replace("Seoul", "Jeju") for row in rows))), Options(), listener)
    assert len(lines) == 26


def test_the_date_of_a_correction_is_that_of_its_revision(tmp_path: Path) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    Event.history.filter(history_type="~").update(history_date=datetime.fromisoformat("2019-07-04T23:30:00+00:00"))
    assert "on 2019-07-04; the dataset" in plan_lines(tmp_path, event_files(VISIT))[1]
