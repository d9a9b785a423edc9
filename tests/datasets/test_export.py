"""``manage.py export`` of the whole archive: the same bytes each time, and public records only."""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management.base import CommandError

from archive import models as m
from archive.csv_dialect import split_pieces, split_values, unguard
from archive.datasets.export import pages
from archive.datasets.schema import REDIRECTS, Column, record_types
from tests.support.exports import dangling_references, exported_records, exported_slugs, file_contents, run_export

pytestmark = pytest.mark.django_db

ACT = "2019-07-12-kim-you-geun-international-probe-1"
STATEMENT = "2019-07-12-kim-you-geun-international-probe"


def test_every_visible_record_is_exported_once(dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "out")
    records = exported_records(tmp_path / "out")
    counts = {name: record_type.model.objects.visible_to(None).count() for name, record_type in record_types().items()}
    assert {name: len(rows) for name, rows in records.items()} == {name: n for name, n in counts.items() if n}
    for name, rows in records.items():
        assert all(list(row) == [column.name for column in record_types()[name].columns] for row in rows)
    assert dangling_references(tmp_path / "out") == []


def test_dates_and_relations_are_exported_as_dataset_values(dossier: None, tmp_path: Path) -> None:
    m.Citation.objects.all().delete()
    japans = m.Participation.objects.filter(body__slug="japan").select_related("event")[0]
    m.Citation.objects.create(source=m.Source.objects.order_by("slug")[0], participation=japans, locator="p. 1")
    run_export(tmp_path / "out")
    records = exported_records(tmp_path / "out")
    statement = next(record for record in records["statements"] if record["slug"] == STATEMENT)
    assert statement["date"] == "2019-07-12"
    assert statement["speaker"] == "kim-you-geun"
    assert statement["capacities"] == sorted(statement["capacities"])
    assert len(statement["capacities"]) == 2
    assert records["citations"][0]["participation"] == [japans.event.slug, None, "japan", japans.role]
    assert records["citations"][0]["event"] is None


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_the_page_size_does_not_change_the_bytes(
    form: str, dossier: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_export(tmp_path / "one", "--format", form)
    monkeypatch.setattr(pages, "PAGE_ROWS", 50)
    run_export(tmp_path / "two", "--format", form)
    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "two")


