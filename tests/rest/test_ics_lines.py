"""Lines of calendars that the archive writes itself, as icalendar reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from icalendar import Calendar

from archive.rest.renderers import ics

TEXTS = [
    "Talks", "a, b; c \\ d", "two\nlines\r\nand\rmore", "é" * 200, "日本と韓国の協議、" * 30, "\\" * 100,
    "x" * 70 + "\\,;" * 9,
    "🎌" * 40, "C:\\New", "a" * 66, "a" * 67, "a" * 65 + "é", " leading and trailing ", "^n ^ '", ":;=,\"",
]  # fmt: skip


class _Context:
    title, collection = "All", "events"

    def tag_uri(self, collection: str, slug: str) -> str:
        return f"tag:example.org,2026:{collection}/{slug}"

    def page_url(self, slug: str) -> str:
        return f"https://example.org/events/{slug}/"


def _rendered(**values: Any) -> bytes:
    period = {"text": "2019-07-12", "display": "12 July 2019", "earliest": "2019-07-12", "latest": "2019-07-12"}
    row = {
        "slug": "a", "name": "A", "summary": "", "place": "", "topics": [], "date": period,
        "updated_at": "2026-11-30T12:00:00.5+09:00", **values,
    }  # fmt: skip
    pages: Iterator[Any] = iter([[json.dumps(row).encode()]])
    return b"".join(ics.render(_Context(), pages))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_as_they_were(text: str) -> None:
    content = _rendered(name=text, summary=text, place=text, topics=[{"name": text}, {"name": "Second"}])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [event] = Calendar.from_ical(content).walk("VEVENT")
    # In iCalendar a line end within a text is \n, whatever it was.
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert {str(event[name]) for name in ("summary", "description", "location")} == {expected}
    assert [str(name) for name in event["categories"].cats] == [expected, "Second"]


def test_the_lines_are_those_of_icalendar() -> None:
    content = _rendered(name="Talks, with " + "é" * 80, summary="S; " * 60, place="Tokyo", topics=[{"name": "T, U"}])
    event = content[content.index(b"BEGIN:VEVENT") : -len(b"END:VCALENDAR\r\n")]
    assert Calendar.from_ical(content).walk("VEVENT")[0].to_ical() == event


@pytest.mark.parametrize(("earliest", "latest", "lines"), [
    ("0012-03-01", "0012-03-31", ["DTSTART;VALUE=DATE:00120301", "DTEND;VALUE=DATE:00120401"]),
    ("9999-12-31", "9999-12-31", ["DTSTART;VALUE=DATE:99991231"]),
])  # fmt: skip
def test_days_at_the_ends_of_the_calendar_have_four_figures_of_the_year(
    earliest: str, latest: str, lines: list[str]
) -> None:
    period = {"text": earliest, "display": "then", "earliest": earliest, "latest": latest}
    content = _rendered(date=period).decode().split("\r\n")
    assert [line for line in content if line.startswith(("DTSTART;", "DTEND"))] == lines
    assert "DTSTAMP:20261130T030000Z" in content
