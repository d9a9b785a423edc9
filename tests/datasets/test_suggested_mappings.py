"""Mappings that ``load --suggest-mapping`` prints: each is valid, and loads what it can guess."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from archive.datasets.load import Options, load
from archive.datasets.mappings.reader import parse_mapping
from archive.datasets.mappings.suggest import suggest_mapping
from archive.datasets.problems import DatasetError, Problems
from archive.models import Event

pytestmark = pytest.mark.django_db

TALKS = (
    "Date,Headline,Kind,Location,Remark\n"
    "12 July 2019,Talks in Tokyo,Meeting,Tokyo,short\n"
    "2019-07,More talks,meeting,Seoul,\n"
    "1 August 2019,A visit,Visits,Seoul,\n"
)


def suggested(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load", "--suggest-mapping", str(path), *options, stdout=out)
    return out.getvalue()


def test_a_suggested_mapping_loads_the_file(tmp_path: Path) -> None:
    (tmp_path / "talks.csv").write_text(TALKS)
    text = suggested(tmp_path / "talks.csv")
    (tmp_path / "talks.yaml").write_text(text)
    result = load(tmp_path / "talks.csv", Options(mapping=str(tmp_path / "talks.yaml")))
    assert result.written, list(result.problems.lines())
    assert {(event.name, event.classification, str(event.date), event.place) for event in Event.objects.all()} == {
        ("Talks in Tokyo", "meeting", "2019-07-12", "Tokyo"), ("More talks", "meeting", "2019-07", "Seoul"),
        ("A visit", "visit", "2019-08-01", "Seoul"),
    }  # fmt: skip


def test_a_suggested_mapping_says_what_is_guessed_and_left(tmp_path: Path) -> None:
    (tmp_path / "talks.csv").write_text(TALKS)
    lines = suggested(tmp_path / "talks.csv").splitlines()
    assert '          "Visits": visit  # uncertain: the nearest word' in lines
    assert "#   Remark: 1 value, such as short" in lines
    assert lines[-1] == 'ignored: ["Remark"]'


def test_the_objects_of_json_are_found_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"people": [{"name": "Kim", "birth": {"date": "1950"}, "links": ["a"]}]}')
    text = suggest_mapping(tmp_path / "x.json", type_name="officials")
    assert '    rows: "people"' in text.splitlines()
    assert text.splitlines()[-1].startswith('ignored: ["people.')
    parse_mapping(text.encode(), "x.yaml", Problems())


def test_the_first_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ["Date", "Headline"], ["2019-07-12", "Talks"]:
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    assert '      name: "Headline"  # Talks' in suggest_mapping(tmp_path / "x.xlsx").splitlines()


def test_days_first_are_recognized_and_parts_of_dates_put_together(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("day,name\n13/7/2019,a\n")
    lines = suggest_mapping(tmp_path / "x.csv", type_name="events").splitlines()
    assert '      date: {from: "day", order: dmy}  # 13/7/2019' in lines
    (tmp_path / "x.csv").write_text("Year,Month,Day,Headline\n2019,7,13,a\n")
    lines = suggest_mapping(tmp_path / "x.csv", type_name="events").splitlines()
    assert '      date: {year: "Year", month: "Month", day: "Day"}  # 2019' in lines
    assert "# The archive has a mapping for such files: load x.csv --mapping timelinejs" in lines


@pytest.mark.parametrize(
    "header", ['a: "b", #c', "- [x]", "{a}", "\u202eabc", "'; DROP TABLE", "*", "a|b", "true", "ключ", "&x *y !z"]
)
def test_odd_names_of_columns_give_valid_yaml(tmp_path: Path, header: str) -> None:
    cell = '"' + header.replace('"', '""') + '"'
    (tmp_path / "x.csv").write_text(f"date,name,{cell}\n2019-07-12,Talks,{cell}\n")
    text = suggest_mapping(tmp_path / "x.csv", type_name="events")
    parse_mapping(text.encode(), "x.yaml", Problems())


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("")
    with pytest.raises(DatasetError, match="an empty file"):
        suggest_mapping(tmp_path / "x.csv")
    with pytest.raises(CommandError, match="no such file"):
        suggested(tmp_path / "no.csv")


def test_load_without_a_path_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="expected the path of a dataset"):
        call_command("load")


def test_a_file_with_a_header_only_has_columns(tmp_path: Path) -> None:
    (tmp_path / "k.txt").write_text("x\n")
    text = suggested(tmp_path / "k.txt")
    assert 'slug: {template: "{x}"}' in text
    problems = Problems()
    parse_mapping(text.encode(), "k.yaml", problems)
    assert not list(problems.lines())


TIMELINE = (
    "Year,Month,Day,End Year,End Month,End Day,Headline,Text,Media,Type\n"
    "2019,7,4,,,,Talks,They met.,,\n2019,7,4,,,,A visit,They came.,,\n"
)
ACLED = (
    "event_id_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,country,location,geo_precision,notes\n"
    'KOR1,2019-07-04,2019,1,Protests,Peaceful protest,Rioters,South Korea,Seoul,1,"They met."\n'
    'KOR2,2019-07-04,2019,2,Protests,Peaceful protest,Others,South Korea,Seoul,1,"They met again."\n'
)


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("timeline.csv", TIMELINE, [("2019-7-4-a-visit", "2019-07-04"), ("2019-7-4-talks", "2019-07-04")]),
    ("acled.csv", ACLED, [("kor1", "2019-07-04"), ("kor2", "2019-07-01/2019-07-07")]),
])  # fmt: skip
def test_a_suggestion_for_a_documented_format_loads(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_text(text)
    suggestion = suggested(tmp_path / name, "--kind", "events")
    (tmp_path / "x.yaml").write_text(suggestion)
    result = load(tmp_path / name, Options(mapping=str(tmp_path / "x.yaml")))
    assert result.written, [suggestion, *result.problems.lines()]
    assert [(event.slug, str(event.date)) for event in Event.objects.order_by("slug")] == expected


def test_columns_without_values_are_no_fields(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TIMELINE)
    text = suggested(tmp_path / "x.csv")
    assert 'date: {year: "Year", month: "Month", day: "Day"}' in text
    assert '      slug: {template: "{Year} {Month} {Day} {Headline}"}' in text
    assert "values:" not in text
    problems = Problems()
    parse_mapping(text.encode(), "x.yaml", problems)
    assert not list(problems.lines())


@pytest.mark.parametrize("header", ["End Date", "birth_date", "Deathdate"])
def test_another_day_is_no_date_of_an_event(tmp_path: Path, header: str) -> None:
    (tmp_path / "x.csv").write_text(f"{header},Start,Headline\n2019-07-12,2019-07-11,Talks\n")
    [line] = [line for line in suggested(tmp_path / "x.csv", "--kind", "events").splitlines() if "  date: " in line]
    expected = '{from: "Start", end: {from: "End Date"}}' if header == "End Date" else '"Start"'
    assert line == f"      date: {expected}  # 2019-07-11"


def test_a_document_of_popolo_is_recognized(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"persons": [{"id": "p1", "name": "Kim", "birth_date": "1950-01-02"}]}')
    lines = suggested(tmp_path / "x.json").splitlines()
    assert "# The archive has a mapping for such files: load x.json --mapping popolo" in lines
    assert "  - collection: officials" in lines
    assert '      born: "birth_date"  # 1950-01-02' in lines
    assert '      slug: {template: "{id}"}  # an address for good' in lines


def test_a_file_without_a_header_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1,20190704,201907,KOR,5.5,x\n2,20190705,201907,KOR,5.5,y\n")
    with pytest.raises(CommandError, match=r"got a first line of values .*, expected the names of columns"):
        suggested(tmp_path / "x.csv")
    (tmp_path / "gdelt.csv").write_text("\t".join(["846", "20190704", "201907", "2019", *["1"] * 54]) + "\n")
    with pytest.raises(CommandError, match="load it with --mapping gdelt"):
        suggested(tmp_path / "gdelt.csv")
