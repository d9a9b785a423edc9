"""File formats of datasets, and the documented examples."""

from __future__ import annotations

import json
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from archive.datasets.load import Options, load
from archive.models import Citation, Event, Statement, Topic
from tests.support import docs_blocks as docs
from tests.support.datasets import EVENT, EVENTS, STATEMENTS, write_files
from tests.support.workbooks import write_workbook

pytestmark = pytest.mark.django_db
_SHOWN = re.compile(r"^[^`\n]*`([\w.]+)`.*\n\n```\w+\n((?s:.*?))^```$", re.MULTILINE)


def _examples() -> dict[str, str]:
    text = docs.read("docs/reference/datasets.md")
    items = dict(_SHOWN.findall(text.partition("## Examples")[2].partition("## dataset.yaml")[0]))
    [described] = [block for block in docs.blocks("docs/reference/datasets.md") if block.language == "yaml"]
    return {**items, "dataset.yaml": described.text}


def test_the_documented_examples_load(tmp_path: Path, dossier: None) -> None:
    examples = _examples()
    fixture = examples.pop("example.json")
    result = load(write_files(tmp_path / "d", examples), Options())
    assert result.written, list(result.problems.lines())
    assert {name: str(counts) for name, counts in result.counts.items()} == {
        "citations": "2 added", "events": "2 added", "officials": "1 added", "participations": "2 added",
        "sources": "1 added", "speech_acts": "1 added", "statements": "2 added",
    }  # fmt: skip
    assert Statement.objects.get(slug="kim-answers").in_reply_to.get().slug == "kim-asks"
    assert Citation.objects.get(locator="p. 1").participation.body.slug == "japan"
    (tmp_path / "example.json").write_text(fixture)
    assert load(tmp_path / "example.json", Options()).written
    assert Topic.objects.get(slug="talks").parent.slug == "export-controls"
    Topic.objects.get(slug="talks").delete()
    call_command("loaddata", str(tmp_path / "example.json"), verbosity=0)
    assert Topic.objects.filter(slug="talks").exists()


def _packed(tmp_path: Path, name: str, folder: str) -> Path:
    files = {"dataset.yaml": "title: Packed\n", "events.csv": EVENTS + EVENT, "README.md": "Not read."}
    directory = write_files(tmp_path / "d", files)
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in directory.iterdir():
                packed.write(file, f"{folder}{file.name}")
    else:
        with tarfile.open(path, "w:gz") as packed_too:
            packed_too.add(directory, folder or ".")
    return path


@pytest.mark.parametrize("folder", ["", "talks/"])
@pytest.mark.parametrize("name", ["talks.zip", "talks.tar.gz", "talks.tgz"])
def test_archives_load_with_and_without_a_folder(name: str, folder: str, tmp_path: Path) -> None:
    result = load(_packed(tmp_path, name, folder), Options())
    assert result.written, list(result.problems.lines())
    assert result.metadata.title == "Packed"
    assert Event.objects.get().slug == "talks"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sheet1.csv", EVENTS + EVENT),
        ("Statements of July.csv", STATEMENTS + "a,draft,A,note,2019,collective,,KR\n"),
        ("export.jsonl", '{"slug": "a", "name": "A", "classification": "meeting", "date": "2019"}\n'),
    ],
)
def test_a_single_file_is_identified_by_its_columns(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    result = load(tmp_path / name, Options())
    assert result.written, list(result.problems.lines())
    assert Event.objects.count() + Statement.objects.count() == 1


def test_the_type_of_a_single_file_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("slug,name\na,A\n")
    assert load(tmp_path / "list", Options(type_name="topics", file_format="csv")).written
    assert Topic.objects.get().slug == "a"


def test_sheets_load_with_the_results_of_formulas(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Events": [["slug", "name", "classification", "date", "topics"], ["a", "A", "meeting", 2019, "t"]],
        "topics": [["slug", "name", None], ["t", ("1+1", "2"), None], [None, None, None]],
        "Empty": [],
    }
    write_workbook(tmp_path / "talks.xlsx", sheets)
    result = load(tmp_path / "talks.xlsx", Options())
    assert result.written, list(result.problems.lines())
    event = Event.objects.get()
    assert (str(event.date), event.topics.get().name) == ("2019", "2")


def test_errors_in_a_workbook_have_sheet_and_row(tmp_path: Path) -> None:
    write_workbook(tmp_path / "talks.xlsx", {"topics": [["slug", "name"], ["a", "A"], ["b b", "B"]]})
    [line] = load(tmp_path / "talks.xlsx", Options()).problems.lines()
    assert line.startswith("talks.xlsx/topics:3, slug: got 'b b'")


def _object(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": f"archive.{model}", "fields": fields}


def test_fixtures_in_yaml_and_json_lines_load(tmp_path: Path) -> None:
    objects = [
        {
            "model": "archive.event",
            "fields": {"slug": "a", "name": "A", "classification": "meeting", "date": "2019-07-12"},
        },
        _object("topic", slug="t", name="T", parent=None),
    ]
    text = yaml.safe_dump(objects).replace("'2019-07-12'", "2019-07-12")
    (tmp_path / "a.yaml").write_text(text)
    assert load(tmp_path / "a.yaml", Options()).written
    assert str(Event.objects.get().date) == "2019-07-12"
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in objects))
    assert not load(tmp_path / "a.jsonl", Options()).has_changes


