"""CSV of spreadsheets (other delimiters, empty columns and rows) and of REST."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from archive.csv_dialect import guard, guard_quoted, unguard
from archive.datasets.load import Options, load
from archive.datasets.schema import record_types
from archive.models import Event, Topic
from archive.rest.serializers import SERIALIZERS

pytestmark = pytest.mark.django_db
ROWS = "slug,name,classification,date,topics,place\na,A,meeting,2019-07,t1{}t2,Seoul\nb,B,summit,2019,,\n"


def lines(path: Path, text: str | bytes, name: str = "events.csv") -> list[str]:
    """The error lines of a single file."""
    file = path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(load(file, Options()).problems.lines())


@pytest.fixture
def topics() -> None:
    for slug in ("t1", "t2"):
        Topic.objects.create(slug=slug, name=slug)


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["", "\ufeff", "sep={}\n", "\ufeffsep={}\r\n", '"sep={}"\n'])
def test_the_delimiter_is_recognised(topics: None, tmp_path: Path, between: str, head: str) -> None:
    text = ROWS.replace(",", between).format('";"').replace('t1";"t2', '"t1;t2"')
    assert lines(tmp_path, head.format(between) + text) == []
    assert [event.slug for event in Event.objects.order_by("slug")] == ["a", "b"]
    assert Event.objects.get(slug="a").topics.count() == 2


def test_line_numbers_count_from_the_first_line_of_the_file(tmp_path: Path) -> None:
    [line] = lines(tmp_path, "sep=;\nslug;name;classification;date\na;A;meeting;2019-13\n")
    assert line.startswith("events.csv:3, date: got '2019-13'")


@pytest.mark.parametrize(("between", "named"), [("|", "'|'"), (":", "colons")])
def test_an_unsupported_delimiter_is_one_error(tmp_path: Path, between: str, named: str) -> None:
    [line] = lines(tmp_path, ROWS.replace(",", between).format(";"))
    assert line == f"events.csv:1: got {named} between the columns, expected commas, semicolons, tabs."


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_empty_columns_and_rows_are_skipped(topics: None, tmp_path: Path, between: str) -> None:
    text = "slug,name,classification,date,,\na,A,meeting,2019,,\n,,,,,\n\n , ,,,,\nb,B,meeting,2019,,,,,\n,,,,,,,,,\n"
    assert lines(tmp_path, text.replace(",", between)) == []
    assert Event.objects.count() == 2


def test_a_value_in_an_unnamed_column_is_refused(tmp_path: Path) -> None:
    [line] = lines(tmp_path, "slug,name,,classification,date\na,A,x,meeting,2019\n")
    assert line == "events.csv:2: got a value in column 3, which has no name, expected a name in the header."
    [line] = lines(tmp_path, "slug,name,classification,date\na,A,meeting,2019,x\n")
    assert line == "events.csv:2: got 5 cells, expected 4, as many as the header has."


@pytest.mark.parametrize("header", ["Slug,NAME,Classification,Date", "SLUG,Name,CLASSIFICATION,DATE"])
def test_column_names_in_capitals_are_one_error(tmp_path: Path, header: str) -> None:
    [line] = lines(tmp_path, f"{header}\na,A,meeting,2019\nb,B,meeting,2019\n")
    assert line.startswith("events.csv:1: got no column of events")
    assert line.endswith("did you mean 'slug'?")


def test_utf_16_is_refused_with_a_remedy(tmp_path: Path) -> None:
    [line] = lines(tmp_path, ROWS.format(";").encode("utf-16"))
    assert "UTF-16" in line
    assert "CSV UTF-8" in line


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\t=1", "\r", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "''＝1"]
)
def test_a_guarded_cell_round_trips(cell: str) -> None:
    assert guard(cell).startswith("'")
    assert unguard(guard(cell)) == cell


def test_a_quoted_value_in_a_report_gets_no_second_apostrophe() -> None:
    assert guard_quoted("'+1950-00-00'") == "'+1950-00-00'"
    assert guard_quoted("=1") == "'=1"


def downloaded(path: str) -> str:
    return b"".join(Client().get(f"/api/v1/{path}").streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_a_table_of_rest_loads_without_changes(dossier: None, collection: str, tmp_path: Path) -> None:
    name = f"{collection.replace('-', '_')}.csv"
    (tmp_path / name).write_text(downloaded(f"{collection}/?format=csv"))
    result = load(tmp_path / name, Options())
    assert list(result.problems.lines()) == []
    assert not result.has_changes
    assert result.counts[collection.replace("-", "_")].unchanged > 0


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_the_tables_of_rest_and_of_an_export_are_one_dialect(dossier: None, collection: str, tmp_path: Path) -> None:
    call_command("export", str(tmp_path / "out"), format="csv", stdout=StringIO())
    exported = (tmp_path / "out" / f"{collection.replace('-', '_')}.csv").read_text()
    record_type = record_types()[collection.replace("-", "_")]
    ours = {row["slug"]: row for row in csv.DictReader(StringIO(exported))}
    theirs = {row["slug"]: row for row in csv.DictReader(StringIO(downloaded(f"{collection}/?format=csv")))}
    assert theirs.keys() == ours.keys()
    for slug, row in ours.items():
        assert {column.name: set(theirs[slug][column.name].split(";")) for column in record_type.columns} == {
            name: set(cell.split(";")) for name, cell in row.items()
        }


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("events/?fields=slug,date.text&format=csv", "date", "2020"),
        ("statements/?fields=slug,speaker.slug&format=csv", "speaker", None),
        ("events/?fields=slug,date.display,date&format=csv", "date", "2020"),
    ],
)
def test_columns_by_path_load_into_their_field(
    dossier: None, path: str, field: str, value: Any, tmp_path: Path
) -> None:
    text = downloaded(path)
    name = f"{path.partition('/')[0]}.csv"
    (tmp_path / name).write_text(text)
    assert not load(tmp_path / name, Options()).has_changes
    if value is not None:
        header, first, *_ = text.splitlines()
        cells = dict(zip(header.split(","), next(csv.reader([first])), strict=True))
        cells[next(key for key in cells if key.partition(".")[0] == field and not key.endswith("display"))] = value
        (tmp_path / name).write_text(f"{header}\n{','.join(cells.values())}\n")
        assert load(tmp_path / name, Options()).counts["events"].changed == 1


@pytest.mark.parametrize("path", ["topics/?format=csv&bom=true", "topics/gsomia/?format=csv&bom=true"])
def test_rest_writes_a_byte_order_mark_on_request(dossier: None, path: str) -> None:
    answer: Any = Client().get(f"/api/v1/{path}")
    assert (b"".join(answer.streaming_content) if answer.streaming else answer.content).startswith(b"\xef\xbb\xbfslug,")


@pytest.mark.parametrize("query", ["bom=true", "bom=maybe&format=csv", "bom=true&format=jsonl"])
def test_a_byte_order_mark_for_other_formats_is_refused(dossier: None, query: str) -> None:
    for path in ("topics/", "topics/gsomia/"):
        answer = Client().get(f"/api/v1/{path}?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "bom"


def test_an_export_has_a_byte_order_mark_on_request_and_loads(dossier: None, tmp_path: Path) -> None:
    call_command("export", str(tmp_path / "out"), format="csv", bom=True, stdout=StringIO())
    assert (tmp_path / "out" / "topics.csv").read_bytes().startswith(b"\xef\xbb\xbfslug,")
    assert not load(tmp_path / "out", Options()).has_changes
    with pytest.raises(CommandError, match="expected --format csv"):
        call_command("export", str(tmp_path / "other"), bom=True)


def test_an_export_that_selects_nothing_writes_nothing(dossier: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="without any record"):
        call_command("export", str(tmp_path / "out"), only=["events"], filter_q=["quagga"], stdout=StringIO())
    assert list(tmp_path.iterdir()) == []


def test_dangling_references_are_grouped_by_value(tmp_path: Path) -> None:
    rows = "".join(f"a{n},A,meeting,2019,{'gone' if n < 30 else f'gone-{n}'}\n" for n in range(60))
    result = lines(tmp_path, f"slug,name,classification,date,topics\n{rows}")
    assert "got 'gone'" in result[0]
    assert result[0].endswith("(30 times)")
    assert len([line for line in result if "'gone'," in line]) == 1
    assert result[-1] == (
        "events.csv, topics: 31 values name no record (60 cells): if another dataset has them, load that first."
    )
