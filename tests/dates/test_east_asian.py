"""Dates in Korean and Japanese words."""

from __future__ import annotations

import pytest
from hypothesis import given

from archive.dates import PartialDate, PartialDateError
from archive.dates.east_asian import display_in
from tests.support.date_strategies import close_dates


@pytest.mark.parametrize(
    ("text", "korean", "japanese"),
    [
        ("2019-07-12", "2019년 7월 12일", "2019年7月12日"),
        ("2019-07", "2019년 7월", "2019年7月"),
        ("2019", "2019년", "2019年"),
        ("0042", "서기 42년", "西暦42年"),
        ("2019-21", "2019년 봄", "2019年春"),
        ("1936~", "1936년경", "1936年頃"),
        ("2019-07?", "2019년 7월(추정)", "2019年7月（推定）"),
        ("2019-07-12%", "2019년 7월 12일경(추정)", "2019年7月12日頃（推定）"),
        ("199X", "1990년대", "1990年代"),
        ("190X", "1900년대(10년간)", "1900年代（10年間）"),
        ("19XX", "1900년대(100년간)", "1900年代（100年間）"),
        ("004X", "서기 40~49년", "西暦40～49年"),
        ("2019-06-28/2019-06-29", "2019년 6월 28일~29일", "2019年6月28日～29日"),
        ("2019-06-28/2019-07-02", "2019년 6월 28일~7월 2일", "2019年6月28日～7月2日"),
        ("2018-12/2019-01", "2018년 12월~2019년 1월", "2018年12月～2019年1月"),
        ("1984-11-12/1984-11", "1984년 11월 12일~1984년 11월", "1984年11月12日～1984年11月"),
        ("2019-07/2019-07", "2019년 7월 중", "2019年7月中"),
        ("2019-03/..", "2019년 3월부터", "2019年3月から"),
        ("2019-03/", "2019년 3월부터(종료 시점 미상)", "2019年3月から（終了時期不明）"),
        ("../2019-07-12", "2019년 7월 12일까지", "2019年7月12日まで"),
        ("/2019-07-12", "2019년 7월 12일까지(시작 시점 미상)", "2019年7月12日まで（開始時期不明）"),
        ("[2019-07-04,2019-07-05]", "2019년 7월 4일 또는 5일", "2019年7月4日または5日"),
        ("[2017,2018,2019]", "2017년, 2018년 또는 2019년", "2017年、2018年または2019年"),
        ("[2019,2019-XX]", "2019년만", "2019年のみ"),
    ],
)
def test_a_date_has_the_words_of_the_language(text: str, korean: str, japanese: str) -> None:
    date = PartialDate.parse(text)
    assert (display_in(date, "ko"), display_in(date, "ja")) == (korean, japanese)


def test_a_language_without_words_of_its_own_gets_english() -> None:
    assert display_in(PartialDate.parse("2019-07"), "en") == "July 2019"


@given(close_dates, close_dates)
def test_dates_with_the_same_words_are_equal(first: str, second: str) -> None:
    try:
        one, other = PartialDate.parse(first), PartialDate.parse(second)
    except PartialDateError:  # an interval that runs backwards
        return
    for language in ("ko", "ja"):
        if display_in(one, language) == display_in(other, language):
            assert one == other