def test_csv_and_parquet_have_the_values_of_json_lines(dossier: None, tmp_path: Path) -> None:
    from pyarrow import parquet

    for form in ("jsonl", "csv", "parquet"):
        run_export(tmp_path / form, "--format", form)
    for name, rows in exported_records(tmp_path / "jsonl").items():
        assert parquet.read_table(tmp_path / "parquet" / f"{name}.parquet").to_pylist() == rows
        with (tmp_path / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            read = list(csv.DictReader(stream))
        record_type = record_types()[name]
        assert [[_read(column, row[column.name]) for column in record_type.columns] for row in read] == [
            [value if value != "" else None for value in row.values()] for row in rows
        ]


def _read(column: Column, cell: str) -> Any:
    text = unguard(cell)
    if column.data_type == "relations":
        return split_values(text)
    if not text:
        return None
    if column.data_type == "relation" and not record_types()[column.target].has_slug:
        return split_pieces(text)
    return int(text) if column.data_type == "number" else text


def test_a_parquet_column_has_a_description(dossier: None, tmp_path: Path) -> None:
    from pyarrow import parquet

    run_export(tmp_path / "out", "--format", "parquet")
    field = parquet.read_schema(tmp_path / "out/events.parquet").field("place")
    assert field.metadata == {b"description": b"Where, as a reader would say it (Tokyo)."}


@pytest.mark.parametrize("name", ["=1+1", "+49 30", "-1", "@home", "'=quoted", "'plain", 'a "quoted" word', "a,b\nc"])
def test_formulas_in_csv_are_guarded_and_round_trip(name: str, tmp_path: Path) -> None:
    m.Topic.objects.create(slug="topic", name=name, status="published")
    run_export(tmp_path / "out", "--format", "csv")
    with (tmp_path / "out/topics.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert not row["name"].startswith(("=", "+", "-", "@"))
    assert unguard(row["name"]) == name


def test_the_checksums_are_those_of_the_files(dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "out")
    files = file_contents(tmp_path / "out")
    data = files.pop("SHA256SUMS").decode()
    assert data == "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def test_the_data_dictionary_has_a_line_for_each_column(tmp_path: Path) -> None:
    run_export(tmp_path / "out")
    with (tmp_path / "out/data_dictionary.csv").open(encoding="utf-8", newline="") as stream:
        rows = {(row["file"], row["column"]): row for row in csv.DictReader(stream)}
    types = [*sorted(record_types().items()), (REDIRECTS.name, REDIRECTS)]
    assert list(rows) == [(name, column.name) for name, record_type in types for column in record_type.columns]
    assert rows["events", "part_of"]["meaning"] == "The larger event that this one belongs to."
    assert rows["statements", "attribution"]["words"] == "named on_background anonymous collective reported"


def test_metadata_options_are_in_dataset_yaml_and_citation(tmp_path: Path) -> None:
    run_export(
        tmp_path / "out", "--dataset-title", "Curbs: 2019", "--dataset-licence", "CC0-1.0",
        "--dataset-publisher", "An Archive", "--dataset-version", "2026-11",
    )  # fmt: skip
    files = file_contents(tmp_path / "out")
    assert yaml.safe_load(files["dataset.yaml"]) == {
        "title": "Curbs: 2019", "licence": "CC0-1.0", "publisher": "An Archive", "version": "2026-11",
    }  # fmt: skip
    assert yaml.safe_load(files["CITATION.cff"]) == {
        "cff-version": "1.2.0", "message": "Please cite this dataset by the words below.", "type": "dataset",
        "title": "Curbs: 2019", "authors": [{"name": "An Archive"}], "version": "2026-11", "license": "CC0-1.0",
    }  # fmt: skip


def _drafts() -> None:
    event = m.Event.objects.create(slug="hidden-event", name="Hidden", classification="ruling", date="2019")
    source = m.Source.objects.create(slug="hidden-source", title="Hidden")
    loaded = m.Statement.objects.get(slug=STATEMENT)
    loaded.about_events.add(event)
    loaded.topics.add(m.Topic.objects.create(slug="hidden-topic", name="Hidden"))
    m.SpeechAct.objects.filter(slug=ACT).update(about_event=event)
    m.Citation.objects.create(source=source, statement=loaded)
    m.Outcome.objects.create(
        speech_act=m.SpeechAct.objects.get(slug=f"{STATEMENT}-2"), date="2020", kind="lapsed", event=event
    )
    m.Identifier.objects.create(scheme="wikidata", value="Q-hidden", event=event)


@pytest.mark.parametrize("words", [[], ["--topic", "export-controls"], ["--format", "csv"]])
def test_a_draft_does_not_change_the_public_export(words: list[str], dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "one", *words)
    _drafts()
    run_export(tmp_path / "two", *words)
    assert file_contents(tmp_path / "one") == file_contents(tmp_path / "two")


def test_an_export_of_all_has_drafts(dossier: None, tmp_path: Path) -> None:
    _drafts()
    run_export(tmp_path / "out", "--all")
    records = exported_records(tmp_path / "out")
    assert {name: len(rows) for name, rows in records.items()} == {
        name: n for name, record_type in record_types().items() if (n := record_type.model.objects.count())
    }
    statement = next(record for record in records["statements"] if record["slug"] == STATEMENT)
    assert "hidden-event" in statement["about_events"]
    assert dangling_references(tmp_path / "out") == []


def test_a_statement_with_a_hidden_speaker_is_left_out_and_counted(dossier: None, tmp_path: Path) -> None:
    m.Official.objects.filter(slug="kim-you-geun").update(status="draft")
    _, warned = run_export(tmp_path / "out")
    count = m.Statement.objects.filter(speaker__slug="kim-you-geun").count()
    assert f"{count} published statements are not in it" in warned
    assert b'"kim-you-geun"' not in b"".join(file_contents(tmp_path / "out").values())
    assert dangling_references(tmp_path / "out") == []


def test_a_complete_archive_has_no_warning(dossier: None, tmp_path: Path) -> None:
    out, warned = run_export(tmp_path / "out")
    assert warned == ""
    assert "statements.jsonl" in out


def test_parquet_without_pyarrow_is_refused_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "archive.datasets.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CommandError, match=r"pip install -r requirements-parquet\.txt"):
        run_export(tmp_path / "out", "--format", "parquet")
    assert not (tmp_path / "out").exists()


def test_any_text_is_exported_as_valid_json(tmp_path: Path) -> None:
    text = 'back\\slash "quotes" \t tab \n line \u2028 \x01 \x7f emoji \U0001f600 %s 100%'
    m.Topic.objects.create(slug="topic", name="Topic", description=text, status="published")
    run_export(tmp_path / "out")
    assert exported_records(tmp_path / "out")["topics"][0]["description"] == text
    assert exported_slugs(tmp_path / "out", "topics") == ["topic"]
