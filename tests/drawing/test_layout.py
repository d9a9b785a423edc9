"""The layout of a timeline: labels never overlap, marks lie within the drawing, in the order of time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.dates import PartialDate
from archive.drawing import (
    Drawing,
    Footer,
    Links,
    densest_period,
    drawing_svg,
    footer_height,
    lay_out,
    lay_out_overview,
    legend_of,
    overview_svg,
    without_distant_records,
)
from archive.drawing.layout import AXIS_HEIGHT
from archive.drawing.scale import TICK_SIZE, Scale, axis_of, one_line
from archive.drawing.spans import TAIL
from archive.drawing.text_width import shorten, text_width
from tests.support.drawings import needlessly_cut, overlapping_texts, text_boxes

LINKS = Links(lambda kind, slug: f"/{kind}s/{slug}/", lambda first, last: f"?from={first}&to={last}")
FIRST, LAST = date(2019, 7, 1), date(2019, 12, 31)

days = st.dates(FIRST - timedelta(days=60), LAST + timedelta(days=60))
edtf = st.one_of(
    days.map(str),
    days.map(lambda day: str(day)[:7]),
    days.map(lambda day: f"{day}~"),
    days.map(lambda day: f"{str(day)[:7]}?"),
    st.tuples(days, days).map(lambda ends: "/".join(sorted(map(str, ends)))),
    days.map(lambda day: f"../{day}"),
    days.map(lambda day: f"{day}/.."),
    st.sampled_from(["2019", "201X", "2019-23"]),
)
names = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(
        ["W" * 250, "The stricter licensing of three materials takes effect", "수출규제 " * 20, "<b>&\u202egnol"]
    ),
)


def record(
    text: str, name: str = "An event", kind: str = "event", slug: str = "slug", part: str | None = None
) -> dict[str, Any]:
    when = PartialDate.parse(text)
    return {
        "kind": kind, "slug": slug, "name": name,
        "classification": "decision" if kind == "event" else "press_statement",
        "precision": when.precision, "part": part,
        "date": {"text": text, "display": when.display, "earliest": when.earliest and str(when.earliest),
                 "latest": when.latest and str(when.latest)},
    }  # fmt: skip


def cluster(first: date | None, last: date | None, count: int = 12, name: str = "Most linked") -> dict[str, Any]:
    return {
        "count": count, "earliest": first and str(first), "latest": last and str(last),
        "counts": [{"kind": "event", "classification": "decision", "count": count}],
        "most_linked": {"kind": "event", "slug": "most-linked", "name": name, "links": 2},
    }  # fmt: skip


def timeline(*lanes: list[dict[str, Any]], first: date = FIRST, last: date = LAST, **more: Any) -> dict[str, Any]:
    return {
        "from": str(first), "to": str(last), "width": 990, "column_days": 1, "count": 1,
        "lanes": [
            {"type": "body", "key": f"lane-{number}", "name": f"Lane {number}", "count": len(items),
             "records": [item for item in items if "slug" in item],
             "clusters": [item for item in items if "counts" in item]}
            for number, items in enumerate(lanes)
        ],
        "measures": [], "measure_count": 0, "relations": [], "relation_count": 0, **more,
    }  # fmt: skip


def drawn(content: dict[str, Any], width: int = 990) -> Drawing:
    drawing = lay_out(content, width, LINKS)
    assert drawing is not None
    return drawing


records = st.builds(record, edtf, names, st.sampled_from(["event", "statement"]), st.uuids().map(str))
clusters = st.tuples(days, days).flatmap(
    lambda ends: st.builds(cluster, st.just(min(ends)), st.just(max(ends)), st.integers(4, 10**6), names)
)


@given(st.lists(st.lists(st.one_of(records, clusters), max_size=40), max_size=4), st.sampled_from([280, 990, 4000]))
@settings(max_examples=60, deadline=None)
def test_no_labels_overlap_and_everything_is_within_the_drawing(lanes: list[list[dict[str, Any]]], width: int) -> None:
    drawing = drawn(timeline(*lanes), width)
    boxes = text_boxes(drawing)
    assert overlapping_texts(drawing) == []
    assert needlessly_cut(drawing) == []
    for x0, y0, x1, y1 in boxes:
        assert 0 <= x0 <= x1 <= width
        assert AXIS_HEIGHT <= y0 < y1 <= drawing.height
    for mark in drawing.marks:
        assert 0 <= mark.span.x0 <= mark.span.x1 <= width, mark
    assert [mark.sort for mark in drawing.marks] == sorted(mark.sort for mark in drawing.marks)
    fromstring(drawing_svg(drawing, "Timeline"))


@given(st.dates(date.min, date.max), st.dates(date.min, date.max), st.sampled_from([280, 990, 4000]))
@settings(deadline=None)
def test_ticks_do_not_touch(first: date, last: date, width: int) -> None:
    first, last = sorted((first, last))
    ticks = [tick for tick in axis_of(Scale(first, last, 12, width - 12)).ticks if tick.label]
    for left, right in pairwise(ticks):
        assert left.x + text_width(left.label, TICK_SIZE) < right.x
    assert all(12 <= tick.x <= width - 12 for tick in ticks)


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2019-07-04", "2019-07-04", ["4"]),
        ("2019-07-01", "2019-07-31", ["1", "2", "3"]),
        ("2019-01-01", "2019-12-31", ["1", "15", "1"]),
        ("2018-01-01", "2019-12-31", ["Jan", "Apr", "Jul"]),
        ("2000-01-01", "2019-12-31", ["2000", "2001", "2002"]),
        ("0001-01-01", "9999-12-31", ["500", "1000", "1500"]),
    ],
)
def test_ticks_from_days_to_centuries(first: str, last: str, labels: list[str]) -> None:
    axis = axis_of(Scale(date.fromisoformat(first), date.fromisoformat(last), 12, 978))
    shown = [tick.label for tick in axis.ticks if tick.label]
    assert shown[:3] == labels


def test_an_exact_day_is_a_point_and_a_month_a_span() -> None:
    day, month = drawn(timeline([record("2019-08-01", slug="a"), record("2019-08", slug="b")])).marks[::-1]
    assert day.is_point
    assert not month.is_point
    assert month.span.x1 - month.span.x0 == pytest.approx(31 * (990 - 24) / 184)
    assert month.span.sure_x0 is None


def test_an_interval_is_certain_between_its_latest_start_and_earliest_end() -> None:
    (mark,) = drawn(timeline([record("2019-08/2019-10")])).marks
    per_day = (990 - 24) / 184
    assert mark.span.sure_x0 == pytest.approx(mark.span.x0 + 30 * per_day)
    assert mark.span.sure_x1 == pytest.approx(mark.span.x1 - 30 * per_day)


def test_an_open_end_fades() -> None:
    (mark,) = drawn(timeline([record("2019-08-01/..")])).marks
    assert (mark.span.opens, mark.span.closes) == (True, False)
    assert mark.span.x1 - mark.span.x0 == TAIL


def test_what_was_until_a_day_is_a_short_mark_that_ends_on_it() -> None:
    drawing = drawn(timeline([record("../2019-09-30")]))
    (mark,) = drawing.marks
    assert (mark.span.opens, mark.span.closes) == (False, True)
    assert mark.span.x1 == drawing.scale.x(date(2019, 10, 1).toordinal())
    assert mark.span.x1 - mark.span.x0 == TAIL
    assert 'class="hatching"' in drawing_svg(drawing, "Timeline")


def test_what_was_until_a_day_is_counted_in_periods_with_that_day_only() -> None:
    content = timeline([record("../2019-09-30"), record("2019-08", slug="other")], [record("2020-01-01/..")])
    content = without_distant_records(content | {"count": 3})
    assert [(lane["count"], len(lane["records"])) for lane in content["lanes"]] == [(2, 2)]
    assert content["count"] == 2
    earlier = timeline([record("../2019-09-30")], first=date(1700, 1, 1), last=date(1750, 12, 31))
    assert without_distant_records(earlier)["lanes"] == []
    assert without_distant_records(earlier)["count"] == 0


def test_an_event_has_its_name_in_the_lane_of_the_actor_and_a_small_mark_in_that_of_the_target() -> None:
    drawing = drawn(timeline([record("2019-08-01", part="affected")], [record("2019-08-01", part="acting")]))
    full, echo = drawing.marks
    assert (full.is_echo, full.is_repeated, full.side) == (False, False, 2)
    assert (echo.is_echo, echo.is_repeated, echo.side, echo.label) == (True, True, 1, None)
    assert full.label is not None
    assert full.classification == "decision · Lane 1 → Lane 0"
    assert full.title.endswith("decision · Lane 1 → Lane 0")
    assert [sign.name for sign in legend_of(drawing)] == ["key-event", "key-echo"]


def test_an_arrow_ends_at_full_marks() -> None:
    first = [record("2019-08-01", slug="first", part=part) for part in ("affected", "acting")]
    later = record("2019-09-01", slug="later", part="acting")
    relations = [{"from": "later", "to": "first", "kind": "responds_to"}]
    drawing = drawn(timeline([first[0], later], [first[1]], relations=relations))
    (arrow,) = drawing.arrows
    assert arrow.y0 == next(mark.y for mark in drawing.marks if mark.slug == "first" and not mark.is_echo)


def measure(in_force: str, *steps: str) -> dict[str, Any]:
    when = PartialDate.parse(in_force)
    return {
        "slug": "measure", "name": "Curbs on three materials", "instrument": "sanction", "precision": "interval",
        "in_force": {"text": in_force, "display": when.display}, "step_count": len(steps),
        "steps": [{"phase": "announced", "slug": step, "name": "A step", "date": {"text": step}} for step in steps],
    }  # fmt: skip


def test_a_measure_that_goes_on_has_no_end_at_the_edge() -> None:
    drawing = drawn(timeline([record("2019-08-01")], measures=[measure("2019-07-10/2023-03-23")], measure_count=1))
    bar = next(mark for mark in drawing.marks if mark.kind == "measure")
    assert (bar.span.is_cut_before, bar.span.is_cut_after) == (False, True)
    rect = next(
        element for element in fromstring(drawing_svg(drawing, "Timeline")).iter() if element.get("class") == "certain"
    )
    assert float(rect.get("x", 0)) + float(rect.get("width", 0)) > drawing.width
    over = drawn(timeline([record("2019-08-01")], measures=[measure("2019-07-10/2019-09-01")], measure_count=1))
    assert not any(mark.span.is_cut_after for mark in over.marks)


def test_no_label_stands_in_the_time_between_announcement_and_start() -> None:
    first, second = measure("2019-08-20/2019-09-01"), measure("2019-10-20/2019-11-01", "2019-09-10")
    second |= {"slug": "second", "name": "A measure with a long name, announced in September"}
    drawing = drawn(timeline([record("2019-08-01")], measures=[first, second], measure_count=2), 500)
    (step,) = next(mark.steps for mark in drawing.marks if mark.steps)
    assert step.x == drawing.scale.x(date(2019, 9, 10).toordinal())
    row = next(mark.y for mark in drawing.marks if mark.steps)
    others = [mark.label for mark in drawing.marks if mark.label and not mark.steps and mark.y == row]
    assert all(label.x + label.width < step.x for label in others)
    assert {sign.name for sign in legend_of(drawing)} >= {"key-step", "key-before"}


def test_a_seventh_lane_shares_the_ink_of_the_page() -> None:
    drawing = drawn(timeline(*[[record("2019-08-01", slug=f"event-{number}")] for number in range(8)]))
    assert [lane.side for lane in drawing.lanes] == [1, 2, 3, 4, 5, 6, 0, 0]


def test_without_a_style_sheet_grounds_have_no_fill_and_lines_a_colour() -> None:
    items = [record("2019-08-01"), record("2019-09", slug="month"), cluster(FIRST, FIRST)]
    svg = fromstring(drawing_svg(drawn(timeline(items, [record("2019-08-01", slug="b")])), "Timeline"))
    grounds = [item for item in svg.iter() if item.get("class") in ("lane-ground", "area", "pill", "possible")]
    assert len(grounds) >= 5
    assert {ground.get("fill") for ground in grounds} == {"none"}
    assert all(line.get("stroke") for line in svg.iter() if line.tag.endswith("}line"))


def test_a_file_has_its_title_its_key_and_its_origin_below_the_drawing() -> None:
    drawing = drawn(timeline([record("2019-08-01"), record("2019-09", slug="month")]), 280)
    footer = Footer("Timeline, July to December 2019", "https://archive.example, drawn on 2 May 2024")
    svg = fromstring(drawing_svg(drawing, footer.title, footer=footer))
    below = [text for text in svg.iter() if float(text.get("y", 0)) > drawing.height and text.text]
    assert [text.text for text in below] == [
        footer.title, *(sign.text for sign in legend_of(drawing)), "https://archive.example, drawn on…",
    ]  # fmt: skip
    assert float(svg.get("height", 0)) == drawing.height + footer_height(drawing)
    assert all(float(text.get("y", 0)) < float(svg.get("height", 0)) for text in below)


def test_a_record_in_two_lanes_is_one_stop_for_the_keyboard() -> None:
    both = record("2019-08-01")
    drawing = drawn(timeline([both], [both]))
    assert [mark.is_repeated for mark in drawing.marks] == [False, True]
    links = [link for link in fromstring(drawing_svg(drawing, "Timeline")).iter() if link.tag.endswith("}a")]
    assert [link.get("tabindex") for link in links] == [None, "-1"]


def test_an_arrow_leads_from_what_came_first_to_the_response() -> None:
    first, later = record("2019-08-01", slug="first"), record("2019-09-01", slug="later")
    relations = [{"from": "later", "to": "first", "kind": "retaliates_for"}]
    (arrow,) = drawn(timeline([first], [later], relations=relations)).arrows
    assert arrow.slugs == ("first", "later")
    assert arrow.x0 < arrow.x1
    assert arrow.has_head


def test_an_announcement_and_its_taking_effect_are_tied_once() -> None:
    first, later = record("2019-08-01", slug="first"), record("2019-09-01", slug="later")
    relations = [
        {"from": "first", "to": "later", "kind": "announces"},
        {"from": "later", "to": "first", "kind": "implements"},
    ]
    (arrow,) = drawn(timeline([first, later], relations=relations)).arrows
    assert arrow.slugs == ("first", "later")


def test_a_name_is_escaped_and_cannot_turn_the_text_around_it() -> None:
    svg = drawing_svg(drawn(timeline([record("2019-08-01", '<script>"&\u202egnol')])), "Timeline")
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_the_densest_period_has_most_records_in_whole_months() -> None:
    items = [
        cluster(date(2019, 7, 4), date(2019, 7, 20), 900),
        record("1936", slug="old"),
        record("2023-01-01", slug="new"),
    ]
    content = timeline(items, first=date(1936, 1, 1), last=date(2023, 1, 1), column_days=64)
    first, last = densest_period(content) or (None, None)
    assert (first, last) == (date(2019, 6, 1), date(2019, 8, 31))
    overview = lay_out_overview(content, 990, FIRST, LAST, LINKS)
    assert overview is not None
    assert len(overview.columns) == 3
    fromstring(overview_svg(overview, "Overview"))


def test_bars_of_the_overview_stand_for_as_many_columns_as_make_them_wide_enough_to_hit() -> None:
    days = [date(2019, 1, 1) + timedelta(days=day) for day in range(0, 730, 2)]
    items = [record(str(day), slug=f"on-{day}") for day in days]
    content = timeline(items, first=days[0], last=days[-1], column_days=2)
    overview = lay_out_overview(content, 990, FIRST, LAST, LINKS)
    assert overview is not None
    assert min(column.x1 - column.x0 for column in overview.columns[1:-1]) >= 9
    assert 60 <= len(overview.columns) <= 110
    assert sum(int(column.title.split()[0]) for column in overview.columns) == len(days)


def test_a_label_takes_the_free_room_of_its_row_on_either_side() -> None:
    name = "The first meeting of officials of both trade ministries since the announcement, in a small room in Tokyo"
    (alone,) = drawn(timeline([record("2019-07-02", name)])).marks
    assert alone.label is not None
    assert alone.label.text == name
    (last,) = drawn(timeline([record("2019-12-30", name)])).marks
    assert last.label is not None
    assert (last.label.text, last.label.is_at_end) == (name, True)
    assert last.span.x0 - 6 < last.label.x + last.label.width < last.span.x0
    (text,) = [
        element
        for element in fromstring(drawing_svg(drawn(timeline([record("2019-12-30", name)])), "Timeline")).iter()
        if element.get("text-anchor") == "end"
    ]
    assert float(text.get("x", 0)) == pytest.approx(last.span.x0 - 5, abs=0.1)


def test_a_shortened_text_is_at_most_as_wide() -> None:
    text = "The stricter licensing of three materials takes effect"
    assert shorten(text, 12, 100).endswith("…")
    assert text_width(shorten(text, 12, 100), 12) <= 100
    assert shorten(text, 12, 1000) == text
    assert shorten(text, 12, 10) == ""


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2023-08-18", "2023-08-18", ["Aug 2023"]),
        ("2019-06-28", "2019-07-03", ["Jun 2019", "29", "30", "Jul 2019", "2", "3"]),
        ("2000-01-01", "2019-12-31", ["2000", "2001", "2002"]),
    ],
)
def test_an_axis_of_one_line_names_month_and_year(first: str, last: str, labels: list[str]) -> None:
    scale = Scale(date.fromisoformat(first), date.fromisoformat(last), 12, 978)
    ticks = [tick.label for tick in one_line(scale, axis_of(scale)).ticks if tick.label]
    assert ticks[: len(labels)] == labels


@pytest.mark.django_db
def test_no_time_of_day_is_on_a_timeline_of_one_day(client: Client, dossier: None) -> None:
    page = client.get("/timeline/?q=Camp").content.decode()
    assert "Aug 2023" in page.partition("drawn-scroll")[0]
    assert "00:00<" not in page
