"""Order, overlap, certain containment, covering and equality, in literal cases."""

from __future__ import annotations

import pytest

from archive.dates import SORT_BLANK, PartialDate


def read(text: str) -> PartialDate:
    return PartialDate.parse(text)


IN_ORDER = [
    "../1900", "199X", "1990", "1990-01", "1990-01-01", "2019/..", "2019", "2019-22~", "2019-07-01/..",
    "2019-07-01/2023", "2019-07", "2019-07-01/2019-07-02", "2019-07-01", "../2019-07-12", "2019-07-12", "9999-12-31",
]  # fmt: skip


def test_dates_sort_by_earliest_else_latest_then_the_widest_first() -> None:
    assert sorted(sorted(IN_ORDER), key=lambda text: read(text).sort) == IN_ORDER


def test_a_longer_date_sorts_before_a_shorter_one_with_the_same_start() -> None:
    assert read("2019-07").sort < read("2019-07-01").sort
    assert read("2019-07-01/..").sort < read("2019-07").sort


def test_open_and_unknown_ends_have_equal_sort_keys() -> None:
    assert read("2019/..").sort == read("2019/").sort
    assert read("../2019").sort == read("/2019").sort


def test_every_date_sorts_before_a_blank_one_and_fits_64_bits() -> None:
    assert 0 <= read("0001/..").sort < read("9999-12-31").sort < SORT_BLANK < 2**63


@pytest.mark.parametrize(
    ("text", "other", "share"),
    [
        ("2019-07-12", "2019-07-12", True),
        ("2019-07-12", "2019-07-13", False),
        ("2019-07", "2019-07-31", True),
        ("2019-07", "2019-08-01", False),
        ("2019", "2019-07-12", True),
        ("2019-07-04/..", "2023", True),
        ("2019-07-04/", "2023", True),
        ("2019-07-04/..", "2019-07-03", False),
        ("../2019-07-12", "1900", True),
        ("../2019-07-12", "2019-07-13", False),
        ("../2019", "2019/..", True),
        ("../2018", "2019/..", False),
        ("[2019-07-04,2019-07-08]", "2019-07-05", True),
        ("1936~", "1937", False),
    ],
)
def test_two_dates_overlap_when_they_may_share_a_day(text: str, other: str, share: bool) -> None:
    assert read(text).overlaps(read(other)) is share
    assert read(other).overlaps(read(text)) is share


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        ("2019-07-12", "2019-07", True),
        ("2019-07", "2019-07", True),
        ("2019-07", "2019-07-12", False),
        ("2019-06-30/2019-07-01", "2019-07", False),
        ("2019-07-04/..", "2019/..", False),
        ("../2019-07-12", "../2019-07-12", False),
        ("2019-07", "2019/..", True),
        ("2019-07", "../2019", True),
        ("2019-07", "../2018", False),
        ("[2019-07-04,2019-07-05]", "2019-07", True),
    ],
)
def test_certainly_within_needs_both_bounds_known_and_inside(inner: str, outer: str, inside: bool) -> None:
    assert read(inner).certainly_within(read(outer)) is inside


@pytest.mark.parametrize(
    ("period", "day", "ran"),
    [
        ("2019-07-04/2023-03-23", "2019-07-04", True),
        ("2019-07-04/2023-03-23", "2023-03-23", True),
        ("2019-07-04/2023-03-23", "2023-03-24", False),
        ("2019-07-04/2023-03-23", "2019-07", False),
        ("2019-07-04/2023-03-23", "2020", True),
        ("2019-07/2023-03", "2019-07-15", False),
        ("2019-07/2023-03", "2019-07-31", True),
        ("2019-07/2023-03", "2023-03-01", True),
        ("2019-07/2023-03", "2023-03-02", False),
        ("2019-07-04/..", "2030", True),
        ("2019-07-04/", "2019-07-05", False),
        ("../2023", "1900", True),
        ("/2023", "2019", False),
        ("2019-07-04/..", "2020/..", False),
        ("2019", "2019-07-12", False),
        ("2019-07-12", "2019-07-12", True),
        ("[2019-07-04,2019-07-05]", "2019-07-04", False),
    ],
)
def test_certainly_covers_from_latest_start_to_earliest_end(period: str, day: str, ran: bool) -> None:
    assert read(period).certainly_covers(read(day)) is ran


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("2019-XX", "2019"),
        ("2019-XX-XX", "2019"),
        ("2019-07-XX", "2019-07"),
        ("[2019-07-05,2019-07-04]", "[2019-07-04, 2019-07-05]"),
        ("[2019~,2018]", "[2018,2019~]"),
    ],
)
def test_different_notations_of_one_date_are_equal(text: str, other: str) -> None:
    assert read(text) == read(other)
    assert hash(read(text)) == hash(read(other))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("2019-03/..", "2019-03/"),
        ("../2019", "/2019"),
        ("1936", "1936~"),
        ("1936~", "1936?"),
        ("1936~/1940", "1936/1940~"),
        ("2019", "2019-01/2019-12"),
        ("2019-07-12", "2019-07-12/2019-07-12"),
        ("2019/2020-12", "2019/2020"),
        ("2019-07-01/2019-08-31", "[2019-07-01,2019-08-31]"),
        ("2019-06/2019-08", "2019-22"),
        ("[2019-07-01,2019-07-10]", "[2019-07-01,2019-07-05,2019-07-10]"),
        ("[2018~,2019]", "[2018,2019~]"),
    ],
)
def test_dates_with_different_meanings_are_not_equal(text: str, other: str) -> None:
    assert read(text) != read(other)


def test_a_date_does_not_equal_its_text() -> None:
    assert read("2019") != "2019"
