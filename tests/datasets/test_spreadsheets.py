"""Cells of workbooks: dates with the precision of their format, and errors for ambiguous cells."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from archive.datasets.load import Options, load
from archive.datasets.readers.xlsx import shown_parts
from archive.models import Event

pytestmark = pytest.mark.django_db
HEADER = ["slug", "name", "classification", "date", "place"]


def saved(path: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    """A workbook with a sheet of events; ``formats`` are number formats by cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "events"
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    book.save(path)
    return path


def day(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "number_format", "date"),
    [
        (day(2019, 7, 1), "mmm-yy", "2019-07"), (day(2019, 7, 15), "mmmm yyyy", "2019-07"),
        (day(2019, 1, 1), "yyyy", "2019"), (day(2019, 7, 1), '[$-409]mmm\\-yy;@', "2019-07"),
        (day(2019, 7, 1), 'yyyy"年"m"月"', "2019-07"), (day(2019, 7, 1), "yyyy\\-mm", "2019-07"),
        (day(2019, 7, 12), "yyyy-mm-dd", "2019-07-12"), (day(2019, 7, 12), "mm-dd-yy", "2019-07-12"),
        (day(2019, 7, 12), "yyyy-mm-dd hh:mm:ss", "2019-07-12"), (day(2019, 7, 12), "d mmmm yyyy", "2019-07-12"),
        (day(1900, 3, 1), "yyyy-mm-dd", "1900-03-01"), ("2019-07", "General", "2019-07"), (2019, "General", "2019"),
        (2019, "0", "2019"), ("1936~", "@", "1936~"),
    ],
)  # fmt: skip
def test_a_date_cell_has_the_precision_of_its_format(tmp_path: Path, value: Any, number_format: str, date: str) -> None:
    saved(tmp_path / "x.xlsx", HEADER, ["a", "A", "meeting", value, ""], formats={"D2": number_format})
    result = load(tmp_path / "x.xlsx", Options())
    assert result.written, list(result.problems.lines())
    assert str(Event.objects.get().date) == date


@pytest.mark.parametrize(
    ("value", "number_format", "got"),
    [
        (day(2019, 7, 12), "d mmm", "shows no year"), (day(2019, 7, 12), "dddd", "shows no year"),
        (day(2019, 7, 12), "dd yyyy", "shows no month"), (day(2019, 7, 12, 9, 30), "yyyy-mm-dd hh:mm", "the time"),
        (datetime.time(9, 30), "hh:mm", "the time"), (60, "yyyy-mm-dd", "before March 1900"),
        (1, "yyyy-mm-dd", "before March 1900"), ("#N/A", "General", "the error #N/A"),
        ("#REF!", "General", "the error #REF!"), ("=1/0", "General", "without a stored result"),
        ("=VLOOKUP(A2,Z:Z,1)", "General", "without a stored result"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["D", "E"])
def test_an_ambiguous_cell_is_refused_with_its_location(
    tmp_path: Path, value: Any, number_format: str, got: str, column: str
) -> None:
    Event.objects.create(slug="a", name="A", date="2019", classification="meeting", place="Seoul")
    row = ["a", "A", "meeting", "2019", "Seoul"]
    row["ABCDE".index(column)] = value
    saved(tmp_path / "x.xlsx", HEADER, row, formats={f"{column}2": number_format})
    result = load(tmp_path / "x.xlsx", Options())
    [line] = result.problems.lines()
    assert line.startswith(f"x.xlsx/events:2, {HEADER['ABCDE'.index(column)]}: got ")
    assert got in line
    assert Event.objects.get().place == "Seoul"


def test_empty_columns_and_rows_are_skipped(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[*HEADER, None, None], ["a", "A", "meeting", 2019, None, None, None], [None] * 7, []]
    saved(tmp_path / "x.xlsx", *rows, ["b", "B", "meeting", 2020], [" ", ""])
    assert load(tmp_path / "x.xlsx", Options()).counts["events"].added == 2


def test_a_title_above_the_header_is_one_error(tmp_path: Path) -> None:
    saved(tmp_path / "x.xlsx", ["Meetings of 2019", None, None, None, None], HEADER, ["a", "A", "meeting", 2019, ""])
    [line] = load(tmp_path / "x.xlsx", Options()).problems.lines()
    assert line.startswith("x.xlsx/events:1: got a title ('Meetings of 2019')")
    assert "delete the rows above the header" in line


@pytest.mark.parametrize(
    ("number_format", "displayed"),
    [
        ("General", "ymd"), ("@", "ymd"), ("h:mm", ""), ("mm:ss", ""), ("[h]:mm:ss", ""), ("h:mm AM/PM", ""),
        ("mmm", "m"), ("yy", "y"), ('"day" yyyy', "y"), ("dd/mm/yyyy;@", "dmy"), ("ge.m.d", "ymd"), ("bbbb", "y"),
        ("m/d/yy h:mm", "mdy"), ("yyyy\\d", "y"),
    ],
)  # fmt: skip
def test_number_formats_show_parts_of_dates(number_format: str, displayed: str) -> None:
    assert shown_parts(number_format) == set(displayed)


def test_a_workbook_with_xml_entities_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.xlsx", HEADER, ["a", "A", "meeting", "2019", ""])
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(tmp_path / "y.xlsx", "w") as out:
        for entry in packed.infolist():
            text = packed.read(entry)
            if entry.filename.startswith("xl/worksheets"):
                text = text.replace(b"<worksheet", bomb.encode() + b"<worksheet", 1).replace(b">A<", b">&b;<")
            out.writestr(entry.filename, text)
    [line] = load(tmp_path / "y.xlsx", Options()).problems.lines()
    assert "an unreadable workbook" in line
