"""Mappings: files of other formats become records by a YAML file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from archive.datasets.load import Options, Result, load
from archive.models import Body, Citation, Event, Identifier, Official, Participation, Topic
from tests.support.datasets import write_files

pytestmark = pytest.mark.django_db

#: A mapping with every kind of rule that a table can have.
VISITS = """
dataset: {title: Visits, licence: CC0-1.0}
ignored: [note]
tables:
  kinds: {state: state visit, "work*": working visit}
records:
  - collection: officials
    distinct: true
    fields:
      slug: guest
      name: guest
      state: {from: country, find: country}
  - collection: events
    fields:
      slug: {template: "{day} {guest}"}
      name: {template: "{guest} on a {kind|kinds}", max_length: 40}
      classification: {from: kind, values: {state: visit}, otherwise: meeting}
      date: {from: day, order: dmy, precision: exact, precisions: {d: day, m: month}}
      place: {from: [city, country]}
  - collection: participations
    fields:
      event: {template: "{day} {guest}", find: slugify}
      official: {from: guest, find: slugify}
      role: {value: actor}
  - collection: participations
    when: host
    each: {from: host, split: "/"}
    fields:
      event: {template: "{day} {guest}", find: slugify}
      body: {from: each, find: name}
      role: {value: host}
  - collection: identifiers
    fields:
      scheme: {value: visits}
      value: {from: uri, after_last: "/"}
      event: {template: "{day} {guest}", find: slugify}
"""
ROWS = (
    "day;guest;country;kind;exact;city;host;uri;note\n"
    "12/7/2019;Kim Example;KOR;state;d;Tokyo;Japan / Germany;http://x.org/1;a\n"
    "1/8/2019;Kim Example;410;working lunch;m;;;http://x.org/2;b\n"
)


def load_mapped(directory: Path, name: str, content: str | bytes, mapping: str, **options: object) -> Result:
    """Load a file by a mapping, which is a name or the text of a YAML file."""
    files: dict[str, str | bytes] = {name: content}
    if "\n" in mapping:
        files["mapping.yaml"], mapping = mapping, str(directory / "mapping.yaml")
    write_files(directory, files)
    return load(directory / name, Options(mapping=mapping, **options))  # type: ignore[arg-type]


def test_a_mapping_of_ones_own_makes_records_of_a_table(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "visits.csv", ROWS, VISITS)
    assert result.written, list(result.problems.lines())
    assert {name: str(counts) for name, counts in result.counts.items()} == {
        "events": "2 added", "officials": "1 added", "participations": "4 added", "identifiers": "2 added",
    }  # fmt: skip
    first, second = Event.objects.order_by("date_earliest")
    assert (first.slug, str(first.date), first.name) == (
        "12-7-2019-kim-example", "2019-07-12", "Kim Example on a state visit",
    )  # fmt: skip
    assert (first.classification, first.place) == ("visit", "Tokyo")
    assert (str(second.date), second.classification, second.place) == ("2019-08", "meeting", "410")
    assert Official.objects.get().state.slug == "south-korea"
    hosts = Participation.objects.filter(role="host").values_list("event__slug", "body__slug").order_by("body__slug")
    assert list(hosts) == [("12-7-2019-kim-example", "germany"), ("12-7-2019-kim-example", "japan")]
    assert set(Identifier.objects.values_list("value", flat=True)) == {"1", "2"}
    assert Event.history.first().history_change_reason == 'Loaded from "Visits" (CC0-1.0)'


def test_what_is_left_is_named(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "visits.csv", ROWS, VISITS)
    assert list(result.problems.lines("warning")) == [
        "visits.csv: got 1 column that becomes no field (note), expected this: the mapping lists them under ignored."
    ]
    rows = ROWS.replace("note\n", "remark\n")
    result = load_mapped(tmp_path, "visits.csv", rows, VISITS)
    assert list(result.problems.lines("warning")) == [
        "visits.csv: got 1 column that becomes no field (remark), "
        "expected each in the mapping: in a field, or under ignored."
    ]


def test_loading_a_mapped_file_again_changes_nothing(tmp_path: Path) -> None:
    load_mapped(tmp_path, "visits.csv", ROWS, VISITS)
    result = load_mapped(tmp_path, "visits.csv", ROWS, VISITS)
    assert result.is_valid
    assert not result.has_changes


def test_a_plan_by_a_mapping_writes_nothing(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "visits.csv", ROWS, VISITS, dry_run=True)
    assert result.is_valid
    assert not Event.objects.exists()


def test_a_column_may_begin_as_an_octal_number_or_be_a_country(tmp_path: Path) -> None:
    mapping = """
records:
  - collection: events
    fields:
      slug: id
      name: id
      date: {value: 2019}
      classification: {from: code, values: {010: announcement, "04*": meeting, NO: visit}}
"""
    result = load_mapped(tmp_path, "x.csv", "id,code\na,010\nb,043\nc,NO\n", mapping)
    assert result.written, list(result.problems.lines())
    assert list(Event.objects.order_by("slug").values_list("classification", flat=True)) == [
        "announcement", "meeting", "visit",
    ]  # fmt: skip


NESTED = """
optional: [people.died]
records:
  - collection: officials
    rows: people
    id: id
    fields:
      slug: name
      name: name
      born: birth.date
      died: died
  - collection: names
    rows: people.names
    fields:
      official: {from: parent.id, find: row}
      text: text
      language: {from: lang}
      scheme: {value: native}
