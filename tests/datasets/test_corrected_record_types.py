"""Corrections and deletions of every record type of the first dossier are kept, or overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, models

from archive.datasets.corrections.loaded_records import LoadedRecordWriter
from archive.datasets.load import Options, Result, load
from archive.datasets.schema import RecordType, record_types
from archive.models import Event, LoadedRecord, Topic
from archive.models.fields import DERIVED, PartialDateField
from tests.support.corrections import HEAD, TITLE, VISIT, correct, event_files, numbered_path, stored_place
from tests.support.datasets import load_files, plan_lines, write_files
from tests.support.exports import file_contents, run_export

pytestmark = pytest.mark.django_db


def reloaded(folder: Path, overwrite: bool = False) -> Result:
    return load(folder, Options(overwrite_corrections=overwrite))


def _texts(record_type: RecordType) -> list[Any]:
    """Free-text fields outside the key, from which only folded fields are derived."""
    return [
        field
        for field in record_type.model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField)
        and field.editable
        and not field.choices
        and field.name not in (*record_type.key, "iso3166", "code", "scheme", "language", "script")
        and not isinstance(field, (*DERIVED, PartialDateField))
    ]


def test_corrections_of_every_record_type_are_kept_and_overwritten(dossier: None, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    run_export(folder, "--dataset-title", "All", "--all")
    assert not reloaded(folder).written
    before = file_contents(folder)
    corrected = set()
    for name, record_type in record_types().items():
        record: Any = record_type.model._default_manager.order_by("pk").first()
        if record is not None and (texts := _texts(record_type)):
            for field in texts:
                setattr(record, field.attname, "Corrected here"[: field.max_length])
            record.save()
            corrected.add(name)
    assert {"events", "officials", "statements", "speech_acts", "citations", "sources"} <= corrected
    for _ in range(2):
        result = reloaded(folder)
        assert not result.written, [f"{name}: {counts}" for name, counts in result.counts.items()]
        assert {name for name, counts in result.counts.items() if counts.corrected} == corrected
        assert not any(counts.conflicts for counts in result.counts.values())
    assert {name for name, counts in reloaded(folder, overwrite=True).counts.items() if counts.changed} == corrected
    run_export(numbered_path(folder), "--dataset-title", "All", "--all")
    assert file_contents(numbered_path(folder)) == before
    assert {str(counts).split()[-1] for counts in reloaded(folder).counts.values()} == {"unchanged"}


def test_deletions_of_every_record_type_are_kept_and_overwritten(dossier: None, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    run_export(folder, "--dataset-title", "All", "--all")
    assert not reloaded(folder).written
    deleted = set()
    for name, record_type in reversed(record_types().items()):
        record: Any = record_type.model._default_manager.order_by("pk").last()
        try:
            record.delete()
        except (models.ProtectedError, AttributeError):
            continue
        deleted.add(name)
    assert {"participations", "citations", "statements", "events"} <= deleted
    counts = {name: record_type.model._default_manager.count() for name, record_type in record_types().items()}
    result = reloaded(folder)
    assert not result.written, [f"{name}: {entry}" for name, entry in result.counts.items()]
    assert {name for name, entry in result.counts.items() if entry.deleted or entry.left_out} >= deleted
    assert {name: record_type.model._default_manager.count() for name, record_type in record_types().items()} == counts
    result = reloaded(folder, overwrite=True)
    assert result.written, list(result.problems.lines())
    assert {name for name, entry in result.counts.items() if entry.added} >= deleted


def test_a_failed_load_leaves_records_and_base_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_files(tmp_path, event_files(VISIT))
    correct("visit", place="Boston")
    load_files(tmp_path, event_files(VISIT))
    before = list(LoadedRecord.objects.values()), list(Event.objects.values())
    write = LoadedRecordWriter.write

    def fail(self: LoadedRecordWriter, writing: Any) -> None:
        write(self, writing)
        raise DatabaseError("no room")

    monkeypatch.setattr(LoadedRecordWriter, "write", fail)
    with pytest.raises(DatabaseError):
        load_files(tmp_path, event_files(VISIT.replace("1874-12-12", "1875").replace("Washington", "New York")))
    assert (list(LoadedRecord.objects.values()), list(Event.objects.values())) == before


def test_a_new_column_does_not_overwrite_corrections(tmp_path: Path) -> None:
    head, row = "slug,name,classification,date\n", "visit,Visit,visit,{}\n"
    load_files(tmp_path, event_files(row.format(1874), head=head))
    correct("visit", place="Boston")
    load_files(tmp_path, event_files(row.format(1875), head=head))
    message = plan_lines(tmp_path, event_files(VISIT))
    assert "the dataset had nothing and has 'Washington' now" in message[2]
    load_files(tmp_path, event_files(VISIT))
    assert stored_place() == "Boston"


def test_corrections_of_relations_numbers_and_booleans_are_kept(tmp_path: Path) -> None:
    head = "slug,name,classification,date,part_of\n"
    rows = "one,One,visit,2019,\ntwo,Two,visit,2019,one\nthree,Three,visit,2019,one\n"
    files = {
        **TITLE,
        "events.csv": head + rows,
        "dossiers.csv": "slug,name\nfile,File\n",
        "dossier_entries.csv": "dossier,event,position\nfile,one,1\nfile,two,2\n",
    }
    load_files(tmp_path, files)
    correct("two", part_of=None)
    correct("three", part_of=Event.objects.get(slug="two"))
    entry = record_types()["dossier_entries"].model._default_manager.get(event__slug="two")
    entry.position = 7  # type: ignore[attr-defined]
    entry.save()
    result = load_files(tmp_path, files)
    assert not result.written
    assert (result.counts["events"].corrected, result.counts["dossier_entries"].corrected) == (2, 1)
    assert load_files(tmp_path, files, overwrite_corrections=True).counts["events"].changed == 2
    assert {event.slug: event.part_of and event.part_of.slug for event in Event.objects.all()} == {
        "one": None, "two": "one", "three": "one",
    }  # fmt: skip


def test_a_correction_that_violates_a_constraint_is_reported_with_its_line(tmp_path: Path) -> None:
    head = "slug,official,office,start,end\n"
    files = {
        **TITLE,
        "officials.csv": "slug,name\nkim,Kim\n",
        "offices.csv": "slug,name,body\nchair,Chair,KR\n",
        "appointments.csv": head + "a,kim,chair,2015,2020\n",
    }
    load_files(tmp_path, files)
    correct("a", model=record_types()["appointments"].model, end="2017")
    later = {**files, "appointments.csv": head + "a,kim,chair,2018,2020\n"}
    result = load_files(tmp_path, later)
    assert not result.written
    assert [line.partition(",")[0] for line in result.problems.lines()] == ["appointments.csv:2"]
    assert load_files(tmp_path, later, overwrite_corrections=True).written


@pytest.mark.parametrize("title", ['A "quoted" title', "100 % of (all)", "It's; DROP TABLE x\\", "김유근 \U0001f54a"])
def test_titles_with_special_characters_identify_their_records(title: str, tmp_path: Path) -> None:
    files = {"dataset.yaml": yaml.safe_dump({"title": title, "version": "2"}), "topics.csv": "slug,name\nt,T\n"}
    load_files(tmp_path, files)
    correct("t", model=Topic, name="Corrected")
    assert str(load_files(tmp_path, files).counts["topics"]) == "1 unchanged, 1 corrected here"
    other = {"dataset.yaml": "title: Other\n", "topics.csv": "slug,name\nt,T\n"}
    load_files(numbered_path(tmp_path), other)
    assert str(load_files(tmp_path, files).counts["topics"]) == "1 unchanged"


def test_datasets_of_different_titles_have_different_base_states(tmp_path: Path) -> None:
    files = {"events.csv": HEAD + VISIT}
    for title in ("One", "Two"):
        load_files(tmp_path / title, {"dataset.yaml": f"title: {title}\n", **files})
    correct("visit", place="Boston")
    newer = {"events.csv": HEAD + VISIT.replace("Washington", "Boston")}
    load_files(tmp_path / "One", {"dataset.yaml": "title: One\n", **newer})
    for title, sentence in (("One", "1 changed"), ("Two", "1 unchanged, 1 corrected here")):
        result = load(
            write_files(tmp_path / title, {"dataset.yaml": f"title: {title}\n", **files}), Options(dry_run=True)
        )  # fmt: skip
        assert str(result.counts["events"]) == sentence, title
