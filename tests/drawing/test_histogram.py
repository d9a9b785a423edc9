"""The histogram's bars are links that choose, extend and give up a range of periods."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from archive.drawing.histogram import Period, histogram_svg

NAMES = "{http://www.w3.org/2000/svg}"


def bars(counts: list[int], chosen: tuple[int, int] | None = None) -> list[Element]:
    periods = [Period(str(2000 + number), f"Year {number}", str(number), count) for number, count in enumerate(counts)]
    root = fromstring(histogram_svg(periods, "Records", chosen, lambda first, last: f"{first}-{last}", "none"))
    assert root.get("aria-label") == "Records"
    return root.findall(f"{NAMES}a")


@pytest.mark.parametrize(
    ("chosen", "links"),
    [
        (None, ["0-0", "1-1", None, "3-3"]),
        ((1, 1), ["0-1", "none", "1-2", "1-3"]),
        ((1, 2), ["0-2", "1-1", "2-2", "1-3"]),
    ],
)
def test_a_bar_leads_to_the_range_that_it_makes(chosen: tuple[int, int] | None, links: list[str | None]) -> None:
    assert [bar.get("href") for bar in bars([1, 2, 0, 4], chosen)] == links


def test_a_bar_says_its_records_and_what_it_does() -> None:
    labels = [bar.findtext(f"{NAMES}title") for bar in bars([1, 2, 0], (1, 1))]
    assert labels == [
        "Year 0: 1 record. Begin there.", "Year 1: 2 records, chosen. Choose none.", "Year 2: 0 records. End there.",
    ]  # fmt: skip


def test_heights_are_in_proportion_and_none_vanishes() -> None:
    columns = [bar.findall(f"{NAMES}rect")[1:] for bar in bars([1000, 500, 1, 0])]
    assert [[column.get("height") for column in bar] for bar in columns] == [["64.0"], ["32.0"], ["2.0"], []]


def test_no_more_labels_than_there_is_room_for() -> None:
    periods = [Period(str(year), str(year), str(year), 1) for year in range(1900, 1990)]
    root = fromstring(histogram_svg(periods, "Records", None, lambda first, last: "", ""))
    labels = [text.get("class") for text in root.findall(f"{NAMES}text")]
    assert len(labels) <= 20
    assert labels.count("tick-label") <= 6


def test_few_bars_stand_beside_each_other() -> None:
    rects = [bar.find(f"{NAMES}rect") for bar in bars([1, 2])]
    assert [(rect.get("x"), rect.get("width")) for rect in rects if rect is not None] == [
        ("0.00%", "6.00%"),
        ("6.00%", "6.00%"),
    ]


def test_no_records_at_all_are_no_error() -> None:
    assert len(bars([0, 0])) == 2
