"""The mappings of the archive for Wikidata, Popolo, ACLED and GDELT, with invented files of each form."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from archive.choices import EVENT_CAMEO, EventClassification
from archive.datasets.load import Options, Result, load
from archive.datasets.mappings.dates import date_text
from archive.datasets.mappings.definition import DateParts, DateRule, Order
from archive.datasets.mappings.reader import FORMATS_DIRECTORY
from archive.datasets.mappings.rows import Row, ValueProblem
from archive.datasets.schema import record_types
from archive.models import Appointment, Body, Citation, Event, Identifier, Name, Office, Official, Participation, Source
from tests.datasets.test_mapping_docs import files

pytestmark = pytest.mark.django_db


def load_format(directory: Path, name: str, content: str, mapping: str) -> Result:
    (directory / name).write_text(content)
    result = load(directory / name, Options(mapping=mapping))
    assert result.is_valid, list(result.problems.lines())
    return result


# Wikidata


def _as_verbose_json(csv: str) -> str:
    """The result of a query in the SPARQL results JSON format."""
    header, *rows = [line.split(",") for line in csv.splitlines()]
    bindings = [
        {name: {"type": "literal", "value": cell} for name, cell in zip(header, row, strict=True) if cell}
        for row in rows
    ]
    return json.dumps({"head": {"vars": header}, "results": {"bindings": bindings}}, indent=1)


def _as_json(csv: str) -> str:
    header, *rows = [line.split(",") for line in csv.splitlines()]
    return json.dumps([{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in rows])


@pytest.mark.parametrize(
    ("name", "convert"), [("q.csv", str), ("verbose.json", _as_verbose_json), ("simple.json", _as_json)]
)
def test_a_result_of_wikidata_becomes_officials_and_appointments(tmp_path: Path, name: str, convert: object) -> None:
    assert callable(convert)
    load_format(tmp_path, name, convert(files()["query.csv"]), "wikidata")
    kim = Official.objects.get()
    assert (kim.slug, str(kim.born), kim.state.slug) == ("kim-example", "1950", "south-korea")
    assert Identifier.objects.get(official=kim).value == "Q900001"
    assert {(str(held.start), str(held.end), held.end_state) for held in Appointment.objects.all()} == {
        ("2018-03", "2019-07-12", "ended"), ("2015", "None", "unknown"),
    }  # fmt: skip
    assert {office.body.name for office in Office.objects.all()} == {"Ministry of Example"}


def test_wikidata_finds_a_person_by_the_identifier_whatever_the_name(tmp_path: Path) -> None:
    own = Official.objects.create(slug="own", name="K. Example")
    Identifier.objects.create(scheme="wikidata", value="Q900001", official=own)
    content = files()["query.csv"]
    load_format(tmp_path, "q.csv", content, "wikidata")
    assert Official.objects.get().slug == "own"
    assert set(Appointment.objects.values_list("official__slug", flat=True)) == {"own"}
    assert not load_format(tmp_path, "q.csv", content, "wikidata").has_changes


def test_two_persons_of_one_name_are_an_error(tmp_path: Path) -> None:
    entity = "http://www.wikidata.org/entity/"
    (tmp_path / "q.csv").write_text(f"person,personLabel\n{entity}Q900001,Kim\n{entity}Q900002,Kim\n")
    lines = list(load(tmp_path / "q.csv", Options(mapping="wikidata")).problems.lines())
    assert "q.csv/officials:3, slug: got 'kim', expected it once: q.csv/officials:2 has it already." in lines


def test_the_second_country_of_a_person_is_a_warning(tmp_path: Path) -> None:
    entity = "http://www.wikidata.org/entity/Q900001"
    content = f"person,personLabel,countryCode\n{entity},Kim,KR\n{entity},Kim,JP\n"
    result = load_format(tmp_path, "q.csv", content, "wikidata")
    assert Official.objects.get().state.slug == "south-korea"
    assert (
        "q.csv/officials:3: got other values for 'kim', expected those of line 2, which are taken."
        in result.problems.lines("warning")
    )


@pytest.mark.parametrize(
    ("date", "precision", "expected"),
    [
        ("+1950-00-00T00:00:00Z", "", "1950"), ("1950-07-01T00:00:00Z", "10", "1950-07"),
        ("1950-01-01T00:00:00Z", "8", "195X"), ("1900-01-01T00:00:00Z", "7", "18XX"),
        ("1950-07-12T00:00:00Z", "11", "1950-07-12"), ("2000-01-01T00:00:00Z", "6", "1001/2000"),
        ("0501-01-01T00:00:00Z", "6", "0001/1000"), ("9500-01-01T00:00:00Z", "6", "9001/9999"),
    ],
)  # fmt: skip
def test_wikidata_dates_are_as_exact_as_their_precision(
    tmp_path: Path, date: str, precision: str, expected: str
) -> None:
    content = f"person,personLabel,born,bornPrecision\nhttp://w/Q1,Kim,{date},{precision}\n"
    load_format(tmp_path, "q.csv", content, "wikidata")
    assert str(Official.objects.get().born) == expected


def test_an_unknown_value_of_wikidata_is_no_date_and_a_warning(tmp_path: Path) -> None:
    unknown = "http://www.wikidata.org/.well-known/genid/dae1aa"
    content = f"person,personLabel,born,bornPrecision\nhttp://w/Q1,Kim,{unknown},\nhttp://w/Q2,Abe,1954,9\n"
    result = load_format(tmp_path, "q.csv", content, "wikidata")
    assert {official.name: str(official.born) for official in Official.objects.all()} == {"Kim": "None", "Abe": "1954"}
    assert f"q.csv/officials:2, born: got '{unknown}', expected a date." in result.problems.lines("warning")


def test_an_unknown_start_of_an_appointment_is_not_in_its_slug(tmp_path: Path) -> None:
    unknown = "http://www.wikidata.org/.well-known/genid/dae1aa"
    content = (
        "person,personLabel,office,officeLabel,body,bodyLabel,start\n"
        f"http://w/Q1,Kim,http://w/Q2,Minister,http://w/Q3,Ministry,{unknown}\n"
    )
    load_format(tmp_path, "q.csv", content, "wikidata")
    assert (Appointment.objects.get().slug, Appointment.objects.get().start) == ("kim-minister", None)


# Popolo


def test_popolo_becomes_officials_bodies_offices_and_appointments(tmp_path: Path) -> None:
    result = load_format(tmp_path, "example.json", files()["example.json"], "popolo")
    kim = Official.objects.get()
    assert (kim.name, str(kim.born)) == ("Kim Example", "1950-03")
    assert (Name.objects.get().text, Name.objects.get().language) == ("김예시", "ko")
    assert Identifier.objects.get(scheme="viaf").official == kim
    ministry, party = Body.objects.get(slug="ministry-of-example"), Body.objects.get(slug="example-party")
    assert (ministry.kind, str(ministry.existed), party.kind) == ("government_organ", "1948/", "party")
    assert {(held.office.name, held.office.body.slug, str(held.start)) for held in Appointment.objects.all()} == {
        ("Minister of Example", "ministry-of-example", "2018"), ("member", "example-party", "2010"),
    }  # fmt: skip
    assert any("(persons.gender)" in line for line in result.problems.lines("warning"))


# ACLED


def test_acled_becomes_events_with_the_precision_of_their_dates(tmp_path: Path) -> None:
    result = load_format(tmp_path, "acled.csv", files()["acled.csv"], "acled")
    protest, agreement = Event.objects.get(slug="acled-kor1"), Event.objects.get(slug="acled-kor2")
    assert (str(protest.date), str(agreement.date)) == ("2019-07-12", "2019-07-12/2019-07-18")
    assert (protest.classification, agreement.classification) == ("incident", "agreement")
    assert (protest.name, protest.place) == (
        "Peaceful protest: Protesters (South Korea), Seoul", "Seoul, South Korea",
    )  # fmt: skip
    assert set(Participation.objects.values_list("event__slug", "body__name", "role")) == {
        ("acled-kor1", "Protesters (South Korea)", "actor"), ("acled-kor2", "Government of South Korea", "actor"),
        ("acled-kor2", "Government of Japan", "target"),
    }  # fmt: skip
    assert set(Source.objects.values_list("title", flat=True)) == {"Example Agency", "Example Daily"}
    assert Citation.objects.count() == 3
    [line] = result.problems.lines("warning")
    assert "(year, event_type, fatalities)" in line
    assert not load_format(tmp_path, "acled.csv", files()["acled.csv"], "acled").has_changes


@pytest.mark.parametrize(
    ("date", "expected"), [("0001-01-01", "0001-01-01/0001-01-04"), ("9999-12-31", "9999-12-28/9999-12-31")]
)
def test_the_week_of_a_date_at_an_end_of_the_calendar_is_cut_off(date: str, expected: str) -> None:
    row = Row(2, {"day": date, "exact": "2"})
    column = record_types()["events"].column("date")
    rule = DateRule(column, 1, DateParts(("day",)), precision="exact", precisions={"2": "week"})
    assert date_text(rule, row) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2019-07-12T23:30:00-09:00", "dmy", "2019-07-12"), ("2019-07-12T23:30:00-09:00", "mdy", "2019-07-12"),
        ("20190712T140000Z", "ymd", "2019-07-12"), ("20190712T1400+0900", "dmy", "2019-07-12"),
        ("12 July 2019 14:00", "ymd", "2019-07-12"), ("July 12, 2019, 2:00 pm", "ymd", "2019-07-12"),
        ("12/07/2019 14:00", "dmy", "2019-07-12"), ("12/07/2019 14:00", "mdy", "2019-12-07"),
        ("12/07/2019", "dmy", "2019-07-12"), ("2019-07", "dmy", "2019-07"),
    ],
)  # fmt: skip
def test_a_time_of_day_is_left_out_in_any_order_of_figures(text: str, order: Order, expected: str) -> None:
    rule = DateRule(record_types()["events"].column("date"), 1, DateParts(("day",)), order=order)
    assert date_text(rule, Row(2, {"day": text})) == expected


def test_figures_with_two_readings_are_refused_for_that_and_not_for_their_time() -> None:
    rule = DateRule(record_types()["events"].column("date"), 1, DateParts(("day",)))
    with pytest.raises(ValueProblem, match="day or month first"):
        date_text(rule, Row(2, {"day": "12/07/2019 14:00"}))


def test_an_unknown_end_of_an_interval_is_unknown() -> None:
    column = record_types()["events"].column("date")
    rule = DateRule(column, 1, DateParts(("start",)), end=DateParts(("end",)), blank_end="open")
    assert date_text(rule, Row(2, {"start": "2019", "end": "http://wikidata.org/.well-known/genid/a1"})) == "2019/"
    assert date_text(rule, Row(2, {"start": "2019", "end": ""})) == "2019/.."


def test_an_actor_that_the_archive_has_by_another_name_takes_part(tmp_path: Path) -> None:
    Name.objects.create(
        body=Body.objects.get(slug="south-korea"), text="Government of South Korea", scheme="other", language="en"
    )
    load_format(tmp_path, "acled.csv", files()["acled.csv"], "acled")
    assert Participation.objects.get(event__slug="acled-kor2", role="actor").body.slug == "south-korea"
    assert not Body.objects.filter(slug="government-of-south-korea").exists()


# GDELT

_FORM = yaml.safe_load((FORMATS_DIRECTORY / "gdelt.yaml").read_text())["file"]["columns"]


def _line(version: str, **values: str) -> str:
    return "\t".join(values.get(name, "") for name in _FORM[version])


_VISIT = {
    "GLOBALEVENTID": "900001", "SQLDATE": "20190712", "Actor1Code": "JPN", "Actor1Name": "JAPAN",
    "Actor1CountryCode": "JPN", "Actor2Code": "KORGOV", "Actor2Name": "SEOUL", "Actor2CountryCode": "KOR",
    "Actor2Type1Code": "GOV", "EventCode": "042", "ActionGeo_FullName": 'Seoul, "Soul-t\'ukpyolsi"',
    "SOURCEURL": "https://example.org/news", "AvgTone": "-1.5",
}  # fmt: skip
_THREAT = {**_VISIT, "GLOBALEVENTID": "900002", "Actor1CountryCode": "EUR", "EventCode": "010", "SOURCEURL": "BBC"}


@pytest.mark.parametrize("version", list(_FORM))
def test_gdelt_files_of_every_version_become_events(tmp_path: Path, version: str) -> None:
    content = f"{_line(version, **_VISIT)}\n{_line(version, **_THREAT)}\n"
    with zipfile.ZipFile(tmp_path / "20190712.export.CSV.zip", "w") as archive:
        archive.writestr("20190712.export.CSV", content)
    result = load(tmp_path / "20190712.export.CSV.zip", Options(mapping="gdelt"))
    assert result.written, list(result.problems.lines())
    visit = Event.objects.get(slug="gdelt-900001")
    assert (visit.name, visit.classification, str(visit.date)) == ("JAPAN visits SEOUL", "visit", "2019-07-12")
    assert visit.place == 'Seoul, "Soul-t\'ukpyolsi"'
    assert Event.objects.get(slug="gdelt-900002").classification == "announcement"
    assert set(Participation.objects.values_list("event__slug", "body__slug", "role")) == {
        ("gdelt-900001", "japan", "actor"), ("gdelt-900001", "south-korea", "target"),
        ("gdelt-900002", "south-korea", "target"),
    }  # fmt: skip
    assert Source.objects.count() == (1 if "SOURCEURL" in _FORM[version] else 0)
    assert any("got 'EUR' (1), for which no record is made" in line for line in result.problems.lines("warning"))


def test_a_file_of_another_width_is_no_gdelt_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1\t2\t3\n")
    [line] = load(tmp_path / "x.csv", Options(mapping="gdelt")).problems.lines()
    assert line == "x.csv:1: got 3 cells, expected 61 or 58 or 57, as the mapping has columns."


def test_the_kinds_of_gdelt_are_those_of_the_vocabulary() -> None:
    kinds = yaml.safe_load((FORMATS_DIRECTORY / "gdelt.yaml").read_text())["tables"]["kinds"]
    assert set(kinds.values()) <= set(EventClassification.values)
    assert all(key.rstrip("*")[:2].isdecimal() for key in kinds)
    for kind in ("agreement", "visit", "rejection", "request", "proposal", "announcement", "meeting"):
        code = EVENT_CAMEO[EventClassification(kind)]
        assert kinds.get(code) == kind or kinds[f"{code[:2]}*"] == kind, kind