def test_errors_in_a_fixture_have_the_first_line_of_the_object(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '[\n {\n  "model": "archive.topic",\n  "fields": {"slug": "a", "name": "A"}\n },\n'
        ' {\n  "model": "archive.topik",\n  "fields": {}\n },\n'
        ' {"model": "archive.topic", "fields": {"slug": "b"}}\n]\n'
    )
    assert list(load(tmp_path / "a.json", Options()).problems.lines()) == [
        "a.json:6, model: got 'archive.topik', expected a record of the archive, did you mean 'archive.topic'?",
        "a.json:10, name: got nothing, expected a value: The subject in English, as a heading.",
    ]


def test_a_long_fixture_is_read_in_chunks(tmp_path: Path) -> None:
    objects = [
        {"model": "archive.topic", "fields": {"slug": f"t{number}", "name": "N" * 150}} for number in range(9_000)
    ]
    (tmp_path / "long.json").write_text(json.dumps(objects))
    assert load(tmp_path / "long.json", Options()).counts["topics"].added == 9_000


def test_a_table_with_tabs_is_read_alone_and_in_a_directory(tmp_path: Path) -> None:
    table = "slug\tname\ttopics\tdate\tclassification\na\tA, and more\t\t2019-07-12\tmeeting\n"
    (tmp_path / "events.tsv").write_text(table)
    assert load(tmp_path / "events.tsv", Options()).counts["events"].added == 1
    directory = write_files(
        tmp_path / "d", {"events.tsv": table.replace("\na\t", "\nb\t"), "topics.csv": "slug,name\nt,T\n"}
    )
    assert load(directory, Options()).written
    assert Event.objects.get(slug="b").name == "A, and more"


def test_a_second_file_of_a_record_type_is_refused(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"topics.csv": "slug,name\na,A\n", "topics.jsonl": '{"slug": "b", "name": "B"}\n'}
    assert list(load(write_files(tmp_path / "d", files), Options()).problems.lines()) == [
        "topics.jsonl: got a second file of topics, expected one: topics.csv has them already."
    ]


def test_other_files_are_refused(tmp_path: Path) -> None:
    [line] = load(tmp_path / "nowhere", Options()).problems.lines()
    assert "got no such file or directory, expected a directory, .zip" in line
    (tmp_path / "a.docx").write_bytes(b"")
    [line] = load(tmp_path / "a.docx", Options()).problems.lines()
    assert line.startswith("a.docx: got '.docx', expected a directory, .zip")
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    [line] = load(tmp_path / "a.xlsx", Options()).problems.lines()
    assert line.startswith("a.xlsx: got an unreadable workbook")
