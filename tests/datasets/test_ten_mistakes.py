"""Files with ten kinds of mistake in every form: each is reported at its place in one run, and nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.datasets.load import Options, load
from archive.models import Event, Official, SpeechAct, Topic
from tests.support.workbooks import write_workbook

pytestmark = pytest.mark.django_db

#: The mistakes as rows of events, by the cells that are wrong, and the beginning of the message.
ROWS: list[tuple[dict[str, Any], str]] = [
    ({"slug": "talks one"}, "slug: got 'talks one', expected letters, digits, hyphens and underscores, did you mean"),
    ({"classification": "meetting"}, "classification: got 'meetting', expected one of announcement, decision,"),
    ({"date": "2019.5"}, "date: got '2019.5' (a spreadsheet writes 2019.1 for January and for 2019.10, October:"),
    ({"date": "31 June 2019"}, "date: got '31 June 2019' (2019-06 has 30 days), expected an EDTF date such as"),
    ({"date": "2019-07-05/2019-07-01"}, "date: got '2019-07-05/2019-07-01' (the interval's end lies before its start)"),
    ({"name": "Talks\u200b"}, "name: got U+200B after 5 characters, expected text without characters that can't be"),
    ({"name": ""}, "name: got nothing, expected a value"),
    ({"part_of": "no-such-talks"}, "part_of: got 'no-such-talks', expected the slug of one of events, in the dataset"),
    ({"slug": "first"}, "slug: got 'first', expected it once"),
    ({"date": "99999999999"}, "date: got '99999999999' (years have four digits)"),
]
COLUMNS = ["slug", "name", "classification", "date", "part_of"]


def cells() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"slug": "first"}, *(row for row, _ in ROWS)]
    basic = {"name": "Talks", "classification": "meeting", "date": "2019-07", "part_of": ""}
    return [{"slug": f"talks-{number}", **basic, **row} for number, row in enumerate(rows)]


def fixture_entry(row: dict[str, Any]) -> dict[str, Any]:
    fields = {**row, "part_of": [row["part_of"]] if row["part_of"] else None}
    return {"model": "archive.event", "fields": fields}


def write_csv(path: Path) -> tuple[str, int, int]:
    rows = [",".join(row[column] for column in COLUMNS) for row in cells()]
    (path / "events.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    return "events.csv", 2, 1


def write_json_lines(path: Path) -> tuple[str, int, int]:
    rows = [{**row, "part_of": row["part_of"] or None} for row in cells()]
    (path / "events.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return "events.jsonl", 1, 1


def write_json(path: Path) -> tuple[str, int, int]:
    (path / "f.json").write_text("[\n" + ",\n".join(json.dumps(fixture_entry(row)) for row in cells()) + "\n]\n")
    return "f.json", 2, 1


def write_yaml(path: Path) -> tuple[str, int, int]:
    entries = [yaml.safe_dump([fixture_entry(row)], sort_keys=False, width=1000) for row in cells()]
    (path / "f.yaml").write_text("".join(entries))
    assert {entry.count("\n") for entry in entries[1:]} <= {7, 8}
    return "f.yaml", 1, 0


def write_sheet(path: Path) -> tuple[str, int, int]:
    rows = [[row[column] or None for column in COLUMNS] for row in cells()]
    write_workbook(path / "x.xlsx", {"events": [COLUMNS, *rows]})
    return "x.xlsx/events", 2, 1


@pytest.mark.parametrize("write", [write_csv, write_json_lines, write_json, write_yaml, write_sheet])
def test_ten_mistakes_are_reported_in_one_run(tmp_path: Path, write: Callable[[Path], tuple[str, int, int]]) -> None:
    name, first, step = write(tmp_path)
    result = load(tmp_path / name.partition("/")[0], Options())
    lines = list(result.problems.lines())
    for number, (_, message) in enumerate(ROWS, 1):
        place = f"{name}:{first + number}, " if step else f"{name}:"
        assert any(line.startswith(place) and message in line for line in lines), (message, lines)
    assert result.problems.errors == len(ROWS), lines
    assert not result.written
    assert not Event.objects.exists()


def test_sheets_after_one_that_is_no_kind_of_record_are_checked(tmp_path: Path) -> None:
    table = [["slug", "name"], ["a b", "A"]]
    write_workbook(tmp_path / "x.xlsx", {"evnts": table, "sources": [["slug", "title", "title"]], "topics": table})
    lines = list(load(tmp_path / "x.xlsx", Options()).problems.lines())
    assert [line.partition(", expected")[0] for line in lines] == [
        "x.xlsx/evnts: got 'evnts', which is no kind of record",
        "x.xlsx/sources:1, title: got this column twice",
        "x.xlsx/topics:2, slug: got 'a b'",
    ]


def test_mistakes_after_a_key_that_comes_twice_are_reported(tmp_path: Path) -> None:
    entries = [
        '{"model": "archive.topic", "fields": {"slug": "a", "name": "A", "name": "B"}}',
        '{"model": "archive.topic", "fields": {"slug": "b b", "name": "B"}}',
        '{"model": "archive.topic", "fields": {"slug": "c", "name": NaN}}',
        '{"model": "archive.topic", "fields": {"slug": "d", "nmae": "D"}}',
    ]
    (tmp_path / "f.json").write_text("[\n" + ",\n".join(entries) + ",\n]\n")
    lines = list(load(tmp_path / "f.json", Options()).problems.lines())
    assert [line.partition(", expected")[0] for line in lines] == [
        "f.json:4: got invalid JSON (got NaN",
        "f.json:6: got a comma before ]",
        "f.json:5: got a column 'nmae'",
        "f.json:2, name: got this key twice",
        "f.json:5, name: got nothing",
        "f.json:3, slug: got 'b b'",
    ]
    (tmp_path / "f.yaml").write_text(
        "- {model: archive.topic, fields: {slug: a, name: A, name: B}}\n"
        "- {model: archive.topic, fields: {slug: b b, name: B}}\n"
        "- {model: archive.topic, fields: {slug: c, name: !!binary x}}\n"
    )
    lines = list(load(tmp_path / "f.yaml", Options()).problems.lines())
    assert [line.partition(", expected")[0] for line in lines] == [
        "f.yaml:3: got the tag tag:yaml.org,2002:binary",
        "f.yaml:1, name: got this key twice",
        "f.yaml:2, slug: got 'b b'",
    ]
    assert not Topic.objects.exists()


def test_mistakes_beside_a_key_that_comes_twice_are_reported_by_a_mapping(tmp_path: Path) -> None:
    persons = [
        '{"id": "p1", "name": "Kim", "name": "Twice"}',
        '{"id": "p2", "name": "Lee", "birth_date": "31 June 1990"}',
        '{"id": "p3", "name": "Cho", "birth_date": "1990", "death_date": "1980"}',
    ]
    (tmp_path / "p.json").write_text('{"persons": [\n' + ",\n".join(persons) + "]}")
    lines = list(load(tmp_path / "p.json", Options(mapping="popolo")).problems.lines())
    assert [line.partition(", expected")[0] for line in lines] == [
        "p.json:2: got the key 'name' twice",
        "p.json/officials:3, born: got '31 June 1990' (1990-06 has 30 days)",
        "p.json/officials:4, born, died: got born '1990', died '1980'",
    ]
    assert not Official.objects.exists()


@pytest.mark.parametrize("number", ["-1", "1.5", str(10**30), "32768"])
def test_a_number_that_the_field_does_not_take_is_refused_with_its_range(tmp_path: Path, number: str) -> None:
    act = f'{{"statement": "x", "ordinal": {number}, "kind": "demand", "text": "T"}}\n'
    (tmp_path / "speech_acts.jsonl").write_text(act)
    (tmp_path / "acts.csv").write_text(f"statement,ordinal,kind,text\nx,{number},demand,T\n")
    for name in ("speech_acts.jsonl", "acts.csv"):
        lines = list(load(tmp_path / name, Options()).problems.lines())
        assert any("ordinal: got" in line and "expected a whole number from 0 to 32,767." in line for line in lines)
    assert not SpeechAct.objects.exists()
