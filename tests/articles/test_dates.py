"""Dates in articles, resolved against the article's day."""

from __future__ import annotations

from datetime import date

import pytest

from archive.articles.dates import date_marks

FRIDAY = date(2019, 7, 12)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("said on Friday", "2019-07-12"),
        ("said last Friday", "2019-07-05"),
        ("said on Monday", "2019-07-08"),
        ("will meet on Monday", "2019-07-15"),
        ("next Friday", "2019-07-19"),
        ("yesterday", "2019-07-11"),
        ("the day before yesterday", "2019-07-10"),
        ("last week", "2019-07-01/2019-07-07"),
        ("earlier this month", "2019-07"),
        ("next year", "2020"),
        ("three weeks ago", "2019-06-17/2019-06-23"),
        ("10 days ago", "2019-07-02"),
        ("12 July", "2019-07-12"),
        ("July 1", "2019-07-01"),
        ("on 28 March", "2019-03-28"),
        ("on 2 January", "2020-01-02"),
        ("4-5 July 2019", "2019-07-04/2019-07-05"),
        ("July 4 to 6", "2019-07-04/2019-07-06"),
        ("in November 2016", "2016-11"),
        ("in May", "2019-05"),
        ("last December", "2018-12"),
        ("since 2018", "2018"),
        ("the 1990s", "199X"),
        ("2019-07-04", "2019-07-04"),
        ("2019년 7월 4일", "2019-07-04"),
        ("7월 4일", "2019-07-04"),
        ("지난 28일", "2019-06-28"),
        ("지난주", "2019-07-01/2019-07-07"),
        ("금요일", "2019-07-12"),
    ],
)
def test_a_date_is_resolved_against_the_day_of_the_article(text: str, edtf: str) -> None:
    assert [mark.edtf for mark in date_marks(text, FRIDAY)] == [edtf]


@pytest.mark.parametrize("text", ["31 June 2019", "0 July", "7월 40일", "he may march on", "1500 people", "12 apples"])
def test_what_is_no_date_is_not_marked(text: str) -> None:
    assert date_marks(text, FRIDAY) == []


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_dates_at_the_ends_of_the_calendar_raise_nothing(day: date) -> None:
    text = "yesterday, tomorrow, last week, next year, 29 February, next Monday, 2 years ago, last month"
    date_marks(text, day)