"""


def test_objects_of_json_are_reached_by_dotted_paths(tmp_path: Path) -> None:
    content = """{"meta": {"at": "2019"}, "people": [
  {"id": 7, "name": "Kim", "birth": {"date": "1950"}, "names": [{"text": "김", "lang": "ko"}, {"text": "金"}]},
  {"id": "8", "name": "Abe", "names": []}
]}"""
    result = load_mapped(tmp_path, "people.json", content, NESTED)
    assert result.written, list(result.problems.lines())
    assert list(result.problems.lines("warning")) == [
        "people.json: got 1 column that becomes no field (meta.at), "
        "expected each in the mapping: in a field, or under ignored."
    ]
    kim = Official.objects.get(slug="kim")
    assert str(kim.born) == "1950"
    assert set(kim.names.values_list("text", "language")) == {("김", "ko"), ("金", "")}


def test_mistakes_in_json_have_the_line_of_their_object(tmp_path: Path) -> None:
    content = '{"people": [\n{"id": 1, "name": "Kim"},\n{"id": 2, "name": "Abe",\n"birth": {"date": "soon"}}]}'
    result = load_mapped(tmp_path, "people.json", content, NESTED)
    [line] = result.problems.lines()
    assert line.startswith("people.json/officials:3, born: got 'soon', expected an EDTF date")


# TimelineJS

TIMELINE = (
    "Year,Month,Day,Time,End Year,End Month,End Day,End Time,Display Date,Headline,Text,Media,Media Credit,"
    "Media Caption,Media Thumbnail,Type,Group,Background\n"
    ",,,,,,,,,The curbs,<p>A timeline.</p>,,,,,title,,\n"
    "2019,7,1,,,,,,,Japan announces <b>curbs</b>,<p>Three materials &amp; more.</p>,https://example.org/p.jpg,"
    "An agency,A picture,,,Export controls,\n"
    "2019,7,,,,,,,summer 2019,Talks,,,,,,,Export controls,\n"
    "2019,6,28,,2019,6,29,,,G20 summit,In Osaka,<iframe src=x>,,,,,,\n"
    "2019,,,,,,,,the long wait,Waiting,,,,,,,,\n"
    "2019,7,1,,2019,12,31,,,The era,,,,,,era,,\n"
)


def test_a_timelinejs_spreadsheet_becomes_events(tmp_path: Path) -> None:
    result = load_mapped(tmp_path, "timeline.csv", TIMELINE, "timelinejs")
    assert result.written, list(result.problems.lines())
    assert {event.slug: str(event.date) for event in Event.objects.all()} == {
        "2019-7-1-japan-announces-curbs": "2019-07-01", "2019-7-talks": "2019-22",
        "2019-6-28-g20-summit": "2019-06-28/2019-06-29", "2019-waiting": "2019",
    }  # fmt: skip
    curbs = Event.objects.get(slug="2019-7-1-japan-announces-curbs")
    assert (curbs.name, curbs.summary) == ("Japan announces curbs", "Three materials & more.")
    assert curbs.topics.get().name == "Export controls"
    citation = Citation.objects.get(event=curbs)
    assert (citation.source.title, citation.source.url) == ("A picture", "https://example.org/p.jpg")
    warnings = list(result.problems.lines("warning"))
    assert "timeline.csv: got 2 rows that become no record (line 2, 7), expected rows that meet a record's when." in (
        warnings
    )
    assert any("Display Date: got 'the long wait', expected a date that agrees with 2019" in line for line in warnings)
    assert any(line.startswith("timeline.csv, Media: got '<iframe src=x>' (1)") for line in warnings)


def test_a_timelinejs_workbook_becomes_the_same_events(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ["Year", "Month", "Day", "Headline"], [2019, 7, 1, "Curbs"], [2019.0, None, None, "Talks"]:
        sheet.append(row)
    book.save(tmp_path / "timeline.xlsx")
    result = load(tmp_path / "timeline.xlsx", Options(mapping="timelinejs"))
    assert result.written, list(result.problems.lines())
    assert {str(date) for date in Event.objects.values_list("date", flat=True)} == {"2019-07-01", "2019"}


def test_a_record_that_the_archive_has_is_found_by_name_and_stays(tmp_path: Path) -> None:
    Topic.objects.create(slug="curbs", name="Export Controls", description="Ours.")
    load_mapped(tmp_path, "timeline.csv", TIMELINE, "timelinejs")
    topic = Topic.objects.get()
    assert (topic.slug, topic.description) == ("curbs", "Ours.")
    assert topic.events.count() == 2


def test_a_mapped_file_may_be_the_only_one_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "timeline.zip", "w") as archive:
        archive.writestr("Timeline.CSV", TIMELINE)
    assert load(tmp_path / "timeline.zip", Options(mapping="timelinejs")).written


def test_names_in_any_spelling_find_a_body(tmp_path: Path) -> None:
    mapping = """
records:
  - collection: officials
    fields: {slug: n, name: n, state: {from: state, find: name}}
"""
    result = load_mapped(tmp_path, "x.csv", "n,state\na,JAPAN\n", mapping)
    assert result.written, list(result.problems.lines())
    assert Official.objects.get().state == Body.objects.get(slug="japan")
