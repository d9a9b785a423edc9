"""Dates in articles, resolved against the article's day."""

from __future__ import annotations

from datetime import date

import pytest

from archive.articles.dates import date_marks
from archive.articles.passages import quotations

FRIDAY = date(2019, 7, 12)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("said on Friday", "2019-07-12"),
        ("said last Friday", "2019-07-05"),
        ("said on Monday", "2019-07-08"),
        ("will meet on Monday", "2019-07-15"),
        ("will meet this Friday", "2019-07-19"),
        ("will meet this Monday", "2019-07-15"),
        ("was held this Monday", "2019-07-08"),
        ("said this Friday", "2019-07-12"),
        ("it will act, he said this Monday", "2019-07-08"),
        ("will meet THIS FRIDAY", "2019-07-19"),
        ("THE COMING FRIDAY", "2019-07-19"),
        ("THE PAST FRIDAY", "2019-07-05"),
        ("held last Monday", "2019-07-08"),
        ("held previous Monday", "2019-07-08"),
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
        ("지난달 30일", "2019-06-30"),
        ("이달 3일", "2019-07-03"),
        ("이번 달 3일", "2019-07-03"),
        ("다음달 2일", "2019-08-02"),
        ("다음 달 2일", "2019-08-02"),
        ("내달 2일", "2019-08-02"),
        ("작년 12월 25일", "2018-12-25"),
        ("지난해 12월 25일에", "2018-12-25"),
        ("재작년 5월", "2017-05"),
        ("내년 1월", "2020-01"),
        ("올해 7월", "2019-07"),
        ("올 7월", "2019-07"),
        ("올해", "2019"),
        ("내년", "2020"),
        ("이달", "2019-07"),
        ("다음달", "2019-08"),
        ("지난 12월", "2018-12"),
        ("오는 3월 1일", "2020-03-01"),
        ("오는 5일", "2019-08-05"),
        ("지난주 금요일", "2019-07-05"),
        ("다음 주 월요일", "2019-07-15"),
        ("지난 금요일", "2019-07-05"),
        ("오는 금요일", "2019-07-19"),
        ("그저께", "2019-07-10"),
        ("어제", "2019-07-11"),
        ("오늘", "2019-07-12"),
        ("사흘 전", "2019-07-09"),
        ("3일 전에", "2019-07-09"),
        ("2개월 전", "2019-05"),
        ("12일 만났다", "2019-07-12"),
        ("30일 전국에서", "2019-06-30"),
        ("ON FEB. 29", "2020-02-29"),
        ("ON FRIDAY", "2019-07-12"),
        ("IN MARCH 2018", "2018-03"),
        ("in mid-August", "2019-08"),
        ("late March 2018", "2018-03"),
        ("early 2019", "2019"),
        ("the mid-1990s", "199X"),
        ("4/7/2019", "[2019-04-07,2019-07-04]"),
        ("13/7/2019", "2019-07-13"),
        ("7/13/2019", "2019-07-13"),
        ("4.4.2019", "2019-04-04"),
        ("2019/7/4", "2019-07-04"),
        ("Christmas Day 2018", "2018-12-25"),
        ("New Year’s Eve", "2019-12-31"),
        ("Dec. 25 last year", "2018-12-25"),
        ("25 December last year", "2018-12-25"),
        ("in March of next year", "2020-03"),
        ("will, Kim said on Monday", "2019-07-08"),
        ("it will act, he told reporters on Monday", "2019-07-08"),
        ("promised to pay on Monday", "2019-07-15"),
        ("countered on Jan. 1", "2019-01-01"),
        ("said on Dec. 31", "2018-12-31"),
        ("ends on Jan. 3", "2020-01-03"),
    ],
)
def test_a_date_is_resolved_against_the_day_of_the_article(text: str, edtf: str) -> None:
    assert [mark.edtf for mark in date_marks(text, FRIDAY)] == [edtf]


@pytest.mark.parametrize("which", ["last", "past", "previous"])
def test_a_weekday_before_the_article_of_that_weekday_is_a_week_ago(which: str) -> None:
    assert [mark.edtf for mark in date_marks(f"held the {which} Monday", date(2019, 7, 8))] == ["2019-07-01"]


@pytest.mark.parametrize(
    "text",
    [
        "31 June 2019",
        "0 July",
        "7월 40일",
        "he may march on",
        "1500 people",
        "12 apples",
        "지난달 31일",
        "14/13/2019",
        "3일간",
        "10일 만에",
        "이번 주장",
        "지난 해외 순방",
        "오늘날",
        "그제서야",
        "모레노",
        "version 4.7.2019.1",
        "he may be late",
        "5일째",
        "30일 동안",
    ],
)
def test_what_is_no_date_is_not_marked(text: str) -> None:
    assert date_marks(text, FRIDAY) == []


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_dates_at_the_ends_of_the_calendar_raise_nothing(day: date) -> None:
    text = "yesterday, tomorrow, last week, next year, 29 February, next Monday, 2 years ago, last month"
    date_marks(text, day)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("‘We shall respond in kind,’ said Moon Jae-in on Monday.", "2019-07-08"),
        ("“We will respond in kind”, said Moon Jae-in on Monday.", "2019-07-08"),
        ('"We will," Moon said. He arrived on Monday.', "2019-07-08"),
        ("“We will respond on Monday,” he said.", "2019-07-15"),
        ("He will go; “we came on Monday”", "2019-07-08"),
    ],
)
def test_quoted_words_say_nothing_of_the_day_of_speaking(text: str, edtf: str) -> None:
    assert [mark.edtf for mark in date_marks(text, FRIDAY, quotations(text))] == [edtf]
