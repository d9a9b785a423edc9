"""Properties of all dates, by hypothesis."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from archive.dates import PartialDate, PartialDateError
from archive.dates.parser import MAX_LENGTH, parse
from archive.models.fields import PartialDateField
from tests.support.date_strategies import anything, bare, close_dates, half_open, long_sets, sets, singles, written


def read(text: str) -> PartialDate:
    """The date; a text that is none (an interval that runs backwards) is not tried."""
    try:
        return PartialDate.parse(text)
    except PartialDateError as error:
        assume(error.reason != "the interval's end lies before its start")
        raise


def _error(text: str) -> PartialDateError | None:
    """The error of a text that is no date. Any other exception escapes."""
    try:
        assert PartialDate.parse(text).text == "".join(text.split())
    except PartialDateError as error:
        return error
    return None


@given(written)
def test_parsed_text_has_only_plain_characters(text: str) -> None:
    assert not re.search(PartialDateField.forbidden_pattern, read(text).text)


@given(sets, st.lists(st.sampled_from(" \t\n\x1c"), max_size=4))
def test_spaces_between_members_of_a_set_are_removed(text: str, blanks: list[str]) -> None:
    spaced = text.replace(",", f",{''.join(blanks)}")
    assume(len(spaced) <= MAX_LENGTH)
    assert PartialDate.parse(spaced).text == text


@given(anything)
def test_any_text_is_parsed_or_raises_an_error_with_got_and_expected(text: str) -> None:
    error = _error(text)
    if error is not None:
        assert f"got '{error.got}'" in str(error)
        assert "expected an EDTF date such as 2019-07-12" in str(error)
        assert str(error).isprintable()
        assert len(str(error)) < 1000


@given(written)
def test_every_date_has_a_display(text: str) -> None:
    content = read(text)
    assert content.display
    assert content.display.isprintable()
    assert "XX" not in content.display


@given(st.one_of(singles, sets))
def test_bounds_enclose_every_named_date(text: str) -> None:
    content = read(text)
    for piece in parse(text).pieces:
        assert content.earliest is not None
        assert content.latest is not None
        assert content.earliest <= piece.earliest <= piece.latest <= content.latest


@given(written)
def test_bounds_enclose_the_certain_span(text: str) -> None:
    content = read(text)
    pieces = parse(text).pieces
    assert content.earliest is None or content.earliest <= pieces[0].earliest
    assert content.latest is None or content.latest >= pieces[-1].latest
    assert content.earliest is None or content.latest is None or content.earliest <= content.latest
    assert content.earliest is None or content.certain_from is None or content.earliest <= content.certain_from
    assert content.latest is None or content.certain_until is None or content.certain_until <= content.latest


@given(st.dates())
def test_the_bounds_of_a_month_year_and_decade_enclose_its_days(day: date) -> None:
    text = day.isoformat()
    for wider in (text, text[:7], text[:4], f"{text[:3]}X", f"{text[:4]}-XX", f"{text[:7]}-XX"):
        parsed = PartialDate.parse(wider)
        assert parsed.earliest is not None
        assert parsed.latest is not None
        assert parsed.earliest <= day <= parsed.latest


@given(bare, st.sampled_from("~?%"))
def test_a_qualifier_keeps_the_bounds(text: str, mark: str) -> None:
    plain, marked = read(text), read(text + mark)
    assert (plain.earliest, plain.latest, plain.sort) == (marked.earliest, marked.latest, marked.sort)


@given(written, written)
def test_overlap_is_symmetric(text: str, other: str) -> None:
    assert read(text).overlaps(read(other)) is read(other).overlaps(read(text))


@given(written)
def test_a_date_overlaps_and_equals_itself(text: str) -> None:
    content = read(text)
    assert content.overlaps(content)
    assert content == read(f" {text} ")


@given(written, written)
def test_certainly_within_implies_overlaps(text: str, other: str) -> None:
    if read(text).certainly_within(read(other)):
        assert read(text).overlaps(read(other))


@given(written, written)
def test_certainly_covers_implies_overlaps(text: str, other: str) -> None:
    if read(text).certainly_covers(read(other)):
        assert read(text).overlaps(read(other))


@given(st.one_of(singles, half_open), st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30)))
def test_a_day_overlaps_if_it_lies_within_the_bounds(text: str, day: date) -> None:
    content = read(text)
    between = (content.earliest or date.min) <= day <= (content.latest or date.max)
    assert content.overlaps(PartialDate.parse(day.isoformat())) is between


@given(st.one_of(singles, sets), st.one_of(singles, sets))
def test_sort_keys_order_by_earliest_then_longest(text: str, other: str) -> None:
    def key(partial_date: PartialDate) -> tuple[date, timedelta]:
        assert partial_date.earliest is not None
        assert partial_date.latest is not None
        return partial_date.earliest, partial_date.earliest - partial_date.latest

    first, second = read(text), read(other)
    assert (first.sort < second.sort) is (key(first) < key(second))


@given(written, written)
def test_equal_dates_have_equal_hashes_and_displays(text: str, other: str) -> None:
    first, second = read(text), read(other)
    if first == second:
        assert hash(first) == hash(second)
        assert (first.earliest, first.latest, first.sort, first.ends) == (
            second.earliest, second.latest, second.sort, second.ends,
        )  # fmt: skip


@given(written, written)
def test_different_dates_have_different_displays(text: str, other: str) -> None:
    first, second = read(text), read(other)
    assert (first.display == second.display) <= (first == second), (text, other)


@given(close_dates, close_dates)
def test_different_dates_within_few_days_have_different_displays(text: str, other: str) -> None:
    """Dates drawn from few years, months and days, so that most pairs share much of their text."""
    first, second = read(text), read(other)
    assert (first.display == second.display) <= (first == second), (text, other)


@given(long_sets)
def test_the_display_fits_its_column(text: str) -> None:
    assert len(read(text).display) <= 255


def _single_forms(year: str) -> list[str]:
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    days = [f"{month}-{day:02d}" for month in months for day in (1, 2, 11, 20, 28)]
    forms = [year, f"{year[:3]}X", f"{year[:2]}XX", *months, *days, *(f"{year}-{season}" for season in range(21, 25))]
    return [form + mark for form in forms for mark in ("", "~", "?", "%")]


def test_displays_of_single_dates_are_unique() -> None:
    years = ["0001", "0004", "0009", "0010", "0019", "0040", "0042", "0099", "0100", "0190", "0199", "0400", "0420",
             "0999", "1000", "1001", "1009", "1010", "1900", "1909", "1910", "1936", "1990", "1999", "2000", "2001",
             "2009", "2019", "4200", "9998"]  # fmt: skip
    readings: dict[str, PartialDate] = {}
    for form in {form for year in years for form in _single_forms(year)}:
        parsed = PartialDate.parse(form)
        assert readings.setdefault(parsed.display, parsed) == parsed, form
