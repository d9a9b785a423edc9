"""The converters: hand-made records become what the README says, and nothing is lost without a word."""

from __future__ import annotations

import json
import os
import tarfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from archive import models as m
from examples.history_state_gov import pocom, travels
from examples.history_state_gov.command import run
from examples.history_state_gov.reading import Audit, ConversionError, documents
from examples.history_state_gov.writing import Dataset, edtf
from tests.support import publisher as p

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("HISTORY_STATE_GOV_DATA") or ROOT.parent / "shared/data")


def convert(converter: Any, source: Path) -> tuple[dict[str, list[dict[str, Any]]], Audit]:
    dataset, audit = Dataset(), Audit()
    converter.convert(source, dataset, audit)
    return dataset.records, audit


def only(records: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (result,) = [record for record in records if wanted.items() <= record.items()]
    return result


def japan(folder: Path, *dates: tuple[str, str, str], who: str = "grew-joseph-clark") -> Path:
    p.person(folder)
    p.mission(folder, "japan", "".join(p.holder(f"jp-{n}", who, "ambassador", item) for n, item in enumerate(dates)))
    return folder


def test_a_person_becomes_an_official_with_names_and_identifiers(tmp_path: Path) -> None:
    records, audit = convert(pocom, japan(tmp_path))
    (grew,) = records["officials"]
    assert grew == {
        "slug": "grew-joseph-clark", "status": "published", "name": "Joseph Grew Jr.", "sort_name": "Grew, Joseph, Jr.",
        "state": "US", "born": "1880", "died": None,
    }  # fmt: skip
    assert [name["text"] for name in records["names"]] == ["J. Grew"]
    assert [identifier["value"] for identifier in records["identifiers"]] == [
        "grew-joseph-clark",
        "grew-joseph-clark-old",
    ]
    assert not audit.unmapped
    assert audit.left_out["person/residence"] == 1


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("1932-02-19", "1932-06-14", "1941-12-08"), ("1932-02-19", "1932-06-14", "1941-12-08")),
        (("1932-02", "1932", ""), ("1932-02", "1932", None)),
        (("", "", ""), (None, None, None)),
        (("1932-13", "1932-02-30", "soon"), (None, None, None)),
        (("", "1886-07-27", "1886-07-22"), (None, None, "1886-07-22")),
        (("", "1886-07-27", "1886"), (None, "1886-07-27", "1886")),
    ],
)
def test_dates_are_as_exact_as_the_source(
    dates: tuple[str, str, str], expected: tuple[str | None, ...], tmp_path: Path
) -> None:
    records, _ = convert(pocom, japan(tmp_path, dates))
    (built,) = records["appointments"]
    assert (built["appointed"], built["start"], built["end"]) == expected
    assert "end_state" not in built


def test_an_end_before_the_start_is_said_and_cited(tmp_path: Path) -> None:
    records, audit = convert(pocom, japan(tmp_path, ("", "1886-07-27", "1886-07-22")))
    assert only(records["citations"], stance="disputes")["variant_value"] == "1886-07-27"
    assert "after it ended" in audit.oddities[0]


def test_a_second_appointment_with_the_same_id_is_kept(tmp_path: Path) -> None:
    p.person(tmp_path)
    twice = p.holder("jp-1", "grew-joseph-clark", "ambassador", ("1932", "", "")) * 2
    p.mission(tmp_path, "japan", twice)
    records, audit = convert(pocom, tmp_path)
    assert [built["slug"] for built in records["appointments"]] == ["jp-1", "jp-1-2"]
    assert len(audit.oddities) == 1


def test_a_nominee_never_took_office(tmp_path: Path) -> None:
    p.person(tmp_path)
    nominee = p.holder("jp-2", "grew-joseph-clark", "ambassador", ("1932", "", ""))
    p.mission(tmp_path, "japan", p.holder("jp-1", "grew-joseph-clark", pocom.ACTING[0], ("", "1931", "")), nominee)
    records, _ = convert(pocom, tmp_path)
    assert [built["mode"] for built in records["appointments"]] == ["acting", "nominee"]


