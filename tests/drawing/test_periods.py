"""The layout of periods: what is certain is drawn as certain, no labels overlap, all is within it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.dates import PartialDate
from archive.drawing import Days, Drawing, Entry, Phase, Strip, drawing_svg, lay_out_periods
from tests.support.drawings import needlessly_cut, overlapping_texts, text_boxes

days = st.dates(date(1900, 1, 1), date(2030, 1, 1))
texts = st.one_of(
    st.none(),
    days.map(str),
    days.map(lambda day: str(day)[:7]),
    days.map(lambda day: f"{str(day)[:4]}~"),
    st.sampled_from(["196X", "19XX", "../1960", "[1960,1970]", "0001", "9999-12-31"]),
)
names = st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(["W" * 250, "외교부 장관 " * 20, "<b>\u202egnol"]))


def term(start: str | None, end: str | None, name: str = "A holder", **options: Any) -> Entry:
    first, last = (PartialDate.parse(text) if text else None for text in (start, end))
    is_ongoing = options.pop("is_ongoing", False)
    limits = {name: options.pop(name, None) for name in ("first", "last")}
    term_days = Days.of_term(first, last, is_ongoing=is_ongoing, **limits)
    return Entry(kind="term", slug="slug", name=name, href="/x/", when="then", days=term_days, **options)


def drawn(*entries: Entry, width: int = 990) -> Drawing:
    drawing = lay_out_periods([Strip(name="Offices", entries=entries)], width)
    assert drawing is not None
    return drawing


entries = st.builds(term, texts, texts, names, is_ongoing=st.booleans())


@given(st.lists(st.lists(entries, max_size=30), max_size=4), st.sampled_from([280, 990, 4000]), names)
@settings(max_examples=60, deadline=None)
def test_no_labels_overlap_and_all_is_within_the_drawing(lanes: list[list[Entry]], width: int, heading: str) -> None:
    drawing = lay_out_periods([Strip(name=heading, entries=lane, href="/o/") for lane in lanes], width)
    if drawing is None:
        return
    assert overlapping_texts(drawing) == []
    assert needlessly_cut(drawing) == []
    assert all(0 <= x0 <= x1 <= width for x0, _, x1, _ in text_boxes(drawing))
    assert all(0 <= mark.span.x0 < mark.span.x1 <= width for mark in drawing.marks)
    fromstring(drawing_svg(drawing, "Offices"))


def test_concurrent_terms_are_stacked_and_others_share_a_row() -> None:
    first, second, later = drawn(term("1960", "1970"), term("1965", "1975"), term("1990", "1995")).marks
    assert first.y < second.y
    assert first.y == later.y


def test_a_term_is_certain_between_its_latest_start_and_earliest_end() -> None:
    drawing = drawn(term("1960", "1970"))
    (mark,) = drawing.marks
    year = drawing.scale.pixels_per_day * 365.25
    assert mark.span.sure_x0 == pytest.approx(mark.span.x0 + year, abs=1)
    assert mark.span.sure_x1 == pytest.approx(mark.span.x1 - year, abs=1)
    svg = drawing_svg(drawing, "Offices")
    assert svg.count('class="hatching"') == 2
    assert svg.count('class="certain"') == 1


def test_of_a_term_of_known_days_nothing_is_hatched() -> None:
    assert 'class="hatching"' not in drawing_svg(drawn(term("1960-01-02", "1970-03-04")), "Offices")


def test_a_term_without_an_end_is_certain_only_if_it_is_ongoing() -> None:
    unknown, ongoing = drawn(term("1960-05-01", None), term("1960-05-02", None, is_ongoing=True)).marks
    assert (unknown.span.sure_x0, unknown.span.closes) == (None, False)
    assert ongoing.span.sure_x1 == ongoing.span.x1
    assert not ongoing.span.closes


def test_an_unknown_end_is_limited_by_the_death() -> None:
    (mark,) = drawn(term("1960-05-01", None, last=date(1980, 1, 1))).marks
    assert mark.span.closes
    assert mark.span.sure_x0 is None


def test_an_unknown_start_fades_in() -> None:
    (mark,) = drawn(term(None, "1970-01-01")).marks
    assert (mark.span.opens, mark.span.closes) == (False, True)


def test_the_drawing_has_whole_years_and_some_more_for_a_term_without_an_end() -> None:
    assert drawn(term("1960-05-01", "1962-05-01")).scale.first == date(1960, 1, 1)
    assert drawn(term("1960-05-01", "1962-05-01")).scale.last == date(1962, 12, 31)
    assert drawn(term("1960-05-01", None), term("1960", "1980")).scale.last == date(1982, 12, 31)


def test_without_any_day_there_is_no_drawing() -> None:
    assert lay_out_periods([Strip(name="Offices", entries=[term(None, None)])], 990) is None
    assert lay_out_periods([], 990) is None


def test_what_has_no_page_is_no_link_and_a_light_mark_no_stop() -> None:
    good = Entry(kind="good", slug="", name="steel", when="", days=Days.of_date(PartialDate.parse("1990/1995")))
    light = Entry(
        kind="statement", slug="s", name="A note", when="1991", href="/s/", date=PartialDate.parse("1991-01-01"),
        is_light=True,
    )  # fmt: skip
    svg = fromstring(drawing_svg(drawn(good, light), "Goods"))
    marks = [element for element in svg.iter() if "mark" in element.get("class", "").split()]
    assert [(mark.tag.rpartition("}")[2], mark.get("tabindex")) for mark in marks] == [("g", None), ("a", "-1")]


def test_steps_are_notches_in_the_order_of_their_days() -> None:
    start = date(1990, 1, 1)
    phases = tuple(
        Phase(name="eased", slug=f"s-{days}", date=PartialDate.parse(str(start + timedelta(days)))) for days in (5, 900)
    )
    whole = Days.of_date(PartialDate.parse("1990-01-01/1995-01-01"))
    (mark,) = drawn(Entry(kind="measure", slug="m", name="Curbs", when="", days=whole, phases=phases)).marks
    assert [step.slug for step in mark.steps] == ["s-5", "s-900"]
    assert mark.span.x0 < mark.steps[0].x < mark.steps[1].x < mark.span.x1
