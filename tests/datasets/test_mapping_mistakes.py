"""Mistakes in mappings and in files that are loaded by one: each is reported with its line, and nothing is loaded."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from archive.datasets.load import Options, load
from archive.models import Event, Official
from tests.datasets.test_mappings import NESTED, ROWS, TIMELINE, VISITS, load_mapped

pytestmark = pytest.mark.django_db


def errors(directory: Path, name: str, content: str | bytes, mapping: str) -> list[str]:
    """The errors of a load that must write nothing."""
    result = load_mapped(directory, name, content, mapping)
    assert not result.is_valid
    assert not result.written
    assert not Event.objects.exists()
    assert not Official.objects.exists()
    return list(result.problems.lines())


def mapping_errors(directory: Path, mapping: str) -> list[str]:
    return errors(directory, "x.csv", "a,b\n1,2\n", mapping)


def test_a_file_with_ten_mistakes_has_ten_lines(tmp_path: Path) -> None:
    rows = ROWS + (
        "31/2/2019;Kim Example;KOR;state;d;;;http://x.org/3;\n"
        "12/7/2019;Kim Example;KOR;state;d;;;http://x.org/4;\n"
        "soon;Abe;JPN;state;d;;;http://x.org/5;\n"
        "1/9/2019;Abe;Atlantis;state;d;;;http://x.org/6;\n"
        "2/9/2019;Abe;JPN;stately;d;;;http://x.org/7;\n"
        "3/9/2019;Abe;JPN;state;x;;;http://x.org/8;\n"
        "4/9/2019;Abe;JPN;state;d;;Germny;http://x.org/9;\n"
        "5/9/2019;Abe;JPN;state;d;;;http://x.org/1;\n"
        ";;JPN;state;d;;;http://x.org/10;\n"
        "6/9/2019;Abe;JPN\n"
    )
    lines = errors(tmp_path, "visits.csv", rows, VISITS)
    for start in (
        "visits.csv/events:4, date: got '2019-02-31' (2019-02 has 28 days)",
        "visits.csv/events:5, slug: got '12-7-2019-kim-example', expected it once",
        "visits.csv/events:6, date: got 'soon', expected an EDTF date",
        "visits.csv/events:8, name: got 'stately', expected a value of the table in line 5",
        "visits.csv/events:9, date: got 'x', expected one of d, m in exact",
        "visits.csv/participations:10, body: got 'Germny', expected the name of one of bodies, did you mean 'germany'?",
        "visits.csv/officials:7, state: got 'Atlantis'",
        "visits.csv/events:12, slug: got nothing, expected a value",
        "visits.csv:13: got 3 cells, expected 9, as many as the header has.",
    ):
        assert any(line.startswith(start) for line in lines), (start, lines)


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        ("records:\n - collection: [", "mapping.yaml:3: got invalid YAML ("),
        ("records: &a [*a]\n", "mapping.yaml: got an anchor or alias in line 1"),
        ("records: " + "[" * 5_000 + "\n", "mapping.yaml: got lists or mappings nested more than 64 deep"),
        ("records: !!python/name:os.system x\n", "mapping.yaml:1: got the tag tag:yaml.org,2002:python/name:os.system"),
        ("# " + "x" * 300_000 + "\n", "mapping.yaml: got more than 262,144 bytes"),
        ("\n", "mapping.yaml:1: got nothing, expected keys with values."),
        ("- a\n", "mapping.yaml:1: got a list, expected keys with values."),
        ("records: []\n", "mapping.yaml:1, records: got a list, expected a list of records"),
        ("record:\n - a\n", "mapping.yaml:2: got the key 'record', expected one of description, dataset, file,"),
        ("records:\n - collection: event\n", "mapping.yaml:2, records.collection: got 'event', expected one of bodies"),
        ("records:\n - collection: events\n", "mapping.yaml:2, records.events.fields: got nothing, expected fields"),
        ("a: 1\na: 2\n", "mapping.yaml:2: got the key 'a' twice, expected it once: line 1 has it already."),
        ("file:\n  delimiter: commas\n", "mapping.yaml:2, file.delimiter: got 'commas', expected one of comma,"),
        ("file:\n  quoted: perhaps\n", "mapping.yaml:2, file.quoted: got 'perhaps', expected true or false."),
        ("file:\n  columns: [a, a]\n", "mapping.yaml:2, file.columns: got 'a' twice, expected each name once."),
        ("dataset:\n  titel: x\n", "mapping.yaml:2, dataset: got the key 'titel', expected one of title,"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_document_is_named(tmp_path: Path, mapping: str, line: str) -> None:
    assert any(error.startswith(line) for error in mapping_errors(tmp_path, mapping)), mapping_errors(tmp_path, mapping)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ("nam: a", "mapping.yaml:4: got a column 'nam', expected columns of events, did you mean 'name'?"),
        ("name: {form: a}", "mapping.yaml:4, records.events.fields.name: got the key 'form', expected one of from,"),
        ("name: {from: a, value: b}", "mapping.yaml:4, records.events.fields.name: got none or several of from"),
        ("name: [a]", "mapping.yaml:4, records.events.fields.name: got a list, expected keys with values."),
        ("name: {from: {a: b}}", "mapping.yaml:4, records.events.fields.name.from: got a mapping, expected a text"),
        ("name: {template: none}", "mapping.yaml:4, records.events.fields.name.template: got 'none', expected"),
        ("name: {template: '{a|t}'}", "mapping.yaml:4, records.events.fields.name.template: got '{a|t}', expected"),
        ("name: {from: a, max_length: 0}", "mapping.yaml:4, records.events.fields.name.max_length: got '0', expected"),
        ("name: {from: a, find: name}", "mapping.yaml:4, records.events.fields.name.find: got 'name', expected no"),
        ("classification: {value: met}", "mapping.yaml:4, records.events.fields.classification: got 'met', expected"),
        (
            "classification: {from: a, values: {x: visits}}",
            "mapping.yaml:4, records.events.fields.classification: got 'visits', expected one of",
        ),
        ("classification: {from: a, values: t}", "mapping.yaml:4, records.events.fields.classification.values: got"),
        ("date: {from: a, order: ydm}", "mapping.yaml:4, records.events.fields.date.order: got 'ydm', expected one of"),
        ("date: {value: 31.12.2019}", "mapping.yaml:4, records.events.fields.date.value: got '31.12.2019', expected"),
        ("date: {display: a}", "mapping.yaml:4, records.events.fields.date: got no column of the date, expected from"),
        (
            "date: {from: a, precisions: {1: days}}",
            "mapping.yaml:4, records.events.fields.date.precisions.1: got 'days', expected one of day",
        ),
        (
            "part_of: {from: a, find: identifier}",
            "mapping.yaml:4, records.events.fields.part_of.scheme: got nothing, expected a scheme with find",
        ),
        ("part_of: {from: a, find: country}", "mapping.yaml:4, records.events.fields.part_of.find: got 'country'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_field_is_named(tmp_path: Path, fields: str, line: str) -> None:
    lines = mapping_errors(tmp_path, f"records:\n- collection: events\n  fields:\n    {fields}\n    slug: a\n")
    assert any(error.startswith(line) for error in lines), lines


def test_all_mistakes_of_a_mapping_are_reported_at_once(tmp_path: Path) -> None:
    mapping = "records:\n- collection: events\n  distnct: yes\n  fields:\n    nam: a\n    date: {form: b}\n"
    assert len(mapping_errors(tmp_path, mapping)) >= 5


def test_an_absent_column_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    lines = errors(tmp_path, "visits.csv", ROWS.replace("guest", "guests", 1), VISITS)
    assert lines[0].startswith("visits.csv:1: got no column 'guest', expected it, because the mapping uses it (line ")
    assert lines[0].endswith("did you mean 'guests'?")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("t.csv", TIMELINE.encode("utf-16"), "t.csv: got UTF-16, expected a text file in UTF-8"),
        ("t.csv", TIMELINE.replace("&amp;", "é").encode("latin-1"), "t.csv:3: got the byte 0xe9"),
        ("t.csv", "", "t.csv: got an empty file, expected a line with the names of columns."),
        ("t.csv", "Year,Headline\n2019,\n", "t.csv/events:2, name: got nothing, expected a value"),
        ("t.csv", "Year,Headline\n,Talks\n", "t.csv/events:2, date: got nothing, expected a value"),
        ("t.csv", "Year,Month,Headline\n,7,Talks\n", "t.csv/events:2, date: got no year (Month 7"),
        ("t.csv", "Year,Day,Headline\n2019,7,Talks\n", "t.csv/events:2, date: got a day without a month (Day 7)"),
        ("t.csv", "Year,Headline\n-44,Talks\n", "t.csv/events:2, date: got the year '-44', expected a year from 0001"),
        (
            "t.csv",
            "Year,Month,Headline\n2019,July,Talks\n",
            "t.csv/events:2, date: got 'July' in Month, expected",
        ),
        ("t.csv", "Year,Month,Headline\n2019,13,Talks\n", "t.csv/events:2, date: got '2019-13' ("),
        ("t.csv", "Year,Headline,Headline\n2019,a,b\n", "t.csv:1, Headline: got this column twice"),
        ("t.docx", "x", "t.docx: got '.docx', expected a .csv"),
    ],
)
def test_a_mistake_in_a_timelinejs_file_is_named(tmp_path: Path, name: str, content: str | bytes, line: str) -> None:
    lines = errors(tmp_path, name, content, "timelinejs")
    assert any(error.startswith(line) for error in lines), lines


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"people": [\n{"name": }]}', "p.json:2: got invalid JSON ("),
        ("7", "p.json:1: got no object and no list, expected JSON"),
        ("[" * 100_000, "p.json: got lists or objects nested more than 64 deep, expected JSON"),
        ('{"people": [{"id": 1, "name": {"en": "Kim"}}]}', "p.json/officials:1, slug: got {"),
        ('{"people": [{"id": 1}]}', "p.json/officials:1, slug: got nothing, expected a value"),
        (
            '{"people": [{"id": 1, "name": "Kim"}, {"id": 2, "name": "Kim"}]}',
            "p.json/officials:people[1], slug: got 'kim', expected it once",
        ),
    ],
)
def test_a_mistake_in_json_is_named(tmp_path: Path, content: str, line: str) -> None:
    lines = errors(tmp_path, "p.json", content, NESTED)
    assert any(error.startswith(line) for error in lines), lines


def test_an_unknown_mapping_has_a_suggestion(tmp_path: Path) -> None:
    lines = errors(tmp_path, "t.csv", TIMELINE, "timeline")
    assert lines[0].startswith("--mapping: got 'timeline', expected one of ")
    assert lines[0].endswith("or a .yaml file, did you mean 'timelinejs'?")
    assert errors(tmp_path, "t.csv", TIMELINE, "no.yaml") == ["no.yaml: got no such file, expected a mapping in YAML."]


def test_a_name_of_two_records_is_an_error(tmp_path: Path) -> None:
    mapping = """
