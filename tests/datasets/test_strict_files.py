"""Files that are cut off, nested too deep, in capitals or in another encoding, and texts that YAML would change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from archive.datasets.load import Options, load
from archive.models import Event, Topic
from tests.support.datasets import load_errors, load_files

pytestmark = pytest.mark.django_db
A = '{"model": "archive.topic", "fields": {"slug": "a", "name": "A"}}'
B = A.replace('"a"', '"b"')
TOPICS = "slug,name\na,A\n"


def errors(path: Path, content: str | bytes, mapping: str = "") -> list[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    result = load(path, Options(mapping=mapping))
    assert not result.written
    assert not Topic.objects.exists()
    return list(result.problems.lines())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"[{A},\n", "f.json:2: got the end of the file in the list, expected an object, and ] at the end"),
        (f"[{A}\n", "f.json:2: got the end of the file in the list: it is cut off, expected a comma, or ] at the end"),
        (f"[{A}] trailing", "f.json:1: got 't' after the end of the list, expected one list of objects"),
        (f"[{A}]\n[{B}]", "f.json:2: got '[' after the end of the list, expected one list of objects"),
        (f"[{A} {B}]", "f.json:1: got '{' after an object, expected a comma, or ]"),
        (f"[{A},]", "f.json:1: got a comma before ], expected none after the last object."),
        ("[[[[[", "f.json:1: got invalid JSON (Expecting value), expected a list of objects."),
        (A, "f.json:1: got text that begins with '{', expected a list of objects: [ and ] around them."),
        ("[" * 2000 + "]" * 2000, "f.json:1: got lists or objects nested more than 64 deep, expected a list of"),
        (f"[{A[:-2]}, \"parent\": NaN}}}}]", "f.json:1: got invalid JSON (got NaN, expected a number)"),
        ("", "f.json: got an empty fixture, expected objects with model and fields."),
        pytest.param(
            f"{' ' * 3_000_000}[{A}", "f.json:1: got the end of the file in the list: it is cut off", id="white space"
        ),
    ],
)  # fmt: skip
def test_a_json_fixture_that_is_no_list_is_refused(tmp_path: Path, content: str, expected: str) -> None:
    [line] = errors(tmp_path / "f.json", content)
    assert line.startswith(expected)


def test_a_json_fixture_with_much_white_space_is_read(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text(f" [\n{A}{' ' * 1_500_000},{' ' * 1_500_000}{B}\n] \n")
    assert load(tmp_path / "f.json", Options()).is_valid
    assert Topic.objects.count() == 2


@pytest.mark.parametrize("space", [" ", "\t", "  "])
def test_a_space_before_the_colon_hides_no_repeated_key(tmp_path: Path, space: str) -> None:
    content = f'{{"slug"{space}:"a","slug":"b","name":"N"}}\n'
    assert errors(tmp_path / "topics.jsonl", content) == [
        "topics.jsonl:1, slug: got this key twice, expected each once."
    ]


@pytest.mark.parametrize("depth", [65, 1_100, 100_000])
def test_a_deeply_nested_line_is_an_error(tmp_path: Path, depth: int) -> None:
    content = f'{{"slug":"a","name":"A","parent":{"[" * depth}{"]" * depth}}}\n'
    [line] = errors(tmp_path / "topics.jsonl", content)
    assert line == "topics.jsonl:1: got lists or objects nested more than 64 deep, expected one object on the line."


def test_brackets_in_texts_are_no_nesting(tmp_path: Path) -> None:
    name = "[{" * 50 + '"\\'
    (tmp_path / "topics.jsonl").write_text(json.dumps({"slug": "a", "name": name}))
    assert load(tmp_path / "topics.jsonl", Options()).is_valid
    assert Topic.objects.get().name == name


YAML_EVENT = "- model: archive.event\n  fields: {slug: e, name: N, classification: meeting, date: 2019, %s}\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("place: X, date: 2019-06-31", "f.yaml:2, date: got this key twice, expected each once."),
        ("1: 1", "f.yaml:1: got a column '1', expected columns of events."),
        ("place: !!int abc", "f.yaml:2: got 'abc' as int, expected a value without a tag."),
        ("place: !!float x", "f.yaml:2: got 'x' as float, expected a value without a tag."),
        ("place: !!bool x", "f.yaml:2: got 'x' as bool, expected a value without a tag."),
        ("place: !!binary x", "f.yaml:2: got the tag tag:yaml.org,2002:binary, expected values without tags."),
        ("topics: !!set {a}", "f.yaml:2: got the tag tag:yaml.org,2002:set, expected values without tags."),
        ("[a]: 1", "f.yaml:2: got a list or mapping as a key, expected a text before the colon."),
    ],
)
def test_yaml_that_python_cannot_make_a_value_of_is_an_error(tmp_path: Path, fields: str, expected: str) -> None:
    assert expected in errors(tmp_path / "f.yaml", YAML_EVENT % fields)


def test_a_day_that_is_none_is_a_date_in_yaml_too(tmp_path: Path) -> None:
    [line] = errors(tmp_path / "f.yaml", (YAML_EVENT % "place: X").replace("2019", "2019-06-31"))
    assert line.startswith("f.yaml:1, date: got '2019-06-31' (2019-06 has 30 days)")
    (tmp_path / "f.yaml").write_text((YAML_EVENT % "place: !!timestamp 5").replace("2019", "2019-06-30"))
    assert load(tmp_path / "f.yaml", Options()).is_valid
    assert (str(Event.objects.get().date.text), Event.objects.get().place) == ("2019-06-30", "5")


def test_metadata_is_text_as_it_is_written(tmp_path: Path) -> None:
    metadata = "title: yes\nversion: 1.10\nlicence: 2026-02-30\npublisher: ~\n"
    result = load_files(tmp_path, {"dataset.yaml": metadata, "topics.csv": TOPICS})
    assert result.is_valid, list(result.problems.lines())
    assert (result.metadata.title, result.metadata.version, result.metadata.licence) == ("yes", "1.10", "2026-02-30")


@pytest.mark.parametrize("title", ['"A\\0B"', '"A\\u200bB"', '"\\uD800"'])
def test_a_title_that_cannot_be_stored_is_named(tmp_path: Path, title: str) -> None:
    lines = load_errors(tmp_path, {"dataset.yaml": f"licence: x\ntitle: {title}\n", "topics.csv": TOPICS})
    assert len(lines) == 1
    assert lines[0].startswith("dataset.yaml:2, title: got ") or "invalid YAML" in lines[0]


@pytest.mark.parametrize("name", ["TOPICS.CSV", "Topics.csv", "topics.CSV", "TOPICS.JSONL", "f.JSON", "f.YML"])
def test_file_names_may_be_in_capitals(tmp_path: Path, name: str) -> None:
    entry = "- {model: archive.topic, fields: {slug: a, name: A}}\n"
    contents = {"csv": TOPICS, "jsonl": '{"slug":"a","name":"A"}\n', "json": f"[{A}]", "yml": entry}
    content = contents[name.lower().rpartition(".")[2]]
    (tmp_path / name).write_text(content)
    assert load(tmp_path / name, Options()).is_valid
    assert Topic.objects.get().slug == "a"


def test_a_directory_may_have_names_in_capitals(tmp_path: Path) -> None:
    result = load_files(tmp_path, {"DATASET.YAML": "title: T\n", "TOPICS.CSV": TOPICS})
    assert (result.is_valid, result.metadata.title) == (True, "T")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf_16_without_a_mark_is_named(tmp_path: Path, encoding: str) -> None:
    [line] = errors(tmp_path / "topics.csv", TOPICS.encode(encoding))
    assert line.startswith("topics.csv: got UTF-16 or UTF-32, expected a text file in UTF-8")


def test_a_repeated_key_is_reported_beside_another_mistake(tmp_path: Path) -> None:
    people = "slug,name,state\no1,O,South Korea\no1,O2,\n"
    lines = load_errors(tmp_path, {"officials.csv": people})
    assert any(line.startswith("officials.csv:2, state: got ") for line in lines)
    assert "officials.csv:3, slug: got 'o1', expected it once: officials.csv:2 has it already." in lines


def test_a_mistake_of_type_is_one_error(tmp_path: Path) -> None:
    rows = '{"slug":"e","name":5,"classification":6,"date":7}\n'
    lines = load_errors(tmp_path, {"events.jsonl": rows})
    assert sorted(lines) == [
        f"events.jsonl:1, {field}: got {value} (int), expected text in quotation marks."
        for field, value in (("classification", 6), ("date", 7), ("name", 5))
    ]


def test_digits_of_other_scripts_are_no_numbers(tmp_path: Path) -> None:
    acts = "statement,ordinal,kind\ns,٣,demand\n"
    lines = load_errors(tmp_path, {"speech_acts.csv": acts})
    assert "speech_acts.csv:2, ordinal: got '٣', expected a whole number from 0 to 32,767." in lines


@pytest.mark.parametrize("command", ["load", "export", "search_index", "timeline_summary"])
def test_an_unknown_database_is_an_error_of_usage(command: str, tmp_path: Path) -> None:
    argument = [str(tmp_path)] if command in ("load", "export") else ["--check"]
    with pytest.raises(CommandError, match="argument --database: got 'nope', expected one of default"):
        call_command(command, *argument, "--database", "nope")