def test_a_state_without_a_code_is_a_body_of_its_own(tmp_path: Path) -> None:
    chief = p.trip(1, "secretary", "dulles", ("1955-01-01", "1955-01-02"), ("vietnam-south", "Vietnam, South"))
    p.put(tmp_path, "secretary-travels/dulles.xml", f"<trips>{chief}</trips>")
    records, _ = convert(travels, tmp_path)
    assert only(records["bodies"], slug="south-vietnam")["kind"] == "state"
    assert only(records["participations"], role="host")["body"] == "south-vietnam"


def test_a_trip_becomes_a_visit(tmp_path: Path) -> None:
    built = p.trip(7, "secretary", "dulles", ("1953-08-03", "1953-08-07"), ("korea-south", "Korea, Republic of"))
    day = p.trip(8, "secretary", "dulles", ("1953-08-08", "1953-08-08"), ("russia", "U.S.S.R."))
    p.put(tmp_path, "secretary-travels/dulles.xml", f"<trips>{built}{day}</trips>")
    records, audit = convert(travels, tmp_path)
    event = only(records["events"], slug="us-secretary-visit-7")
    assert (event["date"], event["place"], event["name"]) == (
        "1953-08-03/1953-08-07", "Seoul", "Name of dulles visits Korea, Republic of",
    )  # fmt: skip
    assert only(records["events"], slug="us-secretary-visit-8")["date"] == "1953-08-08"
    hosts = [participation["body"] for participation in records["participations"] if participation["role"] == "host"]
    assert hosts == ["KR", "SUHH"]
    assert not audit.unmapped


def test_a_president_is_nobody_of_the_other_dataset(tmp_path: Path) -> None:
    built = p.trip(1, "president", "taft-william-howard", ("1909-10-16", "1909-10-16"), ("mexico", "Mexico"))
    living = p.trip(2, "president", "living-one", ("2021-06-09", "2021-06-10"), ("united-kingdom", "United Kingdom"))
    p.put(tmp_path, "president-travels/taft.xml", f"<trips>{built}{living}</trips>")
    p.presidents(tmp_path)
    records, audit = convert(travels, tmp_path)
    assert [official["slug"] for official in records["officials"]] == [
        "president-taft-william-howard",
        "president-living-one",
    ]
    assert [appointment["end_state"] for appointment in records["appointments"]] == ["ended", "ongoing"]
    assert records["participations"][0]["official"] == "president-taft-william-howard"
    assert not audit.unmapped


def test_a_field_that_nobody_mapped_is_named_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    japan(tmp_path / "source")
    p.person(tmp_path / "source", "new-one", more='<languages code="x">French</languages>')
    with pytest.raises(SystemExit) as ended:
        run(pocom.convert, pocom.TITLE, pocom.URL, [str(tmp_path / "source"), str(tmp_path / "out")])
    assert ended.value.code == 1
    message = "NOT MAPPED: 2 fields\n       1 person/languages: 'French'\n       1 person/languages@code: 'x'\n"
    assert message in capsys.readouterr().out


def test_an_entity_bomb_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb = "<!DOCTYPE person [" + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12)
    ) + "]><person>&e11;</person>"  # fmt: skip
    p.put(tmp_path / "source", "people/b/bomb.xml", bomb)
    with pytest.raises(SystemExit) as ended:
        run(pocom.convert, pocom.TITLE, pocom.URL, [str(tmp_path / "source"), str(tmp_path / "out")])
    assert ended.value.code == 2
    assert "people/b/bomb.xml: got a document type or entities" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_broken_xml_and_broken_archives_are_named(tmp_path: Path) -> None:
    p.put(tmp_path / "source", "people/b/broken.xml", "<person>")
    with pytest.raises(ConversionError, match=r"people/b/broken\.xml: got no XML"):
        list(documents(tmp_path / "source", ("people",)))
    (tmp_path / "none.tar.xz").write_bytes(b"no archive")
    with pytest.raises(ConversionError, match="expected a directory or a"):
        list(documents(tmp_path / "none.tar.xz", ("people",)))


def test_a_packed_source_gives_what_its_directory_gives(tmp_path: Path) -> None:
    japan(tmp_path / "pocom", ("1932-02-19", "1932-06-14", "1941-12-08"))
    with tarfile.open(tmp_path / "pocom.tar.xz", "w:xz") as packed:
        packed.add(tmp_path / "pocom", "pocom")
    assert convert(pocom, tmp_path / "pocom.tar.xz")[0] == convert(pocom, tmp_path / "pocom")[0]


