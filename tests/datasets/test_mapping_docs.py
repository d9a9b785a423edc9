"""The documentation of mappings: its examples load with the shown output, and its tables have every key."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.datasets.mappings.reader import mapping_names, parse_mapping
from archive.datasets.problems import DatasetError, Problems
from tests.support import docs_blocks as docs
from tests.support.datasets import write_files

GUIDE, REFERENCE = "docs/guide/import-other-formats.md", "docs/reference/mappings.md"
_FILE = re.compile(r"`([\w.]+)`:\n\n```\w+\n((?s:.*?))^```$", re.MULTILINE)


def files() -> dict[str, str]:
    return dict(_FILE.findall(docs.read(GUIDE)))


def outputs() -> list[str]:
    return [block.text for block in docs.blocks(GUIDE) if block.language == "ini"]


def run(directory: Path, name: str, mapping: str, *options: str) -> str:
    out = StringIO()
    write_files(directory, dict(files()))
    mapping = str(directory / mapping) if mapping.endswith(".yaml") else mapping
    call_command("load", str(directory / name), "--mapping", mapping, *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "mapping", "options"),
    [("timeline.csv", "timelinejs", ()), ("visits.csv", "visits.yaml", ("--plan",)), ("query.csv", "wikidata", ())],
)
def test_the_examples_of_the_guide_load_with_the_shown_output(
    tmp_path: Path, name: str, mapping: str, options: tuple[str, ...]
) -> None:
    assert run(tmp_path, name, mapping, *options) in outputs()


@pytest.mark.django_db
def test_the_errors_of_the_guide_are_those_of_the_program(tmp_path: Path) -> None:
    content = files()["visits.csv"].replace("working lunch", "lunch").replace("Germany", "Germny")
    write_files(tmp_path, {"visits.csv": content, "visits.yaml": files()["visits.yaml"]})
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("load", str(tmp_path / "visits.csv"), "--mapping", str(tmp_path / "visits.yaml"), stdout=out)
    [output] = [text for text in outputs() if "Germny" in text]
    for line in output.splitlines():
        assert line.removesuffix("...") in out.getvalue()


@pytest.mark.parametrize(
    ("heading", "document"),
    [
        ("Mapping", "x: 1"),
        ("File", "file: {x: 1}"),
        ("Record", "records: [{collection: events, x: 1}]"),
        ("Field", "records: [{collection: events, fields: {name: {x: 1}}}]"),
        ("Date", "records: [{collection: events, fields: {date: {x: 1}}}]"),
        ("End", "records: [{collection: events, fields: {date: {from: a, end: {x: 1}}}}]"),
    ],
)
def test_the_tables_have_every_key_and_no_other(heading: str, document: str) -> None:
    problems = Problems()
    with pytest.raises(DatasetError):
        parse_mapping(document.encode(), "x.yaml", problems)
    [line] = [line for line in problems.lines() if "got the key 'x'" in line]
    keys = line.partition("expected one of ")[2].rstrip(".").partition(", did you mean")[0].split(", ")
    assert {docs.code(row[0])[0] for row in docs.table(REFERENCE, heading)} == set(keys)


def test_every_mapping_of_the_archive_is_documented_and_no_other() -> None:
    assert {docs.code(row[0])[0] for row in docs.table(REFERENCE, "Mappings of the archive")} == set(mapping_names())