records:
  - collection: participations
    fields: {event: e, role: {value: actor}, official: {from: who, find: name}}
"""
    Official.objects.create(slug="kim-1", name="Kim")
    Official.objects.create(slug="kim-2", name="Kim")
    result = load_mapped(tmp_path, "x.csv", "e,who\na,Kim\n", mapping)
    assert any(
        line.startswith("x.csv/participations:2, official: got 'Kim', which 2 records are named (kim-1, kim-2)")
        for line in result.problems.lines()
    ), list(result.problems.lines())


def test_prune_is_refused_where_existing_records_are_left_out(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "t.csv", TIMELINE, "timelinejs", prune=True)
    [line] = result.problems.lines()
    assert line.startswith("timelinejs.yaml:8, existing: got keep with --prune, expected a mapping without")


def test_a_directory_is_no_mapped_file(tmp_path: Path) -> None:
    result = load(tmp_path, Options(mapping="timelinejs"))
    assert "got a directory, expected one file, such as a .csv" in next(iter(result.problems.lines()))


PEOPLE = """
records:
  - {collection: officials, distinct: true, fields: {slug: {from: guest}, name: {from: guest}}}
  - {collection: officials, distinct: true, fields: {slug: {from: host}, name: {from: host}}}
"""


def test_two_rules_may_make_the_same_record(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "x.csv", "guest,host\nKim,Abe\nAbe,Kim\nKim,Kim\n", PEOPLE)
    assert result.is_valid, list(result.problems.lines())
    assert set(Official.objects.values_list("slug", flat=True)) == {"kim", "abe"}


ONE_NAME = "records:\n  - {collection: officials, fields: {slug: {from: id}, name: {from: v}}}\n"


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
@pytest.mark.parametrize(
    ("number", "text"),
    [("1.10", "1.10"), ("1234567890.12345678901234", "1234567890.12345678901234"), ("1e400", "1e400"),
     ("2019.0", "2019"), ("12345678901234567890123", "12345678901234567890123"), ("-0.50", "-0.50")],
)  # fmt: skip
def test_a_number_in_json_is_the_text_that_is_written(tmp_path: Path, suffix: str, number: str, text: str) -> None:
    row = f'{{"id": "a", "v": {number}}}'
    result = load_mapped(tmp_path, f"x.{suffix}", f"[{row}]" if suffix == "json" else row, ONE_NAME)
    assert result.is_valid, list(result.problems.lines())
    assert Official.objects.get().name == text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[\n{"id": "a", "v": "x", "id": "b"}]', "x.json:2: got the key 'id' twice, expected each once."),
        ('[{"id": "a", "v": NaN}]', "x.json: got invalid JSON (got NaN, expected a number), expected JSON"),
    ],
)
def test_json_is_read_strictly(tmp_path: Path, content: str, expected: str) -> None:
    [line] = errors(tmp_path, "x.json", content, ONE_NAME)
    assert line.startswith(expected)


@pytest.mark.parametrize("template", ["{a} ({b", "a} {b}", "{a} {", "{{a}"])
def test_a_brace_that_is_not_closed_is_refused(tmp_path: Path, template: str) -> None:
    mapping = (
        f"records:\n  - {{collection: officials, fields: {{slug: {{from: a}}, name: {{template: '{template}'}}}}}}\n"
    )
    assert any("template" in line and "braces" in line for line in mapping_errors(tmp_path, mapping))


@pytest.mark.parametrize(("name", "content"), [("x.csv", "id,v\n"), ("x.json", "[]"), ("x.jsonl", "")])
def test_a_file_without_rows_is_no_error(tmp_path: Path, name: str, content: str) -> None:
    result = load_mapped(tmp_path, name, content, ONE_NAME)
    assert result.is_valid, list(result.problems.lines())
    assert not result.has_changes


def test_a_file_that_cannot_be_read_on_has_the_mistakes_of_the_rows_before(tmp_path: Path) -> None:
    rows = ROWS + '31/2/2019;Kim Example;KOR;state;d;;;http://x.org/3;\n1/9/2019;"Abe;JPN;state;d;;;http://x.org/6;\n'
    lines = errors(tmp_path, "visits.csv", rows, VISITS)
    assert any("2019-02-31" in line for line in lines), lines
    assert any(line.startswith("visits.csv:5: got a quotation mark that is not closed") for line in lines), lines


POPOLO = json.dumps({"persons": [
    {"id": "p1", "name": "Kim", "birth_date": "1950"}, {"id": "p2", "name": "", "birth_date": "1951"},
    {"id": "p3", "name": "Abe", "birth_date": "1952-13"}, {"id": "p4", "name": "Kim"},
]})  # fmt: skip


def test_objects_on_one_line_are_told_apart_by_their_paths(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(POPOLO)
    errors = io.StringIO()
    result = load(tmp_path / "p.json", Options(mapping="popolo"), errors=errors)
    lines = list(result.problems.lines())
    assert any(line.startswith("p.json/officials:persons[1], name: got nothing") for line in lines), lines
    assert any(line.startswith("p.json/officials:persons[2], born: got '1952-13'") for line in lines), lines
    duplicate = (
        "p.json/officials:persons[3], slug: got 'kim', expected it once: p.json/officials:persons[0] has it already."
    )
    assert duplicate in lines
    assert "error,p.json/officials,persons[2],born" in errors.getvalue()
    (tmp_path / "p.json").write_text(json.dumps(json.loads(POPOLO), indent=1))
    lines = list(load(tmp_path / "p.json", Options(mapping="popolo")).problems.lines())
    assert any(line.startswith("p.json/officials:13, born: got '1952-13'") for line in lines), lines


def test_records_of_a_fixture_on_one_line_are_told_apart(tmp_path: Path) -> None:
    fields = {"slug": "a", "name": "A", "classification": "meeting", "date": "2019"}
    record = {"model": "archive.event", "pk": 1, "fields": fields}
    wrong = {"model": "archive.event", "pk": 2, "fields": {**fields, "slug": "b", "date": "2019-13"}}
    (tmp_path / "x.json").write_text(json.dumps([record, wrong, record]))
    lines = list(load(tmp_path / "x.json", Options()).problems.lines())
    assert any(line.startswith("x.json:[1], date: got '2019-13'") for line in lines), lines
    assert any(line.startswith("x.json:[2], slug: got 'a', expected it once: x.json:[0] has it") for line in lines), (
        lines
    )


def test_a_mapping_with_a_mistake_is_one_error(tmp_path: Path) -> None:
    lines = mapping_errors(tmp_path, "records:\n  - collection: events\n    fields: {nmae: a}\n")
    assert not any("a mapping with" in line for line in lines), lines