def test_a_date_that_is_none_is_left_blank_and_said() -> None:
    audit = Audit()
    assert edtf("31/12/2019", "trip 1", audit) is None
    assert audit.oddities == ["trip 1: got the date '31/12/2019', expected 1941, 1941-12 or 1941-12-07; left blank"]


def _load(folder: Path) -> str:
    output = StringIO()
    call_command("load", str(folder), stdout=output)
    return output.getvalue()


def _write(converter: Any, source: Path, folder: Path) -> Path:
    run(converter.convert, converter.TITLE, converter.URL, [str(source), str(folder)], left=converter.LEFT)
    return folder


@pytest.mark.django_db
def test_what_is_converted_loads_and_answers(tmp_path: Path) -> None:
    source = japan(tmp_path / "source", ("1932-02-19", "1932-06-14", "1941-12-08"), ("", "1942", ""))
    _load(_write(pocom, source, tmp_path / "out"))
    answer = APIClient().get("/api/v1/appointments/?body=us-mission-to-japan&on=1941-12-07&certain=true")
    assert [result["slug"] for result in answer.json()["results"]] == ["jp-0"]
    assert m.Source.objects.get(slug="pocom").publisher.slug == "office-of-the-historian-us"


if DATA.is_dir():

    @pytest.mark.django_db
    def test_the_publishers_whole_data_load_and_answer_the_two_questions(tmp_path: Path) -> None:
        people = _write(pocom, DATA / "pocom.tar.xz", tmp_path / "people")
        trips = _write(travels, DATA / "travels.tar.xz", tmp_path / "trips")
        assert len((people / "appointments.jsonl").read_text(encoding="utf-8").splitlines()) == 7_262
        assert json.loads((people / "officials.jsonl").read_text(encoding="utf-8").splitlines()[0])["state"] == "US"
        _load(people)
        _load(trips)
        assert m.Official.objects.count() == 4_261 + 21
        assert m.Event.objects.count() == 4_271
        client = APIClient()
        envoys = client.get(
            "/api/v1/appointments/?body=us-mission-to-japan&on=1941-12-07&certain=true&fields=official.slug"
        )
        assert envoys.json()["results"] == [{"official": {"slug": "grew-joseph-clark"}}]
        visits = client.get(
            "/api/v1/events/?country=KR&topic=travels-of-the-secretary-of-state&date=195X&fields=date.text"
        )
        assert visits.json()["results"] == [
            {"date": {"text": "1953-08-03/1953-08-07"}}, {"date": {"text": "1956-03-17/1956-03-18"}},
        ]  # fmt: skip


@pytest.mark.parametrize("folder", ["people-later", "data2", "."])
def test_files_that_are_not_read_are_listed_and_make_the_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    source = japan(tmp_path / "source", ("1932", "1932", "1941"))
    for number in range(3):
        p.put(source, f"{folder}/a{number}.xml", "<person/>")
    with pytest.raises(SystemExit) as exit_:
        run(pocom.convert, "T", "https://example.org/", [str(source), str(tmp_path / "out")])
    assert exit_.value.code == 1
    assert f"FILES NOT READ: 3\n       3 {folder}\n" in capsys.readouterr().out
    run(pocom.convert, "T", "https://example.org/", [str(source), str(tmp_path / "again")], left=(folder,))
    out = capsys.readouterr().out
    assert f"files left out on purpose: 3\n       3 {folder}\n" in out
    assert "FILES NOT READ: 0" in out


def test_fields_of_presidents_who_are_not_loaded_do_not_count_as_mapped(tmp_path: Path) -> None:
    p.presidents(tmp_path)
    trip = p.trip(1, "president", "taft-william-howard", ("1909-10-16", "1909-10-16"), ("mexico", "Mexico"))
    p.put(tmp_path, "president-travels/taft.xml", f"<trips>{trip}</trips>")
    records, audit = convert(travels, tmp_path)
    assert len(records["officials"]) == audit.mapped["presidents/president/name"] == 1
    assert audit.left_out["presidents/president, who did not travel"] == 1
